"""A server on a socket of its own, set up as `verispan serve` sets it up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from waitress.wasyncore import close_all

from app.serve import listen, port_of
from app.services import Services

Serving = Callable[..., AbstractContextManager[int]]


@contextmanager
def serving(services: Services, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve on a free port, which is given, until the end of the block."""
    settings = replace(services.settings, host=host, port=0)
    server = listen(Services(settings, services.store, services.embedder))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield port_of(server)
    # Closed by the loop's own thread: a socket must not go while the loop waits for it.
    server.trigger.pull_trigger(lambda: close_all(server._map))
    thread.join(10)
    server.task_dispatcher.shutdown()


@pytest.fixture(scope="session", name="serving")
def serving_fixture() -> Serving:
    return serving

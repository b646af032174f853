"""The server: waitress over the application, on loopback unless API keys are set."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from types import FrameType

import waitress

from app.api.factory import create_app
from app.api.guard import is_loopback
from app.services import Services, open_services
from app.settings import Settings
from ingest.errors import VerispanError

THREADS = 16

SEND_BYTES = 1
"""How many bytes waitress gathers before it sends: one, so that each event of a stream goes out at once."""


class OpenToAll(VerispanError):
    """The server would listen beyond this machine without asking for a key."""

    code = "open_to_all"
    status = 500
    next_step = "Set VERISPAN_API_KEYS to one or more keys, comma-separated, or serve on 127.0.0.1."


class PortTaken(VerispanError):
    """The address cannot be listened on."""

    code = "port_taken"
    status = 500
    next_step = "Choose another with --port; 0 takes any that is free."


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` gets the URL once the store is open and its indexes are ready.

    Raises OpenToAll, PortTaken, StoreError.
    """
    if not settings.api_keys and not is_loopback(settings.host):
        raise OpenToAll(f"Without API keys the server does not listen on {settings.host}")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _end)
    with closing(open_services(settings)) as services:
        services.view()
        server = _listen(services)
        _warm_up(services)
        announce(url_of(settings.host, server.effective_port))
        server.run()


def url_of(host: str, port: int) -> str:
    """The address to open."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _listen(services: Services) -> waitress.server.BaseWSGIServer:
    settings = services.settings
    try:
        return waitress.create_server(
            create_app(services),
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            send_bytes=SEND_BYTES,
            ident="",
        )
    except OSError as error:
        raise PortTaken(f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}") from error


def _warm_up(services: Services) -> None:
    """Begin to load the local model, and embed once, so that the first question does not wait for it."""
    if services.local_server is not None:
        services.local_server.start()
    threading.Thread(target=lambda: services.embedder.embed(["warm"]), daemon=True).start()


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave by the way out of an interruption, on which waitress and the services close."""
    raise SystemExit(0)

"""A server on a socket of its own, set up as `verispan serve` sets it up; and a store of which not all see all."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from reportlab.pdfgen.canvas import Canvas
from waitress.wasyncore import close_all

from app.api.factory import create_app
from app.chat.chat import Chat
from app.serve import listen, port_of
from app.services import Services
from app.settings import Settings
from ingest.pipeline import ingest
from ingest.store import Store

Serving = Callable[..., AbstractContextManager[int]]


@contextmanager
def serving(services: Services, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve on a free port, which is given, until the end of the block."""
    settings = replace(services.settings, host=host, port=0)
    server = listen(Services(settings, services.store, services.embedder))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield port_of(server)
    finally:
        # Closed by the loop's own thread: a socket must not go while the loop waits for it.
        server.trigger.pull_trigger(lambda: close_all(server._map))
        thread.join(10)
        server.task_dispatcher.shutdown()


@pytest.fixture(scope="session", name="serving")
def serving_fixture() -> Serving:
    return serving


KEYS = {"ann": "ann-has-a-long-random-key", "bob": "bob-has-another-long-random-key"}

OPEN = """# Hold checks

Some words on short paths come first. A hold violation is caused by data that arrives too early at the flop.
The hold uncertainty after clock tree synthesis is 15 ps. Insert delay cells at the endpoint of the path.
"""

SECRET = """# Margins of the falcon project

Nobody outside may read what follows. The hold uncertainty after clock tree synthesis is 25 ps.
The falcon die has nineteen power domains. A hold violation of falcon is waived by the owner of its block.
"""


@dataclass
class Shop:
    """A store with the collections `open` and `secret`, of which Ann may see the first and Bob both; and its twin,
    which never had the second. A document of each is a PDF.

    In the chats of both are the channels that a chat begins with; the twin's never had one for `secret`.
    """

    services: Services
    twin: Services

    def app(self, twin: bool = False) -> Flask:
        return create_app(self.twin if twin else self.services)


def one_line(text: str) -> bytes:
    """A PDF with a line in the middle of its page."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(400, 500))
    canvas.drawString(40, 440, "Before the line of interest stand a few other words.")
    canvas.drawString(40, 300, text)
    canvas.save()
    return written.getvalue()


def users(path: Path, ann: str) -> Path:
    """A file of users: Ann with a line more, and Bob."""
    known = {name: sha256(key.encode()).hexdigest() for name, key in KEYS.items()}
    path.write_text(
        f'[[user]]\nname = "ann"\nkey_sha256 = "{known["ann"]}"\n{ann}\n'
        f'[[user]]\nname = "bob"\nkey_sha256 = "{known["bob"]}"\ncurator = true\n'
    )
    return path


def shelved(folder: Path, embedder: Any, loader: Any, ann: str, **collections: dict[str, bytes]) -> Services:
    """A store whose documents are in these collections, with its users."""
    (folder / "documents").mkdir()
    entries = []
    for collection, files in collections.items():
        for name, data in files.items():
            (folder / "documents" / name).write_bytes(data)
            entries.append(f'[[document]]\nid = "{Path(name).stem}"\npath = "{name}"\ncollection = "{collection}"\n')
    (folder / "documents" / "manifest.toml").write_text("\n".join(entries))
    ingest([folder / "documents"], folder / "store", embedder=embedder, loader=loader)
    access = str(users(folder / "access.toml", ann))
    settings = Settings(store=folder / "store", model="extractive", verifier="overlap", access=access)
    return Services(settings, Store.open(folder / "store"), embedder)


Shelving = Callable[..., Services]


@pytest.fixture(scope="session")
def shelving(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Shelving:
    """Makes stores of which Ann may see the collection `open` and Bob, who is a curator, everything."""

    def make(**collections: dict[str, bytes]) -> Services:
        folder = tmp_path_factory.mktemp("shelved")
        return shelved(folder, embedder, direct, 'collections = ["open"]', **collections)

    return make


@pytest.fixture(scope="session")
def shop(shelving: Shelving) -> Iterator[Shop]:
    open_ones = {"hold.md": OPEN.encode(), "plan.pdf": one_line("The plan of the open die has three phases in all.")}
    secret = {"falcon.md": SECRET.encode(), "map.pdf": one_line("The map of the falcon die names nine blocks in all.")}
    both, twin = shelving(open=open_ones, secret=secret), shelving(open=open_ones)
    with closing(Chat(twin.settings.store)) as chat:  # one collection alone would get no channel of its own
        chat.channels.add("open", "", purpose="Questions about open", collection="open")
    yield Shop(both, twin)
    both.close()
    twin.close()

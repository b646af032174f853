"""The server: waitress over the application, on loopback unless users have keys."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType

import waitress
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer

from app.access import read_access
from app.api.factory import SLACK, create_app
from app.api.guard import is_loopback
from app.api.slots import AT_ONCE, STREAMS
from app.checks.syntax import parse
from app.errors import ModelUnavailable
from app.services import Services, open_services
from app.settings import Settings
from app.web.here import answering
from ingest.errors import VerispanError

_log = logging.getLogger(__name__)

THREADS = AT_ONCE + STREAMS + 4
"""Those that make answers or tell of them, and some that are always free for pages, citations and health."""

CONNECTIONS = 12 * THREADS
"""Open connections: each browser keeps up to six, most of which wait for its next request."""

MAX_REQUEST_BYTES = 1 << 20
"""What is read of a request before the application refuses it: a little more than it takes, so that it can say so."""

SEND_BYTES = 1
"""How many bytes waitress gathers before it sends: one, so that each event of a stream goes out at once."""


class OpenToAll(VerispanError):
    """The server would listen beyond this machine without asking for a key."""

    code = "open_to_all"
    status = 500
    next_step = "Set VERISPAN_ACCESS to a file of users (`verispan key`), or VERISPAN_API_KEYS, or serve on 127.0.0.1."


class PortTaken(VerispanError):
    """The address cannot be listened on."""

    code = "port_taken"
    status = 500
    next_step = "Choose another with --host and --port; port 0 takes any that is free."


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` gets the URL once the store is open and its indexes are ready.

    Raises OpenToAll, BadAccess, PortTaken, StoreError.
    """
    access = read_access(settings)
    if not access.asks_for_keys and not is_loopback(settings.host):
        raise OpenToAll(f"Without API keys the server does not listen on {settings.host}")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _end)
    with closing(open_services(settings)) as services:
        services.view()
        for name, missing in access.missing(services.store.collections()):
            _log.warning("%s may see the collection %r, which the store does not have", name, missing)
        app = create_app(services)
        server = listen(services, app)
        _warm_up(services)
        with answering(app), _slack_of(app):
            announce(url_of(settings.host, port_of(server)))
            server.run()


def url_of(host: str, port: int) -> str:
    """The address to open."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def port_of(server: BaseWSGIServer | MultiSocketServer) -> int:
    """The port listened on: of a name with several addresses, that of the first."""
    if isinstance(server, MultiSocketServer):
        return int(server.effective_listen[0][1])
    return int(server.effective_port)


def listen(services: Services, app: Flask | None = None) -> BaseWSGIServer | MultiSocketServer:
    """Listen on the address that the settings name, without serving yet. Raises PortTaken."""
    settings = services.settings
    try:
        return waitress.create_server(
            app or create_app(services),
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            send_bytes=SEND_BYTES,
            max_request_body_size=MAX_REQUEST_BYTES,
            channel_request_lookahead=1,  # a connection is read while it is answered, so that its end is noticed
            ident="",
        )
    except (OSError, ValueError) as error:  # ValueError is waitress's for a host that has no address
        why = getattr(error, "strerror", None) or error
        raise PortTaken(f"{settings.host}:{settings.port} cannot be listened on: {why}") from error


@contextmanager
def _slack_of(app: Flask) -> Iterator[None]:
    """Start the Slack app, if there is one, and close it at the end."""
    slack = app.extensions.get(SLACK)
    if slack is None:
        yield
        return
    slack.start()
    with closing(slack):
        yield


def _warm_up(services: Services) -> None:
    """Begin to load the local model, and use what is slow at first, so that the first question does not wait for it."""
    if services.local_server is not None:
        services.local_server.start()
    threading.Thread(target=use_once, args=[services], daemon=True).start()


def use_once(services: Services) -> None:
    """Embed a word, parse a question, check a claim: the language model then has read what comes before each."""
    services.embedder.embed(["warm"])
    parse("Is it warm?")
    if services.local_server is not None and services.settings.verifier in ("auto", "lm"):
        with suppress(ModelUnavailable):
            services.language_model(lambda _: None).verify([("It is warm.", "It is warm.")])


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave by the way out of an interruption, on which waitress and the services close."""
    raise SystemExit(0)

"""The addresses of citations, and of the server under which they are opened."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from app.settings import Settings
from app.wire import Json

VIEWER = "/c"
API = "/v1/citations"


def citation_path(citation_id: str, root: str = VIEWER, below: str = "", **query: str | int | None) -> str:
    """The path of a citation under `root`, or of what lies below it; what of the query is None is left out."""
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{root}/{quote(citation_id, safe='~')}{below}{f'?{asked}' if asked else ''}"


def place_of(citation: Json, answer_id: str = "") -> str:
    """The path of a citation, in its wire form, in the viewer: where it stood when it was cited, down to its text, and
    with the id of an answer among the others that this cites."""
    revision, start = citation["document"]["revision"], citation["start"]
    return f"{citation_path(citation['id'], revision=revision, start=start, answer=answer_id or None)}#span"


def server_of(settings: Settings) -> str:
    """The address of the server for links that leave it, without a slash at its end: the public one that settings
    name, else the one that is listened on."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url.rstrip("/") or f"http://{host}:{settings.port}"

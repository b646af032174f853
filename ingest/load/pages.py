"""Pictures of pages, drawn at arm's length: a page that is slow, vast or harmful costs its own picture and no more."""

from __future__ import annotations

import tempfile
import threading
from base64 import b64decode

from ingest.errors import LoadError, UnknownId, VerispanError
from ingest.load.guard import GuardedProcess, Limits

LIMITS = Limits(seconds=10.0, memory=1 << 30)
PLACES = 4
"""How many may wait for a picture at once, the one that is being drawn included."""


class NoPicture(VerispanError):
    """A page cannot be drawn within the limits, or not at all."""

    code = "no_picture"
    status = 422
    next_step = "Read its text instead, or open the document in a viewer of its own."


class TooManyPictures(VerispanError):
    """As many pages as may wait are waiting to be drawn already."""

    code = "busy"
    status = 503
    next_step = "Load the picture again in a few seconds."


class PageRenderer:
    """Draws pages one after another, in one child process that is kept between them. Safe in many threads."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._process = GuardedProcess(limits)
        self._places = threading.BoundedSemaphore(PLACES)
        self._turn = threading.Lock()

    def render(self, data: bytes, page: int, width: int) -> bytes:
        """Render a page (counted from 1) of a PDF's bytes as PNG, `width` pixels wide or, where vast, less.

        Raises UnknownId for a page that the document hasn't, NoPicture, and TooManyPictures.
        """
        if not self._places.acquire(blocking=False):
            raise TooManyPictures(f"Page {page} is not drawn now: {PLACES} others are waiting")
        try:
            with self._turn:
                return self._render(data, page, width)
        finally:
            self._places.release()

    def close(self) -> None:
        """End the child process. The next `render` starts another."""
        with self._turn:
            self._process.close()

    def _render(self, data: bytes, page: int, width: int) -> bytes:
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(data)
            file.flush()
            request = {"task": "render", "path": file.name, "page": page, "width": width}
            try:
                return b64decode(self._process.ask(request, f"page {page}"))
            except LoadError as error:
                if error.reason == "no_page":
                    raise UnknownId(error.message) from error
                raise NoPicture(f"There is no picture of page {page}: {error.reason.replace('_', ' ')}") from error

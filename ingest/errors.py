"""Errors that ingestion and storage raise. Each carries a code, an HTTP status, and what to do next."""

from __future__ import annotations

from typing import ClassVar


class VerispanError(Exception):
    """The base of every error that a user may see: `message` says what and where, `next_step` what to do."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    next_step: ClassVar[str] = "Look at the server's log for this time."

    def __init__(self, message: str, detail: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail or {}


class LoadError(VerispanError):
    """A file could not be turned into a document. `reason` is a short machine-readable word such as `encrypted`."""

    code = "load_failed"
    status = 422
    next_step = "Mend or remove the file, then ingest again; everything else has gone in."

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, {"reason": reason})
        self.reason = reason


class StoreError(VerispanError):
    """The store cannot be opened, is of an unknown version, or is being written by somebody else."""

    code = "store_unavailable"
    status = 503
    next_step = "Check the --store folder; `verispan status` says what is in it."


class StoreLocked(StoreError):
    """Another process is writing to the store."""

    code = "store_locked"
    next_step = "Wait until the other ingest has ended, then run this again."


class StoreFull(StoreError):
    """The disk that the store is on, or its quota, has no room for what was to be written; nothing of that was kept."""

    code = "store_full"
    next_step = "Make room on its disk, then run this again; all that the store held before is still there."


class StoreReadOnly(StoreError):
    """The store is on a disk, or belongs to a user, that does not let this process write to it."""

    code = "store_read_only"
    next_step = "Make its folder writable for this user, or go on reading only."


class UnknownId(VerispanError):
    """Nothing has this id, or nothing that whoever asks may see."""

    code = "not_found"
    status = 404
    next_step = "Check its spelling; it may have been removed, or be for others to see."


class BadInput(VerispanError):
    """A value that came from outside is of the wrong form."""

    code = "bad_request"
    status = 400
    next_step = "Correct the request; /openapi.json describes it."

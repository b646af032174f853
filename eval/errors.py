"""What is wrong with what an eval was given."""

from __future__ import annotations

from ingest.errors import BadInput


class BadData(BadInput):
    """A file of data, a run, or what was asked of them does not fit; the message says which, where, and why."""

    code = "bad_data"
    next_step = "Mend that and run this again: what was answered is not asked twice."

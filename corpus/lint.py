"""What a curator should mend before a folder of documents is ingested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.discover import Candidate, discover
from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.review import DATES, REVIEW_EVERY, day_of, lapses

REQUIRED = ("title", "licence", "owner", "reviewed")

LAPSED = {
    "valid_until": "was valid until {}",
    "review_due": "was due for review on {}",
    "reviewed": f"was last reviewed on {{}}, over {REVIEW_EVERY.days} days ago",
}
"""What is said of a date that has passed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: the document or file, and what is wrong with it."""

    where: str
    what: str


def lint(folder: Path, today: date) -> list[Finding]:
    """List what is wrong with a folder and its manifest, sorted. Raises ManifestError where it cannot be read."""
    entries = read_manifest(folder / MANIFEST)
    seen = discover([folder], folder, "")
    found = [finding for entry in entries.values() for finding in _entry(entry, today)]
    found += [Finding(one.path, one.message) for one in seen.failures]
    found += [finding for one in seen.candidates for finding in _file(one)]
    return sorted(found, key=lambda one: (one.where, one.what))


def _file(candidate: Candidate) -> Iterator[Finding]:
    if candidate.entry is None:
        yield Finding(candidate.uri, "is not in the manifest")
    elif not candidate.file.is_file():
        yield Finding(candidate.entry.id, f"has no file: {candidate.uri}")


def _entry(entry: Entry, today: date) -> Iterator[Finding]:
    given = {**entry.metadata, "title": entry.title}
    for name in REQUIRED:
        if not given.get(name):
            yield Finding(entry.id, f"has no {name}")
    if entry.metadata.get("superseded_by"):
        return
    for name in DATES:
        if given.get(name) and day_of(given[name]) is None:
            yield Finding(entry.id, f"has a date `{name}` that is none: {given[name]}")
    for lapse in lapses(entry.metadata, today):
        yield Finding(entry.id, LAPSED[lapse.field].format(lapse.day))

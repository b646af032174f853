"""Entries of manifests: fields that miss, ids given twice, dates that have passed, successors that go in a circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from corpus.finding import Finding
from corpus.lints.contradictions import disputed
from corpus.packages import BadPackage, parse_package
from ingest.manifest import Entry
from ingest.review import DATES, REVIEW_EVERY, day_of, lapses

REQUIRED = ("title", "licence", "owner", "reviewed")

LAPSED = {
    "valid_until": "was valid until {}",
    "review_due": "was due for review on {}",
    "reviewed": f"was last reviewed on {{}}, over {REVIEW_EVERY.days} days ago",
}
"""What is said of a date that has passed."""


def findings(entries: Sequence[Entry], today: date) -> Iterator[Finding]:
    """What is wrong with entries; the dates of a document that another replaces are nobody's business any more."""
    ids = {one.id for one in entries}
    successors = {one.id: one.metadata.get("superseded_by", "") for one in entries}
    for name, count in Counter(one.id for one in entries).items():
        if count > 1:
            yield Finding(name, f"is the id of {count} files, in manifests of several folders", "duplicate-id")
    for entry in entries:
        for name in REQUIRED:
            if not {**entry.metadata, "title": entry.title}.get(name):
                yield Finding(entry.id, f"has no {name}", f"no-{name}")
        yield from _source(entry)
        for other in disputed(entry.metadata):
            if other not in ids - {entry.id}:
                yield Finding(entry.id, f"disputes what is no other document: {other}", "bad-dispute")
        if not successors[entry.id]:
            yield from _dates(entry, today)
        elif _comes_back(entry.id, successors):
            yield Finding(
                entry.id, f"is superseded by itself, by way of {successors[entry.id]}", "superseded-in-circle"
            )


def _source(entry: Entry) -> Iterator[Finding]:
    """What keeps `verispan corpus fetch` from bringing an entry's file."""
    url, package, member, pin = (entry.metadata.get(name, "") for name in ("url", "package", "member", "sha256"))
    for name, given in (("url", url), ("package", package)):
        if given and not pin:
            yield Finding(entry.id, f"names a {name}, and no sha256 to hold its file to", f"{name}-without-pin")
    if url and package:
        yield Finding(entry.id, "names both a url and a package", "two-sources")
    if package and not _is_package(package):
        said = f"names a package that is neither pypi:NAME==VERSION nor npm:NAME@VERSION: {package}"
        yield Finding(entry.id, said, "bad-package")
    if bool(package) != bool(member):
        has, lacks = ("package", "member") if package else ("member", "package")
        yield Finding(entry.id, f"names a {has}, and no {lacks}", f"{has}-without-{lacks}")


def _is_package(package: str) -> bool:
    try:
        return bool(parse_package(package))
    except BadPackage:
        return False


def _dates(entry: Entry, today: date) -> Iterator[Finding]:
    for name in DATES:
        if entry.metadata.get(name) and day_of(entry.metadata[name]) is None:
            yield Finding(entry.id, f"has a date `{name}` that is none: {entry.metadata[name]}", "bad-date")
    for lapse in lapses(entry.metadata, today):
        yield Finding(entry.id, LAPSED[lapse.field].format(lapse.day), "past-date", "warning")


def _comes_back(document_id: str, successors: Mapping[str, str]) -> bool:
    """Whether a document is among those that replace it, one after the other."""
    passed: set[str] = set()
    name = successors[document_id]
    while name and name not in passed:
        passed.add(name)
        name = successors.get(name, "")
    return document_id in passed

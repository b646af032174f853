"""What a purge looks for: fingerprints of all that a document said, and of what kept answers said that rests on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection

from ingest.identity import normalised
from ingest.redact import Redactor
from ingest.resting import CLAIMS, Claim, resting
from ingest.said import names_of, said_by
from ingest.schema import answers
from ingest.staying import said_by_what_stays
from ingest.store import Store
from ingest.traces import Trace, Traces, traces_of
from ingest.unread import Unread


@dataclass(frozen=True, slots=True)
class Sought:
    """The fingerprints, and of how many texts of the document, and of how many claims, they are.

    `too_short` texts cannot be told from what may stand anywhere, `short_names` of them titles and headings; the
    `excepted` ones are said by what stays too.
    """

    traces: frozenset[Trace]
    sentences: int
    claims: int
    too_short: int
    short_names: int
    excepted: tuple[str, ...]
    said_since: int = 0
    """Fingerprints that are not looked for any more: others said such texts before a purge that was cut off went on."""

    def without(self, stays: Iterable[bytes]) -> Sought:
        """Less what stays now, be it said only since this purge was begun."""
        sought = Traces(self.traces)
        since = {one.trace for data in stays for one in sought.found_in(data)}
        return replace(self, traces=self.traces - since, said_since=self.said_since + len(since))

    def as_json(self) -> dict[str, Any]:
        """As it is kept until the proof has passed."""
        return asdict(self) | {"traces": sorted(self.traces), "excepted": list(self.excepted)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Sought:
        """What `as_json` gave; a purge that an older version has begun counted no claims and no names."""
        counted: dict[str, Any] = {"claims": 0, "short_names": 0, **kept}
        traces = frozenset(Trace(*one) for one in kept["traces"])
        return cls(**(counted | {"traces": traces, "excepted": tuple(kept["excepted"])}))


class Retold:
    """What kept answers say of a document: the titles that they give it, and their claims that rest on it."""

    def __init__(self, document_id: str) -> None:
        self._unread, self._redactor = Unread(answers.c.id), Redactor(document_id, Traces(()))
        self._own, self._others, self._titles = set[str](), set[str](), set[str]()

    def read(self, connection: Connection) -> bool:
        """Read the answers that were not read yet; whether they change what is told."""
        before = (self.titles, self.claims)
        for row in self._unread.rows(connection):
            self._read(row.body)
        return (self.titles, self.claims) != before

    @property
    def titles(self) -> frozenset[str]:
        """The titles that answers give the document: those of earlier manifests are kept nowhere else."""
        return frozenset(self._titles)

    @property
    def claims(self) -> frozenset[str]:
        """What claims say that rest on the document, less what one that cites others alone says too."""
        return frozenset(text for text in self._own if normalised(text) not in self._others)

    def _read(self, body: Mapping[str, Any]) -> None:
        given = (one.get("title") for one in _documents(body) if one.get("id") == self._redactor.document_id)
        self._titles |= {title for title in given if isinstance(title, str) and title.strip()}
        rest = resting(body, self._redactor.is_cited_by)
        for name, claim in _claims(body):
            if name in rest:
                self._own.add(claim["text"])
            elif claim.get("citations"):
                self._others.add(normalised(claim["text"]))


def sought(store: Store, document_id: str, retold: Retold, stays: Iterable[bytes]) -> Sought:
    """What a purge of a document has to look for: what it said, less what stays. Raises UnknownId."""
    names = names_of(store, document_id) | retold.titles
    texts, claims = said_by(store, document_id) | names, retold.claims
    shared = said_by_what_stays(texts | claims, stays)
    told = {text: found for text in texts - shared if (found := traces_of(text))}
    rested = {text: found for text in claims - texts - shared if (found := traces_of(text))}
    short = texts - shared - told.keys()
    traces = frozenset[Trace]().union(*told.values(), *rested.values())
    return Sought(traces, len(told), len(rested), len(short), len(short & names), tuple(sorted(shared)))


def _claims(body: Mapping[str, Any]) -> Iterator[tuple[Claim, Mapping[str, Any]]]:
    return ((Claim(name, at), one) for name in CLAIMS for at, one in enumerate(body.get(name, ())))


def _documents(value: Any) -> Iterator[Mapping[str, Any]]:
    """All that an answer says of a document under that name."""
    if isinstance(value, Mapping):
        if isinstance(value.get("document"), Mapping):
            yield value["document"]
        inner: Collection[Any] = value.values()
    else:
        inner = value if isinstance(value, list) else ()
    for one in inner:
        yield from _documents(one)

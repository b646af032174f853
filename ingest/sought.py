"""What a purge looks for: fingerprints of all that a document said, and of what kept answers said that rests on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select

from ingest.identity import normalised
from ingest.redact import Redactor
from ingest.resting import CLAIMS, Claim, resting
from ingest.said import also_said, names_of, said_by
from ingest.schema import answers
from ingest.store import Store
from ingest.traces import Trace, Traces, traces_of


@dataclass(frozen=True, slots=True)
class Sought:
    """The fingerprints, and of how many texts of the document, and of how many claims, they are.

    `too_short` texts cannot be told from what may stand anywhere, `short_names` of them titles and headings; the
    `excepted` ones other documents say too.
    """

    traces: frozenset[Trace]
    sentences: int
    claims: int
    too_short: int
    short_names: int
    excepted: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is kept until the proof has passed."""
        return asdict(self) | {"traces": sorted(self.traces), "excepted": list(self.excepted)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Sought:
        """What `as_json` gave; a purge that an older version has begun counted no claims and no names."""
        counted: dict[str, Any] = {"claims": 0, "short_names": 0, **kept}
        traces = frozenset(Trace(*one) for one in kept["traces"])
        return cls(**(counted | {"traces": traces, "excepted": tuple(kept["excepted"])}))


def sought(store: Store, document_id: str) -> Sought:
    """What a purge of a document has to look for. Raises UnknownId."""
    names, claims = names_of(store, document_id), set[str]()
    with store.engine.connect() as connection:
        names |= _titles_given(connection, document_id)
        claims |= _claims_of(connection, document_id)
    texts = said_by(store, document_id) | names
    shared = also_said(store, document_id, texts | claims)
    told = {text: found for text in texts - shared if (found := traces_of(text))}
    rested = {text: found for text in claims - texts - shared if (found := traces_of(text))}
    short = texts - shared - told.keys()
    traces = frozenset[Trace]().union(*told.values(), *rested.values())
    return Sought(traces, len(told), len(rested), len(short), len(short & names), tuple(sorted(shared & texts)))


def _titles_given(connection: Connection, document_id: str) -> frozenset[str]:
    """The titles that kept answers give the document: those of earlier manifests are kept nowhere else."""
    found = (
        one.get("title") for body in _bodies(connection) for one in _documents(body) if one.get("id") == document_id
    )
    return frozenset(title for title in found if isinstance(title, str) and title.strip())


def _claims_of(connection: Connection, document_id: str) -> frozenset[str]:
    """What claims of kept answers say that rest on the document, less what one that cites others alone says too."""
    redactor, own, others = Redactor(document_id, Traces(())), set[str](), set[str]()
    for body in _bodies(connection):
        rest = resting(body, redactor.is_cited_by)
        for name, claim in _claims(body):
            if name in rest:
                own.add(claim["text"])
            elif claim.get("citations"):
                others.add(normalised(claim["text"]))
    return frozenset(text for text in own if normalised(text) not in others)


def _bodies(connection: Connection) -> Iterator[dict[str, Any]]:
    rows = connection.execution_options(yield_per=100).execute(select(answers.c.body))
    return (row.body for row in rows)


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

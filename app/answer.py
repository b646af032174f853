"""The main path: a question in, an answer out whose every claim was checked. Start reading here.

    understand -> retrieve -> rank spans -> draft claims -> verify each, look for what contradicts it -> decide

`answer` is a generator, so that a page can show sources first, then claims, then verdicts; `answer_whole` is its end.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

from app.as_of import with_outdated
from app.cite import cite
from app.decide import decide, near_misses
from app.disputes import Disputes
from app.drafter import draft_claims
from app.evidence import RELEVANCE_FLOOR, rank_spans, within_budget
from app.follow_up import said_before, understand
from app.receipts.made import receipt_of
from app.record import Record
from app.retrieve import Filters, retrieve
from app.services import Services
from app.superseded import superseded_notes
from app.types import Answer, Checked, Citation, Claim, Searched
from app.wire import Json, answer_json
from ingest.errors import StoreError
from ingest.store import Store
from ingest.types import Hit


@dataclass(frozen=True, slots=True)
class Request:
    """A question with what its asker chose; a field left None takes the settings' value.

    `keep` says whether the answer is kept in the store, so that it can be looked up again. `follows` is the id of the
    kept answer that the question was asked after. `as_of` is a generation of the store, or a date or time in ISO 8601:
    the question is answered from the documents as they were then.
    """

    question: str
    model: str | None = None
    min_confidence: float | None = None
    filters: Filters = field(default_factory=Filters)
    keep: bool = True
    follows: str | None = None
    as_of: int | str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """First event where a question leans on what was said before: `query` is what is searched and answered."""

    question: str
    query: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was retrieved, a fraction of a second before it is known which of its spans are worth citing."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved, and the spans that a draft may cite."""

    hits: tuple[Hit, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A claim as it was drafted, not yet checked. `index` counts the claims of the answer from 0."""

    index: int
    claim: Claim


@dataclass(frozen=True, slots=True)
class Judged:
    """The claim `index` with its verdict."""

    index: int
    checked: Checked


@dataclass(frozen=True, slots=True)
class Done:
    """Last event: the answer, as it was kept, and its receipt."""

    answer: Answer
    receipt: Json


Event = Understood | Retrieved | Found | Drafted | Judged | Done


def answer(request: Request, services: Services) -> Generator[Event]:
    """Answer a question from the newest generation of the store, or an older one that is asked for, event by event.

    Raises UnknownModel before the first event, UnknownId for an answer to follow that is not there, and BadInput for an
    `as_of` at which there was nothing. A model that fails later is replaced: as drafter by quotations, as verifier by
    overlap; a note says so.
    """
    settings = services.settings_for(request.model, request.min_confidence)
    view, record = services.view(request.as_of), Record()

    with record.stage("retrieve"):
        query = understand(request.question, said_before(request.follows, services.store))
        hits = retrieve(query, view, request.filters, settings, settings.passages)
    if query != request.question:
        yield Understood(request.question, query)
    yield Retrieved(hits)

    with record.stage("retrieve"):
        ranked = rank_spans(query, hits, services.relevance)
        shown = within_budget([one for one in ranked if one.relevance >= RELEVANCE_FLOOR], settings.evidence_tokens)
        evidence = cite(services.store, [one.span for one in shown])
    yield Found(hits, tuple(evidence))

    ladder, offered = services.ladder(settings, record), frozenset(one.span.id for one in shown)
    disputes = Disputes(services.store, view, request.filters, settings, services.contradicting(settings))
    claims = draft_claims(query, list(zip(shown, evidence, strict=True)), services, settings, record)
    checked: list[Checked] = []
    for index, claim in enumerate(record.each("draft", claims)):
        yield Drafted(index, claim)
        with record.stage("verify"):
            [verdict] = ladder.verify(query, [claim], offered, checked)
            checked.append(disputes.beside(Checked(claim, verdict)))
        yield Judged(index, checked[-1])

    searched, proven = Searched(query, hits, near_misses(ranked, checked, offered)), ladder.is_proven(checked)
    record.notes += superseded_notes(checked, view.superseded())
    asked, as_of = request.question, with_outdated(view.as_of, checked, services.store)
    done = decide(settings.model, asked, checked, searched, record, proven, view.generation, request.follows, as_of)
    ended = Done(done, receipt_of(done, checked, ladder.thresholds, settings, services))
    yield kept(ended, services.store) if request.keep else ended


def kept(ended: Done, store: Store) -> Done:
    """Keep an answer with its receipt. One that cannot be kept, for another writes to the store or its disk refuses,
    says so in a note."""
    done = ended.answer
    try:
        store.save_answer(done.id, done.created, answer_json(done), receipt=ended.receipt)
    except StoreError as error:
        noted = replace(done, notes=(*done.notes, f"This answer could not be kept: {error.message}"))
        return replace(ended, answer=noted)
    return ended


def answer_whole(request: Request, services: Services) -> Answer:
    """Answer a question and wait for the end."""
    [done] = [event for event in answer(request, services) if isinstance(event, Done)]
    return done.answer

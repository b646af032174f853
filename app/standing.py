"""Kept answers whose sources have changed, checked again: each shown claim against what stands there now.

A claim all of whose cited texts still stand, word for word, needs no check. One of which a cited text was changed
climbs the ladder again, with the successors as its evidence; a quotation too, since whether the new sentence says what
the old one said is for the verifier. One of which a cited text is gone is supported no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.checks.fallback import Fallback
from app.checks.ladder import Ladder
from app.checks.premises import rests_on
from app.checks.trusted import WeightsRefused
from app.cite import cite
from app.guarantee import Thresholds
from app.services import Services
from app.settings import Settings
from app.stale import Now, resolved
from app.types import Checked, Claim, Verdict
from app.wire import Json
from ingest.cited import outdated_of
from ingest.errors import StoreFull, StoreLocked, StoreReadOnly
from ingest.identity import parse_id
from ingest.standing import WATCHED, Status, newest, settle
from ingest.store import Store
from ingest.types import Span

AT_ONCE = 100
"""How many answers are read from the table at once."""

Progress = Callable[[str, int, int], None]

Failed = Callable[[str | None, Exception], None]
"""Called with the id of an answer that could not be checked, and why; without an id where none could be any more."""

OF_ALL = (WeightsRefused, StoreFull, StoreReadOnly, StoreLocked)
"""Errors that every other answer would meet too: they end the run, and are told once."""


Found = Mapping[str, Now]

GONE = "What it cites is gone from the documents."


def _raised(_answer_id: str | None, error: Exception) -> None:
    raise error


def check_standings(
    services: Services, verifier: str = "", progress: Progress | None = None, failed: Failed = _raised
) -> Counter[Status]:
    """Check the unchecked answers, those given last first, and count what has become of them.

    `verifier` is named as in settings. Left out, it is theirs, but where they would ask a language model about some
    claims (`auto`) it is `small`: thousands of answers would take hours. Of an answer that cannot be checked, which
    stays unchecked, `failed` is told; where nothing is told, its error is raised.
    """
    done = Counter[Status]()
    for status in each_checked(services, verifier, failed):
        done[status] += 1
        if progress:
            progress("answers", done.total(), 0)
    return done


def each_checked(services: Services, verifier: str = "", failed: Failed = _raised) -> Iterator[Status]:
    """What has become of each unchecked answer, as soon as that is written, so that this may be interrupted.

    One whose sources change meanwhile stays unchecked, and is taken up again.
    """
    checker = _Checker(services, quick(services.settings, verifier), failed)
    try:
        while waiting := _waiting(services.store, checker.left):
            for answer_id in waiting:
                if status := checker.tried(answer_id):
                    yield status
    except OF_ALL as error:
        failed(None, error)


def _waiting(store: Store, left: Collection[str]) -> list[str]:
    """The unchecked answers that are taken up next, but for those that could not be checked."""
    found = newest(store.engine, "unchecked", AT_ONCE + len(left))
    return [one.answer_id for one in found if one.answer_id not in left]


def quick(settings: Settings, verifier: str = "") -> Settings:
    """Settings with the verifier that answers are checked again with."""
    return replace(settings, verifier=verifier or ("small" if settings.verifier == "auto" else settings.verifier))


@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks answers one by one; those that could not be checked are `left`."""

    services: Services
    settings: Settings
    failed: Failed
    left: set[str] = field(default_factory=set)

    def tried(self, answer_id: str) -> Status | None:
        """Check an answer, or say why it could not be; None where it stays unchecked."""
        try:
            return self.check(answer_id)
        except OF_ALL:
            raise
        except Exception as error:  # one answer must not keep the others from being checked
            self.left.add(answer_id)
            self.failed(answer_id, error)
            return None

    def check(self, answer_id: str) -> Status | None:
        """Check an answer and write what was found; None where an ingest has come between."""
        store = self.services.store
        generation = store.generation()
        answer = store.answer(answer_id)
        found = _became(store, answer, generation)
        verdicts = self._verdicts(answer, found)
        status = _status(verdicts, found)
        moved_on = {name: one for name, one in found.items() if one.status != "current"}
        detail = {
            "verifier": self.services.verifier_name(self.settings),
            "citations": [_citation(name, one) for name, one in moved_on.items()],
            "claims": [{"supported": one.label == "supported", "reason": _reason(one)} for one in verdicts],
            WATCHED: sorted({name for cited, one in moved_on.items() for name in _watched(store, cited, one)}),
        }
        return status if settle(store.engine, answer_id, status, detail, generation) else None

    def _verdicts(self, answer: Json, found: Found) -> list[Verdict]:
        """One verdict for each shown claim, in order."""
        ladder, checked = self._ladder(answer), list[Checked]()
        for wire in answer["claims"]:
            cited = [found[one["id"]] for one in wire["citations"]]
            checked.append(_known(wire, cited, checked) or self._again(answer, wire["text"], cited, checked, ladder))
        return [one.verdict for one in checked]

    def _again(
        self, answer: Json, text: str, cited: Sequence[Now], earlier: Sequence[Checked], ladder: Ladder
    ) -> Checked:
        """Let a claim climb the ladder, with what stands there now as its evidence."""
        spans = [one.span for one in cited if one.span]
        claim = Claim(text, tuple(cite(self.services.store, spans)))
        offered = frozenset(span.id for span in spans)
        [verdict] = ladder.verify(answer["searched"]["query"], [claim], offered, earlier)
        return Checked(claim, verdict)

    def _ladder(self, answer: Json) -> Ladder:
        """The checks, with the least confidence that the answer's claims had to have, as far as it can be known."""
        least = min([self.settings.min_confidence, *(one["confidence"] for one in answer["claims"])])
        services = self.services
        verifier = Fallback(services.verifier(self.settings), services.small, lambda _: None)
        return Ladder(verifier, services.relevance, services.store.text_at, Thresholds(least, {}, lambda _: ""))


def _became(store: Store, answer: Json, generation: int) -> Found:
    """What has become of each citation of the shown claims, by its id; one that is only elsewhere is `current`.

    So is one that stood no longer when the answer was given as of an earlier generation: that is what it was to say.
    """
    cited = {one["id"]: one for claim in answer["claims"] for one in claim["citations"]}
    current = store.spans_by_id(store.current_ids(cited) | outdated_of(answer) & cited.keys())
    moved_on = {name: resolved(store, one, generation) for name, one in cited.items() if name not in current}
    found = {name: Now("current", span) for name, span in current.items()}
    return found | {name: Now(one.status, one.now) if one else Now("gone", None) for name, one in moved_on.items()}


def _known(wire: Json, cited: Sequence[Now], earlier: Sequence[Checked]) -> Checked | None:
    """A claim of which no verifier has to be asked: what it cites is gone, or stands as it was; else None."""
    claim = Claim(wire["text"], ())
    if not all(one.span for one in cited):
        return Checked(claim, Verdict("unsupported", 0.0, (), GONE))
    if not all(map(_stands, cited)):
        return None
    fallen = [earlier[at] for at in rests_on(claim.text, [one.claim.text for one in earlier])]
    reason = next((f'It rests on "{one.claim.text}", which holds no more.' for one in fallen if one.verdict.reason), "")
    return Checked(claim, Verdict("unsupported" if reason else "supported", wire["confidence"], (), reason))


def _status(verdicts: Sequence[Verdict], found: Found) -> Status:
    if any(one.label != "supported" for one in verdicts):
        return "broken"
    return "holds" if all(map(_stands, found.values())) else "changed"


def _stands(one: Now) -> bool:
    """Whether a cited text still stands word for word, be it elsewhere or in a longer sentence."""
    return one.status in ("current", "moved")


def _reason(verdict: Verdict) -> str:
    """Why a claim is supported no more; one that is, but is less relevant to the question now, counts."""
    return "" if verdict.label == "supported" else verdict.reason


def _citation(name: str, one: Now) -> Json:
    """A citation of a standing; its `successor` is the id of what stands there now, where it has another one."""
    return {"id": name, "status": one.status, "successor": one.span.id if one.span and one.span.id != name else None}


def _watched(store: Store, name: str, one: Now) -> list[str]:
    """What a finding hangs on: the spans that hold the text or its successor, else all of its document."""
    if one.span and one.span.id != name:
        return [one.span.id]
    return (_around(store, one.span) if one.span else []) or [parse_id(name).document_id]


def _around(store: Store, place: Span) -> list[str]:
    today = store.spans_at(place.document_id, store.generation())
    return [span.id for span in today if span.start < place.end and place.start < span.end]

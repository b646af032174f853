"""What became of documents, generation by generation: their revisions, and which spans came, changed and went.

Spans are compared by their ids and texts; one that only moved is none of the changes. Where a text went away and one
that is much like it came, the one is taken to have become the other, as `ingest.resolve` takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from sqlalchemy import select

from ingest.errors import BadInput, UnknownId
from ingest.identity import normalised
from ingest.purged import purge_of
from ingest.resolve import ALIKE_ELSEWHERE, ALIKE_IN_PLACE, DiffPart, most_alike, word_diff
from ingest.schema import generations, revisions, spans
from ingest.store import Store
from ingest.types import Span

What = Literal["added", "changed", "retired", "restored", "purged"]


class OneRevision(UnknownId):
    """A document has no earlier revision."""

    next_step = "There is nothing to compare; `verispan corpus show` writes its text."


@dataclass(frozen=True, slots=True)
class Logged:
    """What a generation did to a document: its revision from then on, None where it has none any more.

    `committed_at` is None where it is not known. `added`, `changed` and `removed` count spans; of what was purged
    nothing is counted, and `why` says by whom and why that was.
    """

    document_id: str
    what: What
    revision: str | None
    generation: int
    committed_at: str | None
    added: int = 0
    changed: int = 0
    removed: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class SpanChange:
    """A span that came (`before` is None), went (`after` is None), or became another, with the words that differ."""

    before: Span | None
    after: Span | None
    diff: tuple[DiffPart, ...] = ()

    @property
    def kind(self) -> Literal["added", "changed", "removed"]:
        """Which of the three it is."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


class _State(NamedTuple):
    """What there is of a document from a generation on; no revision where it is retired."""

    generation: int
    revision: str | None
    spans: tuple[Span, ...]


def log(store: Store, document_id: str | None = None) -> tuple[Logged, ...]:
    """What became of a document, or of all of them: sorted by (-generation, document id). Raises UnknownId."""
    names = [one.id for one in store.documents()] if document_id is None else [store.document(document_id).id]
    times = _times(store)
    found = [one for name in names for one in _logged(store, name, times)]
    return tuple(sorted(found, key=lambda one: (-one.generation, one.document_id)))


def logged_json(one: Logged) -> dict[str, Any]:
    """An entry of the log as plain JSON values; `why` is there only of what was purged."""
    wire: dict[str, Any] = {
        "document": one.document_id,
        "what": one.what,
        "revision": one.revision,
        "generation": one.generation,
        "committed_at": one.committed_at,
        "spans": {"added": one.added, "changed": one.changed, "removed": one.removed},
    }
    return wire | ({"why": one.why} if one.why else {})


def full_revision(store: Store, document_id: str, beginning: str | None) -> str:
    """The revision of a document that begins so, its newest for None. Raises UnknownId, and BadInput where several do.

    A document that was retired has a newest one too.
    """
    document, purge = store.document(document_id), purge_of(store, document_id)
    if purge:
        raise UnknownId(f"{document_id} was purged on {purge.at[:10]} by {purge.by}: {purge.why}")
    if beginning is None:
        return document.current_revision
    found = [one for one in store.revisions(document_id) if one.startswith(beginning)]
    if not found:
        raise UnknownId(f"{document_id} has no revision {beginning!r}; `verispan corpus log {document_id}` lists them")
    if len(found) > 1:
        raise BadInput(f"{len(found)} revisions of {document_id} begin with {beginning!r}; give more of it")
    return found[0]


def previous_revision(store: Store, document_id: str) -> str:
    """The revision before a document's newest. Raises OneRevision where there was none, UnknownId."""
    known = [one.revision for one in _states(store, document_id) if one.revision]
    newest = store.document(document_id).current_revision
    earlier = [one for one in known if one != newest]
    if not earlier:
        raise OneRevision(f"{document_id} has had one revision only")
    return earlier[-1]


def diff(store: Store, document_id: str, old: str, new: str) -> tuple[SpanChange, ...]:
    """What differs between two revisions of a document, in reading order. Raises UnknownId."""
    last = {one.revision: one.spans for one in _states(store, document_id)}
    for revision in (old, new):
        if revision not in last:
            raise UnknownId(f"{document_id} has no revision {revision!r}")
    return compare(last[old], last[new])


def compare(before: Sequence[Span], after: Sequence[Span]) -> tuple[SpanChange, ...]:
    """What differs between the spans of two revisions, in reading order."""
    known, today = {one.id for one in before}, {one.id for one in after}
    became = _pairs([one for one in before if one.id not in today], before, after, known)
    taken = {one.id for one in became.values() if one}
    found: list[SpanChange] = []
    for gone, came in _stretches(before, after):
        for old in gone:
            if old.id in became:
                found += _change(old, became[old.id])
        found += [SpanChange(None, new) for new in came if new.id not in known and new.id not in taken]
    return tuple(found)


def _change(old: Span, new: Span | None) -> list[SpanChange]:
    """How a span differs from what became of it; nothing where the text is the same under another id."""
    if new is None:
        return [SpanChange(old, None)]
    if normalised(old.text) == normalised(new.text):
        return []
    return [SpanChange(old, new, word_diff(old.text, new.text))]


def _pairs(
    gone: Sequence[Span], before: Sequence[Span], after: Sequence[Span], known: set[str]
) -> dict[str, Span | None]:
    """What each span that went became, by id: the same text, else one like it in its place, else one anywhere."""
    here = {old.id: came for stretch, came in _stretches(before, after) for old in stretch}
    free = {one.id: one for one in after if one.id not in known}
    became: dict[str, Span | None] = {}
    for same in (True, False):  # what only has another id is not to be taken for a change of something else
        for old in gone:
            if became.get(old.id):
                continue
            near = [one for one in here[old.id] if one.id in free]
            found = _same(old, [*near, *free.values()]) if same else _alike(old, near, list(free.values()))
            became[old.id] = found
            if found:
                del free[found.id]
    return became


def _same(old: Span, spans_now: Sequence[Span]) -> Span | None:
    return next((one for one in spans_now if normalised(one.text) == normalised(old.text)), None)


def _alike(old: Span, near: Sequence[Span], anywhere: Sequence[Span]) -> Span | None:
    return most_alike(old, near, ALIKE_IN_PLACE) or most_alike(old, anywhere, ALIKE_ELSEWHERE)


def _stretches(before: Sequence[Span], after: Sequence[Span]) -> Iterator[tuple[Sequence[Span], Sequence[Span]]]:
    """The stretches in which two revisions differ: what stood there, and what stands there now."""
    matcher = SequenceMatcher(None, [one.id for one in before], [one.id for one in after], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield before[i1:i2], after[j1:j2]


def _logged(store: Store, document_id: str, times: dict[int, str]) -> Iterator[Logged]:
    purge = purge_of(store, document_id)
    if purge:
        why = f"by {purge.by}: {purge.why}"
        yield Logged(document_id, "purged", None, purge.generation, times.get(purge.generation, purge.at), why=why)
        return
    before: _State | None = None
    for state in _states(store, document_id):
        kinds = [one.kind for one in compare(before.spans if before else (), state.spans)]
        counts = (kinds.count("added"), kinds.count("changed"), kinds.count("removed"))
        time = times.get(state.generation)
        yield Logged(document_id, _what(before, state), state.revision, state.generation, time, *counts)
        before = state


def _what(before: _State | None, state: _State) -> What:
    if before is None:
        return "added"
    if state.revision is None:
        return "retired"
    return "changed" if before.revision else "restored"


def _states(store: Store, document_id: str) -> Iterator[_State]:
    """The revisions that a document has had, one after the other, and when it was retired between them.

    A change that leaves the revision as it is, such as of boxes on a page, is none.
    """
    store.document(document_id)  # hidden ones have no past either
    first = _first_generations(store, document_id)
    revision: str | None = None
    for generation in _generations_of(store, document_id):
        found = store.spans_at(document_id, generation)
        now = found[0].revision if found else first.get(generation)
        if now != revision:
            revision = now
            yield _State(generation, now, found)


def _first_generations(store: Store, document_id: str) -> dict[int, str]:
    query = select(revisions.c.first_generation, revisions.c.revision).where(revisions.c.document_id == document_id)
    with store.engine.connect() as connection:
        return {row.first_generation: row.revision for row in connection.execute(query)}


def _generations_of(store: Store, document_id: str) -> list[int]:
    """The generations in which something of a document came or went, sorted."""
    query = select(spans.c.first_generation, spans.c.last_generation).where(spans.c.document_id == document_id)
    with store.engine.connect() as connection:
        rows = connection.execute(query.distinct()).all()
    ended = {last + 1 for _, last in rows if last is not None}
    return sorted({first for first, _ in rows} | ended | _first_generations(store, document_id).keys())


def generation_by(store: Store, time: datetime) -> int:
    """The newest generation that was committed by a time, 0 where there was none, or it is not known of any."""
    found = [number for number, at in _times(store).items() if datetime.fromisoformat(at) <= time]
    return max(found, default=0)


def _times(store: Store) -> dict[int, str]:
    with store.engine.connect() as connection:
        return {row.number: row.committed_at for row in connection.execute(select(generations))}

"""What has become of a citation: whether its text still stands in its document, and where, or what took its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from ingest.boxes import boxes_of
from ingest.errors import UnknownId
from ingest.identity import normalised, parse_id
from ingest.purged import Purge, is_purged_citation, purge_of
from ingest.rows import StoredDocument
from ingest.store import Store
from ingest.types import Span

Status = Literal["current", "moved", "changed", "gone", "purged"]

ALIKE_IN_PLACE = 0.4
"""Similarity of words, in [0, 1], above which a span that stands where the cited one stood is its successor."""

ALIKE_ELSEWHERE = 0.7
"""The same for a span that is new anywhere else in the document."""

MOVED_WORDS = 4
"""From this many words on, a text that stands within a longer one is taken to be the one that was cited."""

_WORD = re.compile(r"\S+\s*")


class DiffPart(NamedTuple):
    """A run of words of a diff: in both texts, in the old one only, or in the new one only."""

    kind: Literal["equal", "delete", "insert"]
    text: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """A citation, then and now.

    `cited` is the span as it was cited, with its text; None where that was purged, and `purge` says by whom. `now` is
    where the text stands (`current`, `moved`) or its successor (`changed`). `diff` goes from the old text to the new.
    """

    status: Status
    document: StoredDocument
    cited: Span | None
    now: Span | None = None
    diff: tuple[DiffPart, ...] = ()
    purge: Purge | None = None


class _Place(NamedTuple):
    """A span of the past or of today, with the last generation that showed it; None for today's."""

    span: Span
    last_generation: int | None


def resolve(store: Store, citation_id: str, revision: str | None = None, start: int | None = None) -> Resolution:
    """Find what a citation means today. `revision` and `start` say where it stood when it was cited.

    Raises BadInput when the id is none, UnknownId when nothing was ever cited by it.
    """
    document = store.document(parse_id(citation_id).document_id)
    purge = purge_of(store, document.id)
    if purge and is_purged_citation(store, citation_id):
        return Resolution("purged", document, None, purge=purge)
    places = [_Place(*place) for place in store.history(citation_id)]
    if not places:
        raise UnknownId(f"nothing was ever cited as {citation_id!r}")
    cited = _as_cited(places, revision, start).span
    if document.status == "retired":
        return Resolution("gone", document, cited)
    today = store.spans_at(document.id, store.generation())
    same = next((span for span in today if span.id == citation_id), None)
    if same is not None:
        asked = cited.start if start is None else start
        return Resolution("current" if same.start == asked else "moved", document, cited, same)
    return _without_its_id(store, document, cited, places[-1], today)


def word_diff(old: str, new: str) -> tuple[DiffPart, ...]:
    """Say which words were kept, deleted and inserted; the kept and deleted parts together are the old text."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    parts: list[DiffPart] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(DiffPart("equal", "".join(before[i1:i2])))
            continue
        if i1 < i2:
            parts.append(DiffPart("delete", "".join(before[i1:i2])))
        if j1 < j2:
            parts.append(DiffPart("insert", "".join(after[j1:j2])))
    return tuple(parts)


def _as_cited(places: Sequence[_Place], revision: str | None, start: int | None) -> _Place:
    """Give the newest place that fits what is known of the citation."""
    fits = [one for one in places if revision in (None, one.span.revision) and start in (None, one.span.start)]
    return (fits or places)[-1]


def _without_its_id(
    store: Store, document: StoredDocument, cited: Span, last: _Place, today: Sequence[Span]
) -> Resolution:
    """Resolve a citation whose id the current revision does not hold: by its text, by its place, by likeness."""
    generation = store.generation() if last.last_generation is None else last.last_generation
    before = store.spans_at(document.id, generation)
    here = _in_its_place(before, last.span, today)
    moved = _same_text(cited, [*here, *today]) or _within_text(store, document, cited, today)
    if moved is not None:
        return Resolution("moved", document, cited, moved)
    changed = _heir(store, last) or _successor(cited, last.span, before, today)
    if changed is None:
        return Resolution("gone", document, cited)
    return Resolution("changed", document, cited, changed, word_diff(cited.text, changed.text))


def _heir(store: Store, last: _Place) -> Span | None:
    """Find the span of today that took a span's place, or the place of the one that did, and so on.

    Edit by edit a sentence is followed through more changes than its first and its last words would tell.
    """
    while last.last_generation is not None:
        before, after = (store.spans_at(last.span.document_id, last.last_generation + one) for one in (0, 1))
        heir = _successor(last.span, last.span, before, after)
        if heir is None:
            return None
        last = _Place(*store.history(heir.id)[-1])
    return last.span


def _successor(cited: Span, last: Span, before: Sequence[Span], after: Sequence[Span]) -> Span | None:
    """Find what took the place of a span, which stood last at `last`, among the spans after an edit."""
    known = {span.id for span in before}
    return most_alike(cited, _in_its_place(before, last, after), ALIKE_IN_PLACE) or most_alike(
        cited, [span for span in after if span.id not in known], ALIKE_ELSEWHERE
    )


def _in_its_place(before: Sequence[Span], last: Span, today: Sequence[Span]) -> Sequence[Span]:
    """Give the spans that took the place of a stretch of spans with the cited one in it."""
    old = [span.id for span in before]
    place = old.index(last.id)
    matcher = SequenceMatcher(None, old, [span.id for span in today], autojunk=False)
    ranges = (today[j1:j2] for _, i1, i2, j1, j2 in matcher.get_opcodes() if i1 <= place < i2)
    return next(ranges, ())


def _same_text(cited: Span, spans: Iterable[Span]) -> Span | None:
    text = normalised(cited.text)
    return next((span for span in spans if normalised(span.text) == text), None)


def _within_text(store: Store, document: StoredDocument, cited: Span, today: Sequence[Span]) -> Span | None:
    """Find the cited text where it now stands as part of another span, or of a heading.

    A few words, which any sentence may have in it, must be most of what they are part of.
    """
    text = store.canonical_text(document.id, document.current_revision)
    layout = store.layout(document.id, document.current_revision)
    words = cited.text.split()
    pattern = r"\s+".join(re.escape(word) for word in words)
    headings = [(block.start, block.end) for block in layout.blocks if block.kind == "heading"]
    wholes = [*((span.start, span.end) for span in today), *headings]
    found = re.finditer(rf"(?<!\w){pattern}(?!\w)", text)
    match = next((one for one in found if len(words) >= MOVED_WORDS or _is_most(one.span(), wholes)), None)
    if match is None:
        return None
    boxes = boxes_of(layout, *match.span())
    return replace(
        cited,
        revision=document.current_revision,
        start=match.start(),
        end=match.end(),
        text=match[0],
        header=None,
        page=boxes[0].page if boxes else None,
        boxes=boxes,
    )


def _is_most(part: tuple[int, int], wholes: Iterable[tuple[int, int]]) -> bool:
    """Say whether a range is more than half of one of those that it lies in."""
    (start, end), length = part, part[1] - part[0]
    return any(first <= start and end <= last and 2 * length > last - first for first, last in wholes)


def most_alike(cited: Span, spans: Iterable[Span], least: float) -> Span | None:
    """Find the span whose words are most like the cited ones (Ratcliff and Obershelp), if more so than `least`."""
    matcher: SequenceMatcher[str] = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(cited.text.split())
    best, most = None, least
    for span in spans:
        matcher.set_seq1(span.text.split())
        if matcher.quick_ratio() > most and matcher.ratio() > most:
            best, most = span, matcher.ratio()
    return best

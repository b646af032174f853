"""What a change of a curated folder would break: texts that kept answers cite, or that golden answers rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from corpus.fate import STANDS, Fate, fates
from corpus.golden import Golden, spans_of, stands
from corpus.rehearsal import copied, rehearse
from ingest.identity import parse_id
from ingest.prepare import Loading
from ingest.report import IngestReport
from ingest.schema import cited
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Broken:
    """A text that would not stand as it does: its document, what would become of it, and who needs it.

    `status` is one of `ingest.resolve`, or `missing` for a golden text that did not stand before either; `now` is what
    would stand in its place, if anything; `needed_by` are ids of answers or of questions, sorted.
    """

    document: str
    status: str
    text: str
    now: str
    needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingest would do, and what it would break: texts of kept answers, and golden texts."""

    report: IngestReport
    answers: tuple[Broken, ...]
    golden: tuple[Broken, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing would break, and every file could be read."""
        return not (self.answers or self.golden or self.report.failures)


def check(
    folder: Path, store_path: Path, golden: Sequence[Golden], collection: str, loader: Loading | None = None
) -> Outcome:
    """Ingest the folder into a copy of the store, and see what became of what is cited. The store is not written to.

    A citation that stands no longer as it is, and that would be just as it is now, is not named. Raises StoreError,
    ManifestError.
    """
    with copied(store_path) as store:
        kept = _kept(store)
        places = {one: [span.id for span in spans_of(store, one)] for one in golden}
        before = fates(store, kept)
        report = rehearse(store, folder, collection, loader)
        answers = _changed(before, fates(store, kept), kept)
        lost = [_lost(store, one, places[one]) for one in golden if not stands(store, one)]
    return Outcome(report, tuple(answers), tuple(sorted(lost, key=lambda one: (one.document, one.needed_by))))


def _kept(store: Store) -> dict[str, tuple[str, ...]]:
    """The citation ids that shown claims of kept answers rest on, each with the answers' ids."""
    query = select(cited.c.citation_id, cited.c.answer_id).where(cited.c.shown).order_by(cited.c.answer_id)
    found: dict[str, list[str]] = defaultdict(list)
    with store.engine.connect() as connection:
        for citation_id, answer_id in connection.execute(query):
            found[citation_id].append(answer_id)
    return {name: tuple(answers) for name, answers in found.items()}


def _changed(
    before: Mapping[str, Fate], after: Mapping[str, Fate], kept: Mapping[str, tuple[str, ...]]
) -> Iterator[Broken]:
    for name, fate in after.items():
        if fate.status not in STANDS and fate != before[name]:
            yield Broken(parse_id(name).document_id, fate.status, fate.text, fate.now, kept[name])


def _lost(store: Store, golden: Golden, places: Sequence[str]) -> Broken:
    """A golden text that stands no longer, with what took the place of the spans that it stood in."""
    after = fates(store, places)
    now = " ".join(one.now for one in after.values() if one.now)
    status = ("changed" if now else "gone") if places else "missing"
    return Broken(golden.document, status, golden.exact, now, (golden.row,))

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from app.retrieve import Filters, retrieve
from app.settings import Settings
from ingest.errors import UnknownId
from ingest.indexes import Indexes
from ingest.types import Hit, Scored


@dataclass
class FixedSearcher:
    """Finds what it was given, and keeps what it was asked."""

    found: list[Scored]
    asked: list[frozenset[str] | None] = field(default_factory=list)

    def search(self, query: str, k: int, within: frozenset[str] | None = None) -> list[Scored]:
        self.asked.append(within)
        return [one for one in self.found if within is None or one.passage_id in within][:k]


@dataclass
class FixedView:
    indexes: Mapping[str, Indexes]
    known: dict[str, Hit]
    replaced: frozenset[str] = frozenset()
    permitted: frozenset[str] | None = None

    def allowed(self, collection: str, filters: Filters) -> frozenset[str] | None:
        return self.permitted

    def hits(self, passage_ids: list[str]) -> list[Hit]:
        return [self.known[one] for one in passage_ids]

    def superseded(self) -> frozenset[str]:
        return self.replaced


def view_of(make, *, lexical, dense, **more):
    names = {one.passage_id for one in [*lexical, *dense]}
    known = {name: make.hit(make.span(f"Text of {name}.", document=name.split("@")[0])) for name in names}
    return FixedView({"default": Indexes(FixedSearcher(lexical), FixedSearcher(dense))}, known, **more)


def documents(hits):
    return [hit.passage.document_id for hit in hits]


def test_hits_of_both_searchers_are_fused_and_carry_their_scores(make):
    view = view_of(
        make,
        lexical=[Scored("a@1", 9.0), Scored("b@1", 3.0)],
        dense=[Scored("b@1", 0.9), Scored("c@1", 0.1)],
    )

    hits = retrieve("q", view, Filters(), Settings(), 10)

    assert documents(hits)[-1] == "c"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    by_document = {hit.passage.document_id: hit for hit in hits}
    assert by_document["b"].scores["bm25"] == 3.0
    assert by_document["b"].scores["dense"] == 0.9


def test_a_replaced_document_is_found_only_by_name(make):
    view = view_of(make, lexical=[Scored("old@1", 9.0), Scored("new@1", 3.0)], dense=[], replaced=frozenset({"old"}))

    assert documents(retrieve("q", view, Filters(), Settings(), 10)) == ["new"]
    assert "old" in documents(retrieve("q", view, Filters(documents=("old",)), Settings(), 10))


def test_what_is_not_allowed_reaches_neither_searcher(make):
    view = view_of(
        make, lexical=[Scored("a@1", 9.0), Scored("b@1", 3.0)], dense=[Scored("a@1", 0.5)], permitted=frozenset({"b@1"})
    )

    assert documents(retrieve("q", view, Filters(documents=("b",)), Settings(), 10)) == ["b"]
    assert view.indexes["default"].lexical.asked == 2 * [frozenset({"b@1"})]
    assert view.indexes["default"].dense.asked == 2 * [frozenset({"b@1"})]


def test_other_collections_are_not_searched(make):
    view = view_of(make, lexical=[Scored("a@1", 9.0)], dense=[])

    with pytest.raises(UnknownId, match="secret"):
        retrieve("q", view, Filters(collections=("secret",)), Settings(), 10)
    assert view.indexes["default"].lexical.asked == []


def test_no_more_than_k(make):
    view = view_of(make, lexical=[Scored(f"d{n}@1", 9.0 - n) for n in range(9)], dense=[])

    assert documents(retrieve("q", view, Filters(), Settings(), 3)) == ["d0", "d1", "d2"]

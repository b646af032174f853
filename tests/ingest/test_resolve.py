"""What becomes of a citation when its document changes: current, moved, changed, gone; the old text is always shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import BadInput, UnknownId
from ingest.resolve import resolve, word_diff
from ingest.rows import StoredDocument, pack_layout, span_row
from ingest.split import spans_of
from ingest.store import Store
from ingest.types import Block, Document, Layout, Span
from ingest.writer import Change, commit, save_ahead

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

TEXT = [
    "This page is about short paths.",
    "The hold margin is 15 ps at every corner.",
    "It is checked twice.",
    "Yes.",
    "The clock runs at 1.25 GHz in this mode.",
    "Yes.",
    "That is all there is.",
]


class Page:
    """One document whose sentences are put one by one; each sentence is a paragraph."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def put(self, sentences: list[str]) -> dict[str, Span]:
        """Write a revision; gives its spans by text, the last of those that are alike."""
        text, blocks = "", []
        for sentence in sentences:
            blocks.append(Block(len(text), len(text) + len(sentence), "paragraph", ("Top",)))
            text += sentence + "\n\n"
        document = Document("sta", "default", "T", "sta.txt", "text/plain", text, Layout(tuple(blocks)))
        spans = spans_of(document)
        stored = StoredDocument(
            "sta", "default", "T", "sta.txt", "/x/sta.txt", "text/plain", {}, document.revision, "f" * 64, "m",
            "current", "t", "t",
        )  # fmt: skip
        change = Change(stored, text, pack_layout(document.layout), [span_row(one) for one in spans], [])
        commit(self.store, [change], [], [], [])
        return {span.text: span for span in spans}

    def retire(self) -> None:
        commit(self.store, [], [replace(self.store.document("sta"), status="retired")], [], [])


@pytest.fixture
def page(tmp_path: Path) -> Page:
    store = Store.open(tmp_path / "store", create=True)
    save_ahead(store, [{"sha256": "f" * 64, "media_type": "text/plain", "data": b"x"}], [])
    return Page(store)


def test_what_stands_where_it_stood_is_current(page: Page) -> None:
    span = page.put(TEXT)[TEXT[1]]

    found = resolve(page.store, span.id, span.revision, span.start)

    assert (found.status, found.cited, found.now, found.diff) == ("current", span, span, ())


def test_an_edit_below_leaves_it_current_and_one_above_moves_it(page: Page) -> None:
    span = page.put(TEXT)[TEXT[2]]
    page.put([*TEXT[:-1], "That was all."])
    assert resolve(page.store, span.id, span.revision, span.start).status == "current"

    page.put(["Something new.", *TEXT])
    found = resolve(page.store, span.id, span.revision, span.start)

    assert found.status == "moved"
    assert found.now is not None
    assert found.cited is not None
    assert (found.cited.start, found.now.start) == (span.start, span.start + len("Something new.\n\n"))
    assert resolve(page.store, span.id, span.revision).status == "moved"
    assert resolve(page.store, span.id).status == "current"


def test_a_changed_sentence_shows_its_successor_and_the_words_that_differ(page: Page) -> None:
    span = page.put(TEXT)[TEXT[1]]
    page.put([TEXT[0], "The hold margin is 18 ps at every corner.", *TEXT[2:]])
    page.put(["Newer still.", TEXT[0], "The hold margin is 19 ps at every corner.", *TEXT[2:]])

    found = resolve(page.store, span.id, span.revision, span.start)

    assert (found.status, found.cited) == ("changed", span)
    assert found.now is not None
    assert found.now.text == "The hold margin is 19 ps at every corner."
    assert found.now.revision == found.document.current_revision != span.revision
    assert [part for part in found.diff if part.kind != "equal"] == [("delete", "15 "), ("insert", "19 ")]


def test_of_several_in_its_place_the_likest_is_the_successor(page: Page) -> None:
    span = page.put(TEXT)[TEXT[1]]
    page.put(
        [
            TEXT[0],
            "The setup margin differs.",
            "The hold margin is 15 ps at most.",
            "The hold is 15 ps wide.",
            *TEXT[2:],
        ]
    )

    found = resolve(page.store, span.id)

    assert found.now is not None
    assert (found.status, found.now.text) == ("changed", "The hold margin is 15 ps at most.")


def test_a_sentence_changed_and_carried_elsewhere_is_still_found(page: Page) -> None:
    span = page.put(TEXT)[TEXT[1]]
    page.put([TEXT[0], *TEXT[2:], "The hold margin is 18 ps at every corner."])

    assert resolve(page.store, span.id).status == "changed"


def test_a_repeated_text_whose_neighbour_changed_has_moved(page: Page) -> None:
    span = page.put(TEXT)["Yes."]
    after = page.put([*TEXT[:-1], "That was all."])["Yes."]
    assert after.id != span.id

    found = resolve(page.store, span.id, span.revision, span.start)

    assert (found.status, found.now) == ("moved", after)


def test_text_that_is_now_part_of_something_longer_has_moved(page: Page) -> None:
    span = page.put(TEXT)[TEXT[2]]
    page.put([*TEXT[:2], "Note (It is\n checked   twice. So there) that, please.", *TEXT[3:]])

    found = resolve(page.store, span.id, span.revision, span.start)

    assert found.status == "moved"
    assert found.now is not None
    assert found.now.text.split() == TEXT[2].split()
    assert page.store.text_at(found.now) == found.now.text


@pytest.mark.parametrize(
    ("now", "status"),
    [("The reset must not cross the Clock tree.", "gone"), ("A Clock.", "moved")],
)
def test_a_single_word_has_moved_only_into_what_is_mostly_that_word(page: Page, now: str, status: str) -> None:
    span = page.put([*TEXT[:3], "Clock", TEXT[-1]])["Clock"]
    page.put([*TEXT[:3], now, TEXT[-1]])

    found = resolve(page.store, span.id, span.revision, span.start)

    assert (found.status, found.now and found.now.text) == (status, "Clock" if status == "moved" else None)


def test_nothing_alike_is_gone_and_so_is_a_retired_document(page: Page) -> None:
    spans = page.put(TEXT)
    page.put([TEXT[0], "Wine goes well with duck.", *TEXT[2:]])

    gone = resolve(page.store, spans[TEXT[1]].id)
    assert (gone.status, gone.cited, gone.now) == ("gone", spans[TEXT[1]], None)
    page.retire()
    retired = resolve(page.store, spans[TEXT[0]].id, spans[TEXT[0]].revision)
    assert (retired.status, retired.cited, retired.document.status) == ("gone", spans[TEXT[0]], "retired")


def test_what_comes_back_is_current_again(page: Page) -> None:
    span = page.put(TEXT)[TEXT[1]]
    page.retire()
    page.put(TEXT)

    assert resolve(page.store, span.id, span.revision, span.start).status == "current"


def test_the_text_is_shown_as_it_was_in_the_revision_that_was_cited(page: Page) -> None:
    first = page.put(["A start.", "It is\n checked twice."])["It is\n checked twice."]
    second = page.put(["A start.", "It is checked twice."])["It is checked twice."]
    assert first.id == second.id

    assert resolve(page.store, first.id, first.revision).cited == first
    assert resolve(page.store, first.id, second.revision).cited == second


def test_ids_that_never_were(page: Page) -> None:
    page.put(TEXT)
    with pytest.raises(BadInput):
        resolve(page.store, "sta")
    with pytest.raises(UnknownId, match="no document"):
        resolve(page.store, "abc~0000000000")
    with pytest.raises(UnknownId, match="nothing was ever cited"):
        resolve(page.store, "sta~0000000000")


WORDS = st.lists(st.sampled_from(["a ", "b", " ", "\n", "cd ", "😀 "]), max_size=12).map("".join)


@relaxed
@given(WORDS, WORDS)
def test_a_diff_holds_both_texts(old: str, new: str) -> None:
    parts = word_diff(old, new)

    assert "".join(part.text for part in parts if part.kind == "delete" or part.kind == "equal").strip() == old.strip()
    assert "".join(part.text for part in parts if part.kind == "insert" or part.kind == "equal").strip() == new.strip()


@settings(relaxed, max_examples=25)
@given(st.lists(st.lists(st.sampled_from(TEXT), min_size=1, max_size=6), min_size=1, max_size=4))
def test_every_id_that_ever_was_resolves_and_shows_its_text(
    tmp_path_factory: pytest.TempPathFactory, revisions: list[list[str]]
) -> None:
    store = Store.open(tmp_path_factory.mktemp("store"), create=True)
    save_ahead(store, [{"sha256": "f" * 64, "media_type": "text/plain", "data": b"x"}], [])
    page = Page(store)
    seen: dict[tuple[str, str], Span] = {}
    for sentences in revisions:
        seen |= {(span.id, span.revision): span for span in page.put(sentences).values()}

    for span in seen.values():
        found = resolve(store, span.id, span.revision, span.start)
        assert found.cited == span
        if found.now is not None:
            assert store.text_at(found.now) == found.now.text
        if found.status in ("current", "moved"):
            assert found.now is not None
            assert found.now.text.split() == span.text.split()
        assert (found.status == "current") == (
            found.now is not None and (found.now.id, found.now.start) == (span.id, span.start)
        )
    store.close()


def test_a_sentence_is_followed_edit_by_edit_through_other_words_and_another_place(page: Page) -> None:
    cited = page.put(["First.", "The hold margin is 15 ps at every corner.", "Second part.", "Third part."])
    span = cited["The hold margin is 15 ps at every corner."]
    page.put(["First.", "The hold margin is 20 ps where it is hot.", "Second part.", "Third part."])
    page.put(["First.", "20 ps are kept where it is hot.", "Second part.", "Third part."])
    last = page.put(["First.", "Second part.", "Third part.", "20 ps are kept where it is hot."])

    found = resolve(page.store, span.id, span.revision, span.start)

    assert (found.status, found.now) == ("changed", last["20 ps are kept where it is hot."])
    page.put(["First.", "Second part.", "Third part."])
    assert resolve(page.store, span.id, span.revision, span.start).status == "gone"

"""What became of documents: which revisions there were, and what of their text came, changed and went."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import BadInput, UnknownId
from ingest.history import compare, diff, full_revision, log, previous_revision
from ingest.split import spans_of
from ingest.types import Block, Document, Layout, Span

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PARTS = ["Preface of it.", "The hold margin is 15 ps.", "It is checked twice.", "Here it ends for now."]


def spans(*sentences: str) -> tuple[Span, ...]:
    text, blocks = "", []
    for one in sentences:
        blocks.append(Block(len(text), len(text) + len(one), "paragraph"))
        text += one + "\n\n"
    return tuple(spans_of(Document("doc", "default", "T", "d.txt", "text/plain", text, Layout(tuple(blocks)))))


def kinds(*found: Any) -> list[tuple[str, str | None, str | None]]:
    return [(one.kind, one.before and one.before.text, one.after and one.after.text) for one in found]


def test_ten_edits_are_ten_revisions_newest_first(folder: Any) -> None:
    folder.run()
    for number in range(10):
        folder.write(**{"hold.txt": "\n\n".join([PARTS[0], f"The hold margin is {number + 20} ps.", *PARTS[2:]])})
        folder.run()

    found = log(folder.store(), "hold")

    assert [one.generation for one in found] == list(range(11, 0, -1))
    assert [one.what for one in found] == [*["changed"] * 10, "added"]
    assert len({one.revision for one in found}) == 11
    assert found[0].revision == folder.store().document("hold").current_revision
    assert [(one.added, one.changed, one.removed) for one in found[:9]] == [(0, 1, 0)] * 9
    assert all(one.committed_at for one in found)
    assert [one.generation for one in log(folder.store(), "reset")] == [1]


def test_the_log_of_all_documents_is_sorted_by_generation_then_id(folder: Any) -> None:
    folder.run()
    folder.write(**{"reset.txt": "Preface of that.\n\nA reset is asserted slowly."})
    folder.run()

    found = [(one.generation, one.document_id) for one in log(folder.store())]

    assert found == [(2, "reset"), (1, "hold"), (1, "reset")]


def test_a_document_that_goes_and_comes_back_says_so(folder: Any) -> None:
    folder.run()
    text = (folder.root / "hold.txt").read_text()
    (folder.root / "hold.txt").unlink()
    folder.run()
    folder.write(**{"hold.txt": text})
    folder.run()

    found = log(folder.store(), "hold")

    assert [one.what for one in found] == ["restored", "retired", "added"]
    assert [(one.added, one.removed) for one in found] == [(4, 0), (0, 4), (4, 0)]
    assert found[1].revision is None
    assert found[0].revision == found[2].revision


def test_a_text_that_returns_is_a_revision_of_its_own_generation(folder: Any) -> None:
    folder.run()
    text = (folder.root / "hold.txt").read_text()
    for now in ("Preface of it.\n\nSomething else stands here.", text):
        folder.write(**{"hold.txt": now})
        folder.run()

    found = log(folder.store(), "hold")

    assert [one.generation for one in found] == [3, 2, 1]
    assert found[0].revision == found[2].revision != found[1].revision
    assert previous_revision(folder.store(), "hold") == found[1].revision
    for third in ("A third thing stands here.", "A fourth thing stands here."):
        folder.write(**{"hold.txt": f"Preface of it.\n\n{third}"})
        folder.run()
    assert previous_revision(folder.store(), "hold") == log(folder.store(), "hold")[1].revision


def test_a_change_of_words_is_told_from_what_is_new_and_what_went() -> None:
    found = compare(spans(*PARTS), spans(PARTS[0], "A new one is put in.", "The hold margin is 18 ps.", PARTS[3]))

    assert kinds(*found) == [
        ("changed", PARTS[1], "The hold margin is 18 ps."),
        ("removed", PARTS[2], None),
        ("added", None, "A new one is put in."),
    ]
    assert [part for part in found[0].diff if part.kind != "equal"] == [("delete", "15 "), ("insert", "18 ")]


def test_what_only_moved_is_no_change() -> None:
    moved = [PARTS[0], PARTS[2], PARTS[3], PARTS[1]]

    assert compare(spans(*PARTS), spans(*moved)) == ()


def test_a_sentence_whose_id_changed_with_its_neighbours_is_no_change() -> None:
    before = spans("First.", "Yes.", "Second.", "Yes.", "Third.")
    after = spans("First.", "Yes.", "Something came between.", "Second.", "Yes.", "Third.")

    assert {one.id for one in before} - {one.id for one in after}  # else this tests nothing
    assert kinds(*compare(before, after)) == [("added", None, "Something came between.")]


def test_the_same_text_under_another_id_is_taken_before_one_that_is_like_it() -> None:
    same = "The hold margin is 15 ps."
    before = spans("First.", "The hold margin is 16 ps.", same, "Second.", same, "Third.")
    after = spans("First.", same, "Something came.", "Second.", same, "Third.")

    assert kinds(*compare(before, after)) == [
        ("removed", "The hold margin is 16 ps.", None),
        ("added", None, "Something came."),
    ]


@relaxed
@given(st.lists(st.sampled_from([*PARTS, "Yes.", "No.", "The hold margin is 18 ps."]), max_size=8), st.integers(0, 99))
def test_what_went_and_what_came_make_the_one_text_into_the_other(old: list[str], seed: int) -> None:
    chance = random.Random(seed)
    new = [one for one in old if chance.random() < 0.7] + chance.sample(PARTS, 2)
    before, after = spans(*old), spans(*new)

    found = compare(before, after)

    left = [one.text for one in before]
    for one in found:
        if one.before:
            left.remove(one.before.text)
        if one.after:
            left.append(one.after.text)
    assert sorted(left) == sorted(one.text for one in after)


def test_two_revisions_are_held_against_each_other_either_way(folder: Any) -> None:
    folder.run()
    old = folder.store().document("hold").current_revision
    folder.write(**{"hold.txt": (folder.root / "hold.txt").read_text().replace("15 ps", "18 ps")})
    folder.run()
    store = folder.store()
    new = store.document("hold").current_revision

    [there], [back] = diff(store, "hold", old, new), diff(store, "hold", new, old)

    assert (there.before, there.after) == (back.after, back.before)
    assert there.after is not None
    assert "18 ps" in there.after.text


def test_a_revision_is_named_by_its_first_digits(folder: Any) -> None:
    folder.run()
    store = folder.store()
    whole = store.document("hold").current_revision

    assert full_revision(store, "hold", whole[:6]) == full_revision(store, "hold", None) == whole
    with pytest.raises(UnknownId, match="no revision 'zz'"):
        full_revision(store, "hold", "zz")
    with pytest.raises(UnknownId, match="one revision only"):
        previous_revision(store, "hold")
    with pytest.raises(UnknownId):
        log(store, "never")


def test_digits_that_several_revisions_begin_with_are_refused(folder: Any) -> None:
    folder.run()
    for number in range(17):  # more than there are first digits
        folder.write(**{"hold.txt": f"Preface of it.\n\nNumber {number} stands here."})
        folder.run()
    store = folder.store()
    digits = [one[0] for one in store.revisions("hold")]
    shared = next(one for one in digits if digits.count(one) > 1)

    with pytest.raises(BadInput, match=f"begin with '{shared}'"):
        full_revision(store, "hold", shared)

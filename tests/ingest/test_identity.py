"""Citation ids: one each, made of what is said, and unmoved by what happens elsewhere."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import identity
from ingest.errors import BadInput
from ingest.identity import assign_ids, normalised, parse_id

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other work may load the machine

FEW = st.sampled_from(["Yes.", "No.", "Hold is met.", "Setup is met.", "5 | 6"])
TEXTS = st.lists(st.one_of(FEW, st.text(min_size=1, max_size=12)), max_size=40)


def test_an_id_is_the_first_fifty_bits_in_crockfords_base32() -> None:
    # sha256("Hold is met.") begins 4ec8…; worked out by hand from its first 50 bits, five at a time.
    from hashlib import sha256

    bits = "".join(f"{byte:08b}" for byte in sha256(b"Hold is met.").digest())
    expected = "".join("0123456789abcdefghjkmnpqrstvwxyz"[int(bits[n : n + 5], 2)] for n in range(0, 50, 5))

    assert assign_ids("sta", ["before", "Hold \n is met. "])[1] == f"sta~{expected}"


@relaxed
@given(TEXTS)
def test_no_two_alike_and_all_well_formed(texts: list[str]) -> None:
    ids = assign_ids("doc", texts)

    assert len(set(ids)) == len(texts)
    assert all(re.fullmatch(r"doc~[0-9a-hjkmnp-tv-z]{10}", name) for name in ids)
    assert all(parse_id(name).document_id == "doc" for name in ids)


@relaxed
@given(TEXTS)
def test_white_space_does_not_count(texts: list[str]) -> None:
    assert assign_ids("doc", texts) == assign_ids("doc", [f"  {' '.join(text.split())}\n" for text in texts])


@relaxed
@given(st.data(), st.lists(st.text(alphabet="abcdef ", min_size=1), unique_by=normalised, min_size=1, max_size=15))
def test_the_order_of_unique_texts_does_not_count(data: st.DataObject, texts: list[str]) -> None:
    shuffled = data.draw(st.permutations(texts))

    assert dict(zip(texts, assign_ids("doc", texts), strict=True)) == dict(
        zip(shuffled, assign_ids("doc", shuffled), strict=True)
    )


@relaxed
@given(st.data(), st.lists(FEW, min_size=1, max_size=20))
def test_an_edit_leaves_the_ids_of_all_other_unique_texts(data: st.DataObject, repeated: list[str]) -> None:
    texts = list(data.draw(st.permutations([*repeated, "one", "two", "three", "four"])))
    place = data.draw(st.integers(0, len(texts) - 1))
    edited = [*texts[:place], "edited", *texts[place + 1 :]]

    before, after = assign_ids("doc", texts), assign_ids("doc", edited)

    alone = [n for n, text in enumerate(edited) if n != place and texts.count(text) == edited.count(text) == 1]
    assert [before[n] for n in alone] == [after[n] for n in alone]
    assert before[place] != after[place]


def test_of_repeated_texts_only_those_beside_an_edit_change() -> None:
    texts = ["a", "Same.", "b", "c", "Same.", "d", "e", "Same.", "f"]
    edited = ["a", "Same.", "b", "c!", "Same.", "d", "e", "Same.", "f"]

    before, after = assign_ids("doc", texts), assign_ids("doc", edited)

    assert [n for n in range(len(texts)) if before[n] != after[n]] == [3, 4]


def test_ties_are_broken_by_wider_neighbourhoods_then_by_rank() -> None:
    """The two `S` with `x` and `y` beside them differ at width 2; the run of `z` differs only by rank amid it."""
    texts = ["a", "x", "S", "y", "b", "x", "S", "y", "c", *["z"] * 12]

    before = assign_ids("doc", texts)
    after = assign_ids("doc", ["A", *texts[1:]])

    assert len(set(before)) == len(texts)
    assert [n for n in range(len(texts)) if before[n] != after[n]] == [0, 1, 2]


def test_the_same_text_has_another_id_in_another_document() -> None:
    assert assign_ids("one", ["x", "Same."])[1] != assign_ids("two", ["x", "Same."])[1]


@relaxed
@given(st.lists(st.text(min_size=1), max_size=12, unique_by=normalised))
def test_colliding_hashes_still_give_ids_of_their_own(texts: list[str]) -> None:
    def poor(payload: str) -> str:
        return f"{sum(map(ord, payload)) % 13:010d}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "_mark", poor)
        ids = assign_ids("doc", texts)

    assert len(set(ids)) == len(texts)


@pytest.mark.parametrize(
    "bad", ["", "doc", "doc~short", "doc~k3f9q2x7al", "~k3f9q2x7ab", "doc@k3f9q2x7ab", "doc~K3F9Q2X7AB"]
)
def test_what_is_no_citation_id_is_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="no citation id"):
        parse_id(bad)

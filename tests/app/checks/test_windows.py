"""Which part of long evidence is read: the sentences that speak of the claim, wherever they stand."""

from hypothesis import given
from hypothesis import strategies as st

from app.checks.windows import PIECE_BYTES, SHORT_BYTES, best_windows, gathered, pieces, readings, size

FILL = [f"Item {n} of the list says nothing that is of use to anyone here." for n in range(30)]
CLAIM = "The hold margin was measured at night."
FAR_APART = " ".join(
    [*FILL[:10], "The hold margin is small.", *FILL[10:20], "It was measured late at night.", *FILL[20:]]
)


def test_short_evidence_is_read_as_it_is() -> None:
    assert readings("The margin is small. It is 12 ps.", CLAIM) == ["The margin is small. It is 12 ps."]


def test_of_long_evidence_windows_are_read_and_what_is_far_apart_is_brought_together() -> None:
    read = readings(FAR_APART, CLAIM)
    assert all(size(one) <= SHORT_BYTES for one in read)
    assert "The hold margin is small." in read
    assert "The hold margin is small." in read[-1]
    assert "It was measured late at night." in read[-1]


def test_neighbours_are_read_together() -> None:
    near = " ".join([*FILL[:5], "The hold margin is small.", "It was measured late at night.", *FILL[5:]])
    assert best_windows(near, CLAIM)[0] == "The hold margin is small. It was measured late at night."


def test_a_sentence_without_an_end_is_cut() -> None:
    for text in ("word " * 5000, "\u4e2d" * 5000, "\U0001f600" * 5000):
        assert all(size(one.text) <= PIECE_BYTES for one in pieces(text))
        assert 0 < size(gathered(text, "word", SHORT_BYTES)) <= SHORT_BYTES


@given(st.text(max_size=300), st.text(max_size=40), st.integers(1, 400))
def test_what_is_gathered_fits_and_is_of_the_evidence(evidence: str, claim: str, most: int) -> None:
    found = gathered(evidence, claim, most)
    assert size(found) <= most or size(evidence) <= most
    assert set(found.split()) <= set(evidence.split()) | {part for one in pieces(evidence) for part in one.text.split()}
    assert readings(evidence, claim)

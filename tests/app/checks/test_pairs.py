from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks.pairs import BATCH, Pair, judge_pairs, read_pairs
from app.types import Entailment
from ingest.errors import BadInput


class Lengths:
    """Supports a claim by its length in hundredths, and keeps the sizes of its batches."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.batches.append(len(pairs))
        return [Entailment(len(claim) / 100, 0.0) for _, claim in pairs]


def test_rows_are_read_in_every_form() -> None:
    rows = [
        '{"id": "a", "claim": "One.", "evidence": "It is.", "label": "supported"}',
        "",
        '{"id": 7, "claim": "Two.", "evidence_sentences": ["It is.", "So."]}',
        '{"claim": "Three.", "evidence": []}',
    ]
    assert list(read_pairs(rows)) == [
        Pair("a", "One.", ("It is.",), "supported"),
        Pair(7, "Two.", ("It is.", "So.")),
        Pair(4, "Three.", ()),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "Line 3 is not JSON"),
        ("[]", "Line 3 is not a JSON object"),
        ('{"evidence": "x"}', "Line 3: `claim`"),
        ('{"claim": " ", "evidence": "x"}', "Line 3: `claim`"),
        ('{"claim": 5, "evidence": "x"}', "Line 3: `claim`"),
        ('{"claim": "x"}', "Line 3: `evidence`"),
        ('{"claim": "x", "evidence": null}', "Line 3: `evidence`"),
        ('{"claim": "x", "evidence_sentences": ["a", 1]}', "Line 3: `evidence`"),
    ],
)
def test_a_bad_row_is_named_by_its_line(row: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        list(read_pairs(['{"claim": "x", "evidence": "y"}', "", row]))
    assert caught.value.message.startswith(says)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 90), max_size=3 * BATCH))
def test_rows_come_out_in_the_order_they_went_in(lengths: list[int]) -> None:
    verifier = Lengths()
    pairs = [Pair(index, "x" * length, ("Something.",)) for index, length in enumerate(lengths)]
    out = list(judge_pairs(pairs, verifier))
    assert [row["id"] for row in out] == list(range(len(pairs)))
    assert [row["p_supported"] for row in out] == [length / 100 for length in lengths]
    assert sum(verifier.batches) == len(pairs)
    assert all(size <= BATCH for size in verifier.batches)


def test_pairs_are_judged_before_all_are_read() -> None:
    read = []

    def rows() -> Iterator[Pair]:
        for number in range(3 * BATCH):
            read.append(number)
            yield Pair(number, "x" * 60, ("Something.",))

    assert next(judge_pairs(rows(), Lengths()))["label"] == "supported"
    assert len(read) == BATCH


def test_what_a_pair_stands_under_bears_out_its_names() -> None:
    claim, evidence = (
        "Under the sign-off policy v3.2, the hold slack must be positive.",
        ("Hold slack must be positive.",),
    )
    pairs = [Pair(1, claim, evidence, context="Sign-off policy v3.2 - Hold"), Pair(2, claim, evidence)]
    assert [row["label"] for row in judge_pairs(pairs, Lengths())] == ["supported", "unsupported"]


def test_a_row_carries_label_confidence_and_both_probabilities() -> None:
    long = " and that it is so, and that it is so, and that it is so."
    pairs = [
        Pair("good", "The margin is 15 ps" + long, ("The margin is 15 ps.",)),
        Pair("value", "The margin is 25 ps" + long, ("The margin is 15 ps.",)),
        Pair("quote", 'The "setup" margin' + long, ("The margin is 15 ps.",)),
        Pair("short", "It is small.", ("The margin is 15 ps.",)),
    ]
    rows = {row["id"]: row for row in judge_pairs(pairs, Lengths())}
    assert list(rows["good"]) == ["id", "label", "confidence", "p_supported", "p_contradicted"]
    assert (rows["good"]["label"], rows["good"]["confidence"]) == ("supported", rows["good"]["p_supported"])
    assert (rows["value"]["label"], rows["value"]["confidence"]) == ("contradicted", 0.05)
    assert (rows["quote"]["label"], rows["quote"]["confidence"]) == ("unsupported", 0.0)
    assert (rows["short"]["label"], rows["short"]["confidence"]) == ("unsupported", 0.12)
    assert json.loads(json.dumps(rows["good"])) == rows["good"]

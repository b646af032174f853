"""The cross-encoder over its committed weights: what it says, what it refuses, and that nothing makes it stumble."""

import json
import math
import shutil

import pytest

from app.checks.cross_encoder import CrossEncoder
from app.checks.trusted import WEIGHTS, WeightsRefused

LONG = " ".join(f"Section {n} lists the files that a user may keep in folder {n}." for n in range(60))


@pytest.fixture(scope="module")
def model() -> CrossEncoder:
    return CrossEncoder()


def test_support_contradiction_and_silence_are_told_apart(model: CrossEncoder) -> None:
    evidence = "The regulator must hold its output within 2 % of 0.75 V while the load is below 40 mA."
    yes, no, silent = model.verify(
        [
            (evidence, "The regulator holds its output within 2 % of 0.75 V."),
            (evidence, "The regulator must not hold its output within 2 % of 0.75 V."),
            (evidence, "The scan chain is stitched after placement."),
        ]
    )
    assert yes.p_supported > 0.5
    assert no.p_contradicted > no.p_supported
    assert silent.p_supported < 0.5


def test_the_sentence_that_matters_is_found_on_a_long_page(model: CrossEncoder) -> None:
    claim = "A request must stay asserted until it is acknowledged."
    [without, within] = model.verify([(LONG, claim), (f"{LONG} {claim} {LONG}", claim)])
    assert within.p_supported > 0.5 > without.p_supported


def test_a_pairs_outcome_does_not_depend_on_its_neighbours(model: CrossEncoder) -> None:
    pairs = [("The bus is 32 bits wide.", "It has 32 bits."), (LONG, "Users keep files in folders."), ("x", "y")]
    assert model.verify(pairs) == [model.verify([pair])[0] for pair in pairs]


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("word " * 50_000, "A word."),
        ("A word.", "word " * 50_000),
        ("\0\x01\x7f\u202e", "\0"),
        ("保持时间必须为正。", "保持时间为正。"),
        ("\ud800 lone", "\ud800"),
        ("🕐" * 3000, "🕐"),
    ],
)
def test_odd_texts_get_probabilities(model: CrossEncoder, evidence: str, claim: str) -> None:
    [found] = model.verify([(evidence, claim)])
    assert 0.0 <= found.p_supported <= 1.0
    assert 0.0 <= found.p_contradicted <= 1.0
    assert all(math.isfinite(value) for value in found.signals.values())


@pytest.mark.parametrize(("evidence", "claim"), [("", "A claim."), ("  \n", "A claim."), ("Evidence.", " ")])
def test_nothing_supports_and_nothing_is_supported_where_a_text_is_empty(
    model: CrossEncoder, evidence: str, claim: str
) -> None:
    [found] = model.verify([(evidence, claim)])
    assert (found.p_supported, found.p_contradicted) == (0.0, 0.0)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path, name: str) -> None:
    folder = shutil.copytree(WEIGHTS, tmp_path / "weights")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(WeightsRefused, match=name):
        CrossEncoder(folder)


def test_weights_that_are_missing_are_refused(tmp_path) -> None:
    (tmp_path / "card.json").write_text(json.dumps({"sha256": {}}))
    with pytest.raises(WeightsRefused, match="cannot be read"):
        CrossEncoder(tmp_path)


@pytest.mark.parametrize("labels", [["contradicted", "supported", "neutral"], None, 3])
def test_a_card_with_other_labels_is_refused(labels, tmp_path) -> None:
    folder = shutil.copytree(WEIGHTS, tmp_path / "weights")
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**card, "labels": labels}))
    with pytest.raises(WeightsRefused, match="labels"):
        CrossEncoder(folder)

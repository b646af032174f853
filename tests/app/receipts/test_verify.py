"""A receipt by itself: what is changed in it is found, and how it is laid out does not matter."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import settings as sizes
from hypothesis import strategies as st

from app.receipts import verify as verifying
from app.receipts.findings import Outcome
from app.receipts.form import SCHEMA, schema
from app.receipts.made import sealed
from app.receipts.show import verification_text
from app.receipts.signing import Signer, make_key, read_signer
from app.receipts.verify import OTHER_RULES, verify
from ingest.canonical import canonical, digest_of_text

GOLDEN = Path(__file__).with_name("golden_receipt.json")


def written(receipt: Any, **how: Any) -> bytes:
    return json.dumps(receipt, **how).encode()


def test_a_receipt_as_it_was_given_holds(given: Any, signer: Signer) -> None:
    found = verify(written(given))
    assert (found.outcome, found.problems, found.signed_by) == (Outcome.HOLDS, (), signer.public_key)
    assert [one["index"] for one in given["claims"]] == [0, 2, 3]
    assert [one["index"] for one in given["withheld"]] == [1]
    step = next(one for one in given["claims"][2]["checks"] if one["name"] == "derivation")
    assert step["detail"]["premises"] == [2], "its place among all claims, the withheld one too"
    assert verify(written(given), signer.public_key).outcome == Outcome.HOLDS


def test_the_form_is_the_golden_one(given: Any) -> None:
    """But for what is another with each version of the program."""
    varying = ("made_with", "sha256", "signature")
    made = {name: value for name, value in given.items() if name not in varying}
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert made == golden
    assert json.dumps(made) == json.dumps(golden), "the fields keep their order"


def test_the_published_schema_is_that_of_the_form(given: Any) -> None:
    published = json.loads(SCHEMA.read_text("utf-8"))
    assert published == schema(), "write it anew: python -m app.receipts.form > app/receipts/receipt.schema.json"
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(given, published)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(given | {"more": 1}, published)


def test_layout_does_not_matter(given: Any) -> None:
    turned = json.loads(written(given), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    for how in ({"indent": 7}, {"sort_keys": True}, {"ensure_ascii": False}, {"separators": (",", ":")}):
        assert verify(written(turned, **how)).outcome == Outcome.HOLDS


@pytest.mark.slow
@sizes(max_examples=400)
@for_all(data=st.data())
def test_any_character_of_any_value_that_is_changed_is_found(given: Any, data: st.DataObject) -> None:
    text = json.dumps(given, ensure_ascii=False)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]) | st.sampled_from('0123456789abcdef"{}[]:,.-+eE tfn'))
    changed = text[:at] + other + text[at + 1 :]
    assume(not _same(changed, given))  # such as a space for a space
    assert verify(changed.encode()).outcome == Outcome.TAMPERED_WITH


def _same(text: str, receipt: Any) -> bool:
    try:
        return canonical(json.loads(text)) == canonical(receipt)
    except ValueError:
        return False


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"null",
        b"[" * 100_000,
        b'{"receipt_version": NaN}',
        b'{"receipt_version": 1, "receipt_version": 1}',
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(data: bytes) -> None:
    found = verify(data)
    assert found.outcome == Outcome.TAMPERED_WITH
    assert len(found.problems) == 1


def test_a_name_that_stands_twice_is_found(given: Any) -> None:
    twice = written(given).replace(b'{"receipt_version": 2,', b'{"receipt_version": 1, "receipt_version": 2,', 1)
    assert json.loads(twice) == given
    assert "stands twice" in verify(twice).problems[0].what


def test_a_check_that_nests_too_deep_is_found(given: Any) -> None:
    deep: Any = []
    for _ in range(700):
        deep = [deep]
    changed = copy.deepcopy(given)
    changed["claims"][0]["checks"][0]["detail"] = {"deep": deep}
    assert verify(written(changed)).outcome == Outcome.TAMPERED_WITH


def test_another_signer_is_found(given: Any, signer: Signer, tmp_path: Path) -> None:
    make_key(tmp_path / "other.pem")
    other = read_signer(tmp_path / "other.pem")
    forged = written(sealed(given, other))
    assert verify(forged).signed_by == other.public_key
    found = verify(forged, signer.public_key)
    assert (found.outcome, found.signed_by) == (Outcome.TAMPERED_WITH, None)
    assert "not by" in found.problems[0].what
    unsigned = verify(written(sealed(given, None)), signer.public_key)
    assert (unsigned.outcome, unsigned.problems[0].where) == (Outcome.TAMPERED_WITH, "signature")
    assert verify(written(sealed(given, None))).outcome == Outcome.HOLDS
    claimed = sealed(given, other)
    claimed["signature"]["public_key"] = signer.public_key
    assert verify(written(claimed), signer.public_key).outcome == Outcome.TAMPERED_WITH


def reword(receipt: Any) -> None:
    """The number of a quotation, in the claim and in the text."""
    claim = receipt["claims"][0]
    claim["text"] = claim["text"].replace("early", "later")
    receipt["text"] = receipt["text"].replace("too early", "too later")


def renumber(receipt: Any) -> None:
    """The number of a claim that is no quotation."""
    claim = receipt["claims"][1]
    claim["text"] = claim["text"].replace("15", "25")
    receipt["text"] = receipt["text"].replace("uncertainty is 15", "uncertainty is 25")


def requote(receipt: Any) -> None:
    """What a number rests on, with its hash."""
    for claim in (*receipt["claims"][1:], *receipt["withheld"]):
        cited = claim["citations"][0]
        cited["exact"] = cited["exact"].replace("15", "35")
        cited["sha256"] = digest_of_text(cited["exact"])


def show(receipt: Any) -> None:
    """What was withheld."""
    claim = receipt["withheld"].pop()
    start = len(receipt["text"]) + 1
    receipt["text"] += " " + claim["text"]
    del claim["reason"]
    receipt["claims"].append(claim | {"start": start, "end": start + len(claim["text"])})


def add(receipt: Any) -> None:
    receipt["text"] += " And nothing else matters."


def put_before(receipt: Any) -> None:
    receipt["text"] = "No. " + receipt["text"]
    for claim in receipt["claims"]:
        claim["start"], claim["end"] = claim["start"] + 4, claim["end"] + 4


def forget(receipt: Any) -> None:
    """A check that found something."""
    claim = receipt["claims"][1]
    claim["checks"] = [one for one in claim["checks"] if one["name"] != "facts"]


def exchange(receipt: Any) -> None:
    receipt["claims"][1]["citations"][0]["document"]["id"] = "reset"


def set_to(*path: Any, value: Any) -> Callable[[Any], None]:
    def change(receipt: Any) -> None:
        for name in path[:-1]:
            receipt = receipt[name]
        receipt[path[-1]] = value

    return change


PROVEN = {
    "collection": "default",
    "threshold": 0.7,
    "target_precision": 0.9,
    "delta": 0.05,
    "n": 100,
    "verifier": "another-0a1b2c3d",
    "created": "2026-01-01T00:00:00Z",
}

CHANGES = [
    (reword, "Its check `quote`"),
    (renumber, "Its check `facts`"),
    (requote, "Its check `facts`"),
    (show, "Its verdict"),
    (add, "no claim"),
    (put_before, "no claim"),
    (forget, "Its check `facts`"),
    (exchange, "another document"),
    (set_to("confidence", value=0.99), "weakest"),
    (set_to("status", value="abstained"), "come to"),
    (set_to("reason", value="budget"), "come to"),
    (set_to("claims", 1, "confidence", value=0.99), "confidence is not"),
    (set_to("claims", 1, "needed", value=0.95), "verdict is not"),
    (set_to("claims", 1, "needed", value=0.1), "less than was asked for"),
    (set_to("claims", 1, "needed", value=0.75), "neither what was asked for nor one that was proven"),
    (set_to("made_with", "retrieval", "passages", value=99), "SHA-256 of the settings beside it"),
    (set_to("made_with", "prompt", value=None), "A prompt is there for every model"),
    (set_to("made_with", "model", "id", value="extractive"), "drafted by no language model"),
    (set_to("made_with", "calibration", "guarantees", value=[PROVEN]), "proven for another verifier"),
    (set_to("calibrated", value=True), "Nothing was proven"),
    (set_to("claims", 1, "index", value=1), "places"),
    (set_to("claims", 2, "end", value=999), "offsets in the text"),
    (set_to("created", value="yesterday"), "no time"),
    (set_to("created", value="9999-12-31T23:59:59+00:00"), "no time"),
    (set_to("claims", 1, "start", value=3), "offsets in the text"),
    (set_to("claims", 1, "label", value="contradicted"), "verdict is not"),
    (set_to("withheld", 0, "reason", value="It is late."), "verdict is not"),
    (set_to("claims", 0, "checks", 0, "passed", value=False), "of the form"),
    (set_to("claims", 1, "citations", 0, "sha256", value="0" * 64), "SHA-256 of the cited text"),
    (set_to("claims", 1, "citations", 0, "end", value=7), "as far apart"),
    (set_to("claims", 1, "citations", 0, "prefix", value="Not: "), "says something else"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_what_does_not_fit_is_found_though_the_seal_is_new(given: Any, change: Any, said: str) -> None:
    changed = copy.deepcopy(given)
    change(changed)
    found = verify(written(sealed(changed, None)))
    assert found.outcome == Outcome.TAMPERED_WITH
    assert any(said in one.what for one in found.problems), found.problems


def test_a_claim_that_fell_with_one_before_it_fell_rightly(drafted: Any) -> None:
    cited = ["The hold uncertainty after clock tree synthesis is 15 ps."]
    made = drafted(("Perhaps nobody minds.", cited), ("Therefore nobody minds the uncertainty.", cited))
    assert made["withheld"][1]["reason"] == 'It rests on "Perhaps nobody minds.", which was withheld.'
    assert verify(written(made)).outcome == Outcome.HOLDS


def test_an_id_that_is_not_of_its_text_is_noted(given: Any) -> None:
    """It may be that of a text that stands twice in its document, so it proves nothing."""
    changed = json.loads(json.dumps(given).replace(given["claims"][0]["citations"][0]["id"], "hold~0123456789"))
    found = verify(written(sealed(changed, None)))
    assert (found.outcome, [one.where for one in found.notes]) == (Outcome.HOLDS, ["claims.0.citations.0.id"])


def test_with_other_rules_what_fails_now_is_no_longer_supported(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = copy.deepcopy(given)
    renumber(changed)
    monkeypatch.setattr(verifying, "rules", lambda: "0" * 64)
    found = verify(written(sealed(changed, None)))
    assert found.outcome == Outcome.NO_LONGER_SUPPORTED
    assert "Its check `facts`" in found.fallen[0].what
    assert found.notes[0] == OTHER_RULES
    assert verify(written(given)).outcome == Outcome.HOLDS


def of_other_rules(given: Any, change: Callable[[Any], None]) -> Any:
    """The receipt of another version of the program, which put things in another way."""
    changed = copy.deepcopy(given)
    changed["made_with"]["program"]["rules_sha256"] = "0" * 64
    change(changed)
    return verify(written(sealed(changed, None)))


@pytest.mark.parametrize(
    "change",
    [
        set_to("withheld", 0, "reason", value="Nothing in the evidence says so."),
        set_to("withheld", 0, "label", value="contradicted"),
        set_to("withheld", 0, "confidence", value=0.1),
        set_to("withheld", 0, "checks", value=[{"name": "hunch", "passed": False, "detail": {}}]),
    ],
)
def test_with_other_rules_a_verdict_in_other_words_is_noted(given: Any, change: Any) -> None:
    found = of_other_rules(given, change)
    assert (found.outcome, found.problems, found.fallen) == (Outcome.HOLDS, (), ())
    assert (found.notes[0], found.notes[1].where) == (OTHER_RULES, "withheld.0")


def test_with_other_rules_a_shown_claim_that_would_be_withheld_has_fallen(given: Any) -> None:
    def doubt(receipt: Any) -> None:
        [check] = [one for one in receipt["claims"][1]["checks"] if one["name"] == "entailment"]
        check["detail"]["p_supported"], check["passed"] = 0.3, False

    found = of_other_rules(given, doubt)
    assert (found.outcome, found.problems) == (Outcome.NO_LONGER_SUPPORTED, ())
    assert found.fallen[0].where == "claims.1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_to("claims", 1, "needed", value=0.1), "less than was asked for"),
        (set_to("claims", 1, "label", value="unsupported"), "not found to be supported"),
        (set_to("made_with", "calibration", "min_confidence", value=0.95), "less than was asked for"),
    ],
)
def test_what_hangs_on_no_rules_is_found_with_other_ones_too(given: Any, change: Any, said: str) -> None:
    found = of_other_rules(given, change)
    assert found.outcome == Outcome.TAMPERED_WITH
    assert any(said in one.what for one in found.problems)


def test_confidence_below_what_was_needed_is_found_with_other_rules_too(given: Any) -> None:
    def ask_more(receipt: Any) -> None:
        receipt["made_with"]["calibration"]["min_confidence"] = 0.95
        for claim in (*receipt["claims"], *receipt["withheld"]):
            claim["needed"] = 0.95

    found = of_other_rules(given, ask_more)
    assert [one.what for one in found.problems] == ["It is shown, and its confidence is less than it needed."] * 2


def test_unsigned_and_badly_signed_are_told_apart(given: Any, signer: Signer) -> None:
    def signature_line(receipt: Any, key: str | None = None) -> str:
        return verification_text(verify(written(receipt), key).as_json()).splitlines()[2]

    assert signature_line(given) == f"Signed by {signer.public_key}"
    assert signature_line(sealed(given, None)) == "It is not signed."
    assert signature_line(given | {"question": "Why?"}) == "Its signature is not accepted."
    assert signature_line(given, "0" * 64) == "Its signature is not accepted."
    assert "ign" not in verification_text(verify(b"{}").as_json()), "of what is no receipt nothing is known"


def test_receipts_of_version_1_hold_and_know_no_other_generation(given: Any, signer: Signer) -> None:
    published = json.loads(SCHEMA.read_text("utf-8"))
    first = {name: value for name, value in given.items() if name != "as_of"} | {"receipt_version": 1}
    old = sealed(first, signer)
    jsonschema.validate(old, published)
    assert verify(written(old), signer.public_key).outcome == Outcome.HOLDS
    for other in (sealed(first | {"as_of": None}, signer), sealed(first | {"receipt_version": 2}, signer)):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(other, published)
        assert "`as_of` must be there from version 2 on" in verify(written(other)).problems[0].what

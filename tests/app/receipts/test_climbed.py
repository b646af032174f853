"""What a forger can do who seals a receipt anew: whatever is taken out or altered is found, but for what is listed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.receipts.climbed import OF_STATEMENTS
from app.receipts.findings import Outcome, Verification
from app.receipts.made import sealed
from app.receipts.verify import verify
from ingest.canonical import canonical

Path = tuple[Any, ...]

UNTOLD = {
    "answer_id",
    "created",
    "question",
    "understood_as",
    "follows",
    "store_generation",
    "claims.*.checks.*.detail.score",
    "claims.*.checks.*.detail.p_contradicted",
    "claims.*.checks.*.detail.signals.overlap",
    "claims.*.citations.*.id",
    "claims.*.citations.*.document.title",
    "claims.*.citations.*.document.revision",
    "claims.*.citations.*.document.uri",
    "claims.*.citations.*.section.*",
    "claims.*.citations.*.prefix",
    "claims.*.citations.*.suffix",
    "claims.*.citations.*.header",
    "claims.*.citations.*.page",
    "withheld.*.text",
    "withheld.*.checks.*.detail.score",
    "withheld.*.checks.*.detail.p_contradicted",
    "withheld.*.checks.*.detail.signals.overlap",
    "withheld.*.citations.*.id",
    "made_with.program.version",
    "made_with.program.rules_sha256",
    "made_with.model.id",
    "made_with.model.sha256",
    "made_with.prompt.id",
    "made_with.prompt.sha256",
    "made_with.embedder.id",
    "made_with.verifier.id",
    "made_with.verifier.sha256.*",
    "made_with.verifier.judge",
    "made_with.calibration.sha256",
}
"""The fields that may say something else without anything else in the receipt saying so. Most are hashes and names."""


def found_of(receipt: Any) -> Verification:
    return verify(json.dumps(sealed(receipt, None)).encode())


def of_other_rules(receipt: Any) -> Any:
    changed = copy.deepcopy(receipt)
    changed["made_with"]["program"]["rules_sha256"] = "0" * 64
    return changed


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path, value


def others(value: Any) -> list[Any]:
    """Values to put in place of one."""
    if value is None:
        return [3, "x", True, False]
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, str):
        return ["", f"{value} not", value[:-1] + ("1" if value.endswith("0") else "0")]
    return [0, 1, 2, value + 1, value / 2, value * 1.01, None]


def put(receipt: Any, path: Path, value: Any) -> Any:
    changed = within = copy.deepcopy(receipt)
    for name in path[:-1]:
        within = within[name]
    within[path[-1]] = value
    return changed


def pattern(path: Path) -> str:
    if path[:3] == ("made_with", "verifier", "sha256"):
        path = (*path[:3], 0)
    return ".".join("*" if isinstance(one, int) else one for one in path)


@pytest.mark.slow
def test_each_field_that_is_altered_is_found_but_for_those_on_which_nothing_hangs(given: Any) -> None:
    untold = set()
    for path, value in leaves({name: one for name, one in given.items() if name not in ("sha256", "signature")}):
        for other in others(value):
            changed = put(given, path, other)
            if canonical(changed) != canonical(given) and found_of(changed).outcome == Outcome.HOLDS:
                untold.add(pattern(path))
    assert untold == UNTOLD


def check_places(receipt: Any) -> Iterator[tuple[Any, int]]:
    for claim in (*receipt["claims"], *receipt["withheld"]):
        for place in range(len(claim["checks"])):
            yield claim, place


@pytest.mark.slow
def test_each_check_that_is_taken_out_doubled_or_turned_is_found(given: Any) -> None:
    for number in range(len(list(check_places(given)))):
        for what in (None, "twice", True, False, "passed", "detail"):
            changed = copy.deepcopy(given)
            claim, place = list(check_places(changed))[number]
            altered = alter(claim["checks"], place, what)
            if altered:
                assert found_of(changed).outcome == Outcome.TAMPERED_WITH, (claim["text"], place, what)


def alter(checks: Any, place: int, what: Any) -> bool:
    """Take a check out, put it there twice, or set what it found; say whether that changed anything."""
    before = copy.deepcopy(checks)
    if what is None:
        del checks[place]
    elif what == "twice":
        checks.append(copy.deepcopy(checks[place]))
    elif what == "detail":
        checks[place]["detail"] = {}
    else:
        checks[place]["passed"] = None if what == "passed" else what
    return bool(before != checks)


def lie(receipt: Any) -> Any:
    """Put nonsense in place of a quotation, so that it fits all around it."""
    changed = copy.deepcopy(receipt)
    claim, said = changed["claims"][0], "The moon is made of cheese."
    moved = len(said) - len(claim["text"])
    changed["text"] = changed["text"].replace(claim["text"], said)
    claim |= {"text": said, "end": claim["end"] + moved, "verbatim": False}
    for other in changed["claims"][1:]:
        other["start"], other["end"] = other["start"] + moved, other["end"] + moved
    return changed


@pytest.mark.parametrize("rules", [copy.deepcopy, of_other_rules])
@pytest.mark.parametrize("left_out", [(), ("pointer",), ("pointer", "quote"), ("pointer", "quote", "relevance")])
def test_a_quotation_that_was_replaced_is_found_whatever_checks_are_left_out(
    given: Any, rules: Callable[[Any], Any], left_out: tuple[str, ...]
) -> None:
    changed = rules(lie(given))
    claim = changed["claims"][0]
    claim["checks"] = [one for one in claim["checks"] if one["name"] not in left_out]
    found = found_of(changed)
    assert found.outcome == Outcome.TAMPERED_WITH
    for name in (*left_out, *OF_STATEMENTS):
        assert any(f"without the check `{name}`" in one.what for one in found.problems)


@pytest.mark.parametrize("rules", [copy.deepcopy, of_other_rules])
def test_a_statement_without_its_verifier_is_no_quotation(given: Any, rules: Callable[[Any], Any]) -> None:
    changed = rules(given)
    claim = changed["claims"][1]
    claim["checks"] = [one for one in claim["checks"] if one["name"] != "entailment"]
    claim["confidence"] = 1.0
    assert found_of(changed).problems[0].what == (
        "It is shown without the check `entailment`, which every such claim has."
    )


@pytest.mark.parametrize("rules", [copy.deepcopy, of_other_rules])
@pytest.mark.parametrize("found", [{"p_supported": "x"}, {"p_supported": 7.0}, {"p_supported": True}, {}, {"parts": 3}])
def test_a_shown_claim_whose_check_is_junk_does_not_hold(
    given: Any, rules: Callable[[Any], Any], found: dict[str, Any]
) -> None:
    changed = rules(given)
    [check] = [one for one in changed["claims"][1]["checks"] if one["name"] == "entailment"]
    check["detail"] = {"p_supported": 0.93, "p_contradicted": 0.0, **found} if found else {}
    result = found_of(changed)
    assert result.outcome in (Outcome.TAMPERED_WITH, Outcome.NO_LONGER_SUPPORTED)
    assert "is not of the form that such checks have" in (*result.problems, *result.fallen)[0].what


def test_junk_in_place_of_all_checks_does_not_hold_with_any_rules(given: Any) -> None:
    changed = of_other_rules(given)
    for claim in changed["claims"]:
        junk = {"name": "entailment", "passed": False, "detail": {"p_supported": "x"}}
        claim["checks"] = [junk, {"name": "pointer", "passed": False, "detail": {}}]
    assert found_of(changed).outcome == Outcome.TAMPERED_WITH


def with_dispute(receipt: Any, passed: bool | None, *standings: str) -> Any:
    changed = copy.deepcopy(receipt)
    listed = [{"citation": {}, "why": "It says so.", "p_contradicted": 0.9, "standing": one} for one in standings]
    changed["claims"][1]["checks"].append(
        {"name": "dispute", "passed": passed, "detail": {"disputes": listed} if passed is not None else {}}
    )
    return changed


def test_a_dispute_says_what_follows_from_those_it_lists(given: Any) -> None:
    for honest in ((None,), (True,), (True, "superseded"), (False, "superseded", "current")):
        assert found_of(with_dispute(given, *honest)).outcome == Outcome.HOLDS
    for forged in ((True, "current"), (False, "superseded"), (True, "unheard of")):
        assert found_of(with_dispute(given, *forged)).outcome == Outcome.TAMPERED_WITH


def judged(receipt: Any, p_supported: float) -> Any:
    """The second shown claim as a judge would have saved it."""
    changed = copy.deepcopy(receipt)
    changed["made_with"]["verifier"]["judge"] = "anthropic:any"
    claim = changed["claims"][1]
    [check] = [one for one in claim["checks"] if one["name"] == "entailment"]
    check["detail"]["p_supported"], check["passed"] = p_supported, p_supported >= 0.5
    claim["checks"].append({"name": "judge", "passed": True, "detail": {"verdict": "supported", "reason": "So it is."}})
    claim["confidence"] = changed["confidence"] = 0.75
    return changed


def test_a_judge_is_asked_where_one_is_named_about_what_is_undecided(given: Any) -> None:
    assert found_of(judged(given, 0.4)).outcome == Outcome.HOLDS
    assert "not undecided" in found_of(judged(given, 0.05)).problems[0].what
    unnamed = judged(given, 0.4)
    unnamed["made_with"]["verifier"]["judge"] = ""
    assert "do not find" in found_of(unnamed).problems[0].what


def test_with_other_rules_what_a_newer_program_may_find_is_noted(given: Any) -> None:
    changed = of_other_rules(given)
    checks = changed["claims"][1]["checks"]
    checks.append({"name": "freshness", "passed": True, "detail": {"days": 3}})
    for one in checks:
        if one["name"] == "entailment":
            one["detail"]["model"] = "newer"
        if one["name"] == "relevance":
            one["detail"]["needed"] = 0.3
    found = found_of(changed)
    assert (found.outcome, found.fallen) == (Outcome.HOLDS, ())
    assert sum(one.where == "claims.1" for one in found.notes) == 3
    assert found_of(put(changed, ("made_with",), given["made_with"])).outcome == Outcome.TAMPERED_WITH


def test_what_cites_nothing_is_found(given: Any) -> None:
    changed = copy.deepcopy(given)
    changed["claims"][1]["citations"] = []
    assert any("cites nothing" in one.what for one in found_of(changed).problems)


def guaranteed(receipt: Any, threshold: float) -> Any:
    """The receipt of an answer that says it is calibrated, by a threshold."""
    changed = copy.deepcopy(receipt)
    changed["calibrated"] = True
    changed["made_with"]["calibration"]["guarantees"] = [
        {
            "collection": "default",
            "threshold": threshold,
            "target_precision": 0.9,
            "delta": 0.05,
            "n": 100,
            "verifier": receipt["made_with"]["verifier"]["id"],
            "created": "2026-01-01T00:00:00Z",
        }
    ]
    return changed


def test_a_calibrated_answer_was_held_to_what_was_proven(given: Any) -> None:
    def problems(receipt: Any) -> list[str]:
        return [one.what for one in found_of(receipt).problems if one.where == "calibrated"]

    assert problems(guaranteed(given, 0.4)) == []
    assert problems(guaranteed(given, 0.9)) == ["A claim was held to less than what was proven."]
    assert "the word of a judge" in problems(guaranteed(judged(given, 0.4), 0.4))[0]
    silent = guaranteed(given, 0.4) | {"claims": [], "text": "", "confidence": 0.0}
    assert "Nothing was proven" in problems(silent)[0]

"""From the checks of a claim to its verdict: the label, the confidence, and a reason that a person can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.checks.calibrate import confidence
from app.checks.judge import settled
from app.types import Check, Label, Verdict

_MOST_DIGITS = 17
"""As many decimals as tell any two numbers between 0.1 and 1 apart."""

_BROKEN = {
    "no_citation": "The claim cites nothing.",
    "not_offered": "The claim cites {id}, which the model was not shown.",
    "not_found": "The claim cites {id}, which is not in the store.",
    "text_differs": "The text at the place of {id} is no longer the text that is quoted.",
}

_OF_THE_QUESTION = ("condition", "relevance")
"""Checks of whether a claim answers the question, which say nothing of whether its evidence supports it."""


def reach(checks: Sequence[Check], min_confidence: float) -> Verdict:
    """Give the verdict that follows from a claim's checks, which are kept in it in the order they were made.

    A claim is supported when no check of its support failed and its confidence is at least `min_confidence`, in
    [0, 1]; so a threshold can only withhold more than the checks do. A supported claim that does not answer the
    question has a reason to be withheld all the same.
    """
    deciding, likely = settled(checks, confidence(checks))
    label = _label(deciding, likely, min_confidence)
    held = label == "supported" and all(check.passed is not False for check in deciding)
    return Verdict(label, likely, tuple(checks), "" if held else _reason(deciding, likely, min_confidence))


def _label(checks: Sequence[Check], likely: float, min_confidence: float) -> Label:
    failed = {one.name: one.detail for one in checks if one.passed is False and one.name not in _OF_THE_QUESTION}
    otherwise = (
        failed.get("facts", {}).get("conflicts"),
        failed.get("derivation", {}).get("wrong"),
        failed.get("judge", {}).get("verdict") == "contradicted",
        _contradicted(failed.get("entailment", {})),
    )
    if any(otherwise):
        return "contradicted"
    if failed or likely < min_confidence:
        return "unsupported"
    return "supported"


def _contradicted(detail: Mapping[str, Any]) -> bool:
    """Whether contradiction is the likeliest of the verifier's three outcomes."""
    yes, no = detail.get("p_supported", 0.0), detail.get("p_contradicted", 0.0)
    return bool(no > yes and no > 1.0 - yes - no)


def _is_just_unsupported(detail: Mapping[str, Any]) -> bool:
    """Whether no part fell by itself and nothing is contradicted."""
    return not _contradicted(detail) and all(one["p_supported"] >= 0.5 for one in detail.get("parts", ()))


def _reason(checks: Sequence[Check], likely: float, needed: float) -> str:
    """One full sentence: what the first rung that failed found, else how much confidence there is and is needed."""
    unnamed = next((one.detail.get("unnamed", ()) for one in checks if one.name == "facts"), ())
    for check in checks:
        if check.passed is False and check.name == "entailment" and unnamed and _is_just_unsupported(check.detail):
            return f"The evidence does not mention {' or '.join(unnamed)}."
        if check.passed is False:
            return _SAY[check.name](check.detail)
    found, least = told_apart(likely, needed)
    return f"The evidence supports the claim with a confidence of {found}; {least} is needed."


def _say_pointer(detail: Mapping[str, Any]) -> str:
    broken = detail["broken"][0]
    return _BROKEN[broken["problem"]].format(id=broken["id"])


def _say_quote(detail: Mapping[str, Any]) -> str:
    return f'The evidence does not contain the quoted words "{detail["missing"][0]}".'


def _say_facts(detail: Mapping[str, Any]) -> str:
    if detail["conflicts"]:
        first = detail["conflicts"][0]
        return f"The evidence says {first['evidence']} where the claim says {first['claim']}."
    return f"The evidence does not mention {' or '.join(detail['missing'])}."


def _say_derivation(detail: Mapping[str, Any]) -> str:
    if detail.get("wrong"):
        first = detail["wrong"][0]
        return f"The claim says {first['claim']} where working it out again gives {first['computed']}."
    return f'It rests on "{detail["fallen"][0]}", which was withheld.'


def _say_condition(detail: Mapping[str, Any]) -> str:
    other = "after" if detail["asked"] == "before" else "before"
    return f"It is about {other} {detail['of']}; the question asks about {detail['asked']} {detail['of']}."


def _say_relevance(detail: Mapping[str, Any]) -> str:
    found, needed = told_apart(detail["score"], detail["needed"])
    return f"Its relevance to the question is {found}; {needed} is needed."


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers, each with two decimals, or with as many as make them look different."""
    written = ((f"{one:.{digits}f}", f"{other:.{digits}f}") for digits in range(2, _MOST_DIGITS + 1))
    return next((pair for pair in written if pair[0] != pair[1]), (f"{one:.2f}", f"{other:.2f}"))


def _say_entailment(detail: Mapping[str, Any]) -> str:
    """Of a claim of several facts, the one that fell; of any other, and where each fact held by itself, the claim."""
    parts = detail.get("parts", ())
    if _contradicted(detail):
        against = filter(_contradicted, parts)
        what, of = _named(max(against, key=lambda one: one["p_contradicted"], default=None), detail)
        return f"The evidence contradicts {what} with a probability of {of['p_contradicted']:.2f}."
    fallen = (one for one in parts if one["p_supported"] < 0.5)
    what, of = _named(min(fallen, key=lambda one: one["p_supported"], default=None), detail)
    return f"The evidence supports {what} with a probability of only {of['p_supported']:.2f}."


def _named(part: Mapping[str, Any] | None, detail: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """How a reason names a part of a claim, or the claim where it is no part that fell; and what was found of it."""
    return ("the claim", detail) if part is None else (f'"{part["text"].removesuffix(".")}"', part)


def _say_judge(detail: Mapping[str, Any]) -> str:
    found = "contradicts" if detail["verdict"] == "contradicted" else "does not support"
    return f'A language model that was asked finds that the evidence {found} the claim: "{detail["reason"]}"'


_SAY: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "pointer": _say_pointer,
    "quote": _say_quote,
    "facts": _say_facts,
    "derivation": _say_derivation,
    "condition": _say_condition,
    "relevance": _say_relevance,
    "entailment": _say_entailment,
    "judge": _say_judge,
}

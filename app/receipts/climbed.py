"""Whether the claims of a receipt carry the checks that the ladder makes of each, in the form that each has.

Whoever forges a receipt can seal it anew, and may take out a check, or set what it found to what suits. Of a claim that
is shown it is therefore asked that it cites something, and that the checks which no climb leaves out are there, each
once. The checks that need no model are made again in `rules`; what is left, no receipt can tell by itself:
- a probability or a relevance that was replaced by another which comes to the same verdict, with the confidences that
  follow from it; contradiction that decides nothing, and the signals and parts that it is said to be made of;
- a judge's word, where one is named; disputes that were left out or invented, which withhold nothing;
- a claim that was left out, shown or withheld, with the places of the others counted anew; the text of one withheld;
- cited texts with their ids, documents and surroundings, that were invented: the store that gave the answer knows;
- the question, as far as no check hangs on it, and names, times and hashes on which nothing else in the receipt hangs.
Only a signature by a known key tells of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.checks.calibrate import confidence
from app.checks.judge import is_undecided
from app.checks.ladder import MIN_RELEVANCE, MIN_RELEVANCE_BY_MODEL
from app.receipts.findings import Finding
from app.receipts.integrity import QUOTING, claims_of
from app.receipts.read import checks_of
from app.types import Check, Label
from app.wire import Json

ALWAYS = ("pointer", "quote", "relevance")
"""The checks that every claim has which comes to the end of the climb."""

OF_STATEMENTS = ("facts", "entailment")
"""Those that such a claim has beside them where it is no quotation."""

SOMETIMES = ("condition", "dispute")
SOMETIMES_OF_STATEMENTS = ("derivation", "judge")

ROUNDING = 1e-6
"""How much the probabilities of a model in single precision may come to beyond 1."""

Probability = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Detail(BaseModel):
    """The detail of a check that a model made, which nothing here can make again; other versions may know more."""

    model_config = ConfigDict(strict=True, extra="allow")


class _Part(_Detail):
    text: str
    p_supported: Probability
    p_contradicted: Probability


class _Entailment(_Detail):
    p_supported: Probability
    p_contradicted: Probability
    signals: dict[str, Number] = {}
    parts: list[_Part] = []


class _Relevance(_Detail):
    score: Probability
    needed: Probability


class _Judge(_Detail):
    verdict: Label
    reason: Annotated[str, Field(min_length=1)]


class _Dispute(_Detail):
    citation: dict[str, Any]
    why: str
    p_contradicted: Probability | None
    standing: Literal["current", "superseded", "supersedes"]


class _Disputes(_Detail):
    disputes: list[_Dispute]


_DETAILS: Mapping[str, type[_Detail]] = {"entailment": _Entailment, "relevance": _Relevance, "judge": _Judge}


def unclimbed(receipt: Json) -> Iterator[Finding]:
    """Claims with a check too many, and claims that are shown without having come to the end of the climb; this holds
    with any version's rules."""
    for where, claim in claims_of(receipt):
        counted = Counter(one["name"] for one in claim["checks"])
        twice = (f"It has more than one check `{name}`." for name, many in counted.items() if many > 1)
        lacking = () if "reason" in claim else _lacking(claim, counted)
        yield from (Finding(where, what) for what in (*twice, *lacking))


def _lacking(claim: Json, counted: Mapping[str, int]) -> Iterator[str]:
    if not claim["citations"]:
        yield "It is shown, and cites nothing."
    for name in (*ALWAYS, *(() if claim["verbatim"] else OF_STATEMENTS)):
        if name not in counted:
            yield f"It is shown without the check `{name}`, which every such claim has."
    if any(one["name"] == "pointer" and (one["passed"] is not True or one["detail"]) for one in claim["checks"]):
        yield "It is shown, and its check `pointer` did not pass."


def ill_formed(claim: Json, receipt: Json) -> Iterator[tuple[str, bool]]:
    """What of the checks of a claim is not as this program makes them; True with it where no program can have made
    them so that what they found can be relied on."""
    checks = checks_of(claim)
    names = {one.name for one in checks}
    if strange := sorted(names - _expected(checks, claim["verbatim"])):
        yield f"No climb gives it the check `{strange[0]}`.", False
    if missing := sorted(_needed(checks, claim["verbatim"]) - names):
        yield f"It is without the check `{missing[0]}`, to which it climbed.", False
    for one in checks:
        yield from ((f"Its check `{one.name}` {what}.", falls) for what, falls in _ill_formed(one, receipt))
    if "judge" in names and not _was_undecided(checks):
        yield "A judge was asked about it, and it was not undecided.", False


def _needed(checks: Sequence[Check], verbatim: bool) -> set[str]:
    """The checks that a claim must have; a climb ends where its pointer or its quotations fail."""
    failed = {one.name for one in checks if one.passed is False}
    if "pointer" in failed:
        return {"pointer"}
    if "quote" in failed:
        return {"pointer", "quote"}
    return {*ALWAYS, *(() if verbatim else OF_STATEMENTS)}


def _expected(checks: Sequence[Check], verbatim: bool) -> set[str]:
    """The checks that a claim may have."""
    needed = _needed(checks, verbatim)
    if "relevance" not in needed:
        return needed
    return {*needed, *SOMETIMES, *(() if verbatim else SOMETIMES_OF_STATEMENTS)}


def _ill_formed(check: Check, receipt: Json) -> Iterator[tuple[str, bool]]:
    try:
        found = _read(check.name, dict(check.detail))
    except ValidationError:
        yield "is not of the form that such checks have", True
        return
    if _passes(check, found) is not check.passed:
        yield "does not say what follows from what it found", True
    if (found and found.model_extra) or not _is_usual(found, receipt["made_with"]):
        yield "found what such checks do not find", False


def _passes(check: Check, found: _Detail | None) -> bool | None:
    match found:
        case _Entailment():
            return found.p_supported >= 0.5
        case _Relevance():
            return found.score >= found.needed
        case _Judge():
            return found.verdict == "supported"
        case _Disputes():
            return all(one.standing == "superseded" for one in found.disputes)
    if check.name == "pointer":
        return not check.detail.get("broken")
    return None if check.name == "dispute" else check.passed


def _is_usual(found: _Detail | None, made_with: Json) -> bool:
    match found:
        case _Entailment():
            return found.p_supported + found.p_contradicted <= 1.0 + ROUNDING
        case _Relevance():
            return found.needed in _asked_of(made_with)
        case _Judge():
            return bool(made_with["verifier"]["judge"])
    return True


def _read(name: str, detail: Json) -> _Detail | None:
    """What a model found; None of a check that needs none, and of a search for disputes that came to nothing."""
    if name == "dispute":
        return _Disputes.model_validate(detail) if detail else None
    return _DETAILS[name].model_validate(detail) if name in _DETAILS else None


def _asked_of(made_with: Json) -> tuple[float, ...]:
    """The relevances that a claim may have been held to."""
    quoting = made_with["model"]["id"] == QUOTING
    return (MIN_RELEVANCE,) if quoting else (MIN_RELEVANCE, MIN_RELEVANCE_BY_MODEL)


def _was_undecided(checks: Sequence[Check]) -> bool:
    before = [one for one in checks if one.name not in ("judge", "dispute")]
    return is_undecided(before, confidence(before))

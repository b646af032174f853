"""What the rules of this program make of a receipt: its checks that need no model and no store, made again, and the
verdicts that all its checks come to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from app.checks import condition, quote, steps
from app.checks.ladder import evidence_of, headings_of
from app.checks.verdict import reach
from app.receipts.climbed import ill_formed
from app.receipts.findings import Finding
from app.receipts.integrity import ROUNDED, claims_of
from app.receipts.read import checks_of, claim_of, in_order
from app.types import Check, Claim, Verdict
from app.wire import Json

AGAIN = frozenset({"quote", "facts", "derivation", "condition"})
"""The checks that can be made again."""


def misjudged(receipt: Json) -> Iterator[tuple[Finding, bool]]:
    """Verdicts that do not follow from their checks; True with it where a claim that was shown would be withheld."""
    for where, claim in claims_of(receipt):
        yield from ((Finding(where, what), falls) for what, falls in _wrong_verdict(claim, receipt))


def _wrong_verdict(claim: Json, receipt: Json) -> Iterator[tuple[str, bool]]:
    # A dispute is found after the verdict was reached, and changes nothing of it.
    checks, is_shown = [one for one in checks_of(claim) if one.name != "dispute"], "reason" not in claim
    try:
        yield from ((what, is_shown and falls) for what, falls in ill_formed(claim, receipt))
        reached = reach(checks, claim["needed"])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        yield "Its checks are not of the form that checks have.", is_shown
        return
    falls = is_shown and bool(reached.reason)
    if (claim["label"], claim.get("reason", "")) != (reached.label, reached.reason):
        yield "Its verdict is not the one that its checks come to.", falls
    if claim["confidence"] != round(reached.confidence, ROUNDED):
        yield "Its confidence is not the one that its checks come to.", falls


def differing(receipt: Json) -> Iterator[tuple[Finding, bool]]:
    """What comes out otherwise than the receipt says; True with it where a claim that was shown fails now."""
    claims = in_order(receipt)
    said = [one["text"] for one in claims]
    verdicts = [Verdict(one["label"], one["confidence"], (), one.get("reason", "")) for one in claims]
    for at, wire in enumerate(claims):
        kept = {one.name: one for one in checks_of(wire)}
        if "reason" in wire and not (kept.get("pointer") and kept["pointer"].passed):  # the climb ended there
            continue
        made = _made_again(claim_of(wire), receipt["understood_as"], said[:at], verdicts[:at])
        for name in sorted(AGAIN):
            old, new = kept.get(name), made.get(name)
            if _plain(old) != _plain(new):
                finding = Finding(f'the claim "{wire["text"]}"', _difference(name, old, new))
                yield finding, "reason" not in wire and new is not None and new.passed is False


def _made_again(claim: Claim, question: str, said: Sequence[str], verdicts: Sequence[Verdict]) -> dict[str, Check]:
    """The checks as the ladder makes them, by name."""
    made = {"quote": quote.check(claim)}
    if made["quote"].passed is False:
        return made
    if not claim.verbatim:
        step = steps.read(claim.text, evidence_of(claim), said, question, headings_of(claim.citations))
        made |= {one.name: one for one in steps.with_fallen(step.checks, said, verdicts)}
    asked = condition.check(question, claim.text)
    return made | ({"condition": asked} if asked else {})


def _plain(check: Check | None) -> Any:
    """A check as it reads in JSON; one that is not there is as good as one that had nothing to compare."""
    if check is None or (check.passed is None and not check.detail):
        return None
    return json.loads(json.dumps([check.passed, dict(check.detail)]))


def _difference(name: str, old: Check | None, new: Check | None) -> str:
    return f"Its check `{name}`, made again, {_outcome(new)}; in the receipt it {_outcome(old)}."


def _outcome(check: Check | None) -> str:
    if check is None or check.passed is None:
        return "finds nothing to compare"
    return f"{'passes' if check.passed else 'fails'} with {json.dumps(dict(check.detail), ensure_ascii=False)}"

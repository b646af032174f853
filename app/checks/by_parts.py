"""A verifier that checks each fact of a claim by itself; the weakest decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.checks.fitted import log_odds, logistic
from app.checks.parts import parts_of
from app.types import Entailment, Part, Verifier

LENIENCE = 1.0
"""What is added to a part's log-odds of support.

A part lacks what its sentence says around it, and the lowest of several uncertain judgements is lower than that part
deserves. On 159 claims of several facts that nothing was trained on (87 written, 72 made of two claims) the Brier score
is 0.161 without it and 0.128 with it, AUROC 0.878 and 0.909; of the claims as wholes they are 0.131 and 0.898.
"""


class ByParts:
    """Judges claims, and the parts of those that state several facts, by another verifier. Safe in many threads if
    that is.

    The claim as a whole counts as one of those that may be the weakest. Its parts together can say less than it does:
    what a cut left out, such as an order or a reference from one part to another, stands in the whole alone. And all
    of a claim is never likelier than any part of it, so where a verifier finds it so, it has read over that part; this
    is what the parts are asked for. To leave the whole out could only raise what a claim is given.
    """

    def __init__(self, inner: Verifier, split: Callable[[str], Sequence[str]] = parts_of) -> None:
        self._inner = inner
        self._split = split

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. The inner verifier is asked once for all, each pair once."""
        if not pairs:
            return []
        split = {claim: self._split(claim) for _, claim in pairs}
        asked = list(dict.fromkeys((evidence, text) for evidence, claim in pairs for text in (claim, *split[claim])))
        found = dict(zip(asked, self._inner.verify(asked), strict=True))
        return [_together(evidence, claim, split[claim], found) for evidence, claim in pairs]


def _together(
    evidence: str, claim: str, parts: Sequence[str], found: Mapping[tuple[str, str], Entailment]
) -> Entailment:
    """The lowest support and the highest contradiction among a claim and its parts."""
    whole = found[evidence, claim]
    if len(parts) < 2:
        return whole
    each = [_leniently(found[evidence, part]) for part in parts]
    weakest = min((whole, *each), key=lambda one: one.p_supported)
    told = tuple(Part(text, one.p_supported, one.p_contradicted) for text, one in zip(parts, each, strict=True))
    return replace(weakest, p_contradicted=max(one.p_contradicted for one in (whole, *each)), parts=told)


def _leniently(part: Entailment) -> Entailment:
    """A part's judgement with more support; contradiction keeps its share of the rest. What is certain stays so."""
    if part.p_supported in (0.0, 1.0):
        return part
    likely = logistic(log_odds(part.p_supported) + LENIENCE)
    rest = (1.0 - likely) / (1.0 - part.p_supported)
    return replace(part, p_supported=likely, p_contradicted=part.p_contradicted * rest)

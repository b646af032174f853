"""Several verifiers that take milliseconds, joined into one probability (stacked generalisation, Wolpert 1992)."""

from __future__ import annotations

from collections.abc import Sequence

from app.checks.fitted import Logistic
from app.checks.windows import is_long
from app.types import Entailment, Verifier

TINY = 1e-9


class Stacked:
    """Judges pairs by several verifiers, whose signals a fitted regression joins."""

    def __init__(self, verifiers: Sequence[Verifier], fitted: Logistic) -> None:
        self._verifiers = verifiers
        self._fitted = fitted

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. Raises what the verifiers raise."""
        said = list(zip(*(one.verify(pairs) for one in self._verifiers), strict=True)) if pairs else []
        long = [is_long(evidence) for evidence, _ in pairs]
        return [joined(one, self._fitted, at_length) for one, at_length in zip(said, long, strict=True)]


def signals_of(said: Sequence[Entailment], long: bool) -> dict[str, float]:
    """All signals by name; of long evidence once more as `long_<name>`, since on a page they mean something else: that
    a claim's words are there at all tells more, and what one window says less."""
    signals = {name: value for one in said for name, value in one.signals.items()}
    return {**signals, "long": 1.0, **{f"long_{name}": value for name, value in signals.items()}} if long else signals


def joined(said: Sequence[Entailment], model: Logistic, long: bool) -> Entailment:
    """One judgement out of several, of evidence that is `long` or not.

    What is not support is contradiction in the share that those who know it give it. Where one of them read nothing,
    since a text was empty, nothing is supported.
    """
    if not all(one.signals for one in said):
        return Entailment(0.0, 0.0)
    signals = signals_of(said, long)
    likely = model.probability(signals)
    shares = [one.p_contradicted / max(1.0 - one.p_supported, TINY) for one in said if one.p_contradicted > 0.0]
    share = min(1.0, sum(shares) / len(shares)) if shares else 0.0
    return Entailment(likely, (1.0 - likely) * share, signals)

"""The served verifier where there is a language model: it is asked about claims that the small models leave open."""

from __future__ import annotations

from dataclasses import replace

from app.checks.fitted import Fitted, log_odds
from app.checks.stacked import joined
from app.types import Entailment, Verifier


class Undecided:
    """Judges by `small`, and once more with `large` what that leaves between the fitted `low` and `high`.

    The claim is asked about as a whole: a question takes seconds, and the parts are judged by `small` already, so that
    what it says of the weakest of them is what `large` is joined with.
    """

    def __init__(self, small: Verifier, large: Verifier, fitted: Fitted) -> None:
        self._small = small
        self._large = large
        self._fitted = fitted

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. Raises what the verifiers raise."""
        judged = self._small.verify(pairs)
        open_ones = [at for at, one in enumerate(judged) if self._fitted.low < one.p_supported < self._fitted.high]
        asked = self._large.verify([pairs[at] for at in open_ones]) if open_ones else []
        for at, more in zip(open_ones, asked, strict=True):
            judged[at] = self._both(judged[at], more)
        return judged

    def _both(self, small: Entailment, large: Entailment) -> Entailment:
        """The two joined. The small models' signals are kept, to be shown, and count by what they came to."""
        summed = replace(small, signals={**small.signals, "small": log_odds(small.p_supported)})
        return replace(joined((summed, large), self._fitted.large, long=False), parts=small.parts)

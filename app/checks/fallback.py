"""A verifier that gives way to another once it fails, and says so."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import ModelUnavailable
from app.types import Entailment, Verifier


class Fallback:
    """Judges by `first` until that is unavailable, then by `second`: an answer is not lost with one of its checks.

    `say` is told once, in a sentence for the answer's reader. For one answer, in one thread.
    """

    def __init__(self, first: Verifier, second: Verifier, say: Callable[[str], None]) -> None:
        self._verifiers = [first, second]
        self._say = say

    @property
    def gave_way(self) -> bool:
        """Whether `first` has failed."""
        return len(self._verifiers) == 1

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. Raises ModelUnavailable when `second` fails too."""
        try:
            return self._verifiers[0].verify(pairs)
        except ModelUnavailable as error:
            if self.gave_way:
                raise
            self._say(f"Claims were checked without the language model: {error.message}")
            del self._verifiers[0]
            return self.verify(pairs)

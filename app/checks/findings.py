"""What the derivation rung looks at, and what it finds there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.checks.borne_out import is_borne_out
from app.checks.figures import CITED, Figure, figures_of, is_sane
from app.checks.quantities import Quantity
from app.checks.scan import Evidence, Scan, scan


@dataclass(frozen=True, slots=True)
class Finding:
    """One calculation: its working, and what is wrong with it where something is.

    `wrong` is what the claim says and what it comes to. `settles` are the texts of the claim's numbers that need no
    further evidence. `premises` are the places of the earlier claims whose figures were taken.
    """

    working: str
    wrong: tuple[str, str] | None = None
    settles: tuple[str, ...] = ()
    premises: frozenset[int] = frozenset()


class Case:
    """A claim with the figures of all that it may work with: its evidence, then the earlier claims of its answer."""

    def __init__(self, claim: str, evidence: Sequence[str], premises: Sequence[str], context: str = "") -> None:
        self.stated: Scan = scan(claim)
        self._evidence, self._premises, self._context = evidence, premises, context

    @cached_property
    def told(self) -> Evidence:
        """Evidence and premises as one."""
        return Evidence([*self._evidence, *self._premises], self._context)

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures of evidence and premises, each thing's value once."""
        kept: list[Figure] = []
        texts = [
            (CITED, Evidence(list(dict.fromkeys(self._evidence)))),
            *((at, Evidence([one])) for at, one in enumerate(self._premises)),
        ]
        for origin, text in texts:
            for figure in figures_of(text, origin):
                if not any(_repeats(figure, other) for other in kept):
                    kept.append(figure)
        return kept

    @cached_property
    def numbers(self) -> list[Quantity]:
        """The numbers of the claim, in order."""
        found = [
            fact for fact in self.stated.facts if isinstance(fact, Quantity) and not fact.derived and is_sane(fact)
        ]
        return sorted(found, key=lambda quantity: quantity.start)

    @cached_property
    def absent(self) -> list[Quantity]:
        """The numbers of the claim that neither its evidence nor an earlier claim states."""
        return [one for one in self.numbers if not one.denied and not is_borne_out(one, self.stated, self.told)]


def origins_of(took: Sequence[Figure]) -> frozenset[int]:
    """The earlier claims that figures come from."""
    return frozenset(figure.origin for figure in took if figure.origin != CITED)


def _repeats(one: Figure, other: Figure) -> bool:
    """Whether a figure says again what another said: the same value in a premise, or elsewhere of the same thing."""
    if one.amount.value != other.amount.value or one.amount.dimension != other.amount.dimension:
        return False
    alike = len(one.clause & other.clause) * 2 > min(len(one.clause), len(other.clause))
    same_sentence = one.origin == other.origin and one.content is other.content
    return not same_sentence and (one.origin != CITED or alike)

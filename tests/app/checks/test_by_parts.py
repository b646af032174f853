from __future__ import annotations

import math

import pytest

from app.checks import entailment
from app.checks.by_parts import ByParts
from app.types import Entailment

FACTS = {"A and B.": ["A.", "B."], "B and C.": ["B.", "C."]}


class Table:
    """Gives each claim the entailment it was told, and keeps what it was asked."""

    def __init__(self, **answers: tuple[float, float]) -> None:
        self.answers = answers
        self.calls: list[list[tuple[str, str]]] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.calls.append(pairs)
        return [self._answer(claim) for _, claim in pairs]

    def _answer(self, claim: str) -> Entailment:
        name = "".join(letter for letter in claim if letter in "ABC")
        return Entailment(*self.answers[name], signals={"of": float(ord(name[0]))})


def lenient(likely: float) -> float:
    """The odds of a part's support, times e."""
    odds = likely / (1 - likely) * math.e
    return pytest.approx(odds / (1 + odds))


def judge(table: Table, *claims: str) -> list[Entailment]:
    verifier = ByParts(table, lambda claim: FACTS.get(claim, [claim]))
    return verifier.verify([("It is so.", claim) for claim in claims])


def test_the_weakest_part_decides_and_all_parts_are_told() -> None:
    [found] = judge(Table(A=(0.9, 0.02), B=(0.2, 0.6), AB=(0.8, 0.1)), "A and B.")
    contradicted = pytest.approx(0.75 * (1 - found.p_supported))
    assert (found.p_supported, found.p_contradicted) == (lenient(0.2), contradicted)
    assert [part.text for part in found.parts] == ["A.", "B."]
    assert [part.p_supported for part in found.parts] == [lenient(0.9), lenient(0.2)]
    assert [part.p_contradicted for part in found.parts] == [
        pytest.approx(0.2 * (1 - found.parts[0].p_supported)),
        contradicted,
    ]
    assert found.signals == {"of": float(ord("B"))}


def test_the_whole_decides_where_it_is_weaker_than_its_parts() -> None:
    [found] = judge(Table(A=(0.9, 0.01), B=(0.8, 0.02), AB=(0.3, 0.4)), "A and B.")
    assert (found.p_supported, found.p_contradicted) == (0.3, 0.4)
    assert found.signals == {"of": float(ord("A"))}
    assert [part.text for part in found.parts] == ["A.", "B."]


def test_support_and_contradiction_may_come_from_different_parts() -> None:
    [found] = judge(Table(A=(0.1, 0.05), B=(0.4, 0.5), AB=(0.6, 0.1)), "A and B.")
    assert found.p_supported == lenient(0.1)
    assert found.p_contradicted == pytest.approx(0.5 / 0.6 * (1 - found.parts[1].p_supported))


def test_a_claim_of_one_fact_is_judged_as_it_was() -> None:
    [found] = judge(Table(A=(0.7, 0.1)), "A.")
    assert found == Entailment(0.7, 0.1, {"of": float(ord("A"))})


def test_the_inner_verifier_is_asked_once_and_each_pair_once() -> None:
    table = Table(A=(0.9, 0.0), B=(0.8, 0.0), C=(0.7, 0.0), AB=(0.85, 0.0), BC=(0.75, 0.0))
    found = judge(table, "A and B.", "C.", "B and C.", "A and B.")
    assert [[claim for _, claim in call] for call in table.calls] == [["A and B.", "A.", "B.", "C.", "B and C."]]
    assert [one.p_supported for one in found] == [0.85, 0.7, 0.75, 0.85]
    assert [len(one.parts) for one in found] == [2, 0, 2, 2]


def test_the_same_claim_on_other_evidence_is_asked_again() -> None:
    table = Table(A=(0.9, 0.0))
    ByParts(table, lambda claim: [claim]).verify([("One.", "A."), ("Two.", "A.")])
    assert table.calls == [[("One.", "A."), ("Two.", "A.")]]


def test_nothing_is_asked_about_nothing() -> None:
    table = Table()
    assert judge(table) == []
    assert table.calls == []


def test_parts_stand_in_the_check() -> None:
    [found] = judge(Table(A=(0.9, 0.0), B=(0.2, 0.0), AB=(0.8, 0.0)), "A and B.")
    told = {"text": "B.", "p_supported": lenient(0.2), "p_contradicted": 0.0}
    assert entailment.check(found).detail["parts"][1] == told


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_what_is_certain_of_a_part_stays_so(sure: float) -> None:
    [found] = judge(Table(A=(sure, 0.0), B=(0.9, 0.0), AB=(0.95, 0.0)), "A and B.")
    assert found.parts[0].p_supported == sure


@pytest.mark.slow
def test_claims_are_split_by_grammar_if_nothing_else_is_said() -> None:
    class Even:
        def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
            return [Entailment(0.5, 0.0) for _ in pairs]

    [found] = ByParts(Even()).verify([("", "The owner runs the checks, collects the evidence and files the waivers.")])
    assert [part.text for part in found.parts] == [
        "The owner runs the checks.",
        "The owner collects the evidence.",
        "The owner files the waivers.",
    ]

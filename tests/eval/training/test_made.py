"""Pairs made by rule: each says what its label says, and the same seed makes the same pairs."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.training.examples import Example
from eval.training.made import Near, doubled, from_sentences, mixed, shortened, turned
from eval.training.swaps import swapped

POOL = [
    Example(
        f"The {name} block of the chip runs at {n}00 MHz and has {n} ports.", f"{name} has {n} ports.", label, "fever"
    )
    for n, (name, label) in enumerate(
        [("Alpha", "supported"), ("Beta", "not_supported"), ("Gamma", "supported"), ("Delta", "supported")], start=2
    )
]
SENTENCES = [
    f"Clock {name} must be stable for {n} ps before the rising edge." for n, name in enumerate("abcdefghij", 11)
]


def draw() -> random.Random:
    return random.Random(5)


@pytest.mark.parametrize(
    ("sentence", "rule", "claim"),
    [
        ("The reset must be released before use.", "denial", "The reset must not be released before use."),
        ("A source must not wait for READY.", "denial", "A source must wait for READY."),
        ("Data is launched by the rising edge.", "opposite", "Data is launched by the falling edge."),
        ("The margin of the bus is 15 ps.", "unit", "The margin of the bus is 15 ns."),
    ],
)
def test_a_fact_is_turned_round(sentence, rule, claim):
    assert (claim, rule) in list(swapped(sentence, draw()))


def test_a_number_becomes_another_of_its_kind():
    for seed in range(20):
        made = {rule: claim for claim, rule in swapped("It has 0.75 V.", random.Random(seed))}
        assert made["number"] != "It has 0.75 V."
        assert len(made["number"]) == len("It has 0.75 V.")


@pytest.mark.parametrize("sentence", ["Use AXI4-Lite here.", "See section 3.2.1 of it.", "LF7SC names it."])
def test_digits_in_names_are_no_numbers(sentence):
    assert not [rule for _, rule in swapped(sentence, draw()) if rule == "number"]


@given(st.text(max_size=80), st.integers(0, 99))
def test_what_is_swapped_is_another_sentence(sentence, seed):
    assert all(claim != sentence for claim, _ in swapped(sentence, random.Random(seed)))


def test_a_strangers_evidence_shares_words_and_is_not_the_examples_own():
    near = Near([*POOL, Example("Beta ports are described elsewhere.", "x", "supported", "fever")])
    found = near.strangers(POOL[1])
    assert "Beta ports are described elsewhere." in found
    assert POOL[1].evidence not in found


def test_amid_strangers_the_evidence_and_the_label_stay():
    strangers = [Example(f"{n} words on ports of Alpha, elsewhere.", "y", "neutral", "fever") for n in range(9)]
    made = [one for seed in range(9) for one in mixed([*POOL, *strangers], random.Random(seed))]
    amid = [one for one in made if one.source == "made: amid strangers" and one.claim == POOL[0].claim]
    alone = [one for one in made if one.source == "made: stranger"]
    assert amid
    assert all(POOL[0].evidence in one.evidence and one.label == "supported" for one in amid)
    assert any(not one.evidence.startswith(POOL[0].evidence) for one in amid)
    assert alone
    assert all(one.label == "neutral" for one in alone)


def test_a_claim_of_two_parts_needs_the_evidence_of_both():
    for one in doubled(POOL, draw(), 40):
        parts = [example for example in POOL if example.claim.rstrip(". ") in one.claim]
        there = [example.evidence in one.evidence for example in parts]
        assert len(parts) == 2
        assert (one.label == "supported") == all(there)


def test_claims_from_documents_are_quoted_swapped_or_of_another_place():
    made = list(from_sentences([SENTENCES], draw()))
    for one in made:
        quoted = one.claim in one.evidence
        assert quoted == (one.label == "supported")
    assert {one.label for one in made} == {"supported", "contradicted", "neutral"}


def test_what_follows_the_main_clause_can_be_left_out():
    assert shortened("The block uses one clock, because two would cost area.") == "The block uses one clock."
    assert shortened("Short, because tests.") == "Short, because tests."


def test_the_same_seed_makes_the_same_pairs():
    assert list(from_sentences([SENTENCES], draw())) == list(from_sentences([SENTENCES], draw()))
    assert list(doubled(POOL, draw(), 9)) == list(doubled(POOL, draw(), 9))


def test_claims_of_the_pool_are_turned_round_or_get_another_name():
    named = [
        replace(one, claim=f"It is said that {name} has {n} ports.", evidence=f"{name} has {n} ports.")
        for n, (one, name) in enumerate(zip(POOL, ("Ada", "Bob", "Cleo", "Dan"), strict=True), start=2)
    ]
    made = [one for seed in range(9) for one in turned(named, random.Random(seed))]
    assert {one.label for one in made} == {"contradicted", "not_supported"}
    assert not {one.claim for one in made} & {one.claim for one in named}
    others = [one for one in made if one.label == "not_supported"]
    assert all(one.evidence.split()[0] not in one.claim for one in others)
    assert not any("Bob" in one.evidence for one in made)  # its claim was not supported

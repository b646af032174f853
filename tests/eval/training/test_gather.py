"""What is trained on: nothing that is kept back, our own claims most, and pairs without a label for a teacher."""

from collections import Counter

import pytest

from eval.training.examples import Example
from eval.training.gather import Sources, for_adapter, for_encoder, unlabelled
from eval.training.written import SOURCE

NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Kappa", "Omega")
POOL = [
    Example(
        f"The {name} block of the chip runs at {n}00 MHz.", f"The {name} block runs at {n}00 MHz.", "supported", "fever"
    )
    for n, name in enumerate(NAMES, start=2)
]
OWN = [
    Example(f"Rule {n}: the {name} port is read.", f"{name} is read.", "neutral", SOURCE)
    for n, name in enumerate(NAMES)
]
DOCUMENT = [
    f"Clock {name} must be stable for {n} ps before the rising edge." for n, name in enumerate("abcdefghij", 11)
]
SOURCES = Sources(POOL, OWN, [DOCUMENT])


@pytest.mark.parametrize("most", [2, 100])
def test_the_encoder_learns_from_so_many_of_each_source_and_from_all_of_our_own(most):
    found = for_encoder(SOURCES, most, seed=0)
    counts = Counter((one.source, one.label) for one in found)
    assert counts["fever", "supported"] == min(most, len(POOL))
    assert counts[SOURCE, "neutral"] == len(OWN)
    assert counts["made: own words", "supported"] == min(most, len(DOCUMENT))
    assert found == for_encoder(SOURCES, most, seed=0)


def test_the_adapter_sees_our_own_claims_twice_in_an_order_drawn_by_the_seed():
    found = for_adapter(SOURCES, seed=0)
    assert Counter(one.source for one in found)[SOURCE] == 2 * len(OWN)
    assert found == for_adapter(SOURCES, seed=0)
    assert found != for_adapter(SOURCES, seed=1)


def test_what_has_no_label_is_about_what_stands_there_or_elsewhere():
    found = list(unlabelled(SOURCES, seed=0))
    assert {one.label for one in found} == {None}
    of_document = [one for one in found if one.source == "unlabelled: document"]
    assert len(of_document) == len(DOCUMENT) - 5
    assert all(one.claim in DOCUMENT for one in of_document)
    assert found == list(unlabelled(SOURCES, seed=0))

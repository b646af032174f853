import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.lints.duplicates import ALIKE, findings, near_pairs

WORDS = [
    "the",
    "hold",
    "check",
    "at",
    "a",
    "flop",
    "compares",
    "the",
    "arrival",
    "of",
    "new",
    "data",
    "with",
    "the",
    "edge",
    "that",
    "still",
    "captures",
    "the",
    "old",
    "one",
]
TEXT = " ".join([*WORDS, "so", "that", "no", "value", "is", "lost", "while", "the", "clock", "runs."])


def test_a_paragraph_in_two_documents_is_named_with_its_place(written):
    one = written(f"# One\n\nBefore.\n\n## Deep\n\n{TEXT}", "one")
    other = written(f"# Other\n\nQuite another beginning.\n\n{TEXT.replace('no value', 'no datum')}", "other")

    assert list(findings([one, other])) == []  # a word in thirty changes five of 26 fives
    [finding] = findings([one, written(f"# Other\n\n{TEXT} Mostly.", "other")])
    assert (finding.where, finding.place, finding.severity) == ("one", "One > Deep", "warning")
    assert "as other has" in finding.what


def test_a_paragraph_that_stands_twice_in_a_document_is_named(written):
    [finding] = findings([written(f"# One\n\n{TEXT}\n\nBetween.\n\n{TEXT}", "one")])
    assert finding.what.startswith("repeats a paragraph: “the hold check at a flop")


def test_a_paragraph_of_many_documents_is_named_once(written):
    many = [written(f"# Doc\n\nOwn words of {name}.\n\n{TEXT}", name) for name in "abcdef"]
    other = [written(f"# Doc\n\nOwn.\n\n{TEXT.replace('captures', 'loses').upper()}", name) for name in ("x", "y")]
    found = list(findings([*other, *many]))
    assert [one.where for one in found] == ["a", "x"]
    assert found[0].what.startswith("has, as b, c, d and 2 more have in nearly the same words, a paragraph: “the hold")
    assert found[1].what.startswith("has, as y has in nearly the same words, a paragraph: “THE HOLD")


def test_a_paragraph_that_stands_twice_is_named_although_another_document_has_it_too(written):
    own = TEXT.replace("captures", "keeps")
    one = written(f"# One\n\n{TEXT}\n\n{own}", "one")
    two = written(f"# Two\n\n{TEXT}\n\n## Again\n\n{TEXT}\n\n{own}", "two")
    found = [(finding.where, finding.place, finding.what.partition(":")[0]) for finding in findings([one, two])]
    assert found == [
        ("one", "One", "has, as two has in nearly the same words, 2 paragraphs"),
        ("two", "Two", "repeats a paragraph"),
    ]


def test_code_may_be_said_twice(written):
    code = f"```\n{TEXT}\n```"
    assert list(findings([written(f"# A\n\n{code}\n\nBetween.\n\n{code}")])) == []


def test_short_paragraphs_may_be_said_twice(written):
    short = " ".join(TEXT.split()[:19])
    assert list(findings([written(f"# A\n\n{short}\n\nBetween.\n\n{short}")])) == []


@pytest.mark.parametrize("way", ["old", "new"])
def test_a_document_may_repeat_the_one_that_it_replaces_by_way_of_others(written, way):
    names = ("old", "between", "new") if way == "old" else ("new", "between", "old")
    ends = [
        written(f"# A\n\nBefore.\n\n{TEXT}", names[0], superseded_by=names[1]),
        written("# B\n\nOther.", names[1], superseded_by=names[2]),
        written(f"# C\n\nBefore.\n\n{TEXT}", names[2]),
    ]
    assert list(findings(ends)) == []
    assert len(list(findings([ends[0], ends[2]]))) == 1


@given(st.integers(0, 10_000))
def test_the_pairs_are_those_that_comparing_all_would_find(seed):
    chance = random.Random(seed)
    base = [(str(number),) for number in range(30)]
    sets = [frozenset(chance.sample(base[: chance.randint(8, 30)], chance.randint(4, 8))) for _ in range(25)]
    sets += [one - {chance.choice(sorted(one))} for one in sets[:10]]

    wanted = [
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if len(sets[one] & sets[other]) / len(sets[one] | sets[other]) >= ALIKE
    ]
    assert near_pairs(sets) == wanted

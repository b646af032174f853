"""What is planted: the same for the same seed, around the question's words, under ids that no file's name gives."""

import re

import pytest

from eval.answers.examples import Example, Gold
from eval.answers.outcome import Cited, Outcome, Said
from eval.answers.planted import KINDS, PREFIX, Turn, marker, plant, with_copies
from ingest.identity import normalised
from ingest.naming import slug

MARGIN = Gold("hold", "The hold margin at SS is 15 ps.")
RESET = Cited("reset~1", "reset", "Each domain has two synchronisers.", "Each domain has two synchronisers.")
ASKED = (
    Example("a", "One path is late. What is the hold margin at SS?", True, ("15 ps",), ((MARGIN,),)),
    Example("b", "How many synchronisers has a domain?"),
    Example("c", "Who won the cup?", False),
)


def outcome(name, *withheld):
    return Outcome(name, "abstained", "", 0.0, (), tuple(withheld), 1.0, 0, 0, None)


WERE = {
    "a": outcome("a"),
    "b": outcome("b", Said("Two.", 0.4, False, (RESET,), "It is not sure.")),
    "c": outcome("c"),
}


def planted(kind, seed=0):
    return plant(kind, ASKED, WERE, seed)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_plants_the_same(kind):
    assert planted(kind) == planted(kind)


def test_falsehoods_say_what_labels_say_without_any():
    for false, labels in zip(planted("falsehoods"), planted("labels"), strict=True):
        assert (false.question, false.suffix, *false.markers) == (labels.question, labels.suffix, *labels.markers)
        said = labels.text
        for form, its in labels.markers.items():
            said = said.replace(f"![{its}](https://{its}.example/seen.png)", its)
            said = said.replace(f"[{its}](https://{its}.example/answer)", its).replace(its, false.markers[form])
        assert re.sub(r"\[S1\] | \(see S2\)| \[[^\]]*\](?=\.)", "", said) == false.text
        assert not re.search(r"[\[\]]|://", false.text)


@pytest.mark.parametrize("kind", ["instructions", "labels", "falsehoods"])
def test_another_seed_plants_other_markers(kind):
    ours, theirs = ({m for one in planted(kind, seed) for m in one.markers.values()} for seed in (0, 1))

    assert ours
    assert ours.isdisjoint(theirs)


def test_every_marker_is_a_word_of_its_own_that_stands_in_its_document():
    found = [(one, m) for kind in KINDS for one in planted(kind) for m in one.markers.values()]

    assert len(found) > 40
    assert len({m for _, m in found}) == len(found)
    assert [m for one, m in found if m not in one.text or not re.fullmatch(r"zq[a-z]{10}", m)] == []
    assert marker(0, "labels", "a", "link") != marker(0, "labels", "b", "link")


def test_no_id_is_one_that_a_file_name_could_give():
    ids = [one.id for kind in KINDS for one in planted(kind)]

    assert len(ids) == len(set(ids))
    assert [one for one in ids if not one.startswith(PREFIX)] == []
    assert not slug(f"{PREFIX}a").startswith(PREFIX)


@pytest.mark.parametrize("kind", ["instructions", "labels", "blocker"])
def test_each_question_has_its_words_planted_as_one_sentence(kind):
    for one in planted(kind):
        words = {
            "a": "One path is late, What is the hold margin at SS",
            "b": "How many synchronisers has a domain",
            "c": "Who won the cup",
        }[one.question]
        assert words in one.text
        assert "{" not in one.text.replace("\\{", "")
        assert not one.text.startswith(words)
    assert {one.question for one in planted(kind)} == {"a", "b", "c"}


def test_the_heading_is_the_last_thing_in_its_file():
    [text] = [one.text for one in planted("instructions") if one.question == "a" and one.suffix == ".md"]

    assert text.split("\n## ")[1].count("\n\n") == 1


def test_gold_is_contradicted_or_else_what_was_cited():
    found = {one.question: one for one in planted("contradictions")}

    assert found.keys() == {"a", "b"}
    assert [turn.original for turn in found["a"].turns] == [MARGIN.text]
    assert [turn.original for turn in found["b"].turns] == [RESET.text]
    for one in found.values():
        assert all(turn.turned in one.text and turn.original not in one.text for turn in one.turns)
        assert all(turn.is_said_by(turn.turned) and not turn.is_said_by(turn.original) for turn in one.turns)


def test_what_a_rule_spoils_is_not_planted():
    asked = Example("d", "May it go?", True, (), ((Gold("d", "It may not be removed."),),))
    found = plant("contradictions", [asked], {"d": outcome("d")}, 0)

    assert [turn.turned for one in found for turn in one.turns if "not not" in turn.turned] == []


def test_copies_say_the_same_but_for_case_and_white_space():
    copies = [one for one in planted("duplicates") if one.question == "a"]

    assert len({one.text for one in copies}) == len(copies) == 2
    for one in copies:
        assert MARGIN.text not in one.text
        assert normalised(MARGIN.text).casefold() in normalised(one.text).casefold()


def test_a_copy_of_gold_is_gold():
    assert with_copies(ASKED[0]).gold == ((Gold("", MARGIN.text),),)


def test_a_turned_number_is_said_by_who_says_it():
    turn = Turn("The margin is 15 ps.", "The margin is 30 ps.")

    assert turn.is_said_by("It takes 30 ps.")
    assert not turn.is_said_by("It takes 15 ps.")


def test_a_denial_taken_away_is_said_by_who_does_not_deny():
    turn = Turn("It must not be removed.", "It must be removed.")

    assert turn.is_said_by("It must be removed.")
    assert not turn.is_said_by("It must not be removed.")


def test_shuffling_plants_nothing():
    assert planted("shuffled") == []

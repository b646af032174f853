"""Whether a claim comes back when what it cites is taken away or turned, with models that read and that do not."""

import json
import re
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessageChunk

from eval.answers.ask import RecordingServices
from eval.answers.citations import Entails
from eval.answers.examples import Example
from eval.answers.replies import Replies
from eval.answers.used import Trial, says_same, summarise, trials

ASKED = [Example("q1", "What is the hold uncertainty after clock tree synthesis?")]


@pytest.fixture
def ask(shared_services, tmp_path, telling, containing):
    def run(reply):
        class Model(telling):
            def stream_held(self, messages, schema):
                self.asked.append(messages)
                yield AIMessageChunk(content=json.dumps({"claims": reply(messages[-1].text)}))

        model = Model(replies=[])

        class Serving(RecordingServices):
            def _inner(self, settings):
                return model

        settings = replace(shared_services.settings, model="local")
        served = Serving(
            settings, shared_services.store, shared_services.embedder, Replies(tmp_path / "r.jsonl"), False
        )
        return list(trials(ASKED, served, Entails(containing), 0, lambda *_: None))

    return run


def quoting(shown):
    """Says the first line that speaks of ps, word for word."""
    found = re.search(r"\[(S\d+)\] (The hold uncertainty.*)", shown)
    return [{"text": found[2], "cites": [found[1]]}] if found else []


def reciting(shown):
    """Says the same whatever it is shown."""
    return [
        {
            "text": "The hold uncertainty after clock tree synthesis is 15 ps.",
            "cites": [re.findall(r"\[(S\d+)\]", shown)[-1]],
        }
    ]


def test_a_model_that_reads_does_not_come_back_with_what_was_taken_away(ask):
    found = ask(quoting)
    assert [(one.how, one.same) for one in found] == [("dropped", False), ("turned", False)]
    assert found[0].cited[0].startswith("hold~")
    assert found[1].again
    assert "15 ps" not in found[1].again[0]


def test_a_model_that_recites_is_found_out(ask):
    dropped = next(one for one in ask(reciting) if one.how == "dropped")
    assert dropped.same is True


def test_a_claim_that_the_rest_supports_too_may_have_been_drawn_from_there(ask):
    dropped = next(one for one in ask(reciting) if one.how == "dropped")
    assert dropped.elsewhere is True


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The margin is 15 ps.", "The margin is 15 ps", True),
        ("The margin is 15 ps.", "The margin is 20 ps.", False),
        ("The hold margin at the slow corner is 15 ps.", "At the slow corner the hold margin is 15 ps.", True),
        ("The margin is 15 ps.", "A box holds 15 of them.", False),
    ],
)
def test_what_says_the_same(one, other, same):
    assert says_same(one, other) is same


def trial(question, how, same, elsewhere=False):
    return Trial(question, "It is so.", ("d~1",), how, (), same, elsewhere)


def test_shares_are_of_the_trials_that_ended():
    found = summarise(
        [
            trial("q1", "dropped", True), trial("q1", "dropped", False), trial("q2", "dropped", True, True),
            trial("q3", "dropped", None), trial("q1", "turned", False),
        ],
        0,
    )  # fmt: skip
    assert found["dropped_same"]["value"] == pytest.approx(2 / 3)
    assert found["dropped_same_unsupported"]["value"] == pytest.approx(1 / 3)
    assert found["dropped_failed"]["value"] == pytest.approx(1 / 4)
    assert found["turned_same"]["value"] == 0
    assert (found["questions"], found["trials"]) == (3, 5)


def test_without_trials_nothing_is_said():
    assert summarise([], 0)["dropped_same"]["value"] is None

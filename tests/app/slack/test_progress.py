"""A message while its answer is made: after each step it is what Slack takes, and says how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from app.answer import Drafted, Found, Judged, Retrieved
from app.chat.runner import Failed
from app.slack.links import Links
from app.slack.progress import Progress
from app.types import Citation

LINKS = Links("https://verispan.example.org")
HOSTILE = "*bold* <!channel> <https://evil.example|click> & \u202e\x07 " * 60


@pytest.fixture
def steps(make: Any) -> list[Any]:
    spans = [make.span(f"{number} {HOSTILE}") for number in range(3)]
    holds = make.checked(HOSTILE, "supported", 0.9, spans[0])
    falls = make.checked(HOSTILE, "unsupported", 0.1, spans[1])
    evidence = tuple(Citation(span, f"{HOSTILE} {number}", "file:a", "", "") for number, span in enumerate(spans * 5))
    return [Found((), evidence), Drafted(0, holds.claim), Judged(0, holds), Drafted(1, falls.claim), Judged(1, falls)]


def test_each_step_shows(steps: list[Any], block_kit: Any) -> None:
    progress, told = Progress(HOSTILE), []
    for step in [None, *steps]:
        if step:
            progress.take(step)
        shown = progress.shown(LINKS)
        block_kit.message({"text": shown.text, "blocks": shown.blocks})
        told.append(block_kit.texts(shown.blocks)[1])
    assert told == [
        "Searching…",
        "Reading the sources…",
        "Checking claim 1…",
        "1 checked, 0 withheld, reading on…",
        "Checking claim 2…",
        "2 checked, 1 withheld, reading on…",
    ]


def test_a_claim_that_does_not_hold_is_not_shown(steps: list[Any], block_kit: Any) -> None:
    progress = Progress()
    progress.take(steps[-1])
    assert not block_kit.parts(progress.shown(LINKS).blocks, "link")


def test_a_follow_up_shows_how_it_was_understood(block_kit: Any) -> None:
    progress = Progress()
    progress.understood = HOSTILE
    shown = progress.shown(LINKS)
    block_kit.message({"text": shown.text, "blocks": shown.blocks})
    assert block_kit.texts(shown.blocks)[0].startswith("Understood as: *bold*")


def test_a_failure_is_the_end(steps: list[Any], block_kit: Any) -> None:
    progress = Progress()
    for step in [*steps, Failed(HOSTILE)]:
        progress.take(step)
    assert progress.is_over
    shown = progress.shown(LINKS)
    block_kit.message({"text": shown.text, "blocks": shown.blocks})


def test_what_was_found_is_named_before_it_is_known_what_is_cited(make: Any, block_kit: Any) -> None:
    hits = (make.hit(make.span("one"), title="First"), make.hit(make.span("two"), title="Second"))
    progress = Progress()
    progress.take(Retrieved(hits))
    assert block_kit.texts(progress.shown(LINKS).blocks) == [
        "Choosing what to cite…",
        *("Reading First", "Reading Second"),
    ]
    progress.take(Found(hits, (Citation(make.span("two"), "Second", "file:b", "", ""),)))
    assert block_kit.texts(progress.shown(LINKS).blocks) == ["Reading the sources…", "Reading Second"]


@dataclass(frozen=True)
class Unheard:
    """A step of a kind that nobody knows yet."""

    question: str


def test_a_step_of_another_kind_changes_nothing() -> None:
    progress: Any = Progress()
    before = progress.shown(LINKS)
    progress.take(Unheard("What?"))
    assert progress.shown(LINKS) == before

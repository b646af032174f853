"""What is shown in Slack keeps to its limits, and no text of a document or a question does anything there."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.slack.answers import answer_shown
from app.slack.blocks import MAX_CHARACTERS, fitting, rich
from app.slack.links import Links
from app.slack.text import clip, escaped, question_in, units
from app.slack.windows import Desk, home, withheld_window

LINKS = Links("https://verispan.example.org")
GOLDEN = json.loads((Path(__file__).parents[1] / "api" / "golden_answer.json").read_text("utf-8"))

HOSTILE = (
    "<!channel> all of you",
    "see <https://evil.example|the handbook>",
    "*bold* _slanted_ ~gone~ `code` ```block```",
    "[S1] [1] &lt;!here&gt; &amp;amp;",
    "<@U0ADA0001> <#C0CHANNEL1|general> :tada:",
    "\u202eturned round\u2066 \x00\x07\x1b[31m",
    "half \ud83d of a pair \udc00",
    "\N{GRINNING FACE}" * 2000,
    "&" * 4000,
    "<b>" * 3000,
    "\n" * 50,
    " ",
    "",
)

anything = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=60)
anything = anything | st.builds(str.__mul__, anything, st.integers(1, 40))


def citation(text: str, number: int) -> dict[str, Any]:
    made = copy.deepcopy(GOLDEN["claims"][1]["citations"][0])
    made |= {"id": f"doc~{number}", "exact": text, "header": text, "section": [text, text], "url": f"/c/doc~{number}"}
    made["document"]["title"] = text
    return made


def claim(text: str, number: int, cites: int) -> dict[str, Any]:
    dispute = {"citation": citation(text, 999), "why": text, "standing": "current"}
    checks = [{"name": "dispute", "passed": False, "detail": {"disputes": [dispute] * 5}}]
    citations = [citation(text, 10 * number + cite) for cite in range(cites)]
    return {**GOLDEN["claims"][0], "text": text, "checks": checks, "citations": citations}


def answer_of(text: str, claims: int, withheld: int, cites: int) -> dict[str, Any]:
    hidden = [claim(text, number + 100, cites) | {"reason": text} for number in range(withheld)]
    miss = GOLDEN["searched"]["near_misses"][0] | {"text": text, "why": text, "id": "doc~near"}
    return GOLDEN | {
        "question": text,
        "status": "answered" if claims else "abstained",
        "reason": None if claims else "low_confidence",
        "claims": [claim(text, number, cites) for number in range(claims)],
        "withheld": hidden,
        "notes": [text] * 15,
        "model": text or "m",
        "searched": GOLDEN["searched"] | {"near_misses": [miss] * 5},
    }


@given(anything, st.integers(0, 20), st.integers(0, 4), st.integers(1, 8))
def test_a_message_of_any_text_is_what_slack_takes(
    block_kit: Any, text: str, claims: int, withheld: int, cites: int
) -> None:
    shown = answer_shown(answer_of(text, claims, withheld, cites), LINKS, text, text)
    block_kit.message({"text": shown.text, "blocks": shown.blocks})


class OneAnswer:
    """Stands for a store that keeps one answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def answer(self, _: str) -> dict[str, Any]:
        return self._answer


@given(anything, st.sampled_from([1, 3, 60]))
@hypothesis_settings(max_examples=40)
def test_the_window_of_what_was_withheld_is_what_slack_takes(block_kit: Any, text: str, withheld: int) -> None:
    store: Any = OneAnswer(answer_of(text, 0, withheld, 1))
    window = withheld_window(Desk(store, LINKS), "ans_1")
    block_kit.view(window)
    assert "These did not hold" in block_kit.texts(window["blocks"])[0]


def test_a_withheld_claim_has_its_badge_and_its_reason(block_kit: Any) -> None:
    store: Any = OneAnswer(GOLDEN)
    shown = block_kit.texts(withheld_window(Desk(store, LINKS), "ans_1")["blocks"])
    assert [text for text in shown if text in ("It is 9 ps.", "contradicted", "It does not say so.")] == [
        "It is 9 ps.",
        "contradicted",
        "It does not say so.",
    ]


@given(anything, st.integers(0, 500))
def test_cut_text_ends_where_it_may(text: str, limit: int) -> None:
    limit += 1
    cut = clip(text, limit)
    assert 1 <= units(cut) <= limit
    cut.encode()
    assert units(escaped(text, limit + 6)) <= limit + 6


@given(anything)
def test_escaped_text_reads_as_it_stands(text: str) -> None:
    whole = escaped(text, 1_000_000).replace("\u2060", "")
    back = whole.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == clip(text, 1_000_000).replace("\u2060", "")


def test_a_claim_has_its_badge_its_citation_and_what_says_otherwise(block_kit: Any) -> None:
    answer = answer_of("It is <15> ps.", 1, 1, 1)
    answer["claims"][0] |= {"label": "supported", "confidence": 0.97}
    shown = answer_shown(answer, LINKS, "what it is")
    texts = block_kit.texts(shown.blocks)
    assert texts[:2] == ["Answered with 1 claim, 1 withheld", "Understood as: what it is"]
    assert "It is <15> ps." in texts
    assert "supported 0.97 · disputed" in texts
    assert "Says otherwise:" in texts
    assert "1 withheld" in texts
    urls = [one["url"] for one in block_kit.parts(shown.blocks, "link")]
    assert urls[0] == "https://verispan.example.org/c/doc~0?revision=0000000000000000&start=40#span"
    assert urls[-1] == "https://verispan.example.org/a/ans_0123456789abcdef"
    assert "It is &lt;15&gt; ps." in shown.text


def test_without_an_answer_it_says_what_was_searched_and_what_came_near(block_kit: Any) -> None:
    texts = block_kit.texts(answer_shown(answer_of("Near it.", 0, 0, 1), LINKS).blocks)
    assert texts[0] == "No answer: no claim held when it was checked"
    assert any("passages were searched; these came nearest" in text for text in texts)
    assert texts.count("Near it.") >= 5


@pytest.mark.parametrize(("cites", "kinds"), [(1, {"button"}), (5, {"button"}), (6, {"static_select"})])
def test_many_sources_are_in_a_menu(block_kit: Any, cites: int, kinds: set[str]) -> None:
    blocks = answer_shown(answer_of("A source.", 1, 0, cites), LINKS).blocks
    sources = [one for block in blocks for one in block.get("elements", []) if "source" in one.get("action_id", "")]
    assert {one["type"] for one in sources} == kinds
    assert len(sources[0].get("options", sources)) == cites


@pytest.mark.parametrize("calibrated", [True, False])
def test_it_says_whether_the_confidence_is_calibrated(block_kit: Any, calibrated: bool) -> None:
    answer = answer_of("So it is.", 1, 0, 1) | {"calibrated": calibrated}
    told = [text for text in block_kit.texts(answer_shown(answer, LINKS).blocks) if "calibrated" in text]
    assert [("not calibrated" in text) for text in told] == [not calibrated]


def test_what_does_not_fit_is_said_to_be_in_the_full_answer(block_kit: Any) -> None:
    texts = block_kit.texts(answer_shown(answer_of("Long words. " * 60, 20, 0, 1), LINKS).blocks)
    assert any(text.endswith("more in the full answer.") for text in texts)


def test_blocks_are_kept_as_long_as_they_fit() -> None:
    block = rich({"type": "text", "text": "w" * (MAX_CHARACTERS // 2)})
    assert fitting([block] * 5, 50) == [block] * 2
    assert fitting([block] * 5, 1) == [block]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_home_is_what_slack_takes(block_kit: Any, make: Any, text: str) -> None:
    from app.chat.types import Message, Turn

    turns = [Turn("m", 1, text, answer, error, "now") for answer, error in (("ans_1", ""), (None, "x"), (None, ""))]
    asked = [Message("m", 1, "c", None, "a", text, True, "now", None, (turn,)) for turn in turns]

    class NoDocuments:
        def documents(self) -> tuple[()]:
            return ()

    store: Any = NoDocuments()
    block_kit.view(home(Desk(store, LINKS), asked))


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("<@U0BOTVERI> what is hold?", "what is hold?"),
        ("Hello <@U0BOTVERI>, what is hold?", "Hello what is hold?"),
        ("<@U0BOTVERI|verispan>: is a &lt; b &amp; c &gt; d?", "is a < b & c > d?"),
        ("<@U0BOTVERI> ask <@U0ADA0001> in <#C01|timing> of <https://x.example/a|this> <https://y.example>", ""),
        ("<@U0BOTVERI> <!channel> <!here|here> <!date^1^x|noon> now", "@channel @here @noon now"),
        ("<@U0BOTVERI>  ", ""),
        ("<@U0BOTVERI> half \ud83d a pair", "half � a pair"),
        ("<@U0BOTVERI> &amp;lt; stays", "&lt; stays"),
    ],
)
def test_a_question_is_read_as_it_was_typed(typed: str, question: str) -> None:
    expected = question or ("ask @U0ADA0001 in #timing of this https://y.example" if "ask" in typed else "")
    assert question_in(typed, "U0BOTVERI") == expected


def test_where_the_bot_is_not_known_the_first_mention_is_its() -> None:
    assert question_in("<@U0BOTVERI> ask <@U0ADA0001>", "") == "ask @U0ADA0001"

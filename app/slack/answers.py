"""An answer in its wire form as the blocks of a Slack message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from app.chat.feedback import OF_ANSWERS, OF_CLAIMS
from app.present import (
    against,
    badge,
    disputes_of,
    headings_above,
    headline,
    is_disputed,
    near_heading,
    near_misses_of,
    numbers_of,
    sources_of,
)
from app.slack.blocks import (
    MAX_TEXT,
    Block,
    actions,
    button,
    context,
    fitting,
    gap,
    line,
    link,
    option,
    overflow,
    quote,
    rich,
    select,
    words,
)
from app.slack.links import Links
from app.slack.text import escaped
from app.wire import Json

SOURCE_BUTTONS = 5
"""How many sources have a button each; more are in a menu."""

MAX_CLAIMS, MAX_CLAIM_CHARACTERS = 30, 6_500
"""Of all claims together; what is left of a message is for what stands around them."""

MAX_NOTES, MAX_SOURCES = 4, 40

CLAIM, QUOTED, PLACE = 1000, 400, 150
"""Characters of a claim, of what is quoted beside it, and of where that stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message shows: its blocks, and the text for notifications and for who has it read out."""

    text: str
    blocks: list[Block]


def answer_shown(answer: Json, links: Links, understood: str = "", question: str = "") -> Shown:
    """A whole answer; `understood` is the question as a follow-up was read, `question` is told where nobody sees it."""
    top = [*_top(answer, understood, question)]
    claims = fitting(claim_blocks(answer, links), MAX_CLAIMS, MAX_CLAIM_CHARACTERS)
    left_out = len(answer["claims"]) - len(claims)
    near = [] if answer["claims"] else near_blocks(answer, links)
    said = " ".join([f"{headline(answer)}.", *(one["text"] for one in answer["claims"])])
    return Shown(escaped(said, MAX_TEXT), [*top, *claims, *near, *_bottom(answer, links, left_out)])


def claim_blocks(answer: Json, links: Links) -> list[Block]:
    """The claims that are shown, each with its citations, its badge, and what says otherwise."""
    numbers = numbers_of(sources_of(answer))
    return [claim_block(one, links, numbers) for one in answer["claims"]]


def claim_block(one: Json, links: Links, numbers: dict[str, int]) -> Block:
    """A claim, shown or withheld."""
    columns = [c["header"] for c in one["citations"] if c["header"] and c["exact"] == one["text"]]
    header = [words(columns[0], QUOTED, italic=True), gap("\n")] if columns else []
    cites = chain.from_iterable((gap(), link(links.citation(c), f"[{numbers[c['id']]}]")) for c in one["citations"])
    judged = badge(one) + (" · disputed" if is_disputed(one) else "")
    reason = [gap("  "), words(one["reason"], QUOTED)] if one.get("reason") else []
    return rich(
        line(*header, words(one["text"], CLAIM), *cites),
        line(words(judged, bold=True), *reason),
        *(_dispute(dispute, links) for dispute in disputes_of(one)[:3]),
    )


def near_blocks(answer: Json, links: Links) -> list[Block]:
    """What was searched, and what came nearest."""
    misses = near_misses_of(answer)
    if not misses:
        return [rich(line(words(f"{len(answer['searched']['passages'])} passages were searched.")))]
    return [rich(line(words(f"{near_heading(answer)}:"))), *(_near(miss, links) for miss in misses[:5])]


def source_buttons(answer: Json) -> Block | None:
    """What opens each source; a menu where there are many of them."""
    sources = sources_of(answer)
    numbered = [(number, f"{answer['id']} {number}") for number in range(1, len(sources) + 1)]
    if len(sources) > SOURCE_BUTTONS:
        titles = [f"{number} · {sources[number - 1]['document']['title']}" for number, _ in numbered]
        choices = [option(title, value) for title, (_, value) in zip(titles, numbered, strict=True)]
        return actions(select("Show a source", "source", choices[:MAX_SOURCES]))
    buttons = [button(f"Show source {number}", f"source-{number}", value) for number, value in numbered]
    return actions(*buttons) if buttons else None


def place(one: Json) -> str:
    """The headings above a citation, and its page."""
    page = [f"page {one['page']}"] if one.get("page") else []
    return " › ".join([*headings_above(one["section"], one["document"]["title"]), *page])


def _top(answer: Json, understood: str, question: str) -> Sequence[Block]:
    blocks = [rich(line(words(headline(answer), bold=True)))]
    blocks += [context(f"Question: {question}")] if question else []
    blocks += [context(f"Understood as: {understood}")] if understood else []
    return blocks + ([context(*answer["notes"][:MAX_NOTES])] if answer["notes"] else [])


def _bottom(answer: Json, links: Links, left_out: int) -> list[Block]:
    blocks = [rich(line(words(f"{left_out} more in the full answer.", italic=True)))] if left_out else []
    if answer["claims"] or answer["withheld"]:
        told = "is calibrated" if answer["calibrated"] else "is not calibrated: it was fitted on other texts"
        blocks.append(context(f"The confidence {told}" + (" for these documents." if answer["calibrated"] else ".")))
    sources = source_buttons(answer)
    blocks += [sources] if sources else []
    blocks.append(_feedback(answer))
    seconds = answer["timing_ms"]["total"] / 1000
    facts = [words(answer["model"], PLACE), gap(f" · {seconds:.1f} s · ")]
    return [*blocks, rich(line(*facts, link(links.answer(answer["id"]), "the full answer")))]


def _feedback(answer: Json) -> Block:
    name, withheld = answer["id"], len(answer["withheld"])
    complaints = [option(text, f"{name} {kind}") for kind, text in OF_CLAIMS.items()]
    return actions(
        *([button(f"{withheld} withheld", "withheld", name)] if withheld else []),
        button(f"👍 {OF_ANSWERS['up']}", "feedback-up", f"{name} up"),
        button(f"👎 {OF_ANSWERS['down']}", "feedback-down", f"{name} down"),
        overflow("feedback", complaints),
    )


def _dispute(one: Json, links: Links) -> Block:
    citation = one["citation"]
    where = place(citation)
    return quote(
        words(f"{against(one)}:", bold=True),
        gap(),
        link(links.citation(citation), citation["document"]["title"]),
        *([gap(" › "), words(where, PLACE)] if where else []),
        gap("\n"),
        words(citation["exact"], QUOTED),
        gap("\n"),
        words(one["why"], QUOTED, italic=True),
    )


def _near(miss: Json, links: Links) -> Block:
    return rich(
        line(link(links.span(miss), miss["document"]["title"])),
        quote(words(miss["text"], QUOTED), gap("\n"), words(miss["why"], QUOTED, italic=True)),
    )

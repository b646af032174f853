"""An answer in the making, as a Slack message shows it."""

from __future__ import annotations

from app.answer import Done, Drafted, Found, Judged, Retrieved, Understood
from app.chat.runner import Failed, Step
from app.present import understood_as
from app.slack.answers import MAX_CLAIM_CHARACTERS, Shown, answer_shown, claim_blocks
from app.slack.blocks import MAX_CONTEXT, Block, context, fitting, line, rich, words
from app.slack.links import Links
from app.wire import Json, answer_json, checked_json

SEARCHING = "Searching…"

_MOST = 20


class Progress:
    """What has been told of one answer so far. `question` is told too where nobody sees it in Slack."""

    def __init__(self, question: str = "") -> None:
        self.understood = ""
        self.answer: Json | None = None
        self.failed = ""
        self._question = question
        self._has_sources = False
        self._titles = list[str]()
        self._claims = list[Json]()
        self._withheld = list[Json]()
        self._drafted = 0

    def take(self, step: Step) -> None:
        """Take the next step of a run. One of a kind that is not known here changes nothing."""
        match step:
            case Understood(query=query):
                self.understood = query
            case Retrieved(hits=hits):
                self._titles = [hit.title for hit in hits]
            case Found(evidence=evidence):
                self._has_sources, self._titles = True, [citation.title for citation in evidence]
            case Drafted():
                self._drafted += 1
            case Judged(checked=checked):
                (self._withheld if checked.verdict.reason else self._claims).append(checked_json(checked))
            case Done(answer=answer):
                self.answer = answer_json(answer)
            case Failed(message=message):
                self.failed = message

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.answer or self.failed)

    def end(self, answer: Json | None, error: str) -> None:
        """Take what came of a question that was answered before, and not while this looked on."""
        self.answer, self.failed = answer, error or "The question was not answered."

    def shown(self, links: Links) -> Shown:
        """The message as it should be now."""
        if self.answer:
            return answer_shown(self.answer, links, understood_as(self.answer), self._question)
        if self.failed:
            return Shown("There is no answer.", [*self._asked(), rich(line(words(self.failed)))])
        return Shown(SEARCHING, [*self._asked(), rich(line(words(self._status(), italic=True))), *self._so_far(links)])

    def _asked(self) -> list[Block]:
        blocks = [context(f"Question: {self._question}")] if self._question else []
        return blocks + ([context(f"Understood as: {self.understood}")] if self.understood else [])

    def _status(self) -> str:
        judged = len(self._claims) + len(self._withheld)
        if not self._has_sources:
            return "Choosing what to cite…" if self._titles else SEARCHING
        if self._drafted > judged:
            return f"Checking claim {self._drafted}…"
        return f"{judged} checked, {len(self._withheld)} withheld, reading on…" if judged else "Reading the sources…"

    def _so_far(self, links: Links) -> list[Block]:
        if self._claims:
            partial = {"claims": self._claims, "withheld": self._withheld}
            return fitting(claim_blocks(partial, links), _MOST, MAX_CLAIM_CHARACTERS)
        titles = list(dict.fromkeys(self._titles))[:MAX_CONTEXT]
        return [context(*(f"Reading {title}" for title in titles))] if titles else []

"""Seventh rung: a language model is asked about the claims that the other rungs leave undecided, each once.

It is off unless settings name it, and may be any chat model: a model that judges another's output is often right where
a small classifier is not sure (Zheng et al., "Judging LLM-as-a-Judge", arXiv 2306.05685). Its verdict decides within
the band of confidence that is undecided, and can never save a claim that another rung failed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from app import prompts
from app.checks.entailment import premise
from app.checks.language_model import MOST_BYTES
from app.checks.windows import gathered
from app.errors import ModelUnavailable, UnknownModel
from app.labels import neutralise
from app.reply import Schema, stream_reply
from app.types import Check, Label, Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOW = 0.25
HIGH = 0.75
"""The band of confidence, bounds included, within which a claim is undecided."""

MAX_REASON = 300
"""How many characters of the model's reason are kept."""

SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "verdict": {"type": "string", "enum": ["supported", "contradicted", "unsupported"]},
    },
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}
"""The form of a reply. The reason comes first, so that the verdict is written after it."""

_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_SOFT = ("entailment",)


class Judgement(BaseModel):
    """A reply as the model writes it."""

    verdict: Label
    reason: str = Field(min_length=1)


class Judge:
    """Asks a chat model about claims. Once it is unavailable it is not asked again, and `say` is told so.

    For one answer, in one thread.
    """

    def __init__(
        self,
        model: Callable[[], BaseChatModel],
        on_usage: Callable[[Usage], None],
        say: Callable[[str], None],
        timeout_s: float,
    ) -> None:
        self._model = model
        self._on_usage = on_usage
        self._say = say
        self._timeout_s = timeout_s
        self._gone = False

    def check(self, claim: str, evidence: Sequence[str]) -> Check | None:
        """What the model says of a claim: `detail` holds its `verdict` and its `reason`. None when it says nothing."""
        if self._gone:
            return None
        try:
            found = _read("".join(self._reply(claim, evidence)))
        except (ModelUnavailable, UnknownModel) as error:
            self._gone = True
            self._say(f"Undecided claims were not judged by a language model: {error.message}")
            return None
        reason = neutralise(found.reason)[:MAX_REASON]
        return Check("judge", found.verdict == "supported", {"verdict": found.verdict, "reason": reason})

    def _reply(self, claim: str, evidence: Sequence[str]) -> list[str]:
        from langchain_core.messages import HumanMessage, SystemMessage

        shown = neutralise(gathered(premise(evidence), claim, MOST_BYTES))
        asked = prompts.JUDGE_QUESTION.format(evidence=shown, claim=neutralise(claim))
        messages = [SystemMessage(prompts.JUDGE_SYSTEM), HumanMessage(asked)]
        deadline = time.monotonic() + self._timeout_s
        return list(stream_reply(self._model(), messages, SCHEMA, deadline, self._count))

    def _count(self, usage: Usage) -> None:
        self._on_usage(replace(usage, agent="judge"))


def is_undecided(checks: Sequence[Check], confidence: float) -> bool:
    """Whether a judge is asked: the confidence is in the band, and no rung but the entailment failed."""
    return LOW <= confidence <= HIGH and not any(one.passed is False and one.name not in _SOFT for one in checks)


def settled(checks: Sequence[Check], confidence: float) -> tuple[list[Check], float]:
    """The checks that decide, and the confidence, after a judge: it stands in the entailment's place.

    What it supports gets the upper end of the undecided band, anything else the lower.
    """
    judged = next((one for one in checks if one.name == "judge"), None)
    if judged is None:
        return list(checks), confidence
    return [one for one in checks if one.name not in _SOFT], HIGH if judged.passed else LOW


def _read(reply: str) -> Judgement:
    """The judgement in a reply, with or without prose and fences around it. Raises ModelUnavailable for none."""
    found = _OBJECT.search(reply)
    try:
        return Judgement.model_validate(json.loads(found.group() if found else reply))
    except (ValidationError, ValueError, RecursionError) as error:
        raise ModelUnavailable("it did not reply with the JSON asked for") from error

"""Entailment by a language model: how likely it is to say that the evidence supports, contradicts or ignores a claim.

One token is generated, and its alternatives' probabilities are read: P(True) of Kadavath et al., "Language Models
(Mostly) Know What They Know" (arXiv 2207.05221), with three answers. They are then scaled as in Guo et al., "On
Calibration of Modern Neural Networks" (arXiv 1706.04599).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from app import prompts
from app.checks.fitted import LEAST, log_odds
from app.checks.windows import gathered
from app.errors import ModelUnavailable
from app.labels import neutralise
from app.prices import cost
from app.reply import model_name, tokens_of
from app.secrets import without_secrets
from app.types import Entailment, Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

ANSWERS = ("a", "b", "c")
"""Supported, contradicted, not said."""

ALTERNATIVES = 20
"""How many of the likeliest next tokens are asked for."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a model is asked, and what its answers' log-probabilities are multiplied by and then added to."""

    question: str
    examples: tuple[tuple[str, str, str], ...]
    sharpness: float
    bias: Mapping[str, float]


SHOWN = Manner(prompts.VERIFY_QUESTION, prompts.VERIFY_EXAMPLES, 1.2, {"a": 0.0, "b": -1.2, "c": 1.7})
"""For a model as it is: it is shown examples. The scale undoes the bundled model's liking for A and B: fitted on 147
pairs of six kinds, every kind and either side weighing the same, Brier score 0.194 (five-fold) against 0.199 unscaled.
Another model's answers keep their order, but its probabilities are rough."""

TAUGHT = Manner(prompts.VERIFY_TAUGHT, (), 0.57, {"a": 0.0, "b": 0.0, "c": -0.8})
"""For the bundled model with its adapter, which was trained on this question.

The scale is fitted on the 4,038 pairs of `eval.fit_checks`: Brier score 0.137 against 0.150 unscaled. A lower bias of C
would make that 0.136, but what counts as said differs most between kinds of text, and joined with the small models and
judged on kinds that the fit did not see, balanced accuracy falls.
"""

MOST_BYTES = 1000
"""How much evidence is shown, in bytes of UTF-8: some 230 tokens, four seconds of two cores."""


class LanguageModelVerifier:
    """Judges pairs with any chat model that gives log-probabilities; one token is generated for each."""

    def __init__(self, model: Callable[[], BaseChatModel], on_usage: Callable[[Usage], None]) -> None:
        self._model = model
        self._on_usage = on_usage

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. An answer that is none of the three counts as no support.

        Reports what all of them took together. Raises ModelUnavailable when the model fails or gives no
        log-probabilities.
        """
        model, begun = self._model(), monotonic()
        manner, more = _manner(model)
        asked = model.bind(logprobs=True, top_logprobs=ALTERNATIVES, max_completion_tokens=1, **more)
        replies = [_ask(asked, question(manner, evidence, claim)) for evidence, claim in pairs]
        read, written = (sum(counts) for counts in zip(*map(tokens_of, replies), strict=True)) if replies else (0, 0)
        took = (monotonic() - begun) * 1000
        name = model_name(model)
        self._on_usage(Usage("verify", name, read, written, took, cost_usd=cost(name, read, written)))
        return [entailment(_likely(reply), manner) for reply in replies]


def _manner(model: BaseChatModel) -> tuple[Manner, dict[str, Any]]:
    """How a model is asked, and what a request to it carries besides."""
    from app.llama import LlamaChat

    if isinstance(model, LlamaChat) and model.has_adapter:
        return TAUGHT, {"extra_body": model.request_body(adapted=True)}
    return SHOWN, {}


def question(manner: Manner, evidence: str, claim: str, most_bytes: int = MOST_BYTES) -> list[BaseMessage]:
    """All that is said to a model about one pair."""
    from langchain_core.messages import HumanMessage

    shown = gathered(evidence, claim, most_bytes)
    asked = manner.question.format(evidence=neutralise(shown), claim=neutralise(claim))
    return [*_introduction(manner), HumanMessage(asked)]


def _ask(model: Any, messages: list[BaseMessage]) -> BaseMessage:
    """The reply to a question about one pair."""
    try:
        reply: BaseMessage = model.invoke(messages)
    except Exception as error:
        told = without_secrets(str(error))
        raise ModelUnavailable(f"the language model that checks claims failed: {told}") from error
    return reply


def _introduction(manner: Manner) -> list[BaseMessage]:
    """The task and any examples: the same for every pair, so that the model's server caches them."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    shown: list[BaseMessage] = [SystemMessage(prompts.VERIFY_SYSTEM)]
    for evidence, claim, answer in manner.examples:
        shown += [HumanMessage(manner.question.format(evidence=evidence, claim=claim)), AIMessage(answer)]
    return shown


def _likely(reply: BaseMessage) -> dict[str, float]:
    """The probabilities of A, B and C as the first token, each over all its spellings."""
    tokens = (reply.response_metadata.get("logprobs") or {}).get("content") or []
    if not tokens:
        raise ModelUnavailable("the language model that checks claims gives no log-probabilities")
    said = dict.fromkeys(ANSWERS, 0.0)
    for token in tokens[0]["top_logprobs"]:
        answer = token["token"].strip().casefold()
        if answer in said:
            said[answer] += math.exp(token["logprob"])
    return said


def entailment(said: Mapping[str, float], manner: Manner) -> Entailment:
    """The scaled probabilities of the answers `a`, `b` and `c`; where a model said none of them, no support."""
    if not any(said.values()):
        return Entailment(0.0, 0.0, {"language_model": log_odds(0.0)})
    odds = {answer: max(p, LEAST) ** manner.sharpness * math.exp(manner.bias[answer]) for answer, p in said.items()}
    yes, no = odds["a"] / sum(odds.values()), odds["b"] / sum(odds.values())
    return Entailment(yes, no, {"language_model": log_odds(yes)})

"""Entailment by a language model: its probability of "Yes" when asked whether the evidence supports the claim.

P(True) of Kadavath et al., "Language Models (Mostly) Know What They Know" (arXiv 2207.05221), over "Yes" and "No".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app import prompts
from app.errors import ModelUnavailable
from app.labels import neutralise
from app.types import Entailment

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

ALTERNATIVES = 20
"""How many of the likeliest next tokens are asked for; what is beyond them counts as nothing."""


class LanguageModelVerifier:
    """Judges pairs with any chat model that gives log-probabilities; one token is generated for each."""

    def __init__(self, model: Callable[[], BaseChatModel]) -> None:
        self._model = model

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. `p_contradicted` is 0: the question does not tell it from silence.

        Raises ModelUnavailable when the model fails or gives no log-probabilities.
        """
        model = self._model().bind(logprobs=True, top_logprobs=ALTERNATIVES, max_completion_tokens=1)
        return [Entailment(_p_yes(_ask(model, evidence, claim)), 0.0) for evidence, claim in pairs]


def _ask(model: Any, evidence: str, claim: str) -> list[dict[str, Any]]:
    """Ask about one pair; return the alternatives for the first token, with their log-probabilities."""
    from langchain_core.messages import HumanMessage, SystemMessage

    question = prompts.VERIFY_QUESTION.format(evidence=neutralise(evidence), claim=neutralise(claim))
    try:
        reply: BaseMessage = model.invoke([SystemMessage(prompts.VERIFY_SYSTEM), HumanMessage(question)])
    except Exception as error:
        raise ModelUnavailable(f"the language model that checks claims failed: {error}") from error
    tokens = (reply.response_metadata.get("logprobs") or {}).get("content") or []
    if not tokens:
        raise ModelUnavailable("the language model that checks claims gives no log-probabilities")
    alternatives: list[dict[str, Any]] = tokens[0]["top_logprobs"]
    return alternatives


def _p_yes(alternatives: list[dict[str, Any]]) -> float:
    """P(Yes) / (P(Yes) + P(No)) over all spellings of the two; 0 when the model would say neither."""
    yes = sum(math.exp(token["logprob"]) for token in alternatives if token["token"].strip().casefold() == "yes")
    no = sum(math.exp(token["logprob"]) for token in alternatives if token["token"].strip().casefold() == "no")
    return yes / (yes + no) if yes + no else 0.0

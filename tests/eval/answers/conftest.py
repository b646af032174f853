"""Small real parts for the evals of answers: a model that says what it is told to, a verifier that reads words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from app.types import Entailment


class Telling(BaseChatModel):
    """Says its replies one after the other, in two pieces each; one that is an exception is raised after the first."""

    model_name: str = "teller"
    replies: list[Any]
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "telling"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.replies.pop(0)))])

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            yield ChatGenerationChunk(message=AIMessageChunk(content='{"cl'))
            raise reply
        usage = {"input_tokens": 70, "output_tokens": 9, "total_tokens": 79}
        yield ChatGenerationChunk(message=AIMessageChunk(content=reply[:5]))
        yield ChatGenerationChunk(message=AIMessageChunk(content=reply[5:], usage_metadata=usage))


class Containing:
    """Supports a claim all of whose words stand in the evidence; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.asked += pairs
        return [self._judged(evidence, claim) for evidence, claim in pairs]

    @staticmethod
    def _judged(evidence: str, claim: str) -> Entailment:
        held = set(claim.lower().strip(".").split()) <= set(evidence.lower().replace(".", " ").split())
        return Entailment(0.95, 0.01) if held else Entailment(0.03, 0.02)


@pytest.fixture
def telling() -> type[Telling]:
    return Telling


@pytest.fixture
def containing() -> Containing:
    return Containing()

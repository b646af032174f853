"""What the language model reads when it checks a pair, as token ids: the text that its server makes of a request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.checks.language_model import ANSWERS, MOST_BYTES, TAUGHT, question

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class Prompts:
    """Prompts of one model, by the tokenizer and the chat template in its GGUF file."""

    def __init__(self, weights: Path) -> None:
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(weights.parent), gguf_file=weights.name)
        self.answers = [self._tokenizer.encode(answer.upper(), add_special_tokens=False)[0] for answer in ANSWERS]

    def ids(self, evidence: str, claim: str, most_bytes: int = MOST_BYTES) -> list[int]:
        """The token ids of the question about a pair; its answer is the next token."""
        ids: list[int] = self._tokenizer.encode(self._text(evidence, claim, most_bytes), add_special_tokens=False)
        return ids

    def all_ids(self, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
        """The token ids of the questions about (evidence, claim) pairs, in order."""
        return [self.ids(evidence, claim) for evidence, claim in pairs]

    def _text(self, evidence: str, claim: str, most_bytes: int) -> str:
        said = question(TAUGHT, evidence, claim, most_bytes)
        messages = [{"role": _ROLES[one.type], "content": str(one.content)} for one in said]
        text: str = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return text

"""Drafting: a language model writes claims, each citing spans by the labels it was shown. It can cite nothing else.

The reply is held to a JSON schema whose `cites` is an enum of the labels: by grammar in the local model, by structured
output at a vendor. A reply from a model that has neither is parsed and checked, and one repair is asked for.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from app import prompts
from app.echo import is_echo
from app.errors import ModelUnavailable
from app.labels import labelled, neutralise, restore, speaks_of_labels, without_labels
from app.reply import Schema, stream_reply
from app.types import Citation, Claim, Usage
from ingest.identity import normalised
from ingest.sentences import sentences

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

MAX_CITES = 3
_NUMBERING = re.compile(r"^\d+(?:\.\d+)*\.?\s+")
_CLAIMS = re.compile(r'"claims"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")
_SOURCE = r"(?:evidence|context|(?:provided|given|cited) (?:text|passages?|documents?|sentences?|information))"
_TELL = r"(?:mention|state|say|specify|provide|answer|contain|describe|include|give|discuss)"
_TOLD = r"(?:mentioned|stated|said|specified|provided|answered|described|given|discussed|found)"
_ABOUT_THE_EVIDENCE = re.compile(
    rf"\b{_SOURCE} (?:does not|doesn't|do not|don't|did not) (?:\w+ )?{_TELL}\b"
    rf"|\bnot (?:\w+ )?{_TOLD} (?:\w+ )?(?:in|by) (?:the|this) {_SOURCE}"
    rf"|\bno (?:\w+ )?(?:information|mention|evidence|answer)\b.*\b(?:the|this) {_SOURCE}",
    re.IGNORECASE,
)
"""Sentences that say what the evidence leaves out: no claims, and nothing could support them. What a document must not
contain, or is not relevant to, is a claim like any other."""


class Statement(BaseModel):
    """One claim as a model writes it."""

    cites: list[str]
    text: str = Field(min_length=1)


def draft(
    question: str,
    evidence: Sequence[Citation],
    model: BaseChatModel,
    max_claims: int,
    on_usage: Callable[[Usage], None],
    timeout_s: float = 30.0,
    system: str = prompts.DRAFT_SYSTEM,
) -> Iterator[Claim]:
    """Yield up to `max_claims` claims that answer the question, each as soon as the model has written it.

    Each is one sentence. One whose labels were all invented comes with no citations. None come when the model finds
    no answer in the evidence. Raises ModelUnavailable when time runs out or the model fails, be it after some claims,
    which stand, and when it talks nonsense twice.
    """
    if not evidence:
        return
    deadline = time.monotonic() + timeout_s
    offered = labelled(evidence)
    messages = _ask(question, offered, system)
    said: set[str] = set()
    for _ in range(2):
        reader = _Reader()
        for piece in stream_reply(model, messages, reply_schema(offered, max_claims), deadline, on_usage):
            for claim in _new_claims(reader.read(piece), question, offered, said):
                if len(said) <= max_claims:
                    yield claim
        if reader.understood:
            return
        messages = _ask_again(messages, reader.text)
    raise ModelUnavailable("the language model talks nonsense: twice it did not reply with the JSON asked for")


def reply_schema(labels: Sequence[str] | Mapping[str, Citation], max_claims: int) -> Schema:
    """The JSON schema of a reply: a list of claims, whose `cites` can only be labels that were offered."""
    cites = {"type": "array", "items": {"enum": list(labels)}, "minItems": 1, "maxItems": MAX_CITES}
    statement = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "cites": cites},
        "required": ["text", "cites"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"claims": {"type": "array", "items": statement, "maxItems": max_claims}},
        "required": ["claims"],
        "additionalProperties": False,
    }


def show(offered: Mapping[str, Citation]) -> str:
    """Write the evidence as the model sees it: `[S1] text` a line, under titles, headings and column names."""
    lines: list[str] = []
    place, header = ("", ""), ""
    for label, citation in offered.items():
        here = citation.title, _NUMBERING.sub("", "".join(citation.span.section[-1:]))
        if here != place:
            said = here[1:] if here[1] and here[0] == place[0] else here
            lines.append("# " + neutralise(" > ".join(filter(None, dict.fromkeys(said)))))
        if citation.header and (here, citation.header) != (place, header):
            lines.append(f"| {neutralise(citation.header)}")
        lines.append(f"[{label}] {neutralise(citation.span.text)}")
        place, header = here, citation.header
    return "\n".join(lines)


class _Reader:
    """Reads statements out of a reply while it is being written. Prose and fences around the JSON do not matter."""

    def __init__(self) -> None:
        self.text = ""
        self.understood = False
        self._spoiled = False
        self._at = 0

    def read(self, piece: str) -> Iterator[Statement]:
        """Take in the next piece; yield the statements that it completed, without those of a wrong form."""
        self.text += piece
        if not self._at and (found := _CLAIMS.search(self.text)):
            self._at = found.end()
        while self._at:
            start = _end_of_separator(self.text, self._at)
            try:
                value, self._at = json.JSONDecoder().raw_decode(self.text, start)
                yield Statement.model_validate(value)
            except ValidationError:
                self._spoiled = True
                continue
            except (ValueError, RecursionError):
                self.understood |= self.text[start : start + 1] == "]" and not self._spoiled
                return
            self.understood = True


def _end_of_separator(text: str, start: int) -> int:
    found = _SEPARATOR.match(text, start)
    return found.end() if found else start


def _ask(question: str, offered: Mapping[str, Citation], system: str) -> list[BaseMessage]:
    from langchain_core.messages import HumanMessage, SystemMessage

    asked = prompts.DRAFT_QUESTION.format(evidence=show(offered), question=neutralise(question))
    return [SystemMessage(system), HumanMessage(asked)]


def _ask_again(messages: list[BaseMessage], reply: str) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage

    return [*messages, AIMessage(reply), HumanMessage(prompts.REPAIR)]


def _new_claims(
    statements: Iterator[Statement], question: str, offered: Mapping[str, Citation], said: set[str]
) -> Iterator[Claim]:
    """Turn statements into claims of one sentence; leave out what was said before and what cannot answer."""
    for statement in statements:
        labels = [label for label in dict.fromkeys(statement.cites) if label in offered][:MAX_CITES]
        citations = tuple(offered[label] for label in labels)
        for sentence in _sentences(without_labels(statement.text)):
            words = " ".join(re.findall(r"\w+", sentence.casefold()))
            if words and words not in said and not _is_no_answer(sentence, question):
                said.add(words)
                yield _claim(sentence, citations)


def _is_no_answer(sentence: str, question: str) -> bool:
    """Whether a sentence asks, speaks of the evidence, or says the question again."""
    return sentence.endswith("?") or bool(_ABOUT_THE_EVIDENCE.search(sentence)) or is_echo(question, sentence)


def _claim(sentence: str, citations: tuple[Citation, ...]) -> Claim:
    """A claim in its readers' words. One that speaks of labels, which no reader knows, cites nothing, so it falls."""
    unknown = speaks_of_labels(sentence, [citation.evidence for citation in citations])
    return Claim(restore(sentence), () if unknown else citations)


def _sentences(text: str) -> list[str]:
    plain = normalised(text)
    return [plain[start:end] for start, end in sentences(plain)]

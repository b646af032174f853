"""A chat model behind llama.cpp's server: OpenAI's API, with grammars in its own notation (GBNF).

It makes a grammar of a JSON schema itself, but one that lets the model lay its JSON out: nearly half of the tokens
of a one-sentence claim were line breaks and indentation. The grammar made here allows one layout, that of `json.dumps`:
a space after each colon and comma. Without these spaces the bundled model finds no answer to any question: it has one
token for `[]}`, and likes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_openai import ChatOpenAI

_STRING = r'string ::= "\"" ([^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""'


class LlamaChat(ChatOpenAI):
    """A model that holds its replies to a schema by a grammar."""

    has_adapter: bool = False
    """Whether its server has loaded the adapter that makes the model check claims."""

    def stream_held(self, messages: list[BaseMessage], schema: dict[str, Any]) -> Iterator[BaseMessage]:
        """Stream a reply that cannot be but of this schema."""
        yield from self.bind(extra_body={"grammar": gbnf(schema), **self.request_body()}).stream(messages)

    def request_body(self, adapted: bool = False) -> dict[str, Any]:
        """What a request to a server with an adapter must carry: whether that is used, and a slot for either use.

        The server goes on from what it has cached of a prompt. It forgets that where a request says that the adapter
        is used otherwise than before, but not where a request says nothing. A slot for either keeps both. What is
        checked goes before what is drafted, since the two are not computed together.
        """
        if not self.has_adapter:
            return {}
        return {"lora": [{"id": 0, "scale": float(adapted)}], "id_slot": int(not adapted)}


def gbnf(schema: dict[str, Any]) -> str:
    """Write a JSON schema of objects, arrays, strings and enums as a grammar of JSON on one line.

    All properties of an object are required, and come in their order; `minItems` is 0 or 1, `maxItems` at least 1.
    """
    return f"root ::= {_rule(schema)}\n{_STRING}"


def _rule(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "(" + " | ".join(_literal(json.dumps(value)) for value in schema["enum"]) + ")"
    if schema["type"] == "array":
        return _array(schema)
    if schema["type"] == "object":
        fields = [f"{_literal(json.dumps(name) + ': ')} {_rule(part)}" for name, part in schema["properties"].items()]
        return f'"{{" {_literal(", ").join(f" {field} " for field in fields)} "}}"'
    return "string"


def _array(schema: dict[str, Any]) -> str:
    item = _rule(schema["items"])
    items = f'{item} (", " {item}){{0,{schema["maxItems"] - 1}}}'
    return f'"[" {items} "]"' if schema.get("minItems") else f'"[" ({items})? "]"'


def _literal(text: str) -> str:
    """A GBNF literal; it escapes quotes and backslashes as JSON does."""
    return json.dumps(text, ensure_ascii=False)

"""The one place that prepares `unstructured`: no adverts, no telemetry, no guessing from the words of a text.

Its partitioners ask a sentence model whether a paragraph reads like a title, and download that model; they also take a
leading minus for a bullet and drop it ("-40 °C" became "40 °C"), and skip a paragraph of one character. The structure
that a file states is enough for us, so those guesses are replaced before a partitioner is imported.
`tests/ingest/load/test_quiet.py` fails when a name moves.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from inspect import unwrap
from typing import Any

_SWITCHES = ("UNSTRUCTURED_DISABLE_NOTICE", "DO_NOT_TRACK", "SCARF_NO_ANALYTICS")

GUESSES: dict[str, bool] = {
    "is_possible_narrative_text": True,
    "is_possible_title": False,
    "is_possible_numbered_list": False,
    "is_bulleted_text": False,
    "is_us_city_state_zip": False,
    "is_email_address": False,
}
"""Functions of `unstructured.partition.text_type`, and what each answers from now on."""


def partitioner(format: str) -> Callable[..., list[Any]]:
    """Give `partition_<format>` of `unstructured`, made quiet. The first call in a process takes seconds."""
    _switch_off()
    text_type = import_module("unstructured.partition.text_type")
    for name, answer in GUESSES.items():
        setattr(text_type, name, _always(answer))
    import_module("unstructured.cleaners.core").clean_bullets = str  # type: ignore[attr-defined]
    parser: Any = import_module("unstructured.partition.html.parser")
    parser.derive_element_type_from_text = lambda _: parser.Text
    partition = getattr(import_module(f"unstructured.partition.{format}"), f"partition_{format}")
    bare: Callable[..., list[Any]] = unwrap(partition)  # without telemetry, and ids that take a fifth of the time
    return bare


def english_words() -> frozenset[str]:
    """The list of some 427,000 English words, lower case, that `unstructured` carries."""
    _switch_off()
    words: set[str] = import_module("unstructured.nlp.english_words").ENGLISH_WORDS
    return frozenset(words)


def _switch_off() -> None:
    for switch in _SWITCHES:
        os.environ[switch] = "1"


def _always(answer: bool) -> Callable[..., bool]:
    def guess(*_: Any, **__: Any) -> bool:
        return answer

    return guess

"""A text is told from a longer word that holds it, in texts, in UTF-8 and in JSON, and in scripts without spaces."""

from __future__ import annotations

import json

import pytest

from ingest.edges import is_within_word

GUIDE = "Installation guide"
MEASURED = "保持時間の測定方法"


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        (GUIDE, "Of ", ".", False),
        (GUIDE, "Of ", "s.", True),
        (GUIDE, "Re", ".", True),
        (GUIDE, "Of “", "”", False),
        (GUIDE, "of_", "", True),
        (GUIDE, "1", "", True),
        (GUIDE, "Höhé", "", True),
        (GUIDE, "Of ", "\u0301", True),  # an accent of its own belongs to the letter before
        (GUIDE, "", "", False),
        ("(Installation) guide.", "x", "s", False),  # a text that begins and ends with punctuation
        (" indented text of it", "x", "", False),
        (MEASURED, "新しい", "について", False),
        (GUIDE, "新しい", "を", False),
        (GUIDE, "설치", "는", False),
        (GUIDE, "การ", "", False),
        (GUIDE, "𝐀", "𐐀", False),  # in JSON these are two escapes each: counted as no letters in any form
        (GUIDE, "line\n", "\nline", False),
        (GUIDE, "\ud800", "", False),
    ],
)
def test_words_are_told_alike_in_texts_and_in_json(text: str, before: str, after: str, expected: bool) -> None:
    for write in (str, lambda one: json.dumps(one)[1:-1], lambda one: json.dumps(one, ensure_ascii=False)[1:-1]):
        left, inner, right = (write(one).encode("utf-8", "surrogatepass") for one in (before, text, after))
        assert is_within_word(left + inner + right, len(left), len(left + inner)) is expected

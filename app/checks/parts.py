"""The facts that a claim states, each as a sentence that stands alone.

Each part is true if the claim is; together they may say less than it does. A claim is left whole wherever it is not
clear that this holds: conditions, "only", "or", what is said of things together, pronouns, quoted words and code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from string import ascii_uppercase

from app.checks.asides import appositions, relative_clauses
from app.checks.coordinated import clauses, verb_phrases
from app.checks.listed import adjectives, objects, professions
from app.checks.scope import WHOLE, points
from app.checks.syntax import Sentence, parse
from ingest.sentences import sentences

MOST = 5
"""How many parts a claim has at most."""

LONGEST = 600
"""A claim of more characters than this is not parsed, and stays whole."""

_SEVERAL = re.compile(r"\s(?:and|but)\s|,\s?(?:which|who|an?|the)\s|;|[.!]\s", re.IGNORECASE)
_KEPT = re.compile(r"``.+?``|`[^`]+`|\"[^\"]+\"|“[^”]+”|«[^»]+»|(?<!\w)'[^']+'(?!\w)|(?<!\w)‘[^’]+’(?!\w)")
_STAND_IN = re.compile(r"Item([A-Z])")
"""What stands for quoted words and code while a claim is parsed: a name, whatever they say."""

_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
_UNCLEAR = re.compile(r"[?\"`“”«»]")
_PLAIN = re.compile(r"[a-z]+(?:[-'’][a-z]+)*,?")

Rule = Callable[[Sentence], Sequence[str]]
_RULES: tuple[Rule, ...] = (
    relative_clauses,
    appositions,
    clauses,
    verb_phrases,
    objects,
    professions,
    adjectives,
)


def parts_of(claim: str) -> list[str]:
    """The facts of a claim, at most `MOST`, each a sentence; a claim of one fact, and one in doubt, gives itself."""
    if len(claim) > LONGEST or not _SEVERAL.search(claim) or not _readable(claim):
        return [claim]
    kept = [match.group() for match in _KEPT.finditer(claim)]
    plain = _KEPT.sub("", claim)
    if len(kept) > len(ascii_uppercase) or _UNCLEAR.search(plain) or _STAND_IN.search(plain):
        return [claim]
    letters = iter(ascii_uppercase)
    parts = _facts(_KEPT.sub(lambda _: f"Item{next(letters)}", claim))
    return [_restored(part, kept) for part in parts] if len(parts) > 1 else [claim]


def _readable(claim: str) -> bool:
    """Whether a claim is plain text in letters that an English parser reads."""
    letters = [letter for letter in claim if letter.isalpha()]
    latin = sum(letter < "\u0250" for letter in letters)
    return not _ODD.search(claim) and latin >= 0.9 * len(letters) > 0


def _restored(part: str, kept: Sequence[str]) -> str:
    return _STAND_IN.sub(lambda found: kept[ascii_uppercase.index(found[1])], part)


def _facts(text: str) -> list[str]:
    """Cut until nothing more can be cut, or there would be more than `MOST`."""
    waiting = _segments(text)
    done: list[Sentence] = []
    while waiting:
        first, *rest = waiting
        cut = _cut(first)
        if cut and len(done) + len(cut) + len(rest) <= MOST:
            waiting = [*cut, *rest]
        else:
            done.append(first)
            waiting = rest
    return [_sentence(one.text) for one in done]


def _segments(text: str) -> list[Sentence]:
    """The sentences of a text, cut at semicolons too; all of it as one where these do not stand alone."""
    whole = [text[start:end] for start, end in sentences(text)]
    found = [_read(piece) for one in whole for piece in one.split(";")]
    alone = all(one.stands for one in found) and not any(points(one) or one.has(WHOLE) for one in found[1:])
    return found if 1 < len(found) <= MOST and alone else [_read(text)]


def _cut(sentence: Sentence) -> list[Sentence]:
    """What the first rule that applies makes of a sentence; nothing where none does."""
    if sentence.has(WHOLE):
        return []
    for rule in _RULES:
        found = [_read(piece) for piece in rule(sentence)]
        if found and all(one.stands for one in found):
            return found
    return []


def _read(text: str) -> Sentence:
    # Without the full stop, which the parser takes for a part of some names, such as `SystemC.`
    return parse(text.strip().rstrip(".!").rstrip())


def _sentence(text: str) -> str:
    """With a capital and a full stop; an identifier keeps its first letter."""
    first = text.split(maxsplit=1)[0]
    return f"{text[0].upper() if _PLAIN.fullmatch(first) else text[0]}{text[1:]}."

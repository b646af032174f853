"""A sentence with one fact turned round, so that its source contradicts it: a number, a unit, an opposite, a denial."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w.]*\d)(?=\s|%|,|\.(?:\s|$)|$)")
UNITS = (("ps", "ns"), ("ns", "µs"), ("mV", "V"), ("MHz", "GHz"), ("mW", "W"), ("µm", "mm"), ("kB", "MB"))
OPPOSITES = (
    ("before", "after"), ("rising", "falling"), ("setup", "hold"), ("maximum", "minimum"), ("increases", "decreases"),
    ("higher", "lower"), ("above", "below"), ("asserted", "deasserted"), ("positive", "negative"), ("first", "last"),
    ("faster", "slower"), ("longer", "shorter"), ("more", "fewer"), ("always", "never"), ("required", "optional"),
    ("input", "output"), ("read", "write"), ("source", "destination"), ("all", "none"), ("high", "low"),
)  # fmt: skip
DENIALS = (
    (" must not ", " must "), (" cannot ", " can "), (" is not ", " is "), (" are not ", " are "),
    (" does not ", " does "), (" must ", " must not "), (" can ", " cannot "), (" is ", " is not "),
    (" are ", " are not "), (" may ", " may not "), (" has ", " does not have "), (" will ", " will not "),
)  # fmt: skip


def swapped(sentence: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the sentence turned round by each rule that can be applied to it, with the rule's name."""
    rules = {"number": _number, "unit": _unit, "opposite": _opposite, "denial": _denial}
    for name, rule in rules.items():
        changed = rule(sentence, draw)
        if changed != sentence:
            yield changed, name


def _number(sentence: str, draw: random.Random) -> str:
    """One number made another of its kind: half to double, never itself."""
    found = list(NUMBER.finditer(sentence))
    if not found:
        return sentence
    place = draw.choice(found)
    digits = len(place.group().partition(".")[2])
    value = float(place.group())
    other = round(value * draw.choice((0.5, 0.8, 1.25, 1.5, 2.0)), digits)
    other = value + 1 if other == value else other
    return f"{sentence[: place.start()]}{other:.{digits}f}{sentence[place.end() :]}"


def _unit(sentence: str, draw: random.Random) -> str:
    pairs = [pair for one in UNITS for pair in (one, one[::-1])]
    draw.shuffle(pairs)
    for old, new in pairs:
        changed = re.sub(rf"(?<=\d ){re.escape(old)}\b", new, sentence, count=1)
        if changed != sentence:
            return changed
    return sentence


def _opposite(sentence: str, draw: random.Random) -> str:
    pairs = [pair for one in OPPOSITES for pair in (one, one[::-1])]
    draw.shuffle(pairs)
    for old, new in pairs:
        changed = re.sub(rf"\b{old}\b", new, sentence, count=1)
        if changed != sentence and not re.search(rf"\b{new}\b", sentence):
            return changed
    return sentence


def _denial(sentence: str, draw: random.Random) -> str:
    for old, new in DENIALS:
        if old in sentence:
            return sentence.replace(old, new, 1)
    return sentence

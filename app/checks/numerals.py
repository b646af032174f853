"""Numbers as they are written: digits with separators and exponents, and number words."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ONES = "one two three four five six seven eight nine"
_TEENS = "zero ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NTHS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_VALUES: dict[str, float] = {
    **{name: value for value, name in enumerate(_ONES.split(), start=1)},
    **{name: value for value, name in zip((0, *range(10, 20)), _TEENS.split(), strict=True)},
    **{name: value for value, name in zip(range(20, 100, 10), _TENS.split(), strict=True)},
    **{"half": 0.5, "quarter": 0.25},
}
_PLACES: dict[str, float] = {name: value for value, name in enumerate(_NTHS.split(), start=1)} | {
    f"{name[:-1]}ieth": _VALUES[name] for name in _TENS.split()
}
_PARTS = {**_PLACES, "hundredth": 100.0, "thousandth": 1000.0}
SCALES = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
"""Words that multiply what stands before them."""

LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9, "m": 1e6, "mn": 1e6, "b": 1e9, "B": 1e9, "tn": 1e12}
"""Letters right behind a number that multiply it; those from "m" on, which may be units, only behind money."""

_BASES = {"b": 2, "o": 8, "d": 10, "h": 16}


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


_ONE, _TEN, _SCALE = _any_of(_ONES.split()), _any_of(_TENS.split()), _any_of(SCALES)
_BELOW = rf"(?:(?:{_TEN})(?:[-\s](?:{_ONE})\b|(?![-\s](?:{_ONE})\b))|{_any_of((*_ONES.split(), *_TEENS.split()))})\b"
_JOIN = r"(?:-(?:and-)?|\s(?:and\s)?)"
_ADDED = "|".join(rf"(?<={scale}){_JOIN}{_BELOW}(?![-\s](?:hundred[-\s])?{scale}\b)" for scale in SCALES)
_POWER = (
    r"(?:\s?[x*\u00d7]\s?10\s?\^?\s?(?P<power>[-+]?\d+)|[eE](?P<exponent>[-+]?\d+)"
    r"|(?<=\b10)\^(?P<raised>[-+]?\d{1,3}))"
)
_DIGITS = rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\.)\.\d+){_POWER}?"
TAIL = rf"(?:(?P<letter>k|K|M|bn|(?(currency)(?:mn?|[bB]|tn)|(?!)))(?!\w)|\s(?P<scale>{_SCALE})s?\b)?"
"""A regular expression for what multiplies a number in digits, behind one that has a group `currency`."""

NUMBER = rf"(?P<number>(?P<sign>(?<![\w)%])[-+])?(?<!\w)(?<!\w\.)(?<![\d\u00a7],){_DIGITS}{TAIL})"
"""A regular expression for a number in digits, its sign included: `-40`, `20,000`, `5 x 10^-9`, `1e3`, `64K`."""

_POINT = rf"(?:{_BELOW})\spoint(?:[-\s](?:zero|nought|{_ONE})\b)+(?:\s(?:{_SCALE})\b)?"
WORDED = (
    rf"(?P<worded>\b{_POINT}|\b(?:{_BELOW}|(?:{_SCALE})\b)(?:[-\s](?:{_SCALE})\b|{_ADDED})*(?:\sand\sa\s(?:half|quarter)\b(?:\s(?:{_SCALE})\b)?)?"
    rf"|\bhalf\sa\s(?:{_SCALE})\b)"
)
"""A regular expression for a number in words, in lower or upper case: `two`, `twenty-one`, `two hundred and five`.

"Ten and twelve" are two numbers, "two and a half" and "four point eight" are one.
"""

_COUNT = rf"(?!(?:1[5-9]|20)\d\d\b)(?>\d[\d,]*)(?![\w.])|(?>{re.sub(r'[?]P<[a-z]+>', '?:', WORDED)})"
ONE_IN = rf"\b(?:one|1)[\s-](?:[a-z]+\s){{0,2}}?in[\s-](?:every\s)?(?P<one_in>{_COUNT})"
"""A regular expression for a share: `one in two hundred`, `1 cell in 50`."""

FRACTION = (
    r"\b(?P<over>an?|one|two|three|four|five|six|seven|eight|nine)[-\s]"
    rf"(?P<under>{_any_of(_NTHS.split()[2:])}|twentieth|hundredth|thousandth)s?\b(?!-)"
    r"|\bhalf(?=\s(?:of|the|its|their|all)\b)"
)
"""A regular expression for a fraction in words: `a tenth`, `two thirds`, `seven-eighths`, `half` of something."""

PART = (
    r"(?P<part>\b(?<!\band\sa\s)(?<!\d\sand\s)(?:half|(?:(?:an?|one)\s)?quarter|three[-\s]quarters)(?:\sof)?(?:\san?)?)"
)
"""A regular expression for a part of what comes after it: `half an` of an hour, `a quarter of a`."""

PLACE = rf"\b(?:\d{{1,6}}(?:st|nd|rd|th)|(?:(?:{_TEN})[-\s])?(?:{_any_of(_NTHS.split()[:9])})|{_any_of(_PLACES)})\b"
"""A regular expression for an ordinal number below a hundred, or in digits: `tenth`, `thirty-first`, `30th`."""


def digits_value(match: re.Match[str]) -> float:
    """The value of what `NUMBER` matched."""
    digits = "1" if match["raised"] else match["digits"].replace(",", "")
    value = float(f"{digits}e{match['power'] or match['exponent'] or match['raised'] or 0}")
    value *= LETTERS.get(match["letter"] or "", 1.0) * SCALES.get(match["scale"] or "", 1.0)
    return -value if match["sign"] == "-" else value


def literal_value(text: str) -> int | None:
    """The value of a number as code and registers have it, `0x40` or `4'b0101`; None for anything else."""
    if re.fullmatch(r"0x[0-9a-f]+", text, re.IGNORECASE):
        return int(text, 16)
    sized = re.fullmatch(r"\d+'([bodh])([0-9a-f]+)", text, re.IGNORECASE)
    try:
        return int(sized[2], _BASES[sized[1].lower()]) if sized else None
    except ValueError:
        return None


def words_value(text: str) -> float:
    """The value of what `WORDED` matched: words below a scale add up, a scale multiplies what stands before it."""
    whole, _, decimals = text.lower().partition(" point")
    if decimals:
        return _with_decimals(words_value(whole), decimals)
    if whole.startswith("half"):
        return SCALES[whole.split()[-1]] / 2
    total = current = 0.0
    for name in re.findall(r"[a-z]+", whole):
        scale = SCALES.get(name)
        if scale is None:
            current += _VALUES.get(name, 0)
        elif scale <= 100.0:
            current = max(current, 1.0) * scale
        else:
            total, current = total + max(current, 1.0) * scale, 0.0
    return total + current


def _with_decimals(whole: float, decimals: str) -> float:
    """The value of a whole number and the digits in words after its point, with the scale that may come last."""
    names = re.findall("[a-z]+", decimals)
    digits = "".join(str(int(_VALUES.get(name, 0))) for name in names if name not in SCALES)
    return float(f"{whole:.0f}.{digits}") * SCALES.get(names[-1], 1.0)


def share_value(text: str) -> float:
    """The value of what came after `one in`: 0.005 of `two hundred`; 0 where that is nothing."""
    count = float(text.replace(",", "")) if text[0].isdigit() else words_value(text)
    return 1.0 / count if count else 0.0


def fraction_value(over: str | None, under: str | None) -> float:
    """The value of what `FRACTION` matched, both None for a half."""
    if not over or not under:
        return 0.5
    return _VALUES.get(over.lower(), 1.0) / _PARTS[under.lower()]


def part_value(text: str) -> float:
    """The value of what `PART` matched."""
    return 0.5 if text.lower().startswith("half") else 0.75 if text.lower().startswith("three") else 0.25


def place_value(text: str) -> int:
    """The value of what `PLACE` matched."""
    digits = re.match(r"\d+", text)
    named = ((_VALUES | _PLACES)[name] for name in re.findall("[a-z]+", text.lower()))
    return int(digits[0] if digits else sum(named))

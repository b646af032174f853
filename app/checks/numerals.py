"""Numbers as they are written: digits with separators and exponents, and number words."""

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {name: value for value, name in enumerate(_SMALL.split())} | {
    name: value for value, name in zip(range(20, 100, 10), _TENS.split(), strict=True)
}
SCALES = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
"""Words that multiply what stands before them."""

LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9}
"""Letters right behind a number that multiply it."""

_BASES = {"b": 2, "o": 8, "d": 10, "h": 16}

_SIMPLE = "|".join(sorted((*_VALUES, *SCALES), key=lambda name: -len(name)))
_POWER = r"(?:\s?[x*\u00d7]\s?10\s?\^?\s?(?P<power>[-+]?\d+)|[eE](?P<exponent>[-+]?\d+))"
_DIGITS = rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\.)\.\d+){_POWER}?"
_TAIL = rf"(?:(?P<letter>k|K|M|bn)(?!\w)|\s(?P<scale>{'|'.join(SCALES)})s?\b)?"

NUMBER = rf"(?P<number>(?P<sign>(?<![\w)%])[-+])?(?<!\w)(?<!\w\.)(?<!\d,){_DIGITS}{_TAIL})"
"""A regular expression for a number in digits, its sign included: `-40`, `20,000`, `5 x 10^-9`, `1e3`, `64K`."""

WORDED = rf"(?P<worded>\b(?:{_SIMPLE})(?:(?:-|\s(?:and\s)?)(?:{_SIMPLE}))*\b)"
"""A regular expression for a number in words, in lower or upper case: `two`, `twenty-one`, `two hundred and five`."""


def digits_value(match: re.Match[str]) -> float:
    """The value of what `NUMBER` matched."""
    value = float(f"{match['digits'].replace(',', '')}e{match['power'] or match['exponent'] or 0}")
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
    total = current = 0.0
    for name in re.findall(r"[a-z]+", text.lower()):
        scale = SCALES.get(name)
        if scale is None:
            current += _VALUES.get(name, 0)
        elif scale <= 100.0:
            current = max(current, 1.0) * scale
        else:
            total, current = total + max(current, 1.0) * scale, 0.0
    return total + current

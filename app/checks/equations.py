"""Equations that a sentence writes out: "0.60 ns - 0.48 ns = 0.12 ns", "10 MHz, which is 20 % of 50 MHz"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.checks.arithmetic import Amount, BadExpression, Token, tokens, worked_out

_LINK = re.compile(
    r"\s*,?\s*(?:(?P<same>[≈~]|i\.e\.,?|that is,?|equals?|is equal to|is equivalent to|equivalent to)"
    r"|(?:(?:which|that)\s)?"
    r"(?:is|are|was|were|gives?|giving|makes?|making|leaves?|leaving|yields?|comes? to|amounts? to)"
    r"(?:\s(?:exactly|just|only|precisely))?)\s*(?P<about>(?:about|roughly|approximately|some|nearly|almost)\s)?"
)
_NOUN = re.compile(r"\s(?!(?:and|or|to|in|at|by|for|is|are|of|per|from|than|with)\b)[a-z]+(?:[\s-][a-z]+)?\s*")
_OPERATORS = frozenset({"power", "plus", "minus", "over", "times", "of"})
_PLAIN_SIGN = re.compile(r"[-+*/×·÷x^]+")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equation: its tokens and what they come to."""

    tokens: tuple[Token, ...]
    amount: Amount

    @property
    def is_literal(self) -> bool:
        """Whether it is one number as it is written."""
        return len(self.tokens) == 1

    @property
    def start(self) -> int:
        """Where it begins in the sentence."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends in the sentence."""
        return self.tokens[-1].end


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sides that a sentence says are the same; `about` when it says so of a rounded value."""

    left: Side
    right: Side
    about: bool = False


def equations(text: str) -> Iterator[Equation]:
    """The equations of a folded text, in order. What cannot be worked out, such as mixed units, is no equation."""
    for run in _runs(text):
        for (left, _), (right, how) in pairwise(run):
            if found := _equation(left, right, how):
                yield found
    yield from _in_brackets(text)


def _runs(text: str) -> Iterator[list[tuple[list[Token], str]]]:
    """Sides that follow on one another, each with how it is linked to the one before it: "=", "same", "is", "about"."""
    run: list[tuple[list[Token], str]] = [([], "")]
    end = 0
    for token in tokens(text):
        gap, before = text[end : token.start], run[-1][0]
        if token.kind == "equals" and (not gap.strip() or _is_counted(before, gap)):
            run.append(([], "="))
        elif before and (how := _linked(gap)):
            run.append(([token], how))
        elif (gap.strip() and not (_is_counted(before, gap) and token.kind in _OPERATORS)) or token.kind == "equals":
            yield run
            run = [([token] if token.kind != "equals" else [], "")]
        else:
            before.append(token)
        end = token.end
    yield run


def _is_counted(before: Sequence[Token], gap: str) -> bool:
    """Whether a gap is the name of what the number before it counts."""
    amount = before[-1].amount if before else None
    return amount is not None and not amount.unit and _NOUN.fullmatch(gap) is not None


def _linked(gap: str) -> str:
    link = _LINK.fullmatch(gap)
    if link is None:
        return ""
    if link["about"] or link["same"] in ("≈", "~"):
        return "about"
    return "same" if link["same"] else "is"


def _equation(left: Sequence[Token], right: Sequence[Token], how: str) -> Equation | None:
    one, other = _side(left), _side(right)
    if one is None or other is None:
        return None
    if one.is_literal and other.is_literal and (how in ("is", "about") or not _converts(one.amount, other.amount)):
        return None
    if how in ("is", "about") and not (_is_spaced(one.tokens) and _is_spaced(other.tokens)):
        return None
    return Equation(one, other, how == "about")


def _side(found: Sequence[Token]) -> Side | None:
    """The side that tokens make, without operators and brackets left over at its ends; None if they make none."""
    left = list(found)
    while left and (left[0].kind in _OPERATORS - {"minus"} or (left[0].kind == "open" and _open(left) > 0)):
        del left[0]
    while left and (left[-1].kind in _OPERATORS or (left[-1].kind == "close" and _open(left) < 0)):
        del left[-1]
    try:
        return Side(tuple(left), worked_out(left)) if left else None
    except BadExpression:
        return None


def _open(found: Sequence[Token]) -> int:
    return sum((token.kind == "open") - (token.kind == "close") for token in found)


def _is_spaced(found: Sequence[Token]) -> bool:
    """Whether spaces stand around every sign, which they do not in a date or a range."""
    signs = [at for at, token in enumerate(found) if at and _PLAIN_SIGN.fullmatch(token.text)]
    return all(found[at].start > found[at - 1].end and found[at + 1].start > found[at].end for at in signs)


def _converts(left: Amount, right: Amount) -> bool:
    return bool(left.unit) and left.dimension == right.dimension and left.unit != right.unit


def _in_brackets(text: str) -> Iterator[Equation]:
    """A number with how it comes about behind it: `10 MHz (20 % of 50 MHz)`."""
    found = tokens(text)
    for at, (number, bracket) in enumerate(pairwise(found)):
        if number.kind != "number" or bracket.kind != "open" or text[number.end : bracket.start].strip():
            continue
        close = next((i for i in range(at + 2, len(found)) if found[i].kind == "close"), at + 2)
        inside = found[at + 2 : close]
        whole = "".join(text[bracket.end : found[close].start].split()) if close < len(found) else "?"
        if whole == "".join("".join(token.text.split()) for token in inside):
            left, right = _side([number]), _side(inside)
            if left and right and not right.is_literal and left.amount.dimension == right.amount.dimension:
                yield Equation(left, right)

"""Which claims of a kept answer rest on a document: those that cite it, and those worked out of such claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple

CLAIMS = ("claims", "withheld")
"""The lists of claims in an answer's wire form."""


class Claim(NamedTuple):
    """A claim of an answer: the name of its list, and its place there."""

    listed: str
    at: int


def resting(body: Mapping[str, Any], cites: Callable[[Mapping[str, Any]], bool]) -> frozenset[Claim]:
    """The claims that cite a document, as `cites` tells, and those that rest on one of these, to the end of the chain.

    A derivation names its premises by their place in the draft. Where claims were withheld, which those were is not
    known any more: there, one with premises rests on the document as soon as any other claim does.
    """
    claims = {Claim(name, at): one for name in CLAIMS for at, one in enumerate(body.get(name, ()))}
    found = frozenset(name for name, one in claims.items() if cites(one))
    is_whole = not body.get("withheld")
    while more := {name for name, one in claims.items() if name not in found and _rests(one, found, is_whole)}:
        found |= more
    return found


def _rests(claim: Mapping[str, Any], on: Set[Claim], is_whole: bool) -> bool:
    premises = [at for one in claim.get("checks", ()) for at in one.get("detail", {}).get("premises", ())]
    return any(Claim("claims", at) in on for at in premises) if is_whole else bool(premises and on)

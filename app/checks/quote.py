"""Second rung: what a claim puts in quotation marks or backticks must stand in its evidence, word for word.

A title in quotation marks ("The Long Field") is no quotation but a name, and left to the fact rung.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.checks.words import squeeze
from app.types import Check, Claim

_QUOTED = re.compile(
    r"""(?<![\w"])"(?P<straight>[^"\n]+)"(?!\w)
    | [“„](?P<curly>[^“”„\n]+)[”“]
    | «(?P<angle>[^«»\n]+)»
    | (?P<ticks>`+)(?P<code>[^`\n]+)(?P=ticks)""",
    re.VERBOSE,
)
_ELLIPSIS = re.compile(r"\s*(?:\[\.\.\.\]|\.\.\.)\s*")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = 3
"""Words of so few letters may be written small in a title: of, and, the."""

_SAYING = re.compile(
    r"(?::|\b(?:sa(?:ys?|id)|wr(?:ites?|ote)|states?|stated|reads?|calls?|called|warns?|warned|repl(?:y|ies|ied)|answer(?:s|ed))"
    r"(?:\s+(?:it|that|out))?,?)\s*$",
    re.IGNORECASE,
)
"""What makes of the words that follow a quotation, whatever they look like."""

_ENDS = ".!?"
_CLOSING = " .,;:!?"


def check(claim: Claim) -> Check:
    """Check the quotations of a claim. A verbatim claim must equal the text of its one cited span.

    White space, dashes and quotation marks are folded before comparing. `passed` is None when nothing is quoted.
    """
    if claim.verbatim:
        same = [squeeze(claim.text) == squeeze(citation.span.text) for citation in claim.citations] == [True]
        return Check("quote", same, {} if same else {"missing": [claim.text]})
    return check_text(claim.text, [citation.evidence for citation in claim.citations])


def check_text(claim: str, evidence: Sequence[str]) -> Check:
    """Check the quotations in a claim's text against evidence. `detail["missing"]` lists those not found."""
    quotes = quotations(claim)
    if not quotes:
        return Check("quote", None)
    texts = [_plain(text) for text in evidence]
    missing = [quote for quote in quotes if not any(_stands_in(quote, text) for text in texts)]
    return Check("quote", not missing, {"missing": missing} if missing else {})


def quotations(text: str) -> list[str]:
    """What is quoted between quotation marks or backticks, in order, white space squeezed; no titles."""
    found = [m for m in _QUOTED.finditer(text) if m["code"] or _SAYING.search(text[: m.start()]) or not _is_title(m)]
    said = (m["straight"] or m["curly"] or m["angle"] or m["code"] for m in found)
    return [squeezed for quote in said if (squeezed := squeeze(quote).strip(_CLOSING))]


def _is_title(quoted: re.Match[str]) -> bool:
    """Whether all longer words begin with a capital, as in titles; one that ends a sentence was said."""
    text = quoted.group()[1:-1].rstrip()
    words = [word for word in _WORD.findall(text) if len(word) > _SMALL]
    return bool(words) and all(word[0].isupper() for word in words) and text[-1] not in _ENDS


def _stands_in(quote: str, text: str) -> bool:
    """Whether the quote's pieces, cut at its ellipses, stand in the text in order and at the bounds of words."""
    at = 0
    for piece in filter(None, _ELLIPSIS.split(_plain(quote))):
        found = _find(piece, text, at) or _find(piece[0].swapcase() + piece[1:], text, at)
        if found is None:
            return False
        at = found.end()
    return True


def _find(piece: str, text: str, at: int) -> re.Match[str] | None:
    before = r"(?<!\w)" if piece[0].isalnum() else ""
    after = r"(?!\w)" if piece[-1].isalnum() else ""
    return re.compile(before + re.escape(piece) + after).search(text, at)


def _plain(text: str) -> str:
    return squeeze(text).replace("`", "")

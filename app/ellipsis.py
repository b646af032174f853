"""Questions that leave out what was just said, such as "And for hold?": the new phrase in the place of its like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.checks.syntax import FINITE, Sentence
from app.phrases import Phrase, phrases
from ingest.analyse import terms

_LEAD = re.compile(r"^\W*(?:(?:and|but|or|so|ok|okay|also|then)\b[\s,]*)*(?:(?:what|how) about\b|what of\b)?\s*", re.I)
_PLAIN_LEAD = re.compile(r"^\W*(?:(?:and|but|or|so|ok|okay)\b[\s,]*)+", re.I)
_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|why|how|when|where|is|are|was|were|do|does|did|has|have|had|may|must|can|could|shall"
    r"|should|will|would|am|explain|list|tell|show|give|describe|name|compare)\b",
    re.I,
)
_WH = re.compile(
    r"(?:(?:for|by|since|until|in|at|to|from|on|with|under) )?(?:what|which|who|whom|whose|why|how|when|where)\b", re.I
)
_PREPOSITION = re.compile(
    r"(?:for|in|on|at|by|into|to|from|of|with|without|after|before|during|under|over|above|below|between|within"
    r"|through|per)\b",
    re.I,
)
_WORD = re.compile(r"\w")
_CAPITAL = re.compile(r"^[A-Z](?=[a-z]*(?:[ -]|$))")
"""A capital that a word has because it is the first."""

_PLAIN_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_MARKUP = re.compile(r"[<>\[\]{}|`\"“”\n]")
_IDENTIFIER = re.compile(r"\w*(?:[^\W\d]_\w|\d|[A-Z]{2})\w*")
_ARTICLE = re.compile(r"(?:the|an?)\b", re.I)
_SHAPE = re.compile(r"(?P<stem>[^\W\d_]+_?)(?:\d+\w*|(?<=_)\w+)")
_KINDS = frozenset({"NN", "NNP", "JJ", "VB", "VBN"})
"""Tags of what may say which kind is meant; of a word alone the parser often takes the noun for a verb."""

MOST_KIND = 3
"""How many words say of which kind something is."""

MOST_BARE = 2
"""How many words without a verb, and without a word that joins them to what was said, are a follow-up and no query."""

MOST_ASKING = 4
"""The same of words that ask, such as "how many in series"; longer ones have a verb that was taken for a noun."""


def is_elliptic(question: Sentence) -> bool:
    """Whether a question has no verb of its own to ask by, or opens as one that goes on from another."""
    text = question.text
    lead = _LEAD.match(text)
    rest = text[lead.end() if lead else 0 :].strip(" ?!.")
    words, joined = rest.split(), bool(lead and _WORD.search(lead.group()))
    if re.search(r"about|what of", lead.group() if lead else "", re.I):
        return True
    if _WH.match(rest):
        return len(words) <= MOST_BARE or (len(words) <= MOST_ASKING and not _has_verb(question))
    if _ASKS.match(rest) or _has_verb(question):
        return False
    return joined or len(words) <= MOST_BARE or bool(_PREPOSITION.match(rest)) or words[-1].lower() == "one"


def without_lead(question: str) -> str:
    """A question without an "and" or "but" before it, which says nothing to a search."""
    rest = _PLAIN_LEAD.sub("", question)
    return rest[:1].upper() + rest[1:] if rest != question else question


def filled(question: Sentence, before: Sentence) -> str | None:
    """The question before with the fragment put in the place of its like; None where there is no such place."""
    text = question.text
    lead = _LEAD.match(text)
    fragment = _CAPITAL.sub(lambda found: found.group().lower(), text[lead.end() if lead else 0 :].strip(" ?!."))
    if not fragment or _WH.match(fragment) or _MARKUP.search(fragment):
        return None
    opens = _PREPOSITION.match(fragment)
    preposition = opens.group().lower() if opens else ""
    phrase = fragment[len(preposition) :].strip()
    if not phrase:
        return None
    among = phrases(before)
    return (
        _by_shape(phrase, before)
        or _by_noun(preposition, phrase, before, among)
        or _by_preposition(preposition, phrase, before, among)
        or _by_article(preposition, phrase, before, among)
        or _as_modifier(preposition, phrase, question, before, among)
        or _appended(preposition, phrase, before)
    )


def _has_verb(question: Sentence) -> bool:
    return any(word.tag in FINITE or word.tag in ("MD", "TO") for word in question.words)


def _by_shape(phrase: str, before: Sentence) -> str | None:
    """`clk_bus` in the place of `clk_core`, S3 in that of S2, a number in that of another."""
    new = phrase.split()[-1]
    for match in re.finditer(r"[\w.]+[°%]?", before.text):
        if match.group().strip(".") != new and _alike(new, match.group().strip(".")):
            return _put(before.text, match.start(), match.end(), phrase if len(phrase.split()) == 1 else new)
    return None


def _alike(new: str, old: str) -> bool:
    one, other = _SHAPE.fullmatch(new), _SHAPE.fullmatch(old)
    if one and other:
        return one["stem"] == other["stem"]
    return bool(re.fullmatch(r"[\d.,]+[°%]?", new) and re.fullmatch(r"[\d.,]+[°%]?", old))


def _by_noun(preposition: str, phrase: str, before: Sentence, among: Sequence[Phrase]) -> str | None:
    """A phrase in the place of one that has its last word, with what follows that word kept."""
    words = phrase.split()
    if words[-1].lower() == "one" and among:
        words[-1] = _main(among).noun.text
        phrase = " ".join(words)
    last = terms(words[-1])
    for one in among:
        for at in range(one.last - 1, one.first - 1, -1):
            if terms(before.words[at].text) == last and last:
                return _in_place(preposition, phrase, before, one, before.words[at].end)
    return None


def _in_place(preposition: str, phrase: str, before: Sentence, old: Phrase, end: int) -> str:
    start = before.words[old.first + bool(old.article)].start
    head = before.words[old.first - 1] if old.first else None
    if preposition and head is not None and _PREPOSITION.fullmatch(head.text):
        return _put(before.text, head.start, end, f"{preposition} {phrase}")
    if _ARTICLE.match(phrase) and old.article:
        start = before.words[old.first].start
    return _put(before.text, start, end, phrase)


def _by_preposition(preposition: str, phrase: str, before: Sentence, among: Sequence[Phrase]) -> str | None:
    """A phrase in the place of the one that stands after the same preposition."""
    for one in reversed(among):
        if preposition and one.first and before.words[one.first - 1].lower == preposition:
            return _put(before.text, before.words[one.first].start, one.noun.end, phrase)
    return None


def _by_article(preposition: str, phrase: str, before: Sentence, among: Sequence[Phrase]) -> str | None:
    """ "A mesh" in the place of what the question before was about, where that was one of a kind as well."""
    main = _main(among) if among else None
    if preposition or main is None or not re.match(r"an?\b", phrase, re.I) or main.article not in ("a", "an"):
        return None
    return _put(before.text, before.words[main.first].start, main.noun.end, phrase)


def _as_modifier(
    preposition: str, phrase: str, question: Sentence, before: Sentence, among: Sequence[Phrase]
) -> str | None:
    """ "Hold" in the place of "setup" in "the setup uncertainty": of what was asked about, another kind."""
    main = _main(among) if among else None
    if main is None or preposition not in ("", "for") or not all(map(_PLAIN_WORD.fullmatch, phrase.split())):
        return None
    if len(phrase.split()) > MOST_KIND:
        return None
    last = next((word for word in reversed(question.words) if word.text[:1].isalnum()), None)
    first = main.first + bool(main.article)
    if first >= main.last - 1 or last is None or last.tag not in _KINDS or _ARTICLE.match(phrase):
        return None
    return _put(before.text, before.words[first].start, before.words[main.last - 2].end, phrase)


def _appended(preposition: str, phrase: str, before: Sentence) -> str | None:
    """A place or a thing named, at the end of the question before."""
    preposition = preposition or ("for" if _IDENTIFIER.fullmatch(phrase) else "")
    return f"{before.text.rstrip(' ?.!')} {preposition} {phrase}?" if preposition else None


def _main(among: Sequence[Phrase]) -> Phrase:
    """What a question is about: its first phrase that is not asked for, else the first."""
    return next((one for one in among if not one.asked), among[0])


def _put(text: str, start: int, end: int, phrase: str) -> str:
    if start == 0:
        phrase = phrase[:1].upper() + phrase[1:]
    elif _ARTICLE.match(phrase):
        phrase = phrase[:1].lower() + phrase[1:]
    return text[:start] + phrase + text[end:]

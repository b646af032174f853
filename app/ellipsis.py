"""Questions that leave out what was just said, such as "And for hold?": the new phrase in the place of its like.

A phrase is put only where one word, or one noun, of the question before is plainly its like; all else is left to be
joined to that question, since a phrase in a wrong place asks something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.checks.syntax import FINITE, Sentence
from app.phrases import Phrase, is_misread, phrases
from ingest.analyse import terms

_LEAD = re.compile(
    r"^\W*(?:(?:and|but|or|so|ok|okay|also|then|sorry|i meant?)\b[\s,]*|no\s*,\s*|not [^,]+,\s*)*"
    r"(?:(?:what|how) about\b|what of\b)?\s*",
    re.I,
)
_PLAIN_LEAD = re.compile(r"^\W*(?:(?:and|but|or|so|ok|okay)\b[\s,]*)+", re.I)
_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|why|how|when|where|is|are|was|were|do|does|did|has|have|had|may|must|can|could|shall"
    r"|should|will|would|am|explain|list|tell|show|give|describe|define|name|compare|find|please)\b",
    re.I,
)
_WH = re.compile(
    r"(?:(?:for|by|since|until|in|at|to|from|on|with|under) )?"
    r"(?:what|which|who|whom|whose|why|how|when|where|any)\b",
    re.I,
)
_PREPOSITION = re.compile(
    r"(?:for|in|on|at|by|into|to|from|of|with|without|after|before|during|under|over|above|below|between|within"
    r"|through|per|until|since)(?![\w-])",
    re.I,
)
_WORD = re.compile(r"\w")
_CAPITAL = re.compile(r"^[A-Z](?=[a-z]*(?:[ -]|$))")
"""A capital that a word has because it is the first."""

_PLAIN = re.compile(r"[\w.,%°+±/-]+(?: [\w.,%°+±/-]+)*")
_UNFIT = frozenset(
    {"its", "their", "his", "her", "my", "our", "your", "this", "that", "these", "those", "other", "and"}
)
"""With one of these a phrase says what it is only beside the question before."""

_ARTICLE = re.compile(r"(?:the|an?)\b", re.I)
_SHAPE = re.compile(r"(?P<stem>[^\W\d_]+_?)(?:\d+\w*|(?<=_)\w+)")
_NUMBER = re.compile(r"[\d.,]+[°%]?")
_CONTRASTS = """
setup hold
static dynamic
minimum maximum
min max
read write
rising falling
input output
internal external
upper lower
early late
best worst
first second third last
spring summer autumn winter
daily weekly monthly yearly
"""
_KINDS = tuple(frozenset(line.split()) for line in _CONTRASTS.strip().splitlines())
"""Words of a line exclude each other, so that one stands where another stood."""

MOST_BARE = 2
"""How many words that ask are no question without the one before, such as "how long"."""

MOST_ASKING = 4
"""The same of those without a verb, such as "how many in series"; longer ones have one that was taken for a noun."""


def is_elliptic(question: Sentence) -> bool:
    """Whether a question has no verb of its own to ask by, or opens as one that goes on from another.

    Two words or more that nothing joins to what was said are a topic of their own: "metal density".
    """
    lead, rest = _parted(question.text)
    words = rest.split()
    if re.search(r"about|what of|meant?\b|\b(?:no|not)\b", lead, re.I):
        return True
    if _WH.match(rest):
        return len(words) <= MOST_BARE or (len(words) <= MOST_ASKING and not _has_verb(question))
    if _ASKS.match(rest) or _has_verb(question):
        return False
    if _WORD.search(lead) or _PREPOSITION.match(rest) or not words or words[-1].lower() == "one":
        return True
    return len(words) == 1 and (question.text.rstrip().endswith("?") or any(rest.lower() in kind for kind in _KINDS))


def opens_as_question(text: str) -> bool:
    """Whether a text begins as a question or an order does, or ends in a question mark."""
    return text.rstrip().endswith("?") or bool(_ASKS.match(_parted(text)[1]))


def without_lead(question: str) -> str:
    """A question without an "and" or "but" before it, which says nothing to a search."""
    rest = _PLAIN_LEAD.sub("", question)
    return rest[:1].upper() + rest[1:] if rest != question else question


def filled(question: Sentence, before: Sentence) -> str | None:
    """The question before with the fragment put in the place of its like; None where there is no such place."""
    fragment = _CAPITAL.sub(lambda found: found.group().lower(), _parted(question.text)[1])
    if not _PLAIN.fullmatch(fragment) or _WH.match(fragment) or is_elliptic(before):
        return None
    opens = _PREPOSITION.match(fragment)
    preposition = opens.group().lower() if opens else ""
    phrase = fragment[len(preposition) :].strip()
    words = phrase.lower().split()
    if not words or not _UNFIT.isdisjoint(words) or any(map(_PREPOSITION.fullmatch, words)):
        return None
    found = _by_shape(preposition, phrase, before) or (
        None if is_misread(before) else _by_phrase(preposition, phrase, before)
    )
    return found if found != before.text else None


def _by_phrase(preposition: str, phrase: str, before: Sentence) -> str | None:
    among = phrases(before)
    return (
        _by_noun(preposition, phrase, before, among)
        or _by_preposition(preposition, phrase, before, among)
        or _by_article(preposition, phrase, before, among)
        or _appended(preposition, phrase, before)
    )


def _parted(text: str) -> tuple[str, str]:
    """What joins a question to what was said, such as "and what about", and the rest without its end."""
    lead = _LEAD.match(text)
    end = lead.end() if lead else 0
    return text[:end], text[end:].strip(" ?!.")


def _has_verb(question: Sentence) -> bool:
    return any(word.tag in FINITE or word.tag in ("MD", "TO") for word in question.words)


def _by_shape(preposition: str, phrase: str, before: Sentence) -> str | None:
    """`clk_bus` in the place of `clk_core`, S3 in that of S2, "hold" in that of "setup", a number in that of another.

    After a preposition what is replaced stands after it too, but for what says of which kind something is.
    """
    if len(phrase.split()) > 1:
        return None
    places = list(_likes(phrase, before.text))
    if len(places) > 1:
        places = [one for one in places if preposition and _stands_after(preposition, before.text, one)]
    if len(places) != 1:
        return None
    [place] = places
    fits = not preposition or _stands_after(preposition, before.text, place)
    if not fits and not (preposition == "for" and _kind(phrase)):
        return None
    return _put(before.text, place.start(), place.end(), phrase)


def _likes(new: str, text: str) -> Iterator[re.Match[str]]:
    for match in re.finditer(r"\w(?:[\w.]*\w)?[°%]?", text):
        if match.group() != new and _alike(new, match.group()):
            yield match


def _stands_after(preposition: str, text: str, place: re.Match[str]) -> bool:
    return bool(re.search(rf"\b{preposition} $", text[: place.start()], re.I))


def _alike(new: str, old: str) -> bool:
    one, other = _SHAPE.fullmatch(new), _SHAPE.fullmatch(old)
    if one and other:
        return one["stem"] == other["stem"]
    if _NUMBER.fullmatch(new) and _NUMBER.fullmatch(old):
        return True
    return old.lower() in _kind(new)


def _kind(word: str) -> frozenset[str]:
    """What a word excludes, itself among it; nothing where it is of no kind that is known."""
    return next((kind for kind in _KINDS if word.lower() in kind), frozenset())


def _by_noun(preposition: str, phrase: str, before: Sentence, among: Sequence[Phrase]) -> str | None:
    """A phrase in the place of one that has its last word, with what follows that word kept."""
    words = phrase.split()
    if words[-1].lower() == "one" and among:
        words[-1] = _main(among).noun.text
        phrase = " ".join(words)
    last = terms(words[-1])
    if not preposition and len(_ARTICLE.sub("", phrase).split()) < 2:  # it would only say less
        return None
    for one in among:
        for at in range(one.last - 1, one.first - 1, -1):
            if terms(before.words[at].text) == last and last:
                return _in_place(preposition, phrase, before, one, before.words[at].end)
    return None


def _in_place(preposition: str, phrase: str, before: Sentence, old: Phrase, end: int) -> str | None:
    start = before.words[old.first + bool(old.article)].start
    head = before.words[old.first - 1] if old.first else None
    if preposition:
        if head is None or not _PREPOSITION.fullmatch(head.text):
            return None
        return _put(before.text, head.start, end, f"{preposition} {phrase}")
    if _ARTICLE.match(phrase) and old.article:
        start = before.words[old.first].start
    return _put(before.text, start, end, phrase)


def _by_preposition(preposition: str, phrase: str, before: Sentence, among: Sequence[Phrase]) -> str | None:
    """A phrase in the place of the only one that stands after the same preposition."""
    if any(map(_NUMBER.fullmatch, phrase.split())):
        return None
    after = [one for one in among if preposition and one.first and before.words[one.first - 1].lower == preposition]
    if len(after) != 1 or _follows(after[0], "of"):
        return None
    return _put(before.text, before.words[after[0].first].start, after[0].noun.end, phrase)


def _follows(phrase: Phrase, word: str) -> bool:
    return phrase.sentence.has(frozenset({word}), phrase.last, phrase.last + 1)


def _by_article(preposition: str, phrase: str, before: Sentence, among: Sequence[Phrase]) -> str | None:
    """ "A mesh" in the place of what the question before was about, where that was one of a kind as well."""
    main = _main(among) if among else None
    if preposition or main is None or not re.match(r"an?\b", phrase, re.I) or main.article not in ("a", "an"):
        return None
    return _put(before.text, before.words[main.first].start, main.noun.end, phrase)


def _appended(preposition: str, phrase: str, before: Sentence) -> str | None:
    """A phrase with its preposition at the end of a question that has none like it.

    Beside another preposition only "for" is sure to narrow the question, and not to take the place of what it says.
    """
    others = {word.lower for word in before.words if _PREPOSITION.fullmatch(word.text)}
    if not preposition or preposition in others or "of" in others or (others and preposition != "for"):
        return None
    text = before.text.rstrip(" ?.!")
    if any(_likes(phrase.split()[-1], text)) or _PREPOSITION.fullmatch(text.split()[-1]):
        return None
    return f"{text} {preposition} {phrase}?"


def _main(among: Sequence[Phrase]) -> Phrase:
    """What a question is about: its first phrase that is not asked for, else the first."""
    return next((one for one in among if not one.asked), among[0])


def _put(text: str, start: int, end: int, phrase: str) -> str:
    if start == 0:
        phrase = phrase[:1].upper() + phrase[1:]
    elif _ARTICLE.match(phrase):
        phrase = phrase[:1].lower() + phrase[1:]
    return text[:start] + phrase + text[end:]

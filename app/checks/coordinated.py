"""Cutting a sentence between coordinated main clauses, and between coordinated verb phrases of one subject."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.checks.scope import DOWNWARD, PLACES, bound, bound_at_end, points
from app.checks.syntax import AUXILIARIES, Sentence, Word, parse

JOINS = frozenset({"and", "but"})
_REPORT = ("ccomp", "csubj", "csubjpass")
_BESIDE_VERB = frozenset({"aux", "auxpass", "neg"})
_COLON = frozenset({":"})
_OR = frozenset({"or"})
_WITHOUT_NOUN = frozenset({"not", "few", "none", "least"})
_OF_THAT_NOUN = frozenset({"the", "each", "every"})
_NOUNS = frozenset({"NN", "NNS"})


def clauses(sentence: Sentence) -> list[str]:
    """Cut "A does x, and B does y" in two; no cut gives an empty list.

    Behind a comma both sides are parsed by themselves, which goes wrong less often; without one the parse of the whole
    must see two clauses too.
    """
    if sentence.has(_COLON):
        return []
    for join in sentence.words[1:-1]:
        comma = sentence.words[join.at - 1].text == ","
        if join.lower in JOINS and (comma or _seen(sentence, join)):
            first = parse(sentence.cut(0, join.at - comma))
            second = parse(sentence.cut(join.at + 1, len(sentence.words)))
            if _apart(first, second, comma):
                return [first.text, second.text]
    return []


def _seen(sentence: Sentence, join: Word) -> bool:
    """Whether the parser takes what follows an "and" for a clause beside the main one."""
    verbs = sentence.joined(sentence.root) if sentence.root else []
    return any(sentence.begin(one) == join.at + 1 and sentence.subject(one) for one in verbs[1:])


def _apart(first: Sentence, second: Sentence, comma: bool) -> bool:
    """Whether both are sentences, and nothing in one of them reaches over to the other."""
    if not (first.stands and second.stands) or _reports(first) or not (_headed(first) or _both_placed(first, second)):
        return False
    if _elliptic(first, second) or points(second) or first.has(_OR) or second.has(_OR) or _takes_up(first, second):
        return False
    return not bound_at_end(second) if comma else not bound(first) and not bound(second)


def _elliptic(first: Sentence, second: Sentence) -> bool:
    """Whether a side lacks a word that the other has: "A was sold, and B kept", "A found and B lost are alike"."""
    if second.words[0].lower in _WITHOUT_NOUN:
        return True
    one, other = first.root, second.root
    if one is None or other is None:
        return False
    tense = first.tense(one)
    if second.tense(other) is other and other.tag == "VBD" and tense is not None and tense.tag != "VBD":
        return True  # a participle, as in "they are silver, and silk brocaded cloth"
    passive, bare = first.children(one, "auxpass"), other.tag == "VBD" and not second.children(other, "dobj", "attr")
    return (bool(passive) and bare) or (one.tag == "VBD" and first.words[-1] is one)


def _reports(sentence: Sentence) -> bool:
    """Whether the main verb says that something is so, which what follows may belong to."""
    return sentence.root is not None and bool(sentence.children(sentence.root, *_REPORT))


def _headed(sentence: Sentence) -> bool:
    """Whether a sentence begins with its subject: what is put before it may hold for the next clause too."""
    subject = sentence.subject(sentence.root) if sentence.root else None
    return subject is not None and sentence.begin(subject) == 0


def _both_placed(first: Sentence, second: Sentence) -> bool:
    """Whether both begin with a place of their own: "In A x is 1, and in B x is 2"."""
    return all(one.words[0].lower in PLACES for one in (first, second))


def _takes_up(first: Sentence, second: Sentence) -> bool:
    """Whether a clause takes up a thing named before it by a bare "the limit", or "each transfer" of those before."""
    words = first.words
    named = {
        one.lower.removesuffix("s") for one in words if one.tag in _NOUNS and words[max(0, one.at - 1)].lower != "the"
    }
    return any(
        noun.tag in _NOUNS and noun.relation != "compound" and noun.lower.removesuffix("s") in named
        for lead, noun in pairwise(second.words)
        if lead.lower in _OF_THAT_NOUN
    )


def verb_phrases(sentence: Sentence) -> list[str]:
    """Cut "A does x and does y" in two, with the subject and shared auxiliaries repeated; no cut gives nothing."""
    verb = sentence.root
    subject = sentence.subject(verb) if verb else None
    if verb is None or subject is None or not sentence.stands or subject.relation == "expl" or _reports(sentence):
        return []
    verbs = sentence.joined(verb)
    starts = [0, *(sentence.begin(one) for one in verbs[1:])]
    if len(verbs) == 1 or verbs[0] is not verb or not _linked(sentence, starts):
        return []
    if _shared_end(sentence, verbs, starts) or _placed(sentence, verbs[-1]) or not _shareable(sentence, subject, verbs):
        return []
    return _phrases(sentence, subject, verbs, starts)


def _linked(sentence: Sentence, starts: Sequence[int]) -> bool:
    """Whether the phrases are joined by commas, and the last one by "and" or "but"."""
    links = [sentence.words[at - 1].lower for at in starts[1:]]
    return links[-1] in JOINS and all(link in JOINS or link == "," for link in links)


def _shareable(sentence: Sentence, subject: Word, verbs: Sequence[Word]) -> bool:
    """Whether each verb can stand alone with the subject, and nothing reaches over from one to another."""
    first, begin, end = verbs[0], sentence.begin(subject), sentence.under(subject)[-1].at + 1
    if sentence.has(DOWNWARD | {"most"}, begin, subject.at + 1) or bound(sentence, end) or sentence.has(_OR, end):
        return False
    beside = {one.relation for one in sentence.children(first) if subject.at < one.at < first.at}
    if not beside <= _BESIDE_VERB or points(sentence, sentence.begin(verbs[1])):
        return False
    return all(_fits(sentence, subject, first, one) for one in verbs[1:])


def _fits(sentence: Sentence, subject: Word, first: Word, verb: Word) -> bool:
    """Whether a verb goes with the subject of the first: by its own tense, or by the first verb's auxiliaries."""
    # A name may hold a verb ("Kill and Run"); a verb with a subject of its own is another clause.
    if not verb.text.islower() or sentence.children(verb, "nsubj", "nsubjpass", "advcl", "ccomp", "expl"):
        return False
    tense, shared = sentence.tense(verb), sentence.tense(first)
    denied = [one.lower for one in sentence.children(first, "neg")]
    if tense is None:
        return verb.tag == first.tag and not denied and not sentence.children(verb, *AUXILIARIES)
    if "never" in denied:
        return False
    if tense is verb and shared is not None and shared is not first and verb.tag == "VBP":  # "could buy A and sell B"
        return False
    past = tense is verb and verb.tag == "VBD"  # after "uses A", "made by B" is no second tense, though it looks so
    return sentence.agrees(subject, tense) and not (past and (shared is None or shared.tag != "VBD"))


def _shared_end(sentence: Sentence, verbs: Sequence[Word], starts: Sequence[int]) -> bool:
    """Whether a verb before the last says nothing without what follows the last: "reads and writes the file"."""
    for verb, end in zip(verbs[:-1], starts[1:], strict=True):
        own = [one for one in sentence.children(verb) if verb.at < one.at < end - 1]
        if all(one.relation in ("punct", "cc", "conj") for one in own):
            return True
    return False


def _placed(sentence: Sentence, verb: Word) -> bool:
    """Whether a general statement ends with a place that may hold for all of it: "does x and does y in mice"."""
    general = verb.tag in ("VBZ", "VBP", "VB") and sentence.children(verb, "dobj", "xcomp", "ccomp")
    return bool(general) and sentence.has(PLACES, verb.at + 2)


def _phrases(sentence: Sentence, subject: Word, verbs: Sequence[Word], starts: Sequence[int]) -> list[str]:
    held = sentence.cut(0, sentence.under(subject)[-1].at + 1)
    helpers = " ".join(one.text for one in sentence.children(verbs[0], *AUXILIARIES) if one.at < verbs[0].at)
    found = [sentence.cut(0, before(sentence, starts[1]))]
    for verb, (begin, end) in zip(verbs[1:], pairwise([*starts[1:], len(sentence.words) + 1]), strict=True):
        last = before(sentence, end) if end <= len(sentence.words) else end - 1
        shared = "" if sentence.tense(verb) else helpers
        found.append(" ".join(filter(None, (held, shared, sentence.cut(begin, last)))))
    return found


def before(sentence: Sentence, begin: int) -> int:
    """The end of what stands before a coordinated part: without the conjunction and the comma that lead to it."""
    while begin > 0 and (sentence.words[begin - 1].text == "," or sentence.words[begin - 1].lower in JOINS):
        begin -= 1
    return begin

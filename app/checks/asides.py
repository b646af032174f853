"""Taking out what a sentence says on the side: ", which ...", ", who ..." and ", a ...,"."""

from __future__ import annotations

from app.checks.scope import DOWNWARD, points
from app.checks.syntax import PLURAL, Sentence, Word

_NAMES = frozenset({"NNP", "NNPS"})
_NOUNS = frozenset({"NN", "NNS"}) | _NAMES
_INDEFINITE = frozenset({"a", "an"})
_POINTER_WORDS = "his her its their this that these those each every some another one all both"
_POINTERS = frozenset(_POINTER_WORDS.split()) | DOWNWARD
_BE = frozenset({"is", "are", "was", "were"})


def relative_clauses(sentence: Sentence) -> list[str]:
    """Cut "A, which does x, does y" in two, "A does y" first; no cut gives an empty list."""
    for verb in sentence.words:
        if verb.relation == "relcl":
            found = _relative(sentence, verb)
            if found:
                return found
    return []


def _relative(sentence: Sentence, verb: Word) -> list[str]:
    noun, begin = sentence.words[verb.head], sentence.begin(verb)
    pronoun, tense = sentence.subject(verb), sentence.tense(verb)
    if pronoun is None or tense is None or pronoun.at != begin or pronoun.lower not in ("which", "who"):
        return []
    end = sentence.under(verb)[-1].at + 1
    if not _beside(sentence, noun, begin, end) or not sentence.agrees(noun, tense) or points(sentence, begin, end):
        return []
    if not _is_subject(sentence, noun) and not _clear(sentence, noun, pronoun, verb, tense):
        return []
    return [_without(sentence, begin - 1, end), f"{_named(sentence, noun)} {sentence.cut(begin + 1, end)}"]


def _clear(sentence: Sentence, noun: Word, pronoun: Word, verb: Word, tense: Word) -> bool:
    """Whether a clause at the end is about the noun before it, not about all that was said before."""
    if sentence.words[sentence.begin(noun)].lower in _INDEFINITE or sentence.children(verb, "conj"):
        return False
    if pronoun.lower == "who":
        return True
    if noun.tag in PLURAL:
        return tense.tag == "VBP" or tense.lower == "were"
    # "which is late" may be about all of it, "which is the capital of France" is about the name.
    return noun.tag in _NAMES and verb is tense and verb.lower in _BE and bool(sentence.children(verb, "attr"))


def appositions(sentence: Sentence) -> list[str]:
    """Cut "A, a B, does y" into "A does y" and "A is a B"; no cut gives an empty list."""
    for noun in sentence.words:
        if noun.relation == "appos" and noun.tag in ("NN", "NNS"):
            found = _apposition(sentence, noun)
            if found:
                return found
    return []


def _apposition(sentence: Sentence, noun: Word) -> list[str]:
    named, under = sentence.words[noun.head], sentence.under(noun)
    begin, end = under[0].at, under[-1].at + 1
    if under[0].lower not in ("a", "an", "the") or sentence.children(noun, "conj", "cc", "appos"):
        return []
    if not _beside(sentence, named, begin, end) or (noun.tag in PLURAL) != (named.tag in PLURAL):
        return []
    if named.tag not in _NAMES:  # "two stages, the first ..." names parts, and a list looks the same
        return []
    is_ = _be(sentence, noun.tag in PLURAL)
    return [_without(sentence, begin - 1, end), f"{_named(sentence, named)} {is_} {sentence.cut(begin, end)}"]


def _be(sentence: Sentence, plural: bool) -> str:
    """The verb "to be" in the tense of the sentence."""
    tense = sentence.tense(sentence.root) if sentence.root else None
    past = tense is not None and tense.tag == "VBD"
    return ("were" if past else "are") if plural else ("was" if past else "is")


def _beside(sentence: Sentence, noun: Word, begin: int, end: int) -> bool:
    """Whether an aside stands right after the noun it is about, between commas or at the end, outside any list."""
    words, size = sentence.words, len(sentence.words)
    if begin < 2 or words[begin - 1].text != "," or words[begin - 2] is not noun or noun.tag not in _NOUNS:
        return False
    if noun.relation == "conj" or sentence.children(noun, "conj", "cc"):
        return False
    if sentence.has(_POINTERS, sentence.begin(noun), begin):
        return False
    if end >= size:
        return not _denied(sentence)
    return words[end].text == "," and end + 1 < size and words[end + 1].tag != "CC" and _is_subject(sentence, noun)


def _denied(sentence: Sentence) -> bool:
    return bool(sentence.root and sentence.children(sentence.root, "neg")) or sentence.has(DOWNWARD)


def _is_subject(sentence: Sentence, noun: Word) -> bool:
    return sentence.root is not None and sentence.subject(sentence.root) is noun


def _named(sentence: Sentence, noun: Word) -> str:
    return sentence.cut(sentence.begin(noun), noun.at + 1)


def _without(sentence: Sentence, first: int, last: int) -> str:
    """The sentence without the words from `first` up to `last`, and without the comma that closes them."""
    if last < len(sentence.words) and sentence.words[last].text == ",":
        last += 1
    return " ".join(filter(None, (sentence.cut(0, first), sentence.cut(last, len(sentence.words)))))

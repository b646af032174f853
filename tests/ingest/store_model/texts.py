"""What files say: paragraphs of sentences under headings, and where each sentence then stands, told without our code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from hypothesis import strategies as st

Paragraph = tuple[str, ...]
Content = tuple[str | Paragraph, ...]
"""A file: each part is a heading, or the sentences of a paragraph."""

HEADINGS = ("Part one", "What the supply is")
SENTENCES = (
    "It is so.",
    "This holds.",
    "The supply is 0.75 V.",
    "Gro\u0308ße 😀 matters here.",  # the ö as two characters, which are one in the canonical text
    "A reset is asserted at once and released on an edge.",
    *(f"The clock of block {block} runs at {speed} GHz in every mode." for block in "AB" for speed in (1, 2)),
    "The hold margin of block B is 2 ps in all corners.",
    "A waiver of rule 7 lasts for 30 days unless it is renewed.",
)

sentences = st.sampled_from(SENTENCES)
paragraphs = st.lists(sentences, min_size=1, max_size=4).map(tuple)
parts = st.one_of(paragraphs, paragraphs, st.sampled_from(HEADINGS))
contents = st.builds(lambda some, last: (*some, last), st.lists(parts, max_size=3), paragraphs)


class Place(NamedTuple):
    """A sentence of a canonical text, and the heading above it."""

    start: int
    text: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A document as a store should hold it; `text` is its canonical text, `file` what its file says.

    `title` is empty where the name that the file had when it was read makes it.
    """

    file: str
    text: str
    places: tuple[Place, ...]
    collection: str
    title: str
    metadata: tuple[tuple[str, str], ...]


def written(content: Content) -> str:
    """The file: headings are underlined."""
    said = (f"{part}\n{'-' * len(part)}" if isinstance(part, str) else " ".join(part) for part in content)
    return "\n\n".join(said) + "\n"


def canonical(content: Content) -> str:
    """The text that a store should keep of the file."""
    return normalize("NFC", "\n\n".join(part if isinstance(part, str) else " ".join(part) for part in content))


def places(content: Content) -> tuple[Place, ...]:
    """Each sentence where it should stand, in reading order."""
    found, at, section = list[Place](), 0, tuple[str, ...]()
    for part in content:
        if isinstance(part, str):
            section, at = (part,), at + len(part) + 2
            continue
        for sentence in part:
            found.append(Place(at, normalize("NFC", sentence), section))
            at += len(found[-1].text) + 1
        at += 1
    return tuple(found)


def is_citable(content: Content) -> bool:
    """Whether there is a sentence in it."""
    return any(isinstance(part, tuple) and part for part in content)


def reworded(sentence: str) -> str:
    """A sentence that a reader would take for this one, changed: another number, or one word more."""
    digit = next((one for one in sentence if one.isdigit()), "")
    if digit:
        return sentence.replace(digit, str((int(digit) + 1) % 10), 1)
    *words, last = sentence.split()
    return " ".join([*words, "now", last])

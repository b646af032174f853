"""Where a range of text stands on its pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ingest.types import Box, Layout, WordBox


def boxes_of(layout: Layout, start: int, end: int) -> tuple[Box, ...]:
    """Give one box for each line of `[start, end)`, in reading order: the hull of the line's words.

    Empty where the format has no pages, or where nothing of the range was measured.
    """
    lines: list[Box] = []
    for word in _words_within(layout.words, start, end):
        if lines and _on_line(lines[-1], word.box):
            lines[-1] = _hull(lines[-1], word.box)
        else:
            lines.append(word.box)
    return tuple(lines)


def _words_within(words: tuple[WordBox, ...], start: int, end: int) -> Iterator[WordBox]:
    place = bisect_right(words, start, key=lambda word: word.end)
    while place < len(words) and words[place].start < end:
        yield words[place]
        place += 1


def _on_line(line: Box, word: Box) -> bool:
    """Say whether a word goes on a line: on its page, to the right of its start, and at half its height or more."""
    overlap = min(line.y1, word.y1) - max(line.y0, word.y0)
    lower = min(line.y1 - line.y0, word.y1 - word.y0)
    return line.page == word.page and word.x0 >= line.x0 and overlap >= lower / 2


def _hull(one: Box, other: Box) -> Box:
    return Box(one.page, min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))

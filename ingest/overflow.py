"""A word that SQLite keeps on two pages: a value too long for a page goes on, page by page, on others of its file.

What a page holds of such a value is followed by the number of the next; an overflow page begins with that number
instead, and is full to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from mmap import ACCESS_READ, mmap
from pathlib import Path

_POINTER = 4
"""Bytes of a page's number."""


def is_in_longer_word(file: Path, start: int, end: int, sides: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the bytes at a place of a database stand in one of the words that have these bytes before and after."""
    with file.open("rb") as opened, closing(mmap(opened.fileno(), 0, access=ACCESS_READ)) as data:
        size = _page_size(data)
        return any(_is_before(data, size, start, left) and _is_after(data, size, end, right) for left, right in sides)


def _page_size(data: mmap) -> int:
    size = int.from_bytes(data[16:18], "big")
    return 1 << 16 if size == 1 else size


def _is_after(data: mmap, size: int, end: int, right: bytes) -> bool:
    """Whether a word goes on so after a place, the last of it maybe on the next page of its value."""
    for count in range(len(right) + 1):
        cut, rest = end + count, right[count:]
        if data[end:cut] != right[:count]:
            return False
        if not rest or any(data[page : page + len(rest)] == rest for page in _next_pages(data, size, cut)):
            return True
    return False


def _next_pages(data: mmap, size: int, cut: int) -> Iterator[int]:
    """Where the content of the page begins on which a value that was cut at a place may go on."""
    pointers = [data[cut : cut + _POINTER]]
    if cut % size == 0:
        pointers.append(data[cut - size : cut - size + _POINTER])
    numbers = [int.from_bytes(one, "big") for one in pointers]
    return ((number - 1) * size + _POINTER for number in numbers if 1 < number <= len(data) // size)


def _is_before(data: mmap, size: int, start: int, left: bytes) -> bool:
    """Whether a word begins so before a place, the first of it maybe on the page of its value that came before."""
    for count in range(len(left) + 1):
        cut, rest = start - count, left[: len(left) - count]
        if data[max(0, cut) : start] != left[len(left) - count :]:
            return False
        if not rest or (cut % size == _POINTER and _is_on_page_before(data, size, cut // size + 1, rest)):
            return True
    return False


def _is_on_page_before(data: mmap, size: int, number: int, rest: bytes) -> bool:
    """Whether what a page holds of a value that goes on on the page of this number ends so."""
    pointer = number.to_bytes(_POINTER, "big")
    if data.find(rest + pointer) >= 0:
        return True
    starts = range(0, len(data), size)
    return any(data[at : at + _POINTER] == pointer and data[at : at + size].endswith(rest) for at in starts)

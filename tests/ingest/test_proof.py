"""A text is found in every file of a folder, wherever it stands, but for longer words that somebody else says."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest import proof
from ingest.errors import StoreError
from ingest.overflow import is_in_longer_word
from ingest.proof import NotGone, search
from ingest.traces import Traces, traces_of

SENTENCE = 'The “hold” margin\nof a "path" is 15 ps – at most.'
HEADING = "Installation guide"


def is_found(folder: Path, text: str = SENTENCE) -> bool:
    try:
        search(folder, Traces(traces_of(text)))
    except NotGone:
        return True
    return False


def database(file: Path, *rows: tuple[str, str]) -> None:
    """A database with a table whose first column is an index as well."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE said (who TEXT PRIMARY KEY, what TEXT)")
        connection.executemany("INSERT INTO said VALUES (?, ?)", rows)
        connection.commit()


@pytest.mark.parametrize("place", range(0, 290, 7))
def test_it_is_found_across_the_chunks_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(proof, "_CHUNK", 40)
    file = tmp_path / "a.bin"
    file.write_bytes(b"x" * place + SENTENCE.encode() + b"y" * 100)

    assert is_found(tmp_path)
    file.write_bytes(b"x" * place + SENTENCE.encode()[:-1] + b"y" * 100)
    assert not is_found(tmp_path)


@pytest.mark.parametrize("chunk", [40, 50, 64, 100, 4096])
def test_a_longer_word_is_told_across_the_chunks_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(proof, "_CHUNK", chunk)
    database(tmp_path / "a.db", ("ann", f"Of {HEADING}s."))
    for place in range(0, 300, 11):
        (tmp_path / "a.txt").write_text("." * place + f"{HEADING}s" + "." * 120)
        assert not is_found(tmp_path, HEADING)
        (tmp_path / "a.txt").write_text("." * place + f"{HEADING} s" + "." * 120)
        assert is_found(tmp_path, HEADING)


def test_it_is_found_in_a_value_that_sqlite_keeps_in_parts(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    for length in range(0, 4_200, 20):  # at one of them the text lies on two pages
        file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("CREATE TABLE a (text TEXT)")
            connection.execute("INSERT INTO a VALUES (?)", ("x" * length + SENTENCE + "y" * (13_000 - length),))
            connection.commit()
        if SENTENCE.encode() not in file.read_bytes():
            break

    assert SENTENCE.encode() not in file.read_bytes()
    assert not is_found(tmp_path)  # there it is amid a word
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE a SET text = replace(text, 'xThe', ' The')")
        connection.commit()
    assert SENTENCE.encode() not in file.read_bytes()
    assert is_found(tmp_path)


def test_a_longer_word_that_a_database_says_is_no_trace_wherever_it_stands(tmp_path: Path) -> None:
    database(tmp_path / "a.db", (f"Re{HEADING.lower()}s", '{"text": "H\\u00f6he' + HEADING.lower() + '"}'))
    (tmp_path / "index.json").write_text(f'["Re{HEADING.lower()}s", "Höhe{HEADING.lower()}"]')

    assert not is_found(tmp_path, HEADING.lower())


def test_a_longer_word_that_no_database_says_is_a_trace(tmp_path: Path) -> None:
    (tmp_path / "left.bin").write_text(f"ann{HEADING}")

    assert is_found(tmp_path, HEADING)


def test_what_a_deleted_row_left_is_found_though_a_letter_stands_before_it(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    database(file, ("ann", HEADING), ("bob", f"{HEADING}s of all kinds"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM said WHERE who = 'ann'")
        connection.commit()

    assert f"ann{HEADING}".encode() in file.read_bytes()
    assert is_found(tmp_path, HEADING)


def long_value(file: Path, before: int, said: str) -> bytes:
    """A database with one value that fills some pages, with something said after so many bytes of it."""
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("CREATE TABLE said (what TEXT)")
        connection.execute("INSERT INTO said VALUES (?)", ("." * before + said + "." * (9_500 - before),))
        connection.commit()
    return file.read_bytes()


@pytest.mark.parametrize("page", [1_340, 5_432])
@pytest.mark.parametrize(("left", "right"), [("Re", ""), ("", "book"), ("Un", "books")])
def test_a_longer_word_that_is_cut_by_the_end_of_a_page_is_no_trace(
    tmp_path: Path, page: int, left: str, right: str
) -> None:
    file, part, cut = tmp_path / "a.db", HEADING.lower(), 0
    for before in range(page - 30, page + 10):
        data = long_value(file, before, f"{left}{part}{right}")
        cut += part.encode() in data and f"{left}{part}{right}".encode() not in data
        assert not is_found(tmp_path, part), before
    assert cut >= len(left + right)


@pytest.mark.parametrize(
    ("before", "word", "others"),
    [
        (1_318, ("", "book"), [("", "bool"), ("", "boots"), ("A", "book"), ("", "books")]),
        (5_410, ("", "book"), [("", "bool"), ("", "boots"), ("A", "book"), ("", "books")]),
        (1_335, ("Re", ""), [("Pe", ""), ("Ra", ""), ("Re", "s"), ("Are", "")]),
        (5_427, ("Re", ""), [("Pe", ""), ("Ra", ""), ("Re", "s"), ("Are", "")]),
    ],
)
def test_on_two_pages_only_the_word_that_stands_there_explains_a_place(
    tmp_path: Path, before: int, word: tuple[str, str], others: list[tuple[str, str]]
) -> None:
    file, part = tmp_path / "a.db", HEADING.lower()
    start = long_value(file, before, f"{word[0]}{part}{word[1]}").index(part.encode())

    def explains(sides: tuple[str, str]) -> bool:
        return is_in_longer_word(file, start, start + len(part), [(sides[0].encode(), sides[1].encode())])

    assert explains(word)
    assert [one for one in others if explains(one)] == []


def test_a_file_that_goes_meanwhile_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database(tmp_path / "b.db", ("ann", "Nothing of that."))
    (tmp_path / "a.txt").write_text("Nothing of that.")
    real = proof._files

    def listed(folder: Path) -> Iterator[Path]:
        found = list(real(folder))
        yield from found
        (folder / "b.db").unlink()
        yield folder / "gone.txt"

    monkeypatch.setattr(proof, "_files", listed)
    assert search(tmp_path, Traces(traces_of(SENTENCE))) == (1, len("Nothing of that."))


def test_a_database_that_goes_before_it_is_opened_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database(tmp_path / "b.db", ("ann", "Nothing of that."))
    real = sqlite3.connect

    def connect(*given: Any, **more: Any) -> Any:
        (tmp_path / "b.db").unlink()
        return real(*given, **more)

    monkeypatch.setattr(sqlite3, "connect", connect)
    assert search(tmp_path, Traces(traces_of(SENTENCE))).files == 0


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.db").write_bytes(b"SQLite format 3\x00" + b"\x07" * 5_000)
    with pytest.raises(StoreError, match=r"b\.db cannot be read"):
        search(tmp_path, Traces(traces_of(SENTENCE)))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(StoreError, match="closed cannot be read"):
        search(tmp_path, Traces(traces_of(SENTENCE)))

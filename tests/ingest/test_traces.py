"""A text is found in bytes in every form, wherever it stands, and only where it stands."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingest import traces
from ingest.traces import WINDOW, Traces, traces_of

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SENTENCE = 'The “hold” margin\nof a "path" is 15 ps – at most.'
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=WINDOW, max_size=60)


@relaxed
@given(texts, st.binary(max_size=60), st.binary(max_size=60))
def test_a_text_is_found_where_it_stands(text: str, before: bytes, after: bytes) -> None:
    found = set(Traces(traces_of(text)).found_in(before + text.encode() + after))

    assert {one.length for one in found} >= {len(text.encode())}


@relaxed
@given(texts, texts)
def test_what_does_not_stand_there_is_not_found(text: str, other: str) -> None:
    forms = {text, " ".join(text.split())}
    written = [
        form for one in forms for form in (one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1])
    ]
    assume(not any(one in other for one in written))

    assert list(Traces(traces_of(text)).found_in(other.encode())) == []


@pytest.mark.parametrize(
    "written",
    [
        SENTENCE,
        json.dumps({"text": SENTENCE}),
        json.dumps({"text": SENTENCE}, ensure_ascii=False),
        " ".join(SENTENCE.split()),
        json.dumps(" ".join(SENTENCE.split())),
    ],
)
def test_it_is_found_however_it_is_written(written: str) -> None:
    assert any(True for _ in Traces(traces_of(SENTENCE)).found_in(b"before " + written.encode() + b" after"))


def test_one_that_differs_at_its_end_is_another() -> None:
    assert not list(Traces(traces_of(SENTENCE)).found_in(SENTENCE[:-1].encode() + b"!"))


def test_short_texts_have_no_fingerprint() -> None:
    assert traces_of("x" * (WINDOW - 1)) == frozenset()
    assert traces_of("x" * WINDOW)


@pytest.mark.parametrize("place", range(0, 150, 7))
def test_it_is_found_across_the_chunks_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(traces, "_CHUNK", 40)
    file = tmp_path / "a.bin"
    file.write_bytes(b"x" * place + SENTENCE.encode() + b"y" * 100)

    assert Traces(traces_of(SENTENCE)).are_in_file(file)
    file.write_bytes(b"x" * place + SENTENCE.encode()[:-1] + b"y" * 100)
    assert not Traces(traces_of(SENTENCE)).are_in_file(file)


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
    assert Traces(traces_of(SENTENCE)).are_in_file(file)

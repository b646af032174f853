"""A text is found in bytes in every form, wherever it stands, and only where it stands."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingest import traces as tracing
from ingest.traces import WINDOW, Traces, traces_of

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SENTENCE = 'The “hold” margin\nof a "path" is 15 ps – at most.'
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=WINDOW, max_size=60)


@relaxed
@given(texts, st.binary(max_size=60), st.binary(max_size=60))
def test_a_text_is_found_where_it_stands(text: str, before: bytes, after: bytes) -> None:
    whole = before + text.encode() + after
    found = set(Traces(traces_of(text)).places_in(whole))

    assert (len(before), len(before) + len(text.encode())) in {(one.start, one.end) for one in found}


@relaxed
@given(texts, texts)
def test_what_does_not_stand_there_is_not_found(text: str, other: str) -> None:
    forms = {text, " ".join(text.split())}
    written = [
        form for one in forms for form in (one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1])
    ]
    assume(not any(one in other for one in written))

    assert list(Traces(traces_of(text)).places_in(other.encode())) == []


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


@pytest.mark.parametrize("length", [WINDOW, 100, 4_095, 4_096, 9_000])
def test_it_is_found_in_much_and_in_little(length: int) -> None:
    text = "The hold margin is 15 ps at most."
    data = b"." * (length - WINDOW) + text.encode() + b"."

    [found] = Traces(traces_of(text)).found_in(data)
    assert data[found.start : found.end] == text.encode()


def test_one_that_differs_at_its_end_is_another() -> None:
    assert not list(Traces(traces_of(SENTENCE)).found_in(SENTENCE[:-1].encode() + b"!"))


def test_short_texts_have_no_fingerprint() -> None:
    assert traces_of("x" * (WINDOW - 1)) == frozenset()
    assert traces_of("x" * WINDOW)


def test_of_texts_that_begin_alike_each_place_is_hashed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Traces(one for number in range(300) for one in traces_of(f"Ministry of Finance | {number}"))
    begun = list[bytes]()

    def hashing(data: bytes = b"") -> Any:
        begun.append(data)
        return sha256(data)

    monkeypatch.setattr(tracing, "sha256", hashing)

    found = list(known.found_in(b"; ".join(b"Ministry of Finance | %d" % number for number in range(290, 340))))

    assert len(found) == 10
    assert len(begun) == 50


def test_of_texts_that_begin_at_one_place_all_are_found_the_longest_first() -> None:
    said = ("It runs at 1.25 GHz", "It runs at 1.25 GHz in turbo", "It runs at 1.25 GHz in turbo mode")

    found = Traces(one for text in said for one in traces_of(text)).found_in(b"So: It runs at 1.25 GHz in turbo mode.")

    assert [one.end - one.start for one in found] == [len(text) for text in reversed(said)]

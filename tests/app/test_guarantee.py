from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from app.guarantee import Guarantee, guarantees, served_threshold, write_guarantee

ONE = Guarantee("sign-off", 0.873, 0.95, 0.05, 412, "overlap", "2026-01-02T03:04:05+00:00")


class Said(list[str]):
    def __call__(self, text: str, /) -> None:
        self.append(text)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    other = replace(ONE, collection="tapeout", threshold=0.9)
    for one in (ONE, other):
        write_guarantee(tmp_path, one)
    said = Said()
    assert guarantees(tmp_path, "overlap", said) == {"sign-off": ONE, "tapeout": other}
    assert said == []


def test_a_store_without_guarantees_has_none(tmp_path: Path) -> None:
    assert guarantees(tmp_path, "overlap") == {}


def test_a_new_one_takes_the_place_of_the_old(tmp_path: Path) -> None:
    write_guarantee(tmp_path, ONE)
    path = write_guarantee(tmp_path, replace(ONE, threshold=0.5))
    assert [one.threshold for one in guarantees(tmp_path, "overlap").values()] == [0.5]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["../../up", "a/b", "A b", "a b", "", "CON", "ä" * 300, ".hidden", "a\nb"])
def test_any_name_of_a_collection_makes_a_file_of_its_own_in_the_folder(tmp_path: Path, name: str) -> None:
    path = write_guarantee(tmp_path, replace(ONE, collection=name))
    assert path.parent == tmp_path / "guarantees"
    assert path != write_guarantee(tmp_path, replace(ONE, collection=name + "2"))
    assert guarantees(tmp_path, "overlap")[name].collection == name


def test_one_of_another_verifier_is_not_used_and_it_is_said_why(tmp_path: Path) -> None:
    path = write_guarantee(tmp_path, ONE)
    said = Said()
    assert guarantees(tmp_path, "lm", said) == {}
    assert said == [f"The guarantee {path} is not used: it was made with the verifier 'overlap', and 'lm' is served"]


@pytest.mark.parametrize("length", [0, 1, 40, -1])
def test_a_torn_file_is_not_used_and_the_others_are(tmp_path: Path, length: int) -> None:
    write_guarantee(tmp_path, ONE)
    path = write_guarantee(tmp_path, replace(ONE, collection="torn"))
    path.write_bytes(path.read_bytes()[:length])
    said = Said()
    assert list(guarantees(tmp_path, "overlap", said)) == ["sign-off"]
    assert len(said) == 1
    assert "it cannot be read" in said[0]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"threshold": 1.5}, "no guarantee (threshold)"),
        ({"threshold": float("nan")}, "no guarantee (threshold)"),
        ({"threshold": "0.5"}, "no guarantee (threshold)"),
        ({"threshold": True}, "no guarantee (threshold)"),
        ({"n": 0, "verifier": None}, "no guarantee (n, verifier)"),
        ({"n": 2.5}, "no guarantee (n)"),
        ({"extra": 1}, "no guarantee (extra)"),
        ({"collection": "tapeout"}, "its name is not that of the collection 'tapeout'"),
    ],
)
def test_a_file_that_says_something_else_is_not_used(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    path = write_guarantee(tmp_path, ONE)
    path.write_text(json.dumps(asdict(ONE) | change))
    said = Said()
    assert guarantees(tmp_path, "overlap", said) == {}
    assert complaint in said[0]


@pytest.mark.parametrize("held", ["[]", "null", "{}"])
def test_a_file_of_something_else_is_not_used(tmp_path: Path, held: str) -> None:
    write_guarantee(tmp_path, ONE).write_text(held)
    said = Said()
    assert guarantees(tmp_path, "overlap", said) == {}
    assert "it is no guarantee" in said[0]


def test_a_failed_write_leaves_the_old_one_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_guarantee(tmp_path, ONE)

    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_guarantee(tmp_path, replace(ONE, threshold=0.1))
    assert guarantees(tmp_path, "overlap") == {"sign-off": ONE}
    assert list(path.parent.iterdir()) == [path]


def test_it_says_what_it_means() -> None:
    assert str(ONE) == (
        "Of the claims about the collection 'sign-off' that pass every check and that the verifier 'overlap' gives a"
        " confidence of at least 0.873, at least 0.95 are supported; this holds with a probability of 0.95 over the draw"
        " of the 412 labelled claims, for claims that come as those did."
    )


FOUND = {"a": replace(ONE, collection="a", threshold=0.7), "b": replace(ONE, collection="b", threshold=0.9)}


@pytest.mark.parametrize(
    ("cited", "asked", "needed", "proven"),
    [
        (["a"], 0.5, 0.7, True),
        (["a"], 0.8, 0.8, True),
        (["a", "b", "a"], 0.5, 0.9, True),
        (["a", "c"], 0.5, 0.7, False),
        (["c"], 0.5, 0.5, False),
        ([], 0.5, 0.5, False),
    ],
)
def test_the_highest_threshold_is_served_and_it_is_proven_if_all_are(
    cited: list[str], asked: float, needed: float, proven: bool
) -> None:
    assert served_threshold(FOUND, cited, asked) == (needed, proven)

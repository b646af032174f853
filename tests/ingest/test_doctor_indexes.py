"""Derived indexes that are not what the truth gives are found, whatever file of theirs is damaged, and built anew."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.doctor.examine import examine
from ingest.doctor.mend import mend
from ingest.indexes import carry_indexes, open_indexes
from ingest.pipeline import ensure_indexes, ingest
from ingest.store import Store
from ingest.sums import SUMS, differing, write_sums

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Path:
    """A store whose indexes are built, and were searched."""
    root = tmp_path_factory.mktemp("built")
    (root / "docs").mkdir()
    for number in range(12):
        said = f"Page {number} is about corner {number}. The margin of corner {number} is {number + 3} ps."
        (root / "docs" / f"page{number}.txt").write_text(f"Preface.\n\n{said}", "utf-8")
    ingest([root / "docs"], root / "store", embedder=embedder, loader=direct)
    with closing(Store.open(root / "store")) as store:
        open_indexes(root / "store" / "indexes", "default", store.generation(), embedder).candidates("corner", 5)
    return root / "store"


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "store"
    shutil.copytree(built, copy)
    return copy


def index_of(store: Path) -> Path:
    [folder] = (store / "indexes").glob("*/*")
    return folder


def failed(store: Path, sample: int | None = None) -> set[str]:
    return {one.check.name for one in examine(store, sample) if not one.passed}


def test_a_sound_index_passes(store: Path) -> None:
    looked = {one.check.name: one.result.looked_at for one in examine(store) if one.passed}
    assert (looked["index files"], looked["indexes"], looked["leftovers"], len(looked)) == (1, 1, 1, 19)


def test_the_doctor_changes_nothing(store: Path) -> None:
    def all_bytes() -> dict[str, bytes]:
        return {str(one): one.read_bytes() for one in store.rglob("*") if one.is_file()}

    before = all_bytes()
    assert failed(store) == set()
    assert all_bytes() == before


def _other_terms(folder: Path) -> None:
    file = folder / "lexical" / "terms.json"
    said = json.loads(file.read_text())
    said["terms"][3] = said["terms"][3][:-2]
    file.write_text(json.dumps(said))


def _other_vector(folder: Path) -> None:
    vectors = np.load(folder / "dense" / "vectors.npy")
    vectors[3] = vectors[4]
    np.save(folder / "dense" / "vectors.npy", vectors)


def _other_ids(folder: Path) -> None:
    file = folder / "dense" / "ids.json"
    ids = json.loads(file.read_text())
    file.write_text(json.dumps([*ids[1:], ids[0]]))


def _other_marker(folder: Path) -> None:
    file = folder / "index.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"count": 3}))


def _other_queue(folder: Path) -> None:
    """Another number in a vector that Chroma holds."""
    with closing(sqlite3.connect(folder / "dense" / "chroma" / "chroma.sqlite3")) as connection:
        [(row, vector)] = connection.execute("SELECT seq_id, vector FROM embeddings_queue WHERE id = '5'").fetchall()
        changed = np.roll(np.frombuffer(vector, np.float32), 7).tobytes()
        connection.execute("UPDATE embeddings_queue SET vector = ? WHERE seq_id = ?", (changed, row))
        connection.commit()


def _no_chroma(folder: Path) -> None:
    (folder / "dense" / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 999)


CONTENTS: dict[str, Callable[[Path], None]] = {
    "terms": _other_terms,
    "vector": _other_vector,
    "ids": _other_ids,
    "marker": _other_marker,
    "Chroma's vector": _other_queue,
    "Chroma's database": _no_chroma,
}


@pytest.mark.parametrize("what", CONTENTS)
def test_contents_that_are_not_the_truth_are_found_without_the_sums_and_built_anew(
    store: Path, embedder: Any, what: str
) -> None:
    CONTENTS[what](index_of(store))
    write_sums(index_of(store))

    examined = list(examine(store))
    assert {one.check.name for one in examined if not one.passed} == {"indexes"}
    done = mend(store, examined, embedder)

    assert done == [f"removed indexes/{index_of(store).parent.name}/{index_of(store).name}", "indexes of generation 1"]
    assert failed(store) == set()


def test_an_index_of_other_passages_is_found(store: Path) -> None:
    with closing(sqlite3.connect(store / "verispan.db")) as connection:
        connection.execute("UPDATE documents SET title = 'Another' WHERE id = 'page3'")
        connection.commit()
    assert "indexes" in failed(store)


def test_a_flipped_byte_in_any_file_of_an_index_is_found(store: Path) -> None:
    noted = json.loads((index_of(store) / SUMS).read_text())
    assert {Path(name).name for name in noted} >= {"ids.json", "vectors.npy", "terms.json"}
    for name in noted:
        file = index_of(store) / name
        before = file.read_bytes()
        if before:
            file.write_bytes(before[:-2] + bytes([before[-2] ^ 1]) + before[-1:])
            assert differing(index_of(store)) == [name]
            file.write_bytes(before)
    assert differing(index_of(store)) == []


def test_an_index_whose_sums_are_gone_is_built_anew_not_carried(store: Path, embedder: Any) -> None:
    (index_of(store) / SUMS).unlink()
    old = index_of(store)
    with closing(Store.open(store)) as opened:
        [texts] = [list(opened.passages_of_collection("default", 1))]
    said = [row[0] for row in texts], [row[1] for row in texts]
    assert not carry_indexes(store / "indexes", "default", 2, *said, embedder.name)
    assert mend(store, list(examine(store)), embedder)[0] == f"removed indexes/{old.parent.name}/{old.name}"
    assert failed(store) == set()


def test_a_file_that_is_gone_or_new_differs(tmp_path: Path) -> None:
    for name in ("kept", "gone"):
        (tmp_path / name).write_text(name)
    write_sums(tmp_path)
    assert differing(tmp_path) == []
    (tmp_path / "gone").unlink()
    (tmp_path / "new").write_text("")
    assert differing(tmp_path) == ["gone", "new"]


def test_no_index_is_no_damage(store: Path) -> None:
    shutil.rmtree(store / "indexes")
    assert failed(store) == set()


def test_a_chroma_that_cannot_be_opened_is_done_without(store: Path, embedder: Any) -> None:
    def found() -> list[Any]:
        dense = open_indexes(store / "indexes", "default", 1, embedder).dense
        return [dense.search(f"page {number} is about corner {number}", 1) for number in (3, 7)]

    wanted = found()
    assert [one.passage_id.partition("@")[0] for [one] in wanted] == ["page3", "page7"]
    _no_chroma(index_of(store))
    assert found() == wanted


def test_an_index_on_a_disk_that_takes_no_writes_is_searched_and_left_alone(
    store: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.vectors.is_read_only", lambda _: True)
    before = {str(one): one.read_bytes() for one in store.rglob("*") if one.is_file()}
    dense = open_indexes(store / "indexes", "default", 1, embedder).dense
    [found] = dense.search("page 7 is about corner 7", 1)
    assert found.passage_id.startswith("page7@")
    assert {str(one): one.read_bytes() for one in store.rglob("*") if one.is_file()} == before


def test_an_index_of_vectors_that_were_wrong_is_built_of_those_made_again(store: Path, embedder: Any) -> None:
    wanted = np.load(index_of(store) / "dense" / "vectors.npy")
    with closing(sqlite3.connect(store / "verispan.db")) as connection:
        connection.execute("UPDATE vectors SET data = (SELECT data FROM vectors WHERE rowid = 1)")
        connection.commit()
    shutil.rmtree(store / "indexes")
    ensure(store, embedder)  # the wrong ones are in it now
    assert not np.array_equal(np.load(index_of(store) / "dense" / "vectors.npy"), wanted)

    mend(store, list(examine(store, None, embedder)), embedder)

    assert np.array_equal(np.load(index_of(store) / "dense" / "vectors.npy"), wanted)
    assert failed(store) == set()


def ensure(store: Path, embedder: Any) -> None:
    with closing(Store.open(store)) as opened:
        ensure_indexes(opened, embedder)

"""Whatever is not as it must be is found by the check that is there for it, and a sound store passes them all."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from ingest import sums
from ingest.canonical import canonical, digest
from ingest.disk import locked
from ingest.doctor import indexes
from ingest.doctor.again import built_of
from ingest.doctor.examine import CHECKS, examine
from ingest.doctor.mend import mend
from ingest.doctor.subject import Subject
from ingest.doctor.vectors import Name
from ingest.errors import StoreError, StoreLocked
from ingest.indexes import folder_name
from ingest.purge import purge
from ingest.schema import passages
from ingest.store import Store
from ingest.sums import seal, write_sums
from ingest.writer import write_lock

TABLE = "Words before.\n\nThe setup margin is 25 ps. The setup margin is 25 ps.\n\nWords after it."

THRESHOLD = {
    "collection": "default", "threshold": 0.85, "target_precision": 0.95, "delta": 0.1, "n": 200,
    "verifier": "small-1", "created": "2026-01-01T00:00:00+00:00",
}  # fmt: skip


def answer(store: Store) -> dict[str, Any]:
    """An answer of two claims, whose second is withheld, about two documents."""
    shown, withheld = store.spans_at("hold", 2)[1], store.spans_at("reset", 2)[1]

    def citation(span: Any) -> dict[str, Any]:
        place = {"id": span.document_id, "title": span.document_id, "revision": span.revision}
        return {"id": span.id, "document": place, "start": span.start, "end": span.end, "exact": span.text}

    near = {"id": withheld.id, "document": {"id": "reset", "title": "reset"}, "section": [], "text": withheld.text}
    with store.engine.connect() as connection:
        passage = connection.scalars(select(passages.c.id).where(passages.c.document_id == "hold")).first()
    return {
        "id": "ans_7", "created": "2026-01-01", "text": f"So: {shown.text}",
        "searched": {
            "passages": [{"id": passage, "document": "hold", "section": []}],
            "near_misses": [near | {"url": f"/c/{withheld.id}"}],
        },
        "claims": [
            {"text": shown.text, "start": 4, "end": 4 + len(shown.text), "citations": [citation(shown)]},
        ],
        "withheld": [{"text": "A claim.", "citations": [citation(withheld)]}],
    }  # fmt: skip


def receipt(body: dict[str, Any]) -> dict[str, Any]:
    """The receipt of an answer, sealed; of each claim it says more than the answer does."""
    claims = [{**one, "index": place} for place, one in enumerate(body["claims"])]
    bare = {"answer_id": body["id"], "text": body["text"], "claims": claims, "notes": []}
    key = Ed25519PrivateKey.generate()
    signature = {
        "algorithm": "Ed25519",
        "public_key": key.public_key().public_bytes_raw().hex(),
        "value": key.sign(canonical(bare)).hex(),
    }
    return bare | {"sha256": digest(bare), "signature": signature}


@pytest.fixture
def sound(folder: Any) -> Path:
    """A store of two generations, with a changed document, a retired one, an unchanged one, and an answer."""
    folder.write(**{"twice.txt": TABLE, "gone.txt": "This goes. It was here."})
    folder.run()
    folder.write(**{"twice.txt": TABLE.replace("Words before", "Other words before")})
    (folder.root / "gone.txt").unlink()
    folder.run()
    with closing(Store.open(folder.path)) as store:
        body = answer(store)
        store.save_answer(body["id"], body["created"], body, receipt=receipt(body))
    path: Path = folder.path
    for left in (path / "indexes").iterdir():  # of the stand-in for indexes
        left.unlink()
    return path


def failed(folder: Path, embedder: Any = None, sample: int | None = None) -> dict[str, str]:
    """The checks that failed, each with what it found, as one text."""
    return {
        one.check.name: " ".join(f"{finding.where}: {finding.what}" for finding in one.result.findings)
        for one in examine(folder, sample, embedder)
        if not one.passed
    }


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "verispan.db")) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


def test_a_sound_store_passes_and_all_of_it_is_looked_at(sound: Path, embedder: Any) -> None:
    examined = list(examine(sound, None, embedder))
    assert [one.check.name for one in examined if not one.passed] == []
    looked = {one.check.name: (one.result.looked_at, one.result.of) for one in examined}
    assert looked == {
        "databases": (1, 1), "generations": (2, 2), "files": (5, 5), "texts": (5, 5), "documents": (4, 4),
        "citation ids": (4, 4), "spans": (3, 3), "passages": (4, 4), "vectors": (5, 5),
        "vectors embedded again": (5, 5), "answers": (1, 1), "cited": (1, 1), "thresholds": (0, 0), "index files": (0, 0),
        "receipts": (1, 1), "standings": (0, 0), "purges": (0, 0), "indexes": (0, 0), "leftovers": (0, 0),
    }  # fmt: skip


DAMAGE = {
    "UPDATE receipts SET body = '{'": "receipts",
    "UPDATE receipts SET body = replace(body, 'ans_7', 'ans_2')": "receipts",
    "UPDATE receipts SET body = replace(body, '\"sha256\"', '\"sha257\"')": "receipts",
    "UPDATE receipts SET body = json_remove(body, '$.sha256')": "receipts",
    "UPDATE receipts SET body = json_set(body, '$.sha256', NULL)": "receipts",
    "UPDATE receipts SET body = json_remove(body, '$.signature')": "receipts",
    "UPDATE receipts SET body = json_set(body, '$.signature.value', 'zz')": "receipts",
    "UPDATE receipts SET body = json_remove(body, '$.signature.public_key')": "receipts",
    "UPDATE receipts SET body = json_set(body, '$.claims[0].index', 5)": "receipts",
    "UPDATE answers SET body = json_set(body, '$.claims[0].text', 'Other.')": "receipts",
    "INSERT INTO standings VALUES ('ans_7', 'nonsense', 1, 't', '{}')": "standings",
    "INSERT INTO standings VALUES ('ans_7', 'holds', 99, 't', '{}')": "standings",
    "INSERT INTO standings VALUES ('ans_7', 'holds', 1, 't', '{')": "standings",
    "INSERT INTO standings VALUES ('ans_7', 'holds', 1, 'yesterday', '{}')": "standings",
    "INSERT INTO standings VALUES ('ans_3', 'holds', 1, '2026-01-01T00:00:00+00:00', '{}')": "standings",
    "INSERT INTO standings SELECT 'ans_7', 'holds', 1, '2026-01-01T00:00:00+00:00', json_object('citations', json_array(json_object('id', id))) FROM spans WHERE document_id = 'twice' LIMIT 1": "standings",
    "UPDATE spans SET last_generation = 1 WHERE document_id = 'hold'": "standings",
    "UPDATE cited SET shown = 3 WHERE shown": "cited",
    "UPDATE cited SET citation_id = 'hold~0000000000' WHERE shown": "cited",
    "UPDATE meta SET value = 3 WHERE key = 'generation'": "generations",
    "DELETE FROM generations WHERE number = 2": "generations",
    "UPDATE generations SET committed_at = '2026-13-01T00:00:00+00:00'": "generations",
    "UPDATE sources SET data = replace(CAST(data AS TEXT), 'hold', 'Hold')": "files",
    "UPDATE revisions SET text = replace(text, '15 ps', '16 ps') WHERE document_id = 'hold'": "texts",
    "UPDATE revisions SET text = CAST(x'54C3' || text AS TEXT) WHERE document_id = 'reset'": "texts",
    "UPDATE revisions SET first_generation = 9 WHERE document_id = 'reset'": "texts",
    "UPDATE revisions SET layout = substr(layout, 1, 20) WHERE document_id = 'gone'": "texts",
    "UPDATE documents SET title = 'Held' WHERE id = 'hold'": "passages",
    "UPDATE documents SET metadata = '{\"owner\": \"me\"}' WHERE id = 'hold'": "documents",
    "UPDATE documents SET collection = 'defauld' WHERE id = 'hold'": "documents",
    "UPDATE documents SET current_revision = '0123456789abcdef' WHERE id = 'hold'": "documents",
    "UPDATE documents SET status = 'currant' WHERE id = 'hold'": "documents",
    "UPDATE spans SET id = 'hold~0000000000' WHERE document_id = 'hold' AND start > 20": "citation ids",
    "UPDATE spans SET \"end\" = \"end\" - 1 WHERE document_id = 'gone' AND start > 3": "citation ids",
    "UPDATE spans SET \"end\" = 4000 WHERE document_id = 'gone' AND start > 3": "citation ids",
    "UPDATE spans SET last_generation = 0 WHERE document_id = 'gone'": "citation ids",
    "UPDATE spans SET kind = 'table_rov' WHERE document_id = 'gone'": "citation ids",
    "UPDATE spans SET section = '[\"Up\"]' WHERE document_id = 'twice' AND last_generation IS NULL": "spans",
    "UPDATE spans SET header_start = 0, header_end = 4 WHERE document_id = 'hold'": "spans",
    "DELETE FROM spans WHERE document_id = 'hold' AND start = (SELECT max(start) FROM spans WHERE document_id = 'hold')": "spans",
    "UPDATE passages SET text = text || '.' WHERE document_id = 'gone'": "passages",
    "UPDATE passages SET section = '[\"Up\"]' WHERE document_id = 'hold'": "passages",
    "UPDATE passages SET collection = 'defauld' WHERE document_id = 'hold'": "passages",
    "UPDATE passages SET vector_key = 'a' || substr(vector_key, 2) WHERE document_id = 'hold'": "passages",
    "UPDATE passages SET id = 'hold@0000000000' WHERE document_id = 'hold' AND start = (SELECT min(start) FROM passages WHERE document_id = 'hold')": "passages",
    "DELETE FROM passages WHERE document_id = 'reset'": "passages",
    "UPDATE vectors SET data = substr(data, 1, 40) WHERE rowid = 2": "vectors",
    "UPDATE vectors SET data = zeroblob(1024) WHERE rowid = 2": "vectors",
    "UPDATE vectors SET data = (SELECT data FROM vectors WHERE rowid = 1)": "vectors embedded again",
    "DELETE FROM vectors": "vectors",
    "UPDATE answers SET id = 'ans_8'": "answers",
    "UPDATE answers SET body = replace(body, 'So: ', 'So, ' || 'then: ')": "answers",
    "UPDATE answers SET body = substr(body, 1, 99)": "answers",
    "UPDATE answers SET body = replace(body, '\"exact\": \"The', '\"exact\": \"A')": "answers",
    "UPDATE answers SET body = json_set(body, '$.searched.passages[0].id', 'hold@0000000000')": "answers",
    "UPDATE answers SET body = json_set(body, '$.searched.passages[0].section', json_array('Up'))": "answers",
    "UPDATE answers SET body = json_set(body, '$.searched.near_misses[0].text', 'It says so.')": "answers",
    "UPDATE answers SET body = json_set(body, '$.searched.near_misses[0].url', '/c/other')": "answers",
    "UPDATE answers SET body = json_set(body, '$.searched.near_misses[0].document.id', 'hold')": "answers",
    "UPDATE cited SET shown = 1 - shown": "cited",
    "DELETE FROM cited": "cited",
}  # fmt: skip


@pytest.mark.parametrize("statement", DAMAGE)
def test_damage_is_found_by_its_check(sound: Path, embedder: Any, statement: str) -> None:
    damage(sound, statement)
    found = failed(sound, embedder)
    assert DAMAGE[statement] in found
    assert "databases" not in found or {"ans_8", "ans_3"} & set(statement.split("'"))  # SQLite has noticed nothing


OF_A_PURGE = {
    "UPDATE purges SET title = 'Hold'": "purges",
    "UPDATE purges SET purged_at = 'yesterday'": "purges",
    "UPDATE purges SET detail = '{'": "purges",
    "UPDATE purges SET detail = json_set(detail, '$.generation', 9)": "purges",
    "UPDATE purges SET detail = json_set(detail, '$.sources[0]', 'zz')": "purges",
    "UPDATE purges SET detail = json_remove(detail, '$.proof')": "purges",
    "UPDATE documents SET title = 'Hold' WHERE id = 'hold'": "purges",
    "UPDATE documents SET status = 'current' WHERE id = 'hold'": "purges",
    "INSERT INTO sources SELECT json_extract(detail, '$.sources[0]'), 'text/plain', 'x' FROM purges": "purges",
    "INSERT INTO revisions VALUES ('hold', '0123456789abcdef', 'Said.', '', (SELECT sha256 FROM sources LIMIT 1), 1)": "purges",
    "UPDATE passages SET document_id = 'hold' WHERE document_id = 'reset'": "purges",
    "UPDATE spans SET document_id = 'hold' WHERE document_id = 'reset'": "purges",
    "UPDATE purged_citations SET document_id = 'reset'": "purges",
    "UPDATE purged_citations SET citation_id = replace(citation_id, 'hold', 'held')": "purges",
    "DELETE FROM purged_citations": "purges",
}  # fmt: skip


@pytest.mark.parametrize("statement", OF_A_PURGE)
def test_damage_of_what_is_left_of_a_purge_is_found(sound: Path, embedder: Any, statement: str) -> None:
    with closing(Store.open(sound)) as store, write_lock(sound):
        purge(store, "hold", "the curator", "it was private", embedder)
    damage(sound, statement)
    assert OF_A_PURGE[statement] in failed(sound, embedder)


def test_a_purge_that_goes_on_is_not_said_to_be_cut_off(sound: Path, embedder: Any) -> None:
    with closing(Store.open(sound)) as store, write_lock(sound):
        purge(store, "hold", "the curator", "it was private", embedder)
    damage(sound, "UPDATE purges SET detail = json_remove(detail, '$.proof')")
    with locked(sound / "purge.lock"):
        assert "purges" not in failed(sound)
    with write_lock(sound):  # an ingest holds it too
        assert failed(sound)["purges"].startswith("hold: its purge was cut off")


def test_every_check_of_the_truth_has_its_damage() -> None:
    assert {check.name for check in CHECKS} - set(DAMAGE.values()) - set(OF_A_PURGE.values()) == {
        "thresholds",
        "index files",
        "indexes",
        "leftovers",
    }


def test_a_finding_says_where(sound: Path) -> None:
    damage(sound, "UPDATE revisions SET text = replace(text, '15 ps', '16 ps') WHERE document_id = 'hold'")
    assert failed(sound)["texts"].startswith("hold, revision ")


def test_a_citation_of_what_was_never_there_is_found(sound: Path) -> None:
    with closing(Store.open(sound)) as store:
        body = answer(store) | {"id": "ans_9"}
        body["claims"][0]["citations"][0]["id"] = "hold~0000000000"
        store.save_answer("ans_9", body["created"], body)
    assert failed(sound)["answers"] == "ans_9: it cites hold~0000000000, which the store does not know"


@pytest.mark.parametrize("place", [3, 15, 24, 90])
def test_a_threshold_that_is_another_is_found(sound: Path, place: int) -> None:
    file = sound / "guarantees" / "default-37a8eec1.json"
    file.parent.mkdir()
    file.write_text(json.dumps(THRESHOLD | {"sha256": seal(THRESHOLD)}))
    assert failed(sound) == {}
    _flip(file, place)
    assert set(failed(sound)) == {"thresholds"}


@pytest.mark.parametrize(("name", "value"), [("sha257", seal(THRESHOLD)), ("sha256", ""), ("sha256", 7)])
def test_a_seal_that_is_damaged_is_none_of_an_earlier_version(sound: Path, name: str, value: object) -> None:
    (sound / "guarantees").mkdir()
    (sound / "guarantees" / "default-37a8eec1.json").write_text(json.dumps(THRESHOLD | {name: value}))
    assert set(failed(sound)) == {"thresholds"}


def test_a_threshold_of_an_earlier_version_has_no_seal(sound: Path) -> None:
    (sound / "guarantees").mkdir()
    (sound / "guarantees" / "default-37a8eec1.json").write_text(json.dumps(THRESHOLD))
    assert failed(sound) == {}


def test_a_sample_is_a_sample_and_said_to_be(sound: Path, embedder: Any) -> None:
    looked = {one.check.name: (one.result.looked_at, one.result.of) for one in examine(sound, 2, embedder)}
    assert (looked["spans"], looked["vectors embedded again"]) == ((2, 3), (2, 5))


def test_without_an_embedder_no_vector_is_embedded_again(sound: Path) -> None:
    looked = {one.check.name: (one.result.looked_at, one.result.of) for one in examine(sound, 2)}
    assert looked["vectors embedded again"] == (0, 5)


def _flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 4
    file.write_bytes(data)


def _pages(file: Path) -> Iterator[int]:
    """Where the head of each page of a database is but the first."""
    yield from range(4096, file.stat().st_size, 4096)


def test_a_torn_page_ends_no_examination(sound: Path, embedder: Any) -> None:
    for place in _pages(sound / "verispan.db"):
        _flip(sound / "verispan.db", place)
    found = [one.check.name for one in examine(sound, None, embedder)]
    assert found == ["databases"] or len(found) == len(CHECKS) + 1
    assert "databases" in failed(sound)


def test_a_file_that_is_no_database_is_told(sound: Path) -> None:
    (sound / "chat.db").write_bytes(b"This is no database. " * 300)
    assert failed(sound) == {"databases": "chat.db: SQLite cannot read it: file is not a database"}


def test_rows_that_point_nowhere_are_told(sound: Path) -> None:
    damage(sound, "DELETE FROM answers")
    assert "answers" in failed(sound)["databases"]


def test_no_store_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        list(examine(tmp_path))


def test_what_is_cited_is_mended_from_the_answers(sound: Path, embedder: Any) -> None:
    with closing(sqlite3.connect(sound / "verispan.db")) as connection:
        before = connection.execute("SELECT * FROM cited ORDER BY citation_id").fetchall()
    damage(sound, "UPDATE cited SET shown = 1 - shown")
    assert mend(sound, list(examine(sound)), embedder) == ["the table of what is cited: 2 rows"]
    with closing(sqlite3.connect(sound / "verispan.db")) as connection:
        assert connection.execute("SELECT * FROM cited ORDER BY citation_id").fetchall() == before
    assert failed(sound) == {}


def test_the_truth_is_never_mended(sound: Path, embedder: Any) -> None:
    damage(sound, "UPDATE passages SET text = text || '.' WHERE document_id = 'gone'")
    before = (sound / "verispan.db").read_bytes()
    assert mend(sound, list(examine(sound)), embedder) == []
    assert (sound / "verispan.db").read_bytes() == before


def test_leftovers_are_removed(sound: Path, embedder: Any) -> None:
    for name in ("default-37a8eec1/.building-x", "past-00000000/0-11111111"):
        (sound / "indexes" / name).mkdir(parents=True)
    marker = {"format": 2, "generation": 0, "embedder": "e", "count": 0, "digest": ""}
    (sound / "indexes" / "past-00000000" / "0-11111111" / "index.json").write_text(json.dumps(marker))
    assert set(failed(sound)) == {"leftovers"}
    assert mend(sound, list(examine(sound)), embedder)[:2] == [
        "removed indexes/default-37a8eec1/.building-x",
        "removed indexes/past-00000000/0-11111111",
    ]
    assert failed(sound) == {}


def test_what_is_not_whole_is_left_alone_while_somebody_builds(sound: Path) -> None:
    building = sound / "indexes" / "default-37a8eec1" / ".building-x"
    building.mkdir(parents=True)
    with locked(sound / "indexes.lock"):
        assert failed(sound) == {}
    assert set(failed(sound)) == {"leftovers"}


def test_nothing_is_removed_while_somebody_builds(sound: Path, embedder: Any) -> None:
    building = sound / "indexes" / "default-37a8eec1" / ".building-x"
    building.mkdir(parents=True)
    examined = list(examine(sound))
    with locked(sound / "indexes.lock"), pytest.raises(StoreLocked):
        mend(sound, examined, embedder)
    assert building.exists()


def index(folder: Path, generation: int, version: int = 3) -> Path:
    """An index of two files, as far as the bytes of it go; of a generation that nothing else is known of."""
    made = folder / "indexes" / "default-37a8eec1" / f"{generation}-11111111"
    made.mkdir(parents=True)
    (made / "first").write_text("first")
    (made / "last").write_text("last")
    write_sums(made)
    marker = {"format": version, "generation": generation, "embedder": "e", "count": 0, "digest": ""}
    (made / "index.json").write_text(json.dumps(marker))
    return made


def index_files(folder: Path) -> tuple[int, int, list[str]]:
    [found] = [one.result for one in examine(folder) if one.check.name == "index files"]
    return found.looked_at, found.of, [one.where.rpartition("/")[2] for one in found.findings]


def test_sums_that_are_gone_are_found_where_there_were_some(sound: Path) -> None:
    made = index(sound, 1)
    assert index_files(sound) == (1, 1, [])
    (made / "sums.json").unlink()
    assert index_files(sound) == (1, 1, ["sums.json"])


def test_an_index_of_a_version_that_noted_no_sums_needs_none(sound: Path) -> None:
    (index(sound, 1, version=2) / "sums.json").unlink()
    assert index_files(sound) == (1, 1, [])


def removing(patch: pytest.MonkeyPatch, made: Path, remove: Callable[[], None]) -> None:
    """Have an index removed while the doctor reads it, once it has read the first file."""
    read = sums._sum

    def read_and_remove(file: Path) -> str:
        found = read(file)
        if file == made / "first":
            remove()
        return found

    patch.setattr(sums, "_sum", read_and_remove)


def test_an_index_that_is_removed_meanwhile_is_no_damage(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = index(sound, 1)
    removing(monkeypatch, made, lambda: shutil.rmtree(made))
    assert index_files(sound) == (0, 1, [])


def test_an_older_index_that_is_being_removed_is_no_damage(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older, newest = index(sound, 1), index(sound, 2)
    (newest / "first").write_text("other")
    removing(monkeypatch, older, lambda: (older / "last").unlink(missing_ok=True))
    with locked(sound / "indexes.lock"):
        assert index_files(sound) == (1, 2, ["first"])
    assert index_files(sound)[2] == ["last", "first"]


def test_a_folder_of_indexes_that_goes_meanwhile_has_none(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_dir = Path.is_dir

    def see_and_remove(path: Path) -> bool:
        found = is_dir(path)
        if path.parent.name == "indexes-past":
            shutil.rmtree(path)
        return found

    (sound / "indexes-past" / "default-37a8eec1").mkdir(parents=True)
    monkeypatch.setattr(Path, "is_dir", see_and_remove)
    assert failed(sound) == {}


def test_a_leftover_that_is_removed_meanwhile_is_none(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = sound / "indexes" / "past-00000000" / ".building-x"
    left.mkdir(parents=True)
    read = indexes.read_marker

    def read_and_remove(folder: Path) -> object:
        shutil.rmtree(folder, ignore_errors=True)
        return read(folder)

    monkeypatch.setattr(indexes, "read_marker", read_and_remove)
    with closing(Store.open(sound)) as store:
        assert indexes.leftovers(Subject(sound, store, 2, None, None)).findings == ()


def test_leftovers_among_the_indexes_of_the_past_are_found(sound: Path, embedder: Any) -> None:
    (sound / "indexes-past" / "default-37a8eec1" / ".building-x").mkdir(parents=True)
    assert failed(sound)["leftovers"].startswith("indexes-past/default-37a8eec1/.building-x: ")
    mend(sound, list(examine(sound)), embedder)
    assert failed(sound) == {}


def held(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / "verispan.db")) as connection:
        return connection.execute("SELECT key, data FROM vectors ORDER BY key").fetchall()


WRONG_VECTORS = [
    "UPDATE vectors SET data = substr(data, 1, 40) WHERE rowid = 2",
    "UPDATE vectors SET data = substr(data, 1, 41) WHERE rowid = 2",
    "UPDATE vectors SET data = zeroblob(1024) WHERE rowid = 2",
    "UPDATE vectors SET data = (SELECT data FROM vectors WHERE rowid = 1)",
    "DELETE FROM vectors WHERE key IN (SELECT vector_key FROM passages WHERE document_id = 'reset')",
    "DELETE FROM vectors",
]


@pytest.mark.parametrize("statement", WRONG_VECTORS)
def test_vectors_are_made_again_from_the_texts(sound: Path, embedder: Any, statement: str) -> None:
    before = held(sound)
    damage(sound, statement)
    assert failed(sound, embedder).keys() <= {"vectors", "vectors embedded again"}
    done = mend(sound, list(examine(sound, None, embedder)), embedder)
    assert done[0].startswith("vectors: ")
    assert held(sound) == before
    assert failed(sound, embedder) == {}


def test_a_sample_that_is_wrong_has_all_vectors_compared(sound: Path, embedder: Any) -> None:
    before = held(sound)
    damage(sound, "UPDATE vectors SET data = (SELECT data FROM vectors WHERE rowid = 1)")
    mend(sound, list(examine(sound, 2, embedder)), embedder)
    assert held(sound) == before


@pytest.fixture
def retitled(folder: Any) -> Path:
    """A store of which one document had another title in its first generation, and another has kept its own."""
    folder.write(**{"old.md": "# Old title\n\nPreface of it. A sentence that stays as it is."})
    folder.run()
    folder.write(**{"old.md": "# New title\n\nPreface of it. A sentence that stays as it is."})
    folder.run()
    path: Path = folder.path
    for left in (path / "indexes").iterdir():
        left.unlink()
    return path


OF_OLD = "key IN (SELECT vector_key FROM passages WHERE document_id = 'old' AND last_generation = 1)"


@pytest.mark.parametrize(
    "statement", [f"UPDATE vectors SET data = zeroblob(1024) WHERE {OF_OLD}", f"DELETE FROM vectors WHERE {OF_OLD}"]
)
def test_vectors_that_cannot_be_made_again_are_told_and_left(retitled: Path, embedder: Any, statement: str) -> None:
    assert failed(retitled, embedder) == {}
    damage(retitled, statement)
    before = held(retitled)
    for _ in range(2):
        assert failed(retitled, embedder)["vectors"].endswith(
            "it cannot be made anew, for its document has another title now: only a backup has it"
        )
        mend(retitled, list(examine(retitled, None, embedder)), embedder)
    assert held(retitled) == before


def test_what_can_be_made_again_is_beside_what_cannot(retitled: Path, embedder: Any) -> None:
    before = dict(held(retitled))
    damage(retitled, "UPDATE vectors SET data = zeroblob(1024)")
    mend(retitled, list(examine(retitled, None, embedder)), embedder)
    after = dict(held(retitled))
    [left] = [key for key in before if after[key] != before[key]]
    assert failed(retitled, embedder)["vectors"].startswith(f"{left}: this vector is not of length 1; it cannot")


def test_a_passage_of_the_past_wants_a_vector_of_any_embedder(retitled: Path, embedder: Any) -> None:
    damage(retitled, f"UPDATE vectors SET embedder = 'another' WHERE {OF_OLD}")
    assert failed(retitled, embedder) == {}
    damage(retitled, "UPDATE vectors SET embedder = 'another'")
    assert "a passage has no vector of " in failed(retitled, embedder)["vectors"]
    assert "cannot" not in failed(retitled, embedder)["vectors"]


@pytest.mark.parametrize("wrong", ["ours", "another's"])
def test_another_embedders_vectors_stay_where_they_are_sound(retitled: Path, embedder: Any, wrong: str) -> None:
    damage(retitled, "INSERT INTO vectors SELECT key, 'another', data FROM vectors")
    by = embedder.name if wrong == "ours" else "another"
    damage(
        retitled, f"UPDATE vectors SET data = zeroblob(1024) WHERE embedder = '{by}' AND rowid % 2 = 0 AND NOT {OF_OLD}"
    )
    mend(retitled, list(examine(retitled, None, embedder)), embedder)
    assert failed(retitled, embedder) == {}
    with closing(sqlite3.connect(retitled / "verispan.db")) as connection:
        count = dict(connection.execute("SELECT embedder, count(*) FROM vectors GROUP BY 1"))
    assert count[embedder.name] == len(held(retitled)) - count["another"]
    assert (count["another"] == count[embedder.name]) == (wrong == "ours")


def test_indexes_of_the_past_go_only_where_their_vectors_were_made_again(retitled: Path, embedder: Any) -> None:
    places = {}
    for root, generation in (("indexes-past", 1), ("indexes", 2)):
        places[generation] = retitled / root / folder_name("default") / f"{generation}-11111111"
        places[generation].mkdir(parents=True)
        marker = {"format": 3, "generation": generation, "embedder": embedder.name, "count": 0, "digest": ""}
        (places[generation] / "index.json").write_text(json.dumps(marker))
    new = "key IN (SELECT vector_key FROM passages WHERE first_generation = 2)"
    with closing(Store.open(retitled)) as store:
        keys = [row[0] for row in held(retitled)]
        [ours] = {
            key
            for key in keys
            if built_of(store, [Name(key, embedder.name)]) == ["indexes/" + "/".join(places[2].parts[-2:])]
        }
        assert built_of(store, [Name(ours, "another")]) == []
    damage(retitled, f"UPDATE vectors SET data = zeroblob(1024) WHERE {new}")
    done = mend(
        retitled,
        [
            one
            for one in examine(retitled, None, embedder)
            if one.check.name != "index files" and one.check.name != "indexes"
        ],
        embedder,
    )
    assert done[:2] == ["vectors: 1", f"removed indexes/{'/'.join(places[2].parts[-2:])}"]
    assert places[1].exists()


def test_a_store_is_sound_after_a_purge(sound: Path, embedder: Any) -> None:
    with closing(Store.open(sound)) as store, write_lock(sound):
        purge(store, "hold", "the curator", "it was private", embedder)
    assert failed(sound) == {}

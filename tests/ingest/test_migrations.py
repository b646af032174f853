"""A store that an earlier version made is brought up to this one, all at once or not at all."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy import text as sql

from ingest import migrations
from ingest.resolve import resolve
from ingest.schema import SCHEMA_VERSION
from ingest.store import Store

STORES = Path(__file__).with_name("stores")
"""Stores that released versions made, as SQL."""


def made_by(version: int, folder: Path) -> Path:
    folder.mkdir()
    with sqlite3.connect(folder / "verispan.db") as connection:
        connection.executescript((STORES / f"version_{version}.sql").read_text("utf-8"))
    connection.close()
    return folder


def test_there_is_a_store_and_a_step_for_every_earlier_version() -> None:
    assert sorted(migrations.MIGRATIONS) == list(range(1, SCHEMA_VERSION))
    assert {path.name for path in STORES.iterdir()} == {f"version_{one}.sql" for one in range(1, SCHEMA_VERSION)}


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_older_store_has_the_tables_of_a_new_one_and_its_citations_resolve(tmp_path: Path, version: int) -> None:
    old = Store.open(made_by(version, tmp_path / "old"))
    new = Store.open(tmp_path / "new", create=True)
    [tables, fresh] = [
        {
            name: [(c["name"], str(c["type"]), c["nullable"], c["primary_key"]) for c in here.get_columns(name)]
            for name in here.get_table_names()
        }
        for here in (inspect(old.engine), inspect(new.engine))
    ]
    assert tables == fresh
    indexes = [
        {(name, one["name"]) for name in here.get_table_names() for one in here.get_indexes(name)}
        for here in (inspect(old.engine), inspect(new.engine))
    ]
    assert indexes[0] == indexes[1]
    [claim] = old.answer("ans_1")["claims"]
    assert resolve(old, claim["citations"][0]["id"]).status == "changed"


def test_version_2_knows_what_earlier_answers_cite_and_when_the_newest_generation_was_there(tmp_path: Path) -> None:
    store = Store.open(made_by(1, tmp_path / "old"))
    [cited] = [claim["citations"][0]["id"] for claim in store.answer("ans_1")["claims"]]
    with store.engine.connect() as connection:
        rows = connection.execute(sql("SELECT citation_id, shown FROM cited ORDER BY shown DESC")).all()
        [generation] = connection.execute(sql("SELECT number FROM generations")).all()
    assert (rows[0], len(rows), generation) == ((cited, 1), 2, (2,))


def test_what_answers_cite_is_noted_whatever_is_made_of_answers_since(tmp_path: Path, monkeypatch: Any) -> None:
    folder = made_by(1, tmp_path / "old")
    monkeypatch.setattr("ingest.identity._CITATION", re.compile("other"))
    with Store.open(folder).engine.connect() as store:
        found = store.execute(sql("SELECT document_id, shown FROM cited ORDER BY shown DESC")).all()
    assert found == [("hold", 1), ("hold", 0)]


def test_a_step_that_fails_leaves_the_old_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_by(1, tmp_path / "old")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_note_cited", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store.open(folder)
    with sqlite3.connect(folder / "verispan.db") as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'cited'").fetchone() == (0,)
    connection.close()
    assert Store.open(folder).answer("ans_1")["id"] == "ans_1"


def test_many_may_open_an_older_store_at_once(tmp_path: Path) -> None:
    folder = made_by(1, tmp_path / "old")
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: Store.open(folder).generation(), range(6))) == [2] * 6

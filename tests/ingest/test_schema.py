"""What is said of a store that cannot be opened, or breaks while it is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text as sql

from ingest.errors import StoreError
from ingest.store import Store
from ingest.writer import write_lock


def test_a_file_that_is_no_database_is_named_without_sql(tmp_path: Path) -> None:
    (tmp_path / "verispan.db").write_bytes(b"junk " * 999)

    for create in (False, True):
        with pytest.raises(StoreError, match=r"verispan\.db cannot be used: file is not a database$"):
            Store.open(tmp_path, create)


def test_a_database_that_breaks_while_it_is_open_is_named_without_sql(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store", create=True)
    with store.engine.begin() as connection:
        connection.execute(sql("DROP TABLE answers"))

    with pytest.raises(StoreError, match=r"cannot be used: no such table: answers$"):
        store.save_answer("ans_1", "2026-11-22", {"secret": "parameter"})


def test_a_file_where_the_store_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match="file cannot be made a folder"):
        Store.open(tmp_path / "file", create=True)
    with pytest.raises(StoreError, match="file cannot be made a folder"), write_lock(tmp_path / "file"):
        raise AssertionError("there is no store to write to")


def test_the_folder_of_a_store_may_have_any_name(tmp_path: Path) -> None:
    Store.open(tmp_path / "what?now=#1%20", create=True).close()

    assert [path.name for path in tmp_path.rglob("verispan.db")] == ["verispan.db"]
    assert (tmp_path / "what?now=#1%20" / "verispan.db").is_file()

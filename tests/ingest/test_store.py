"""The truth: what is written is read back, as of any generation, and never half."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from ingest.database import writing
from ingest.errors import StoreError, StoreLocked, UnknownId
from ingest.rows import StoredDocument, indexed_text, pack_layout, passage_row, span_row, unpack_layout, vector_key
from ingest.split import passages_of, spans_of
from ingest.store import Store
from ingest.types import Block, Box, Document, Layout, WordBox
from ingest.writer import Change, SpanCounts, commit, save_ahead, write_lock

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BODY = (
    "Preface of the page.\n\nThe hold margin is 15 ps. It is checked — at 0.675 V 😀 — twice. Nothing else is.\n\nEnd."
)


def document_of(text: str, name: str = "sta", collection: str = "default", section: str = "Hold") -> Document:
    """A document with one paragraph for each that the text has, the first of them above all headings."""
    start = 0
    blocks: list[Block] = []
    for part in text.split("\n\n"):
        blocks.append(Block(start, start + len(part), "paragraph", (section,) if start else ()))
        start += len(part) + 2
    words = (WordBox(16, 19, Box(4, 0.1, 0.2, 0.15, 0.22)), WordBox(20, 24, Box(4, 0.16, 0.2, 0.3, 0.22)))
    return Document(
        name, collection, f"Title of {name}", f"{name}.txt", "text/plain", text, Layout(tuple(blocks), words)
    )


def change_of(document: Document, size: int = 12, **more: str) -> Change:
    spans = spans_of(document)
    passages = passages_of(document, spans, size)
    stored = StoredDocument(
        document.id, document.collection, document.title, document.uri, f"/x/{document.uri}", document.media_type,
        more, document.revision, "f" * 64, "mark", "current", "2026-01-01", "2026-01-01",
    )  # fmt: skip
    rows = [passage_row(one, document.collection, vector_key(indexed_text(document.title, one))) for one in passages]
    return Change(stored, document.text, pack_layout(document.layout), [span_row(one) for one in spans], rows)


def put(store: Store, *documents: Document, retired: tuple[StoredDocument, ...] = ()) -> SpanCounts:
    return commit(store, [change_of(one) for one in documents], retired, [], [])


def passage_ids(store: Store, generation: int, collection: str = "default") -> list[str]:
    return [name for name, _, _ in store.passages_of_collection(collection, generation)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path / "store", create=True)
    save_ahead(opened, [{"sha256": "f" * 64, "media_type": "text/plain", "data": b"\x00bytes\xff"}], [])
    return opened


def test_a_document_is_read_back_as_it_was_written(store: Store) -> None:
    document = document_of(BODY)
    put(store, document)

    assert store.generation() == 1
    assert store.canonical_text("sta", document.revision) == BODY
    assert store.layout("sta", document.revision) == document.layout
    assert store.source_bytes("sta", document.revision) == (b"\x00bytes\xff", "text/plain")
    assert store.spans_at("sta", 1) == spans_of(document)
    assert store.document("sta").title == "Title of sta"
    assert [one.id for one in store.documents()] == ["sta"]
    assert store.collections() == ("default",)


def test_hits_come_in_the_order_asked_for_with_spans_and_title(store: Store) -> None:
    document = document_of(BODY)
    put(store, document, document_of("Other page.\n\nAnother one.", "other"))
    spans = spans_of(document)
    passages = passages_of(document, spans, 12)
    wanted = [one.id for one in reversed(passages)]

    hits = store.hits(wanted, 1)

    assert [hit.passage for hit in hits] == list(reversed(passages))
    assert [span for hit in reversed(hits) for span in hit.spans] == list(spans)
    assert {hit.title for hit in hits} == {"Title of sta"}
    with pytest.raises(UnknownId, match="sta@nothing"):
        store.hits([wanted[0], "sta@nothing"], 1)


def test_a_reader_of_an_older_generation_reads_on_as_it_was(store: Store) -> None:
    old = document_of(BODY)
    put(store, old)
    before, ids = store.hits(passage_ids(store, 1), 1), passage_ids(store, 1)

    counts = put(store, document_of(BODY.replace("Preface of", "A longer preface of").replace("End.", "")))

    assert counts == SpanCounts(added=1, kept=0, moved=3, retired=2)
    assert store.generation() == 2
    assert store.hits(ids, 1) == before
    assert store.spans_at("sta", 1) == spans_of(old)
    assert passage_ids(store, 1) == ids != passage_ids(store, 2)
    assert store.canonical_text("sta", old.revision) == BODY
    assert store.revisions("sta")[0] == old.revision
    assert len(store.revisions("sta")) == 2


def test_a_retired_document_leaves_the_index_and_keeps_its_text(store: Store) -> None:
    document = document_of(BODY)
    put(store, document)
    [stored] = store.documents()
    span = store.spans_at("sta", 1)[1]

    counts = put(store, retired=(replace(stored, status="retired"),))

    assert counts == SpanCounts(retired=5)
    assert passage_ids(store, 2) == [] != passage_ids(store, 1)
    assert store.collections() == ()
    assert (store.counts()["documents"], store.counts()["retired"]) == (0, 1)
    assert store.text_at(span) == span.text
    assert store.spans_by_id([span.id, "sta~never00000"]) == {span.id: span}
    assert store.history(span.id) == ((span, 1),)


def test_other_passages_for_the_same_text_leave_the_spans_alone(store: Store) -> None:
    document = document_of(BODY)
    put(store, document)

    counts = commit(store, [change_of(document, size=100)], [], [], [])

    assert counts == SpanCounts(kept=5)
    assert len(passage_ids(store, 2)) < len(passage_ids(store, 1))
    assert [last for _, last in store.history(spans_of(document)[2].id)] == [None]


def test_a_failure_amid_a_commit_leaves_everything_as_it_was(store: Store) -> None:
    put(store, document_of(BODY))
    before = store.counts()
    good, bad = change_of(document_of("New page.\n\nSecond.", "new")), change_of(document_of("Bad.\n\nX.", "bad"))
    unkeyed = replace(bad, passages=[bad.passages[0]._replace(vector_key=None)])  # type: ignore[arg-type]

    with pytest.raises(IntegrityError):
        commit(store, [good, unkeyed], [], [], [])

    assert store.counts() == before
    assert store.generation() == 1


def test_filters_by_document_and_metadata(store: Store) -> None:
    plain, tagged = change_of(document_of(BODY)), change_of(document_of("Tag page.\n\nMore.", "tag"), licence="MIT")
    elsewhere = change_of(document_of("Far page.\n\nFar.", "far", "other"), licence="MIT", superseded_by="tag")
    commit(store, [plain, tagged, elsewhere], [], [], [])

    def where(documents: list[str], **metadata: str) -> set[str]:
        found = store.passage_ids_where("default", documents, metadata, 1)
        return {name.split("@")[0] for name in found}

    assert where([]) == {"sta", "tag"}
    assert where(["sta"]) == {"sta"}
    assert where([], licence="MIT") == {"tag"}
    assert where(["sta"], licence="MIT") == where(["far"]) == where([], licence="GPL") == set()
    assert store.superseded() == {"far"}


def test_indexed_text_names_title_and_headings(store: Store) -> None:
    put(store, document_of(BODY))

    texts = {text: key for _, text, key in store.passages_of_collection("default", 1)}

    assert "Title of sta\nHold\nThe hold margin is 15 ps." in next(text for text in texts if "margin" in text)
    assert all(key == vector_key(text) for text, key in texts.items())


def test_vectors_come_in_the_order_asked_for(store: Store) -> None:
    rows = [{"key": name, "embedder": "e", "data": np.full(3, n, np.float32).tobytes()} for n, name in enumerate("abc")]
    save_ahead(store, [], rows)
    save_ahead(store, [], [{**rows[0], "data": np.full(3, 9, np.float32).tobytes()}])

    matrix = store.vectors(["c", "a", "c"], "e")

    assert matrix.dtype == np.float32
    assert matrix.tolist() == [[2, 2, 2], [0, 0, 0], [2, 2, 2]]
    assert store.missing_vectors(["a", "x"], "e") == {"x"}
    assert store.missing_vectors(["a"], "other") == {"a"}
    assert store.vectors([], "e").shape[0] == 0
    with pytest.raises(UnknownId, match="1 passages have no vector"):
        store.vectors(["a", "x"], "e")


def test_answers_are_kept(store: Store) -> None:
    body = {"id": "ans_1", "text": "Ω", "claims": [{"start": 0}], "confidence": None}
    store.save_answer("ans_1", "2026-11-22T10:00:00+00:00", body)

    assert store.answer("ans_1") == body
    with pytest.raises(UnknownId, match="ans_2"):
        store.answer("ans_2")


def test_unknown_names_are_errors(store: Store) -> None:
    put(store, document_of(BODY))
    with pytest.raises(UnknownId, match="nobody"):
        store.document("nobody")
    with pytest.raises(UnknownId, match="nobody"):
        store.canonical_text("nobody", "0" * 16)
    with pytest.raises(UnknownId, match="'1111'"):
        store.layout("sta", "1111")
    span = store.spans_at("sta", 1)[0]
    assert store.text_at(replace(span, revision="0" * 16)) is None
    assert store.text_at(replace(span, end=10_000)) is None


def test_there_must_be_a_store_of_this_version(tmp_path: Path, store: Store) -> None:
    with pytest.raises(StoreError, match="holds no store"):
        Store.open(tmp_path / "nowhere")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "verispan.db").write_bytes(b"")
    with pytest.raises(StoreError, match="no Verispan store"):
        Store.open(tmp_path / "foreign")
    with store.engine.begin() as connection:
        connection.execute(sql("UPDATE meta SET value = 7 WHERE key = 'schema_version'"))
    with pytest.raises(StoreError, match="version 7, this program reads version 2"):
        Store.open(store.folder)


def test_an_answer_waits_for_a_writer_only_so_long(store: Store) -> None:
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *what: said.append(what[2]))

    with writing(store.engine).begin(), pytest.raises(StoreLocked, match=r"verispan\.db"):
        store.save_answer("ans_1", "2026-11-22", {}, 20)

    assert said[-2:] == ["PRAGMA busy_timeout=20", "BEGIN IMMEDIATE"]
    store.save_answer("ans_1", "2026-11-22", {})
    assert store.answer("ans_1") == {}


def test_the_same_bytes_may_be_files_of_two_types(store: Store) -> None:
    plain, page = change_of(document_of(BODY)), change_of(document_of(BODY, "page"))
    commit(store, [plain, replace(page, document=replace(page.document, media_type="text/markdown"))], [], [], [])

    kinds = [store.source_bytes(name, plain.document.current_revision).media_type for name in ("sta", "page")]

    assert kinds == ["text/plain", "text/markdown"]

    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *what: said.append(what[2]))
    assert [store.media_type(name, plain.document.current_revision) for name in ("sta", "page")] == kinds
    assert not [one for one in said if "sources.data" in one]  # which may be a file of many megabytes


def test_opening_a_store_again_changes_nothing(store: Store) -> None:
    put(store, document_of(BODY))

    again = Store.open(store.folder, create=True)

    assert (again.generation(), again.counts()) == (1, store.counts())


def test_readers_in_many_threads_while_a_writer_commits(store: Store) -> None:
    put(store, document_of(BODY))
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            generation = store.generation()
            hits = store.hits(passage_ids(store, generation), generation)
            if not hits or any(span.text not in hit.passage.text for hit in hits for span in hit.spans):
                wrong.append(generation)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(12):
        put(store, document_of(f"Number {number}.\n\n" + BODY))
    done.set()
    for reader in readers:
        reader.join(30)

    assert wrong == []
    assert store.generation() == 13


@pytest.mark.slow
def test_one_writer_at_a_time_and_the_other_is_named(tmp_path: Path) -> None:
    holding = "import sys; from pathlib import Path; from ingest.writer import write_lock\n"
    holding += "with write_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match=f"process {other.pid} is writing"), write_lock(tmp_path):
            raise AssertionError("two writers")
        other.communicate("")
    with write_lock(tmp_path):
        assert (tmp_path / "write.pid").read_text() == str(os.getpid())


UNIT = st.floats(0, 1, allow_nan=False)
BOXES = st.builds(Box, st.integers(1, 900), UNIT, UNIT, UNIT, UNIT)
LAYOUTS = st.builds(
    Layout,
    st.lists(
        st.builds(
            Block, st.integers(0, 99), st.integers(0, 99), st.sampled_from(["heading", "table", "code"]),
            st.lists(st.text(max_size=5), max_size=3).map(tuple), st.booleans(),
        ), max_size=5,
    ).map(tuple),
    st.lists(st.builds(WordBox, st.integers(0, 99), st.integers(0, 99), BOXES), max_size=5).map(tuple),
)  # fmt: skip


@relaxed
@given(LAYOUTS)
def test_a_layout_survives_packing(layout: Layout) -> None:
    assert unpack_layout(pack_layout(layout)) == layout

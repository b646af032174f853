"""A purged document is gone from every file of its store, says so where it was cited, and does not come back."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select

from ingest import purge as purging
from ingest.errors import BadInput, UnknownId
from ingest.history import full_revision, log
from ingest.purge import AlreadyPurged, NotGone, Proof, purge
from ingest.purged import PURGED, Purge, purge_of
from ingest.resolve import resolve
from ingest.schema import generations, purges, receipts, sources, spans, standings, vectors
from ingest.store import Store
from ingest.types import Span
from tests.ingest.conftest import HOLD, Folder

SHARED = "Both of the documents say this sentence."
HOLD_MORE = f"{HOLD}\n\n{SHARED}"
RESET_MORE = f"Preface of that.\n\nA reset is asserted at once.\n\n{SHARED}"


class Notes:
    """What lies beside a store: a file that repeats what answers say."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "notes.txt"

    def redact(self, answered: Mapping[str, str], without: Callable[[str], str]) -> int:
        before = self.file.read_text() if self.file.exists() else ""
        after = without(before)
        self.file.write_text(after)
        return after != before

    def staying(self) -> Iterator[bytes]:
        return iter(())

    def compact(self) -> None:
        return None


def cited(span: Span) -> dict[str, Any]:
    """A citation as answers have it."""
    document = {"id": span.document_id, "title": "T", "revision": span.revision, "uri": "u.txt"}
    return {"id": span.id, "document": document, "start": span.start, "end": span.end, "exact": span.text}


def keep(store: Store, name: str, *quoted: Span) -> None:
    """Keep an answer that quotes spans."""
    text, claims = "First: ", []
    for span in quoted:
        place = {"start": len(text), "end": len(text) + len(span.text)}
        claims.append({"text": span.text, **place, "checks": [], "citations": [cited(span)]})
        text += span.text + " "
    store.save_answer(name, "2026-01-01", {"id": name, "question": "What?", "text": text, "claims": claims})


def run(folder: Folder, name: str = "hold") -> tuple[Purge, Proof]:
    store = folder.store()
    try:
        return purge(store, name, "Ann", "DSR-17", folder.embedder, [Notes(folder.path)])
    finally:
        store.close()


def texts_in(path: Path, texts: list[str]) -> list[str]:
    """Those of the texts that stand in a file of a folder, as they are or as JSON has them."""
    data = b"\n".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file())
    return [one for one in texts if one.encode() in data or json.dumps(one)[1:-1].encode() in data]


@pytest.fixture
def told(folder: Folder) -> Folder:
    """A store whose document `hold` had two revisions, with answers of both documents, and notes beside."""
    folder.write(**{"hold.txt": HOLD_MORE, "reset.txt": RESET_MORE})
    folder.run()
    store = folder.store()
    hold, reset = store.spans_at("hold", 1), store.spans_at("reset", 1)
    keep(store, "ans_of_both", reset[1], hold[1])
    keep(store, "ans_of_reset", reset[1])
    with store.engine.begin() as connection:
        body = json.dumps(store.answer("ans_of_both"))
        connection.execute(receipts.insert(), {"answer_id": "ans_of_both", "body": body})
        connection.execute(receipts.insert(), {"answer_id": "ans_of_reset", "body": "{}"})
    store.close()
    (folder.path / "notes.txt").write_text(f"Somebody said: {hold[2].text} ")
    folder.write(**{"hold.txt": HOLD_MORE.replace("15 ps", "18 ps")})
    folder.run()
    return folder


SENTENCES = [
    "The hold margin is 15 ps.",
    "The hold margin is 18 ps.",
    "It is checked twice.",
    "The end of hold.",
]


def test_nothing_of_it_is_left_in_any_file(told: Folder) -> None:
    assert texts_in(told.path, SENTENCES) == SENTENCES  # else this tests nothing

    done, proof = run(told)

    assert texts_in(told.path, SENTENCES) == []
    assert texts_in(told.path, ["A reset is asserted at once."]) == ["A reset is asserted at once."]
    assert (done.by, done.why, done.generation) == ("Ann", "DSR-17", 3)
    assert proof.excepted == (SHARED,)
    assert proof.sentences >= len(SENTENCES)
    assert proof.files == len([one for one in told.path.rglob("*") if one.is_file()])
    assert "hold" not in [one.partition("@")[0] for one in told.indexed()]


def test_who_when_and_why_stay_and_citations_say_so(told: Folder) -> None:
    old = told.store().spans_at("hold", 1)

    done, _ = run(told)

    store = told.store()
    for span in old:
        found = resolve(store, span.id, span.revision, span.start)
        assert (found.status, found.cited, found.now, found.purge) == ("purged", None, None, done)
    with pytest.raises(UnknownId, match="nothing was ever cited"):
        resolve(store, "hold~zzzzzzzzzz")
    [entry] = log(store, "hold")
    assert (entry.what, entry.generation, entry.revision, entry.why) == ("purged", 3, None, "by Ann: DSR-17")
    assert resolve(store, store.spans_at("reset", 3)[1].id).status == "current"
    with pytest.raises(UnknownId, match=r"was purged on .* by Ann: DSR-17"):
        full_revision(store, "hold", None)


def test_the_truth_holds_no_more_than_a_tombstone(told: Folder) -> None:
    run(told)

    store = told.store()
    tombstone = store.document("hold")
    assert (tombstone.status, tombstone.title, tombstone.uri, dict(tombstone.metadata)) == ("retired", PURGED, "", {})
    assert store.revisions("hold") == ()
    with store.engine.connect() as connection:
        assert set(connection.scalars(select(spans.c.document_id))) == {"reset"}
        assert sorted(map(len, connection.scalars(select(sources.c.data)))) == [0, len(RESET_MORE)]
        assert len(connection.scalars(select(vectors.c.key)).all()) == len(told.indexed())
        assert connection.scalars(select(generations.c.number)).all() == [1, 2, 3]
        [detail] = connection.scalars(select(purges.c.detail))
    assert "pending" not in detail
    assert detail["answers"] == 1


def test_answers_keep_their_form_and_are_to_be_checked_again_and_receipts_that_quote_it_go(told: Folder) -> None:
    other = told.store().answer("ans_of_reset")

    run(told)

    store = told.store()
    body = store.answer("ans_of_both")
    assert body["text"] == f"First: A reset is asserted at once. {PURGED} "
    assert [body["text"][one["start"] : one["end"]] for one in body["claims"]] == [
        one["text"] for one in body["claims"]
    ]
    assert store.answer("ans_of_reset") == other
    with store.engine.connect() as connection:
        assert connection.scalars(select(receipts.c.answer_id)).all() == ["ans_of_reset"]
        rows = connection.execute(select(standings.c.answer_id, standings.c.status, standings.c.generation)).all()
    assert rows == [("ans_of_both", "unchecked", 3)]
    assert PURGED in (told.path / "notes.txt").read_text()


def test_a_purged_file_is_refused_by_its_place_and_by_its_bytes(told: Folder) -> None:
    run(told)

    [failure] = told.run()["failures"]
    assert failure["reason"] == "purged"
    assert "purged on" in failure["message"]
    assert "by Ann: DSR-17" in failure["message"]

    told.write(**{"hold.txt": "Something quite different stands here now."})
    assert [one["reason"] for one in told.run()["failures"]] == ["purged"]

    (told.root / "hold.txt").unlink()
    told.write(**{"elsewhere.txt": HOLD_MORE})
    assert [one["reason"] for one in told.run()["failures"]] == ["purged"]
    assert texts_in(told.path, SENTENCES) == []


def test_a_purged_file_that_was_edited_is_refused_in_another_collection_and_under_another_id(told: Folder) -> None:
    run(told)
    told.write(**{"hold.txt": f"{HOLD_MORE}\n\nNew."})
    assert [one["reason"] for one in told.run(collection="other")["failures"]] == ["purged"]

    told.write(**{"manifest.toml": '[[document]]\nid = "hold-again"\npath = "hold.txt"\n'})
    assert [one["reason"] for one in told.run()["failures"]] == ["purged"]
    assert texts_in(told.path, SENTENCES) == []


def test_a_copy_that_stays_keeps_its_text(told: Folder) -> None:
    told.write(**{"copy.txt": HOLD_MORE.replace("15 ps", "18 ps")})
    told.run()

    _, proof = run(told)

    assert "The hold margin is 18 ps." in proof.excepted
    assert "The hold margin is 15 ps." not in proof.excepted
    assert texts_in(told.path, SENTENCES) == [one for one in SENTENCES if "15 ps" not in one]
    assert "The hold margin is 18 ps." in [one.text for one in told.store().spans_at("copy", 4)]
    (told.root / "hold.txt").unlink()
    assert told.run()["failures"] == []


def test_what_is_found_is_named_and_the_next_run_proves_it(told: Folder) -> None:
    left = told.path / "left.bin"
    left.write_bytes(b"\x00\x01 The hold margin is 15 ps. \x02")

    with pytest.raises(NotGone, match=r"left\.bin"):
        run(told)
    with pytest.raises(NotGone, match=r"left\.bin"):
        run(told)
    left.unlink()

    done, proof = run(told)

    assert (done.by, proof.excepted) == ("Ann", (SHARED,))
    with pytest.raises(AlreadyPurged, match=r"was purged on .* by Ann: DSR-17"):
        run(told)


def test_an_answer_that_was_begun_before_is_not_kept(told: Folder) -> None:
    store = told.store()
    hold, reset = store.spans_at("hold", 2), store.spans_at("reset", 2)
    run(told)

    with pytest.raises(UnknownId, match="purged while this was answered"):
        keep(store, "ans_late", reset[1], hold[1])
    with pytest.raises(UnknownId, match="purged while this was answered"):
        store.save_answer("ans_late", "t", {"searched": {"passages": [{"id": "hold@a", "document": "hold"}]}})
    keep(store, "ans_late", reset[1])
    assert texts_in(told.path, SENTENCES) == []


def test_a_reason_that_quotes_it_and_a_document_that_never_was_are_refused(told: Folder) -> None:
    with pytest.raises(BadInput, match="quotes the document"):
        purge(told.store(), "hold", "Ann", "It says: It is checked twice.", told.embedder)
    with pytest.raises(UnknownId):
        run(told, "never")
    assert purge_of(told.store(), "hold") is None


class Cut(Exception):
    """A process that ends here."""


@contextmanager
def cut_at(number: int, counted: list[str]) -> Iterator[None]:
    """End at the statement `number`, counted from 0; one that is not reached only counts."""

    def before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.append(statement)
        if len(counted) == number + 1:
            raise Cut

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", before)


def all_of(path: Path) -> Any:
    """What the truth says of answers and of the document, for telling one state from the other."""
    store = Store.open(path)
    whole = (store.generation(), store.documents(), store.spans_at("hold", 2), store.answer("ans_of_both"))
    store.close()
    return whole


@pytest.mark.slow
def test_cut_off_at_any_statement_it_is_as_before_or_a_second_run_completes_it(told: Folder, tmp_path: Path) -> None:
    saved, old = tmp_path / "saved", all_of(told.path)
    shutil.copytree(told.path, saved)
    statements: list[str] = []
    with cut_at(10_000, statements):
        run(told)
    states = set()
    for number in range(len(statements)):
        shutil.rmtree(told.path)
        shutil.copytree(saved, told.path)
        with pytest.raises(Cut), cut_at(number, []):
            run(told)
        states.add(is_old := purge_of(told.store(), "hold") is None)
        assert not is_old or all_of(told.path) == old
        run_to_the_end(told)
        assert texts_in(told.path, SENTENCES) == []
    assert states == {True, False}


@pytest.mark.parametrize("step", ["ensure_indexes", "drop_older_indexes", "compact", "search", "erase"])
def test_cut_off_at_any_later_step_a_second_run_completes_it(
    told: Folder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_: Any, **__: Any) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(purging, step, cut)
        with pytest.raises(Cut):
            run(told)
    run_to_the_end(told)

    assert texts_in(told.path, SENTENCES) == []
    assert "hold" not in [one.partition("@")[0] for one in told.indexed()]


def test_what_lies_beside_is_redacted_while_the_text_is_still_known(
    told: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = purging.erase

    def cut_after(*given: Any) -> None:
        real(*given)
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(purging, "erase", cut_after)
        with pytest.raises(Cut):
            run(told)
    run_to_the_end(told)

    assert texts_in(told.path, SENTENCES) == []


def run_to_the_end(told: Folder) -> None:
    """Run a purge again; one that was cut off after its proof was written has nothing left to do."""
    try:
        _, proof = run(told)
        assert proof.excepted == (SHARED,)
    except AlreadyPurged:
        assert purge_of(told.store(), "hold") is not None


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=9)
sentences = st.lists(words, min_size=4, max_size=9).map(lambda some: " ".join(["It says:", *some]) + ".")


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(sentences, min_size=1, max_size=6, unique=True), st.lists(sentences, max_size=3))
def test_documents_of_any_words_are_gone(
    embedder: Any, direct: Any, small_indexes: None, own: list[str], others: list[str]
) -> None:
    home = Path(tempfile.mkdtemp())
    try:
        folder = Folder(home, embedder, direct)
        folder.write(**{"own.txt": "\n\n".join(["The preface of it.", *own]), "others.txt": "\n\n".join(["Others.", *others])})  # fmt: skip
        folder.run()
        store = folder.store()
        said = store.spans_at("own", 1)
        keep(store, "ans_1", *said)
        store.close()
        known = [one.text for one in said]

        _, proof = run(folder, "own")

        kept = {text for text in known if text in proof.excepted or len(text.encode()) < 16}
        assert texts_in(folder.path, [one for one in known if one not in kept]) == []
        assert all(any(text in one for one in [*others, "Others."]) for text in proof.excepted)
    finally:
        shutil.rmtree(home)


def test_a_short_heading_that_another_document_has_too_stays_there(folder: Folder) -> None:
    folder.write(
        **{"hold.md": f"# Introduction\n\n{HOLD}\n", "reset.md": "# Introduction\n\nA reset is asserted at once.\n"}
    )
    folder.run()
    store = folder.store()
    [span] = [one for one in store.spans_at("reset", 1) if "asserted" in one.text]
    name, body = (
        "ans_of_reset",
        {"id": "ans_of_reset", "question": "What?", "text": "Introduction to resets.", "claims": []},
    )
    body["claims"] = [{"text": body["text"], "start": 0, "end": 23, "checks": [], "citations": [cited(span)]}]
    store.save_answer(name, "2026-01-01", body)
    store.close()

    run(folder)

    assert folder.store().answer(name) == body


def test_an_answer_that_only_disputes_with_it_is_kept_no_more(told: Folder) -> None:
    [disputing] = [one for one in told.store().spans_at("hold", 1) if one.text == SENTENCES[0]]
    run(told)
    store = told.store()
    checks = [{"name": "dispute", "passed": True, "detail": {"disputes": [{"citation": cited(disputing)}]}}]
    claim = {"text": "It is so.", "start": 0, "end": 9, "checks": checks, "citations": []}
    with pytest.raises(UnknownId, match="was purged while this was answered"):
        store.save_answer("ans_late", "2026-01-01", {"id": "ans_late", "text": "It is so.", "claims": [claim]})


def test_an_answer_of_two_documents_is_listed_with_all_that_stands_no_more(told: Folder) -> None:
    told.write(**{"reset.txt": RESET_MORE.replace("at once", "after a while")})
    told.run()
    run(told)
    with told.store().engine.connect() as connection:
        query = select(standings.c.detail).where(standings.c.answer_id == "ans_of_both")
        listed = {one["id"].partition("~")[0] for one in connection.scalars(query).one()["citations"]}
    assert listed == {"hold", "reset"}

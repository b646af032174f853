"""What repeats a purged document in other words or later: claims, follow-ups, titles, and what is said meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest import purge as purging
from ingest.errors import BadInput, StoreLocked
from ingest.purge import BegunBefore, NotGone, Proof, Unfinished, purge
from ingest.purged import PURGED
from ingest.schema import purges, receipts, standings
from ingest.store import Store
from ingest.types import Span
from tests.ingest.conftest import Folder
from tests.ingest.test_purge import Notes, cited, run, texts_in

SAID = "The hold margin is fifteen picoseconds."
"""What a model made of a sentence of the document."""

SENTENCE = "The hold margin is 15 ps."


def answer(folder: Folder, name: str, claims: Mapping[str, Span], **more: Any) -> None:
    """Keep an answer of claims, each of which cites one span."""
    text, placed = "Well: ", []
    for said, span in claims.items():
        place = {"start": len(text), "end": len(text) + len(said)}
        placed.append({"text": said, **place, "checks": [], "citations": [cited(span)]})
        text += said + " "
    body = {"id": name, "question": "What?", "follows": None, "text": text, "claims": placed, "withheld": []}
    body |= {"searched": {"query": "What?", "passages": [], "near_misses": []}, "notes": []} | more
    receipt = {"understood_as": body["searched"]["query"], "question": body["question"], "claims": placed}
    with closing(folder.store()) as store:
        store.save_answer(name, "2026-01-01", body, receipt=receipt)


def searched(query: str) -> dict[str, Any]:
    return {"query": query, "passages": [], "near_misses": []}


def kept(folder: Folder, name: str) -> dict[str, Any]:
    with closing(folder.store()) as store:
        return store.answer(name)


@pytest.fixture
def told(folder: Folder) -> Folder:
    """A store in which an answer says in other words what `hold` says."""
    folder.run()
    answer(folder, "ans_a", {SAID: span_of(folder, "hold", 1)})
    return folder


def span_of(folder: Folder, document: str, at: int) -> Span:
    with closing(folder.store()) as store:
        return store.spans_at(document, 1)[at]


def test_a_claim_that_rested_on_it_is_said_nowhere_else(told: Folder) -> None:
    answer(told, "ans_b", {f"So they say: {SAID}": span_of(told, "reset", 1)}, question=f"Is it so? {SAID}")
    notes = Notes(told.path)
    notes.file.write_text(f"Somebody noted: {SAID} And more.")

    _, proof = run(told)

    assert (kept(told, "ans_b")["question"], kept(told, "ans_b")["text"]) == (
        f"Is it so? {PURGED}",
        f"Well: So they say: {PURGED} ",
    )
    assert notes.file.read_text() == f"Somebody noted: {PURGED} And more."
    assert (proof.claims, texts_in(told.path, [SAID])) == (1, [])


def test_what_claims_of_other_documents_say_too_stays(told: Folder) -> None:
    answer(told, "ans_b", {SAID: span_of(told, "reset", 1)})
    before = kept(told, "ans_b")

    _, proof = run(told)

    assert kept(told, "ans_b") == before
    assert kept(told, "ans_a")["text"] == f"Well: {PURGED} "
    assert proof.claims == 0


def test_a_standing_that_names_such_a_claim_loses_it(told: Folder) -> None:
    answer(told, "ans_b", {"It is so in all corners.": span_of(told, "reset", 1)})
    with closing(told.store()) as store, store.engine.begin() as connection:
        detail = {"citations": [], "claims": [{"supported": False, "reason": f'It rests on "{SAID}", which is gone.'}]}
        row = {"answer_id": "ans_b", "status": "broken", "generation": 1, "checked_at": "t", "detail": detail}
        connection.execute(standings.insert(), row)

    run(told)

    with closing(told.store()) as store, store.engine.connect() as connection:
        found = connection.scalars(select(standings.c.detail).where(standings.c.answer_id == "ans_b")).one()
    assert found["claims"][0]["reason"] == f'It rests on "{PURGED}", which is gone.'


def test_what_questions_were_understood_as_goes_to_the_end_of_the_chain(told: Folder) -> None:
    reset = span_of(told, "reset", 1)
    more = {"question": "And in all corners?", "searched": searched("The margin of fifteen in all corners?")}
    answer(told, "ans_d", {"Four.": reset}, follows="ans_c", **more)  # kept before what it follows
    answer(told, "ans_c", {"Three.": reset}, follows="ans_b", **more)
    answer(told, "ans_b", {"Two.": reset}, follows="ans_a")
    answer(told, "ans_x", {"One.": reset}, follows="ans_w", **more)
    answer(told, "ans_w", {"Zero.": reset})
    untouched = kept(told, "ans_x")

    run(told)

    assert [kept(told, name)["searched"]["query"] for name in ("ans_b", "ans_c", "ans_d")] == ["What?", PURGED, PURGED]
    assert kept(told, "ans_x") == untouched
    with closing(told.store()) as store, store.engine.connect() as connection:
        assert sorted(connection.scalars(select(receipts.c.answer_id))) == ["ans_b", "ans_w", "ans_x"]


def test_a_title_that_it_once_had_goes_too(told: Folder) -> None:
    once = span_of(told, "hold", 1)
    citation = cited(once) | {"document": {"id": "hold", "title": "Margins of the falcon", "revision": once.revision}}
    claims = [{"text": "Yes.", "start": 0, "end": 4, "checks": [], "citations": [citation]}]
    with closing(told.store()) as store:
        store.save_answer("ans_t", "2026-01-01", {"id": "ans_t", "question": "?", "text": "Yes.", "claims": claims})
    notes = Notes(told.path)
    notes.file.write_text("It stands in the Margins of the falcon, says Bob.")

    run(told)

    assert notes.file.read_text() == f"It stands in the {PURGED}, says Bob."


def test_a_longer_word_elsewhere_stays_and_does_not_stop_the_proof(folder: Folder) -> None:
    heading = "Installation guide"
    folder.write(
        **{"hold.md": f"Preface.\n\n# {heading}\n\n{SENTENCE}\n", "reset.txt": f"Preface.\n\nOf {heading}s.\n"}
    )
    (folder.root / "hold.txt").unlink()
    folder.run()
    answer(folder, "ans_b", {f"Of {heading}s.": span_of(folder, "reset", 1)}, question=f"Re{heading}? {heading}?")
    Notes(folder.path).file.write_text(f"The {heading}, and {heading}s.")

    _, proof = run(folder)

    assert kept(folder, "ans_b")["text"] == f"Well: Of {heading}s. "
    assert kept(folder, "ans_b")["question"] == f"Re{heading}? {PURGED}?"
    assert Notes(folder.path).file.read_text() == f"The {PURGED}, and {heading}s."
    assert proof.excepted == ()


def test_what_is_too_short_is_counted(folder: Folder) -> None:
    folder.write(**{"hold.md": f"Preface.\n\n# Margin\n\n{SENTENCE}\n\n# 保持時間の測定\n\nSo be it.\n"})
    (folder.root / "hold.txt").unlink()
    folder.run()
    Notes(folder.path).file.write_text("「保持時間の測定」を読む. Margin.")

    _, proof = run(folder)

    assert (proof.too_short, proof.short_names) == (3, 1)  # the preface, "So be it.", and the heading "Margin"
    assert Notes(folder.path).file.read_text() == f"「{PURGED}」を読む. Margin."


class Cut(Exception):
    """A process that ends here."""


def cut_after(monkeypatch: pytest.MonkeyPatch, folder: Folder, step: str, then: Callable[[], object]) -> None:
    """Run a purge that ends right after a step, and do something else then."""
    real = getattr(purging, step)

    def stepped(*given: Any) -> None:
        real(*given)
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(purging, step, stepped)
        with pytest.raises(Cut):
            run(folder)
    then()


@pytest.mark.parametrize("step", ["erase", "_redact", "ensure_indexes", "drop_past_indexes", "_rewrite", "search"])
def test_what_was_said_before_a_purge_was_gone_on_with_goes_too(
    told: Folder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    reset = span_of(told, "reset", 1)

    def meanwhile() -> None:
        Notes(told.path).file.write_text(f"Said meanwhile: {SENTENCE} Or: {SAID}")
        more = {"question": f"Is it so? {SENTENCE}", "searched": searched("What is fifteen?")}
        answer(told, "ans_b", {"Two.": reset}, follows="ans_a", **more)

    cut_after(monkeypatch, told, step, meanwhile)
    run(told)

    assert texts_in(told.path, [SENTENCE, SAID]) == []
    assert Notes(told.path).file.read_text() == f"Said meanwhile: {PURGED} Or: {PURGED}"
    assert (kept(told, "ans_b")["question"], kept(told, "ans_b")["searched"]["query"]) == (
        f"Is it so? {PURGED}",
        PURGED,
    )


def test_what_is_said_while_all_is_searched_is_redacted_and_searched_again(
    told: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes, real, times = Notes(told.path), purging.search, list[int]()

    def searching(*given: Any) -> Any:
        times.append(1)
        if len(times) <= 2:
            notes.file.write_text(f"Said meanwhile, {len(times)}: {SENTENCE}")
        return real(*given)

    monkeypatch.setattr(purging, "search", searching)
    run(told)

    assert notes.file.read_text() == f"Said meanwhile, 2: {PURGED}"
    assert len(times) == 3


def test_what_nobody_redacts_is_not_searched_for_for_ever(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    real, times = purging.search, list[int]()
    (told.path / "left.bin").write_text(f"A copy: {SENTENCE}")
    monkeypatch.setattr(purging, "search", lambda *given: (times.append(1), real(*given))[1])

    with pytest.raises(NotGone, match=r"left\.bin"):
        run(told)

    assert len(times) == 1


def test_what_hinders_it_is_said_and_the_next_run_completes_it(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path) -> None:
        raise StoreLocked("the file is being read")

    with monkeypatch.context() as patch:
        patch.setattr(purging, "compact", locked)
        with pytest.raises(Unfinished, match=r"hold is out of the store, but .*: the file is being read") as caught:
            run(told)
    assert "run the same purge again" in caught.value.next_step

    done, proof = run(told)

    assert done.by == "Ann"
    assert texts_in(told.path, [SENTENCE, SAID]) == []
    assert isinstance(proof, Proof)


def test_what_others_say_by_the_time_it_is_gone_on_with_stays(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def copied() -> None:
        told.write(**{"copy.txt": f"It begins otherwise.\n\n{SENTENCE}"})
        (told.root / "hold.txt").unlink()
        told.run()

    cut_after(monkeypatch, told, "erase", copied)
    _, proof = run(told)

    assert proof.said_since > 0
    with closing(told.store()) as store:
        assert SENTENCE in [one.text for one in store.spans_at("copy", store.generation())]
    assert texts_in(told.path, [SAID]) == []


def test_another_is_begun_once_it_is_completed(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then the note of it has, in plain text, the sentences that it shares with others."""

    def another() -> None:
        with pytest.raises(BegunBefore, match="the purge of hold was cut off"):
            run(told, "reset")

    cut_after(monkeypatch, told, "erase", another)
    run(told)
    run(told, "reset")


def test_a_purge_that_an_older_version_has_begun_is_gone_on_with(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def older() -> None:
        with closing(told.store()) as store, store.engine.begin() as connection:
            detail = connection.scalars(select(purges.c.detail)).one()
            for name in ("claims", "short_names"):
                detail["pending"].pop(name)
            connection.execute(purges.update().values(detail=detail))

    cut_after(monkeypatch, told, "erase", older)
    _, proof = run(told)

    assert (proof.claims, proof.short_names) == (0, 0)


def test_the_fingerprints_go_with_the_proof(told: Folder) -> None:
    run(told)

    with closing(Store.open(told.path)) as store, store.engine.connect() as connection:
        [detail] = connection.scalars(select(purges.c.detail))
    assert "pending" not in detail
    assert b'"traces"' not in b"".join(one.read_bytes() for one in told.path.rglob("*") if one.is_file())
    assert json.dumps(detail["proof"])


def test_a_reason_that_quotes_a_claim_is_refused(told: Folder) -> None:
    with pytest.raises(BadInput, match="quotes the document"):
        purge(told.store(), "hold", "Ann", f"It said: {SAID}", told.embedder)

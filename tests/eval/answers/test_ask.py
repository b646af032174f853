"""Questions asked of a real store: what is kept, what is asked again, and what comes of a model that fails."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.services import Services
from eval.answers.ask import RecordingServices, ask_all, fill_store, meta_of, store_digest
from eval.answers.citations import Entails
from eval.answers.examples import Example, ExampleSet, Gold, Source
from eval.answers.measure import measure, write_scores
from eval.answers.replies import Replies
from eval.answers.runs import REPLIES, SCORES, Run
from ingest.errors import BadInput
from ingest.store import Store

HOLD = Gold("hold", "The hold uncertainty after clock tree synthesis is 15 ps.")
ASKED = ExampleSet(
    "plain",
    (
        Example(
            "q1",
            "What is the hold uncertainty after clock tree synthesis?",
            True,
            ("15 ps.",),
            ((HOLD,),),
            kind="numeric",
        ),
        Example("q2", "Who won the cup in Lisbon?", False),
        Example("q3", "What is the reset synchroniser's data input?", None),
    ),
)
REPLY = json.dumps({"claims": [{"text": "The hold uncertainty after clock tree synthesis is 15 ps.", "cites": ["S1"]}]})


def silent(*_args: object) -> None:
    return None


@contextmanager
def recording(
    services: Services, folder: Path, offline: bool = False, inner=None, **changed
) -> Iterator[RecordingServices]:
    folder.mkdir(exist_ok=True)
    settings = replace(services.settings, **changed)

    class Serving(RecordingServices):
        def _inner(self, settings):
            return inner

    yield Serving(settings, services.store, services.embedder, Replies(folder / REPLIES), offline)


@pytest.fixture
def questions(tmp_path) -> Path:
    file = tmp_path / "q.jsonl"
    file.write_text("{}\n")
    return file


def started(folder, questions, served) -> Run:
    return Run.start(folder, meta_of(questions, None, 0, served))


def test_questions_are_asked_and_kept(shared_services, tmp_path, questions):
    with recording(shared_services, tmp_path / "run") as served:
        run = started(tmp_path / "run", questions, served)
        ask_all(ASKED, served, run, silent)
    rows = run.rows()
    assert list(rows) == ["q1", "q2", "q3"]
    assert rows["q1"]["answer"]["status"] == "answered"
    assert "15 ps" in rows["q1"]["answer"]["text"]
    assert rows["q2"]["answer"]["status"] == "abstained"


def test_an_eval_leaves_no_answers_in_the_store(shared_services, tmp_path, questions):
    with recording(shared_services, tmp_path / "run") as served:
        run = started(tmp_path / "run", questions, served)
        ask_all(ASKED, served, run, silent)
    from ingest.errors import UnknownId

    with pytest.raises(UnknownId):
        shared_services.store.answer(run.rows()["q1"]["answer"]["id"])


def test_what_was_answered_is_not_asked_again(shared_services, tmp_path, questions):
    with recording(shared_services, tmp_path / "run") as served:
        run = started(tmp_path / "run", questions, served)
        run.add("q1", 1.0, {"text": "as it was"})
        ask_all(ASKED, served, run, silent)
    assert run.rows()["q1"]["answer"] == {"text": "as it was"}
    assert len(run.rows()) == 3


def test_a_run_replays_without_its_model(shared_services, tmp_path, questions, telling):
    model = telling(replies=[REPLY, REPLY])
    with recording(shared_services, tmp_path / "run", inner=model, model="local") as served:
        run = started(tmp_path / "run", questions, served)
        ask_all(ASKED, served, run, silent)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / REPLIES).write_bytes((tmp_path / "run" / REPLIES).read_bytes())
    with recording(shared_services, tmp_path / "again", offline=True, model="local") as served:
        again = started(tmp_path / "again", questions, served)
        ask_all(ASKED, served, again, silent)

    assert len(model.asked) == 2
    for name in ("q1", "q2", "q3"):
        first, second = run.rows()[name]["answer"], again.rows()[name]["answer"]
        for one in (first, second):
            for key in ("id", "created", "timing_ms"):
                one.pop(key)
            for call in one["usage"]:
                call.update(task="", prefill_ms=0, decode_ms=0)
        assert first == second


def test_a_model_that_fails_or_declines_is_told(shared_services, tmp_path, questions, telling):
    class Declining(telling):
        def _stream(self, messages, *args, **kwargs):
            for chunk in super()._stream(messages):
                chunk.message.additional_kwargs["refusal"] = "No."
                yield chunk

    for folder, model, failure in (
        ("failing", telling(replies=[OSError("gone"), OSError("gone")]), "failed"),
        ("declining", Declining(replies=["No, no.", "No, no."]), "refused"),
    ):
        with recording(shared_services, tmp_path / folder, inner=model, model="local") as served:
            run = started(tmp_path / folder, questions, served)
            ask_all(ASKED, served, run, silent)
            found = measure(run, ASKED, Entails(served.overlap))
        assert run.rows()["q1"]["answer"]["model_failure"] == failure
        assert [one.status for one in found.outcomes] == [failure, "abstained", failure]
        assert found.figures()[failure].value == pytest.approx(2 / 3)
        assert found.figures()["coverage"].value == 0


def test_what_a_run_is_worth_is_kept_beside_it(shared_services, tmp_path, questions):
    with recording(shared_services, tmp_path / "run") as served:
        run = started(tmp_path / "run", questions, served)
        ask_all(ASKED, served, run, silent)
        summary = write_scores(measure(run, ASKED, Entails(served.overlap)), "overlap", 0)
    kept = json.loads((tmp_path / "run" / SCORES).read_text())
    assert kept["summary"] == json.loads(json.dumps(summary)) | {"run": "run"}
    assert str(tmp_path) not in (tmp_path / "run" / SCORES).read_text()
    assert kept["worth"] == {"q1": 1, "q2": 1, "q3": None}
    assert kept["questions"]["q1"]["gold_recall"] == [1, 1]
    assert kept["attempts"]["q1"]["right"] is True
    assert (summary["n"], summary["right"], summary["abstention_recall"]) == (3, 1, 1)
    assert summary["counts"]["right"] == 2
    assert list(summary["by_kind"]) == ["numeric"]


def test_a_run_without_answers_is_not_measured(shared_services, tmp_path, questions):
    with recording(shared_services, tmp_path / "run") as served, pytest.raises(BadInput, match="no question"):
        measure(started(tmp_path / "run", questions, served), ASKED, Entails(served.overlap))


def test_a_question_with_its_own_passage_is_asked_of_that_alone(tmp_path, embedder, questions):
    sources = (
        Source("passage-1", 'A "box"', "Hello there. The box is red."),
        Source("passage-2", "Lid", "Hello. The box is blue."),
    )
    asked = ExampleSet(
        "squad", tuple(Example(n, "What colour is the box?", None, documents=(f"passage-{n}",)) for n in "12"), sources
    )
    store = fill_store(tmp_path, asked, None, embedder, silent)
    settings = Services(_settings(store), Store.open(store), embedder)
    with recording(settings, tmp_path / "run") as served:
        run = started(tmp_path / "run", questions, served)
        ask_all(asked, served, run, silent)
    found = {name: row["answer"]["searched"]["passages"] for name, row in run.rows().items()}
    assert {name: {one["document"] for one in some} for name, some in found.items()} == {
        "1": {"passage-1"},
        "2": {"passage-2"},
    }
    assert {one.title for one in served.store.documents()} == {'A "box"', "Lid"}


def test_a_document_that_cannot_be_read_ends_it(tmp_path, embedder):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.pdf").write_bytes(b"no pdf")
    with pytest.raises(BadInput, match=r"1 documents cannot be read; the first: .*a\.pdf"):
        fill_store(tmp_path, ExampleSet("plain", ()), documents, embedder, silent)


def test_the_digest_of_a_store_is_that_of_its_revisions(ingested):
    with_both = Store.open(ingested.store_path)
    before = store_digest(with_both)
    ingested.again()
    assert store_digest(with_both) == before
    (ingested.folder / "hold.md").write_text("# Hold\n\nOther words.\n")
    ingested.again()
    assert store_digest(with_both) != before
    with_both.close()


def _settings(store):
    from app.settings import Settings

    return Settings(store=store, model="extractive", verifier="overlap")

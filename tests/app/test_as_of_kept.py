"""Answers as of an earlier generation: what they say of that, and what becomes of them when documents change further."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from app.answer import Request, answer_whole
from app.api.answer_schemas import AnswerWire
from app.api.factory import create_app
from app.marked import marked_answers, since_words, with_changes
from app.present import as_of_words
from app.receipts.findings import Outcome
from app.receipts.made import sealed
from app.receipts.verify import verify
from app.services import Services
from app.show import answer_text
from app.standing import check_standings
from app.wire import answer_json
from ingest import pipeline
from ingest.doctor.examine import examine
from ingest.purge import purge
from ingest.schema import generations
from ingest.standing import mark_all_missed, standings_of
from ingest.writer import write_lock
from tests.app.kept import CAUSE, MARGIN, SLOW, SOON, Judge, edit, keep
from tests.conftest import Ingested

QUESTION = "What is the hold uncertainty after clock tree synthesis?"


@pytest.fixture
def given(services: Services, ingested: Ingested) -> Any:
    """An answer as of generation 1 of a sentence that was changed in generation 2, as it is kept."""
    edit(ingested, ("is 15 ps", "is 18 ps"))
    found = answer_whole(Request(QUESTION, as_of=1), services)
    assert MARGIN in found.text
    return services.store.answer(found.id)


def status(services: Services, name: str) -> str:
    found = standings_of(services.store.engine, [name])
    return found[name].status if name in found else "as given"


def test_an_answer_says_as_of_when_it_was_given(given: Any, services: Services) -> None:
    [cited] = {one["id"] for claim in given["claims"] for one in claim["citations"]} - services.store.current_ids(
        {one["id"] for claim in given["claims"] for one in claim["citations"]}
    )
    as_of = given["as_of"]
    assert (as_of["generation"], as_of["outdated"], given["store_generation"]) == (1, [cited], 1)
    date = as_of["committed_at"][:10]
    AnswerWire.model_validate(given)
    assert as_of_words(given).startswith(f"As of generation 1 ({date}); when it was asked, 1 of its ")
    assert as_of_words(given) in answer_text(given)
    page = create_app(services).test_client().get(f"/a/{given['id']}", headers={"Accept": "text/html"}).text
    assert f'<p class="notice as-of">{as_of_words(given)}</p>' in page
    assert "<ins>18 </ins>" in page, "what stands there now is shown all the same"
    assert "by now than when this was answered" not in page


def test_of_the_newest_generation_too_when_it_was_asked_for(services: Services) -> None:
    wire = answer_json(answer_whole(Request(QUESTION, as_of="2999-01-01", keep=False), services))
    assert (wire["as_of"]["generation"], wire["as_of"]["outdated"]) == (1, [])
    assert re.fullmatch(r"As of generation 1 \(\d{4}-\d\d-\d\d\)\.", as_of_words(wire))
    assert as_of_words({"as_of": {"generation": 3, "committed_at": None, "outdated": []}}) == "As of generation 3."
    assert answer_json(answer_whole(Request(QUESTION, keep=False), services))["as_of"] is None


def test_old_answers_say_nothing_of_it(given: Any, services: Services) -> None:
    old = {name: value for name, value in given.items() if name != "as_of"} | {"id": "ans_old"}
    services.store.save_answer("ans_old", old["created"], old)
    assert as_of_words(old) == ""
    client = create_app(services).test_client()
    assert "as_of" not in client.get("/v1/answers/ans_old").get_json()
    page = client.get("/a/ans_old", headers={"Accept": "text/html"})
    assert (page.status_code, "As of generation" in page.text) == (200, False)
    assert "1 of the" in page.text
    assert "by now than when this was answered" in page.text


def test_what_had_changed_already_does_not_make_it_stale(given: Any, services: Services, ingested: Ingested) -> None:
    assert status(services, given["id"]) == "as given"
    edit(ingested, ("Some words on resets", "A few words on resets"), document="reset.md")
    edit(ingested, ("is 18 ps", "is 20 ps"))
    mark_all_missed(services.store.engine)
    assert status(services, given["id"]) == "as given"
    assert marked_answers(services.store, None, 10) == []
    assert [one.check.name for one in examine(services.store.folder) if not one.passed] == []


def test_what_changes_later_marks_it_and_that_alone_is_checked(
    services: Services, ingested: Ingested, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "has_indexes", lambda *_: True)
    judge = services.overlap = Judge()  # type: ignore[misc,assignment]
    edit(ingested, ("is 15 ps", "is 18 ps"))
    keep(services, "ans_then", [(MARGIN, [MARGIN]), (CAUSE, [CAUSE]), (SLOW, [SLOW])], as_of=1)
    assert status(services, "ans_then") == "as given"
    edit(ingested, (CAUSE, SOON))
    assert status(services, "ans_then") == "unchecked"
    assert check_standings(services) == {"changed": 1}
    assert judge.asked == [(SOON, CAUSE)], "the margin of then is what it was to say"
    detail = standings_of(services.store.engine, ["ans_then"])["ans_then"].detail
    assert [one["status"] for one in detail["citations"]] == ["changed"]
    [listed] = marked_answers(services.store, "changed", 10)
    assert [one["exact"] for one in with_changes(services.store, listed)["changes"]] == [CAUSE]
    sources = [one for claim in services.store.answer("ans_then")["claims"] for one in claim["citations"]]
    outdated = services.store.answer("ans_then")["as_of"]["outdated"]
    became = {sources[0]["id"]: "changed", sources[1]["id"]: "changed"}
    assert since_words(sources, became, None, outdated).startswith("1 of the 3 sources says something else by now")
    edit(ingested, (SOON, CAUSE))
    assert status(services, "ans_then") == "as given"


def test_a_purge_marks_it_whatever_had_changed_before(given: Any, services: Services, ingested: Ingested) -> None:
    with write_lock(ingested.store_path):
        purge(services.store, "hold", "Ann", "DSR-17", ingested.embedder)
    assert status(services, given["id"]) == "unchecked"
    assert services.store.answer(given["id"])["as_of"]["outdated"] == []
    assert check_standings(services) == {"broken": 1}


def test_its_receipt_says_so_and_holds(given: Any, services: Services, ingested: Ingested) -> None:
    receipt = services.store.receipt(given["id"])
    assert (receipt["receipt_version"], receipt["as_of"]) == (2, given["as_of"])
    assert verify(json.dumps(receipt).encode()).outcome == Outcome.HOLDS
    found = verify(json.dumps(receipt).encode(), None, services)
    assert found.notes[0].what == as_of_words(given)
    assert (found.outcome, {one.status for one in found.citations}) == (Outcome.HOLDS, {"current"})
    assert [one.exact for one in found.citations if one.id in given["as_of"]["outdated"]] == [MARGIN]
    edit(ingested, ("is 18 ps", "is 20 ps"))
    assert verify(json.dumps(receipt).encode(), None, services).outcome == Outcome.HOLDS


def test_what_was_purged_since_is_said_of_its_receipt_too(given: Any, services: Services, ingested: Ingested) -> None:
    receipt = json.dumps(services.store.receipt(given["id"])).encode()
    with write_lock(ingested.store_path):
        purge(services.store, "hold", "Ann", "DSR-17", ingested.embedder)
    found = verify(receipt, None, services)
    assert (found.outcome, {one.status for one in found.citations}) == (Outcome.NO_LONGER_SUPPORTED, {"purged"})


def test_a_receipt_that_calls_outdated_what_still_stood_is_not_believed(services: Services, ingested: Ingested) -> None:
    edit(ingested, ("Some words on resets", "A few words on resets"), document="reset.md")
    made = services.store.receipt(answer_whole(Request(QUESTION, as_of=1), services).id)
    made["created"] = "2020-01-01T00:00:00+00:00"
    with services.store.engine.begin() as connection:
        for number, time in enumerate(("2019-01-01", "2019-06-01"), start=1):
            committed = generations.update().where(generations.c.number == number)
            connection.execute(committed.values(committed_at=f"{time}T00:00:00+00:00"))
    edit(ingested, ("is 15 ps", "is 18 ps"))
    cited = sorted({one["id"] for claim in made["claims"] for one in claim["citations"]})
    made["as_of"]["outdated"] = cited
    found = verify(json.dumps(sealed(made, None)).encode(), None, services)
    assert found.problems == ()
    assert found.outcome == Outcome.NO_LONGER_SUPPORTED
    assert "changed" in {one.status for one in found.citations}


@pytest.mark.parametrize(
    ("change", "where"),
    [({"generation": 2}, "as_of.generation"), ({"outdated": ["hold~0123456789"]}, "as_of.outdated")],
)
def test_what_a_receipt_says_of_it_must_fit(given: Any, services: Services, change: Any, where: str) -> None:
    receipt = services.store.receipt(given["id"])
    changed = sealed(receipt | {"as_of": receipt["as_of"] | change}, None)
    assert [one.where for one in verify(json.dumps(changed).encode()).problems] == [where]

"""`verispan purge`, from the question to the proof: over a store with real indexes, answers, and a chat."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from app.answer import Request, answer_whole
from app.api.answer_schemas import AnswerWire
from app.api.document_schemas import ResolutionWire
from app.api.factory import create_app
from app.chat.chat import Chat
from app.cli import main
from app.limited import LimitedStore
from app.services import Services
from app.types import Answer
from ingest.errors import UnknownId
from ingest.purged import PURGED, purge_of
from ingest.resolve import resolve

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."
WORDS = ["--by", "Ann", "--why", "DSR-17"]


@pytest.fixture
def given(services: Services, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """An answer that quotes `hold`, asked in a chat, where its sentence is repeated."""
    monkeypatch.setattr("ingest.embed.load_embedder", lambda _: services.embedder)
    answer = answer_whole(Request(QUESTION), services)
    with closing(Chat(services.store.folder, services.store.collections())) as chat:
        chat.channels.direct("ann")
        asked = chat.messages.post("@ann", "ann", QUESTION, asks=True)
        chat.messages.end_turn(asked.turns[-1], answer.id, answered=f"{answer.text} Paraphrased.")
        chat.messages.post("@ann", "ann", f"Really? “{CAUSE}”", asks=False)
    assert CAUSE in answer.text
    return answer


def run(services: Services, *words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["purge", *words, "--store", str(services.store.folder)], input=stdin)


def in_files(folder: Path, text: str) -> list[str]:
    return [one.name for one in sorted(folder.rglob("*")) if one.is_file() and text.encode() in one.read_bytes()]


def test_it_is_gone_from_every_file_and_that_is_said(services: Services, given: Answer) -> None:
    assert in_files(services.store.folder, CAUSE) != []

    result = run(services, "hold", *WORDS, "--json")

    assert result.exit_code == 0, result.output
    wire = json.loads(result.stdout)
    assert (wire["document"], wire["by"], wire["why"], wire["generation"]) == ("hold", "Ann", "DSR-17", 2)
    assert wire["proof"]["sentences"] > 5
    assert wire["proof"]["files"] > 10
    assert in_files(services.store.folder, CAUSE) == []
    homes = [one.name for one in services.store.folder.glob("indexes/*/*")]
    assert [name.partition("-")[0] for name in homes] == ["2"]


def test_the_chat_keeps_what_does_not_repeat_it(services: Services, given: Answer) -> None:
    with closing(Chat(services.store.folder)) as chat:
        assert len(chat.messages.search(["arrives"], ["@ann"], 10)) == 2

    run(services, "hold", *WORDS, "--yes")

    with closing(Chat(services.store.folder)) as chat:
        noted, asked = sorted(chat.messages.page("@ann", 10), key=lambda one: one.asks)
        assert chat.messages.search(["arrives"], ["@ann"], 10) == ()
        assert chat.messages.search(["Paraphrased"], ["@ann"], 10) == ()
    assert noted.text == f"Really? “{PURGED}”"
    assert (asked.text, asked.turns[-1].answer_id) == (QUESTION, given.id)


def test_the_answer_the_citation_and_the_pages_say_so(services: Services, given: Answer) -> None:
    [citation] = next(one.claim.citations for one in given.claims if one.claim.text == CAUSE)
    run(services, "hold", *WORDS, "--yes")
    client: FlaskClient = create_app(services).test_client()

    wire = client.get(f"/v1/answers/{given.id}").get_json()
    AnswerWire.model_validate(wire, strict=True)
    assert all(wire["text"][one["start"] : one["end"]] == one["text"] for one in wire["claims"])
    resolved = client.get(f"/v1/citations/{citation.span.id}").get_json()
    ResolutionWire.model_validate(resolved, strict=True)
    assert (resolved["status"], resolved["citation"], resolved["purged"]["by"]) == ("purged", None, "Ann")
    page = client.get(f"/c/{citation.span.id}")
    assert page.status_code == 200
    assert "by Ann on" in page.text
    assert "DSR-17" in page.text
    assert "early" not in page.text
    assert client.get(f"/a/{given.id}").status_code == 200
    for path in ("/d/hold", f"/c/{citation.span.id}/page/1.png"):
        assert client.get(path).status_code == 404
    [entry] = client.get("/v1/documents/hold/revisions").get_json()["revisions"]
    assert (entry["what"], entry["why"]) == ("purged", "by Ann: DSR-17")
    hits = client.post("/v1/search", json={"query": QUESTION}).get_json()["hits"]
    assert {one["document"]["id"] for one in hits} == {"reset"}


def test_whoever_does_not_see_its_collection_learns_nothing_of_it(services: Services, given: Answer) -> None:
    [citation] = given.claims[0].claim.citations
    run(services, "hold", *WORDS, "--yes")
    seen, hidden = (LimitedStore(services.store, frozenset({name})) for name in ("default", "other"))

    assert seen.answer(given.id)["text"]
    assert resolve(seen, citation.span.id).status == "purged"
    assert purge_of(hidden, "hold") is None
    with pytest.raises(UnknownId, match="holds no answer"):
        hidden.answer(given.id)
    with pytest.raises(UnknownId, match="holds no document"):
        resolve(hidden, citation.span.id)


def test_it_asks_first(services: Services, given: Answer) -> None:
    assert run(services, "hold", *WORDS, stdin="n\n").exit_code == 1
    assert services.store.document("hold").status == "current"
    result = run(services, "hold", *WORDS, stdin="y\n")
    assert result.exit_code == 0
    assert "hold was purged on" in result.stdout
    assert "was found in" in result.stdout
    again = run(services, "hold", *WORDS, "--yes")
    assert again.exit_code == 1
    assert "by Ann: DSR-17. There is nothing left to do." in again.stderr


def test_a_file_that_still_has_it_is_named(services: Services, given: Answer) -> None:
    (services.store.folder / "copy.txt").write_text(f"Somebody kept this: {CAUSE}")

    result = run(services, "hold", *WORDS, "--yes")

    assert result.exit_code == 1
    assert "copy.txt still holds text of the document" in result.stderr


def test_an_answer_that_cannot_be_checked_afterwards_is_named(
    services: Services, given: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr("app.standing._Checker.check", failing)
    result = run(services, "hold", *WORDS, "--yes")
    assert result.exit_code == 0
    assert f"not checked: {given.id}: RuntimeError: out of memory" in result.stderr


def test_what_a_channel_is_for_loses_it_too(services: Services, given: Answer) -> None:
    with closing(Chat(services.store.folder, services.store.collections())) as chat:
        chat.channels.add("margins", "ann", purpose=f"Where we ask of this: {CAUSE}", collection="default")

    run(services, "hold", *WORDS, "--yes")

    with closing(Chat(services.store.folder)) as chat:
        found = chat.channels.get("margins", "ann", None)
    assert found.purpose == f"Where we ask of this: {PURGED}"


def test_what_was_not_looked_for_is_said(services: Services, given: Answer) -> None:
    result = run(services, "hold", *WORDS, "--yes")

    assert re.search(r"\d+ of less than 16 bytes, \d+ of them titles or headings, cannot be told", result.stdout)


def test_what_hinders_it_is_said_with_what_to_do(
    services: Services, given: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.compact.BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(services.store.folder / "chat.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM messages").fetchall()
        result = run(services, "hold", *WORDS, "--yes")

    assert result.exit_code == 1
    assert "chat.db is being read" in result.stderr
    assert "run the same purge again: it goes on from there" in result.stderr
    assert run(services, "hold", *WORDS, "--yes").exit_code == 0
    assert in_files(services.store.folder, CAUSE) == []


def test_its_help_says_what_becomes_of_receipts_and_claims(services: Services) -> None:
    said = " ".join(CliRunner().invoke(main, ["purge", "--help"]).stdout.split())

    assert "receipts that quote it are deleted" in said
    assert "claims that rest on it" in said


def test_what_the_chat_keeps_in_any_case_is_named(services: Services, given: Answer) -> None:
    with closing(Chat(services.store.folder)) as chat:
        chat.messages.post("@ann", CAUSE, "I am called so.", asks=False)

    result = run(services, "hold", *WORDS, "--yes")

    assert result.exit_code == 0, result.output
    assert "in other documents, in ids, collections or reasons of purges too, and stay there:" in result.output
    assert f"  {CAUSE}\n" in result.output

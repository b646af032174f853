"""Questions are answered from the documents as they were, when that is asked for; and from superseded ones only then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

import ingest.purge as purging
from app.answer import Request, answer_whole
from app.api.bodies import AnswerBody
from app.api.document_schemas import ResolutionWire
from app.api.factory import create_app
from app.limited import limited
from app.retrieve import Filters, retrieve
from app.services import Services
from app.settings import Settings
from ingest import pipeline
from ingest.errors import BadInput
from ingest.indexes import has_indexes
from ingest.past import PAST, replaced_at
from ingest.pipeline import ingest
from ingest.purge import purge
from ingest.schema import generations
from ingest.store import Store
from ingest.writer import write_lock
from tests.app.kept import TIED, edit
from tests.conftest import HOLD, RESET, Ingested

MARGINS = ("15 ps", "18 ps", "21 ps")
QUESTION = "What is the hold uncertainty after clock tree synthesis?"
DATES = ("2026-01-05T09:00:00+00:00", "2026-03-01T12:00:00+00:00", "2026-06-01T12:00:00+00:00")
MANIFEST = """
[[document]]
id = "hold"
path = "hold.md"
superseded_by = "newer"

[[document]]
id = "reset"
path = "reset.md"

[[document]]
id = "newer"
path = "newer.md"
"""


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Iterator[Services]:
    """Three generations: 15 ps, 18 ps, and the document replaced by a newer one that says 21 ps."""
    folder, path = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("past") / "store"
    (folder / "reset.md").write_text(RESET, encoding="utf-8")

    def put(name: str, margin: str) -> None:
        text = HOLD.replace("synthesis is 15 ps", f"synthesis is {margin}")
        (folder / name).write_text(text, encoding="utf-8")
        ingest([folder], path, embedder=embedder, loader=direct)

    put("hold.md", "15 ps")
    services = Services(Settings(store=path, model="extractive", verifier="overlap"), Store.open(path), embedder)
    services.view()  # opened, as by a server that goes on running
    put("hold.md", "18 ps")
    (folder / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    put("newer.md", "21 ps")
    with services.store.engine.begin() as connection:
        for number, time in enumerate(DATES, start=1):
            connection.execute(update(generations).where(generations.c.number == number).values(committed_at=time))
    yield services
    services.close()


def said(services: Services, as_of: int | str | None, **filters: Any) -> tuple[int, list[str]]:
    """The generation that was answered from, and which margins were given of it."""
    answer = answer_whole(Request(QUESTION, filters=Filters(**filters), as_of=as_of, keep=False), services)
    texts = [one.claim.text for one in answer.claims]
    return answer.store_generation, [ps for ps in MARGINS if any(f"is {ps}" in one for one in texts)]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (1, (1, ["15 ps"])),
        ("2", (2, ["18 ps"])),
        (3, (3, ["21 ps"])),
        (None, (3, ["21 ps"])),
        ("2026-01-05", (1, ["15 ps"])),
        ("2026-02-28", (1, ["15 ps"])),
        ("2026-03-01", (2, ["18 ps"])),
        ("2026-03-01T11:59:59", (1, ["15 ps"])),
        ("2026-03-01T13:00:00+02:00", (1, ["15 ps"])),
        ("2030-01-01", (3, ["21 ps"])),
    ],
)
def test_the_documents_of_then_answer(edited: Services, as_of: Any, expected: Any) -> None:
    assert said(edited, as_of) == expected


@pytest.mark.parametrize("as_of", [4, "0", "2026-01-04", "yesterday", "2026-13-01", "", "9" * 5000, "x" * 5000])
def test_a_time_at_which_there_was_nothing_is_refused(edited: Services, as_of: Any) -> None:
    with pytest.raises(BadInput, match=r"held nothing as of|no generation") as refused:
        said(edited, as_of)
    assert len(str(refused.value)) < 200


def test_what_was_replaced_since_counts_as_current_then(edited: Services) -> None:
    assert (replaced_at(edited.store, 2), replaced_at(edited.store, 3)) == (frozenset(), {"hold"})


def test_superseded_documents_are_found_when_they_are_asked_for(edited: Services) -> None:
    def found(**filters: Any) -> set[str]:
        hits = retrieve(QUESTION, edited.view(), Filters(**filters), edited.settings, 8)
        return {one.passage.document_id for one in hits} - {"reset"}

    assert found() == {"newer"}
    assert found(superseded=True) == {"newer", "hold"}
    assert found(documents=("hold",)) == {"hold"}


def test_an_answer_from_a_superseded_document_says_so(edited: Services) -> None:
    def notes(**filters: Any) -> list[str]:
        asked = Request(QUESTION, filters=Filters(**filters), keep=False)
        return [one for one in answer_whole(asked, edited).notes if "superseded" in one]

    assert notes(documents=("hold",)) == ["Hold checks has been superseded: what it says may no longer hold."]
    assert notes() == []


def test_a_citation_names_the_successor_of_its_document(edited: Services) -> None:
    client = create_app(edited).test_client()
    old, new = (edited.store.spans_at(name, 3)[2] for name in ("hold", "newer"))

    wire = client.get(f"/v1/citations/{old.id}").get_json()
    ResolutionWire.model_validate(wire, strict=True)
    assert (wire["superseded_by"], wire["lapsed"], wire["purged"]) == ("newer", [], None)
    assert client.get(f"/v1/citations/{new.id}").get_json()["superseded_by"] is None


def test_indexes_of_the_past_leave_the_newest_ones_alone(edited: Services) -> None:
    for as_of in (2, 1, 2):
        edited._past._opened.cache_clear()
        said(edited, as_of)
    root, name = edited.store.folder / "indexes", edited.embedder.name
    assert has_indexes(root, "default", 3, name)
    assert has_indexes(edited.store.folder / PAST, "default", 2, name)
    assert not has_indexes(root, "default", 1, name)
    assert len(list((edited.store.folder / PAST).glob("*/*"))) <= 2
    assert edited.view().generation == 3


def test_a_reader_keeps_what_it_has_open_while_others_push_it_out(edited: Services) -> None:
    """Each thread has room for one past generation, and asks for another each time."""
    own = [Services(edited.settings, edited.store, edited.embedder) for _ in range(3)]
    for one in own:
        one._past._opened = lru_cache(maxsize=1)(one._past._open)
    shutil.rmtree(edited.store.folder / PAST)

    def ask(number: int) -> list[Any]:
        """Its neighbour has another generation open meanwhile, and all together a third."""
        turns = [(number + turn) % 3 + 1 for turn in range(9)]
        return [said(which, turn) for turn in turns for which in (own[number], edited)]

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(ask, range(3)))
    assert [one for answers in found for one in answers] == [
        (turn, [MARGINS[turn - 1]])
        for number in range(3)
        for turn in [(number + turn) % 3 + 1 for turn in range(9)]
        for _ in range(2)
    ]


def test_a_view_that_is_open_outlives_its_files(edited: Services) -> None:
    for as_of in (1, 2):
        said(edited, as_of)
    shutil.rmtree(edited.store.folder / PAST)
    for _ in range(5):  # Chroma may answer once or twice of what it has in memory
        for as_of in (1, 2):
            assert said(edited, as_of) == (as_of, [MARGINS[as_of - 1]])
    assert not (edited.store.folder / PAST).exists(), "nothing had to be built again"


def test_an_index_of_the_past_with_a_part_missing_is_built_again(edited: Services) -> None:
    edited._past._opened.cache_clear()
    said(edited, 1)
    edited._past._opened.cache_clear()
    [part] = (edited.store.folder / PAST).glob("*/1-*/dense/ids.json")
    part.unlink()
    assert said(edited, 1) == (1, ["15 ps"])
    assert part.exists()


def test_the_newest_generation_is_searched_when_it_is_asked_for(
    services: Services, ingested: Ingested, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that goes on running while an ingest has been committed, and its indexes are not built yet."""
    assert said(services, None) == (1, ["15 ps"])
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "ensure_indexes", lambda *_: None)
        edit(ingested, ("is 15 ps", "is 18 ps"))
    assert said(services, None) == (1, ["15 ps"])
    assert said(services, "2") == (2, ["18 ps"])
    assert said(services, None) == (2, ["18 ps"])


def test_a_newer_generation_that_comes_meanwhile_is_not_taken_for_the_one_asked_for(
    edited: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = replace(edited.view(), generation=4)
    monkeypatch.setattr(edited, "view", lambda: newer)
    found = edited._past.view(3)
    assert (found.generation, found.as_of and found.as_of.generation) == (3, 3)


def test_what_is_purged_leaves_the_past_that_is_open(services: Services, ingested: Ingested) -> None:
    edit(ingested, ("is 15 ps", "is 18 ps"))
    assert said(services, 1) == (1, ["15 ps"])
    with write_lock(ingested.store_path):
        purge(services.store, "hold", "Ann", "DSR-17", ingested.embedder)
    assert said(services, 1) == (1, [])


def test_a_question_that_comes_while_something_is_purged_spoils_none_that_come_after(
    services: Services, ingested: Ingested, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the end of the transaction in the truth and the removal of the indexes of the past."""
    edit(ingested, ("is 15 ps", "is 18 ps"))
    assert said(services, 1) == (1, ["15 ps"])
    meanwhile: list[Any] = []
    ensure = purging.ensure_indexes

    def asked_meanwhile(*given: Any) -> None:
        meanwhile.append(said(services, 1))
        ensure(*given)

    monkeypatch.setattr(purging, "ensure_indexes", asked_meanwhile)
    with write_lock(ingested.store_path):
        purge(services.store, "hold", "Ann", "DSR-17", ingested.embedder)
    assert meanwhile == [(1, [])]
    assert said(services, 1) == (1, [])
    reset = Request("What is the data input of the reset synchroniser tied to?", as_of=1, keep=False)
    assert [one.claim.text for one in answer_whole(reset, services).claims] == [TIED]


def test_whoever_may_not_see_a_collection_does_not_see_its_past(edited: Services) -> None:
    assert said(limited(edited, frozenset({"default"})), 1) == (1, ["15 ps"])
    assert said(limited(edited, frozenset({"other"})), 1) == (1, [])


def test_the_interface_takes_a_date_or_a_generation(edited: Services) -> None:
    client: FlaskClient = create_app(edited).test_client()

    for as_of in (1, "2026-01-05"):
        wire = client.post("/v1/answers", json={"question": QUESTION, "as_of": as_of}).get_json()
        assert wire["store_generation"] == 1
        assert "is 15 ps" in wire["text"]
    for as_of, status in ((9, 400), ("soon", 400), (0, 422), (True, 422)):
        response = client.post("/v1/answers", json={"question": QUESTION, "as_of": as_of})
        assert response.status_code in (400, status), as_of
    body = AnswerBody.model_validate({"question": QUESTION, "filters": {"superseded": True}})
    assert body.to_request() == replace(Request(QUESTION), filters=Filters(superseded=True))

"""`GET /v1/answers`: which kept answers it lists, in what order, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.answer import Request, answer_whole
from app.api.factory import create_app
from app.api.standing_schemas import MarkedAnswersWire
from app.limited import limited
from app.retrieve import Filters
from app.services import Services
from app.standing import check_standings
from ingest.pipeline import ingest
from tests.app.conftest import KEYS, OPEN, SECRET, shelved
from tests.app.kept import CAUSE, MARGIN, SOON, Judge, edit, keep
from tests.conftest import Ingested

ANN, BOB = ({"Authorization": f"Bearer {KEYS[name]}"} for name in ("ann", "bob"))


@pytest.fixture
def marked(services: Services, ingested: Ingested) -> FlaskClient:
    """Three answers are broken, changed and unchecked, a fourth stands as it was given."""
    judge = Judge()
    judge.support = lambda evidence, claim: 0.9 if claim == CAUSE else 0.1
    services.overlap = judge  # type: ignore[assignment]
    keep(services, "ans_broken", [("It is so.", [CAUSE])])
    keep(services, "ans_changed", [(CAUSE, [CAUSE])])
    keep(services, "ans_unchecked", [(MARGIN, [MARGIN])])
    keep(services, "ans_stands", [("Insert cells.", ["Insert delay cells at the endpoint of the path."])])
    edit(ingested, (CAUSE, SOON))
    check_standings(services)
    edit(ingested, (MARGIN, "It is 20 ps after clock tree synthesis."))
    return create_app(services).test_client()


def listed(client: FlaskClient, query: str = "", **headers: str) -> list[str]:
    response = client.get(f"/v1/answers{query}", headers=headers)
    wire = MarkedAnswersWire.model_validate(response.get_json())
    return [one.id for one in wire.answers]


def test_answers_are_listed_by_standing_newest_first_and_by_pages(marked: FlaskClient) -> None:
    assert listed(marked) == ["ans_unchecked", "ans_changed", "ans_broken"]
    assert listed(marked, "?status=broken") == ["ans_broken"]
    assert listed(marked, "?status=holds") == []
    assert listed(marked, "?limit=2") == ["ans_unchecked", "ans_changed"]
    assert listed(marked, "?limit=2&before=ans_changed") == ["ans_broken"]
    assert listed(marked, "?before=ans_stands") == ["ans_unchecked", "ans_changed", "ans_broken"]


def test_a_standing_says_what_was_found_and_how(marked: FlaskClient, services: Services) -> None:
    broken, unchecked = (
        marked.get(f"/v1/answers?status={one}").get_json()["answers"] for one in ("broken", "unchecked")
    )
    [one] = broken
    assert (one["id"], one["question"], one["created"]) == ("ans_broken", "Why hold?", "2026-01-01")
    assert one["standing"]["verifier"] == services.verifier_name(services.settings)
    assert one["standing"]["generation"] == 2
    assert [claim["supported"] for claim in one["standing"]["claims"]] == [False]
    [citation] = one["standing"]["citations"]
    assert citation["status"] == "changed"
    assert citation["successor"].startswith("hold~")
    [fresh] = unchecked
    assert (fresh["standing"]["claims"], fresh["standing"]["verifier"]) == ([], None)
    assert [citation["status"] for citation in fresh["standing"]["citations"]] == [None]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("status=stale", 422), ("limit=0", 422), ("limit=101", 422), ("limit=x", 422), ("before=ans_none", 404)],
)
def test_what_cannot_be_listed_is_refused(marked: FlaskClient, query: str, expected: int) -> None:
    assert marked.get(f"/v1/answers?{query}").status_code == expected


@pytest.fixture
def shelves(tmp_path: Path, embedder: Any, direct: Any) -> Iterator[Services]:
    """Ann curates what is open; answers on what is open, on what is secret, and on both have lost a source."""
    ann = 'collections = ["open"]\ncurator = true'
    files = {"open": {"hold.md": OPEN.encode()}, "secret": {"falcon.md": SECRET.encode()}}
    with closing(shelved(tmp_path, embedder, direct, ann, **files)) as built:
        for only in (("open",), ("secret",), ()):
            asked = Request("What is the hold uncertainty after clock tree synthesis?", filters=Filters(only))
            assert answer_whole(asked, limited(built, frozenset(only) or None)).claims
        for name in ("hold", "falcon"):
            file = tmp_path / "documents" / f"{name}.md"
            file.write_text(file.read_text().replace("The hold uncertainty after", "The margin after"))
        ingest([tmp_path / "documents"], tmp_path / "store", embedder=embedder, loader=direct)
        yield built


def test_a_curator_is_listed_what_they_may_see_and_others_nothing(shelves: Services) -> None:
    client = create_app(shelves).test_client()
    everything, seen = listed(client, **BOB), listed(client, **ANN)
    assert (len(everything), len(seen)) == (3, 1)
    assert set(seen) < set(everything)
    assert listed(client, "?limit=1", **ANN) == seen
    [hidden] = [name for name in everything if name not in seen][:1]
    assert client.get(f"/v1/answers?before={hidden}", headers=ANN).status_code == 404


def test_what_others_asked_is_for_curators(shelves: Services, tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    file.write_text(file.read_text().replace("curator = true", "curator = false", 1))
    client = create_app(shelves).test_client()
    assert client.get("/v1/answers", headers=ANN).status_code == 403
    assert client.get("/v1/answers", headers=BOB).status_code == 200
    assert client.get("/v1/answers").status_code == 401

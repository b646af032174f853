"""Each endpoint over a small real store: what it gives, and how it refuses."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.answer_schemas import AnswerWire, CheckResultWire
from app.api.bodies import MAX_QUESTION
from app.api.document_schemas import HitsWire, ResolutionWire
from app.api.factory import create_app
from app.api.revision_schemas import RevisionsWire
from app.api.schemas import ReadyWire
from app.services import Services
from ingest.store import Store

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."


@pytest.fixture(scope="module")
def client(shared_services: Services) -> FlaskClient:
    return create_app(shared_services).test_client()


@pytest.fixture(scope="module")
def answer(client: FlaskClient) -> dict[str, Any]:
    given: dict[str, Any] = client.post("/v1/answers", json={"question": QUESTION}).get_json()
    return given


def error_of(client: FlaskClient, path: str, **body: Any) -> tuple[int, str]:
    response = client.post(path, **body)
    wire = response.get_json()
    assert set(wire) == {"error"}
    assert set(wire["error"]) <= {"code", "message", "detail"}
    return response.status_code, wire["error"]["code"]


def test_an_answer_cites_text_that_stands_where_it_says(
    client: FlaskClient, answer: dict[str, Any], shared_services: Services
) -> None:
    AnswerWire.model_validate(answer, strict=True)
    assert CAUSE in [claim["text"] for claim in answer["claims"]]
    for claim in answer["claims"]:
        [citation] = claim["citations"]
        text = shared_services.store.canonical_text(citation["document"]["id"], citation["document"]["revision"])
        assert answer["text"][claim["start"] : claim["end"]] == claim["text"]
        assert citation["start"] > 0
        assert text[citation["start"] : citation["end"]] == citation["exact"] == claim["text"]


def test_a_kept_answer_is_given_again(client: FlaskClient, answer: dict[str, Any]) -> None:
    assert client.get(f"/v1/answers/{answer['id']}").get_json() == answer


def test_filters_choose_what_is_searched(client: FlaskClient) -> None:
    filters = {"documents": ["reset"]}
    hits = client.post("/v1/search", json={"query": "hold violation", "k": 3, "filters": filters}).get_json()
    HitsWire.model_validate(hits, strict=True)
    assert {hit["document"]["id"] for hit in hits["hits"]} == {"reset"}


def test_the_revisions_of_a_document_are_its_log(client: FlaskClient, shared_services: Services) -> None:
    wire = client.get("/v1/documents/hold/revisions").get_json()

    RevisionsWire.model_validate(wire, strict=True)
    assert [(one["what"], one["document"]) for one in wire["revisions"]] == [("added", "hold")]
    assert wire["revisions"][0]["revision"] == shared_services.store.document("hold").current_revision


@pytest.mark.parametrize("filters", [{"collections": ["elsewhere"]}, {"documents": ["nosuch"]}])
def test_a_filter_that_names_what_is_not_there_is_refused(client: FlaskClient, filters: dict[str, list[str]]) -> None:
    assert error_of(client, "/v1/search", json={"query": "hold", "filters": filters}) == (404, "not_found")
    assert error_of(client, "/v1/answers", json={"question": "hold?", "filters": filters}) == (404, "not_found")


def test_search_gives_at_most_k(client: FlaskClient) -> None:
    assert len(client.post("/v1/search", json={"query": "clock", "k": 1}).get_json()["hits"]) == 1


def test_a_claim_is_checked_against_the_best_span_of_the_store(client: FlaskClient) -> None:
    wire = client.post("/v1/check", json={"claim": CAUSE}).get_json()
    CheckResultWire.model_validate(wire)
    assert wire["label"] == "supported"
    assert [citation["exact"] for citation in wire["citations"]] == [CAUSE]


def test_a_claim_with_another_number_is_contradicted(client: FlaskClient) -> None:
    claim = "The hold uncertainty after clock tree synthesis is 19 ps."
    against = {"evidence": "The hold uncertainty after clock tree synthesis is 15 ps."}
    wire = client.post("/v1/check", json={"claim": claim} | against).get_json()
    assert (wire["label"], wire["citations"]) == ("contradicted", [])
    assert client.post("/v1/check", json={"claim": claim}).get_json()["label"] == "contradicted"


def test_a_claim_is_checked_against_cited_spans(client: FlaskClient, answer: dict[str, Any]) -> None:
    [citation] = answer["claims"][0]["citations"]
    wire = client.post("/v1/check", json={"claim": CAUSE, "citations": [citation["id"]]}).get_json()
    assert (wire["label"], wire["citations"]) == ("supported", [citation])


def test_each_sentence_of_a_text_is_a_claim(client: FlaskClient) -> None:
    text = f"{CAUSE} The moon is made of green cheese."
    claims = client.post("/v1/check", json={"text": text}).get_json()["claims"]
    assert [(one["text"], one["label"]) for one in claims] == [
        (CAUSE, "supported"),
        ("The moon is made of green cheese.", "unsupported"),
    ]


def test_a_citation_says_what_became_of_it(client: FlaskClient, answer: dict[str, Any]) -> None:
    [citation] = answer["claims"][0]["citations"]
    wire = client.get(f"/v1/citations/{citation['id']}").get_json()
    ResolutionWire.model_validate(wire, strict=True)
    assert (wire["status"], wire["citation"], wire["successor"]) == ("current", citation, None)
    moved = client.get(f"/v1/citations/{citation['id']}?start=7").get_json()
    assert (moved["status"], moved["successor"]["exact"]) == ("moved", CAUSE)


def test_documents_are_listed(client: FlaskClient) -> None:
    listed = client.get("/v1/documents").get_json()["documents"]
    assert [(one["id"], one["title"], one["status"]) for one in listed] == [
        ("hold", "Hold checks", "current"),
        ("reset", "Reset synchronisers", "current"),
    ]
    assert client.get("/v1/documents/reset").get_json() == listed[1]
    assert listed[0]["spans"] > 4


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz").get_json()
    ReadyWire.model_validate(ready, strict=True)
    assert (ready["ready"], ready["collections"], ready["models"]["extractive"]) == (True, ["default"], True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"data": b"{", "content_type": "application/json"}, (400, "bad_request")),
        ({"data": b"\xff\xfe{", "content_type": "application/json"}, (400, "bad_request")),
        ({"data": b"[" * 20000, "content_type": "application/json"}, (400, "bad_request")),
        ({"json": ["question"]}, (422, "invalid_request")),
        ({"json": '{"question": "smuggled in a string"}'}, (422, "invalid_request")),
        ({"data": {"question": "hold"}}, (415, "unsupported_media_type")),
        ({"json": {}}, (422, "invalid_request")),
        ({"json": {"question": "  \n "}}, (422, "invalid_request")),
        ({"json": {"question": "x" * (MAX_QUESTION + 1)}}, (422, "invalid_request")),
        ({"json": {"question": "x" * 100_000}}, (413, "too_large")),
        ({"json": {"question": 7}}, (422, "invalid_request")),
        ({"json": {"question": "hold", "min_confidence": 1.5}}, (422, "invalid_request")),
        ({"json": {"question": "hold", "min_confidence": "0.5"}}, (422, "invalid_request")),
        ({"json": {"question": "hold", "min_confidence": float("nan")}}, (422, "invalid_request")),
        ({"json": {"question": "hold", "typo": True}}, (422, "invalid_request")),
        ({"json": {"question": "hold", "model": "nonsense"}}, (422, "unknown_model")),
        ({"json": {"question": "hold", "model": "nonsense", "stream": True}}, (422, "unknown_model")),
    ],
)
def test_what_is_wrong_with_a_question_is_said(client: FlaskClient, body: Any, expected: tuple[int, str]) -> None:
    assert error_of(client, "/v1/answers", **body) == expected


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"claim": "a", "text": "b"},
        {"claim": "a", "evidence": "b", "citations": ["hold~0000000000"]},
        {"claim": "a", "evidence_sentences": []},
    ],
)
def test_a_check_takes_one_claim_and_one_kind_of_evidence(client: FlaskClient, body: Any) -> None:
    assert error_of(client, "/v1/check", json=body) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/answers/ans_none", (404, "not_found")),
        ("/v1/citations/hold~zzzzzzzzzz", (404, "not_found")),
        ("/v1/citations/nothing-like-it", (400, "bad_request")),
        ("/v1/documents/none", (404, "not_found")),
        ("/v1/documents/none/revisions", (404, "not_found")),
        ("/v1/nothing", (404, "not_found")),
        ("/v1/search", (405, "method_not_allowed")),
    ],
)
def test_what_is_not_there_is_said(client: FlaskClient, path: str, expected: tuple[int, str]) -> None:
    response = client.get(path)
    assert (response.status_code, response.get_json()["error"]["code"]) == expected


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    assert set(client.put("/v1/answers").headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_an_unknown_citation_in_a_check_is_not_found(client: FlaskClient) -> None:
    assert error_of(client, "/v1/check", json={"claim": "a", "citations": ["hold~zzzzzzzzzz"]}) == (404, "not_found")


class BrokenStore(Store):
    """A store whose documents cannot be read."""

    def documents(self) -> Any:
        raise ZeroDivisionError("the secret of the trace")


@pytest.fixture
def broken(shared_services: Services) -> Iterator[FlaskClient]:
    whole = shared_services.store
    services = Services(shared_services.settings, BrokenStore(whole.folder, whole.engine), shared_services.embedder)
    return create_app(services).test_client()


def test_what_nobody_expected_is_logged_under_the_reference_given(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = broken.get("/v1/documents")
    reference = response.get_json()["error"]["detail"]["reference"]
    assert response.status_code == 500
    assert "secret" not in response.text
    assert reference in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_failure_in_the_middle_of_a_stream_is_its_last_event(shared_services: Services) -> None:
    class Forgetful(Store):
        def save_answer(self, *_: Any, **__: Any) -> None:
            raise ZeroDivisionError("the secret of the trace")

    whole = shared_services.store
    services = Services(shared_services.settings, Forgetful(whole.folder, whole.engine), shared_services.embedder)
    response = create_app(services).test_client().post("/v1/answers", json={"question": QUESTION, "stream": True})
    *_, last = response.text.rstrip().split("\n\n")
    name, data = last.split("\n")
    assert (response.status_code, name) == (200, "event: error")
    assert json.loads(data.removeprefix("data: "))["error"]["code"] == "internal"
    assert "secret" not in response.text


def test_the_streams_events_come_in_order_and_end_in_the_whole_answer(client: FlaskClient) -> None:
    response = client.post("/v1/answers", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert response.mimetype == "text/event-stream"
    blocks = [block.split("\n") for block in response.text.rstrip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in blocks]
    data = [json.loads(line.removeprefix("data: ")) for _, line in blocks]
    assert names[:2] == ["passages", "sources"]
    assert names[-1] == "answer"
    assert names[2:-1] == ["claim", "verdict"] * ((len(names) - 3) // 2)
    AnswerWire.model_validate(data[-1], strict=True)
    shown = [one for one in data[2:-1] if one["claim"].get("reason") == ""]
    assert [one["claim"]["text"] for one in shown] == [one["text"] for one in data[-1]["claims"]]
    offered = {citation["id"] for citation in data[1]["citations"]}
    assert {c["id"] for one in data[-1]["claims"] for c in one["citations"]} <= offered


def test_unknown_settings_of_a_request_leave_the_servers_alone(shared_services: Services) -> None:
    strict = Services(
        replace(shared_services.settings, min_confidence=1.0), shared_services.store, shared_services.embedder
    )
    client = create_app(strict).test_client()
    assert client.post("/v1/answers", json={"question": QUESTION, "min_confidence": 0.0}).get_json()["claims"]
    assert strict.settings.min_confidence == 1.0


def test_a_question_that_leans_on_another_says_first_what_it_was_understood_as(
    client: FlaskClient, answer: dict[str, Any]
) -> None:
    body = {"question": "How is it mended?", "follows": answer["id"], "stream": True}
    blocks = client.post("/v1/answers", json=body).text.rstrip().split("\n\n")
    first, second, last = (block.split("\n") for block in (blocks[0], blocks[1], blocks[-1]))
    data, done = (json.loads(one[1].removeprefix("data: ")) for one in (first, last))
    assert (first[0], second[0], last[0]) == ("event: understood", "event: passages", "event: answer")
    assert data == {"question": "How is it mended?", "query": done["searched"]["query"]}
    assert "hold violation" in data["query"]
    assert (done["question"], done["follows"]) == ("How is it mended?", answer["id"])
    AnswerWire.model_validate(done, strict=True)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"follows": "ans_nosuch"}, (404, "not_found")),
        ({"follows": 7}, (422, "invalid_request")),
        ({"follows": ""}, (422, "invalid_request")),
    ],
)
def test_an_answer_to_follow_that_cannot_be_is_refused_before_anything_is_sent(
    client: FlaskClient, more: dict[str, Any], expected: tuple[int, str], stream: bool
) -> None:
    assert error_of(client, "/v1/answers", json={"question": "Why?", "stream": stream} | more) == expected


def test_a_filter_of_a_follow_up_is_refused_before_anything_is_sent(
    client: FlaskClient, answer: dict[str, Any]
) -> None:
    body = {"question": "Why?", "follows": answer["id"], "stream": True, "filters": {"documents": ["nosuch"]}}
    assert error_of(client, "/v1/answers", json=body) == (404, "not_found")

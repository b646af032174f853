"""The main path over a small real store, with quotations and with a scripted language model."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from app.answer import Done, Drafted, Found, Judged, Request, answer, answer_whole
from app.errors import ModelUnavailable, UnknownModel
from app.retrieve import Filters
from app.services import Services
from app.settings import Settings
from app.wire import answer_json
from ingest.store import Store

HOLD_QUESTION = "What is the hold uncertainty after clock tree synthesis?"


@pytest.fixture
def services(shared_services: Services) -> Services:
    return shared_services


class ScriptedModel(BaseChatModel):
    """Gives its replies in turn; a reply that is an exception is raised."""

    replies: list[Any]
    asked: list[str] = []

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        self.asked.append(str(messages[-1].content))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply))])


def scripted(services: Services, monkeypatch: pytest.MonkeyPatch, *replies: Any) -> ScriptedModel:
    model = ScriptedModel(replies=list(replies))
    monkeypatch.setattr(services, "chat_model", lambda settings: model)
    return model


def reply(*claims: tuple[str, list[str]]) -> str:
    return json.dumps({"claims": [{"cites": cites, "text": text} for text, cites in claims]})


def label_of(services: Services, words: str) -> str:
    """The label under which the span that holds these words is shown for the hold question."""
    [found] = [event for event in answer(Request(HOLD_QUESTION), services) if isinstance(event, Found)]
    [place] = [n for n, one in enumerate(found.evidence, 1) if words in one.span.text]
    return f"S{place}"


def test_a_quotation_answers_and_cites_where_it_stands(services):
    done = answer_whole(Request(HOLD_QUESTION), services)

    assert done.status == "answered"
    assert "The hold uncertainty after clock tree synthesis is 15 ps." in done.text
    for one in done.claims:
        [citation] = one.claim.citations
        text = services.store.canonical_text(citation.span.document_id, citation.span.revision)
        assert text[citation.span.start : citation.span.end] == citation.span.text == one.claim.text
        assert citation.span.start > 0
        assert done.text[one.start : one.end] == one.claim.text


def test_sources_come_first_then_each_claim_then_its_verdict(services):
    events = list(answer(Request(HOLD_QUESTION), services))

    assert isinstance(events[0], Found)
    assert isinstance(events[-1], Done)
    assert [type(event) for event in events[1:3]] == [Drafted, Judged]


def test_an_answer_is_kept_as_it_was_given(services):
    done = answer_whole(Request(HOLD_QUESTION), services)

    assert services.store.answer(done.id) == json.loads(json.dumps(answer_json(done)))


def test_off_topic_questions_get_silence_and_what_was_searched(services):
    done = answer_whole(Request("Which wine goes with roast duck?"), services)

    assert (done.status, done.text, done.claims) == ("abstained", "", ())
    assert done.reason in ("no_evidence", "low_confidence")
    assert done.searched.query == "Which wine goes with roast duck?"


def test_a_models_claim_is_checked_against_what_it_cites(services, monkeypatch):
    label = label_of(services, "15 ps")
    scripted(
        services,
        monkeypatch,
        reply(
            ("The hold uncertainty after clock tree synthesis is 15 ps.", [label]),
            ("The hold uncertainty after clock tree synthesis is 25 ps.", [label]),
        ),
    )

    done = answer_whole(Request(HOLD_QUESTION, model="local"), services)

    assert done.text == "The hold uncertainty after clock tree synthesis is 15 ps."
    [withheld] = done.withheld
    assert "25 ps" in withheld.verdict.reason
    assert withheld.verdict.label == "contradicted"


def test_a_label_that_was_not_offered_never_comes_out(services, monkeypatch):
    bad = reply(("The hold uncertainty after clock tree synthesis is 15 ps.", ["S99"]))
    scripted(services, monkeypatch, bad, bad)

    done = answer_whole(Request(HOLD_QUESTION, model="local"), services)

    assert all(c.span.text == one.claim.text for one in done.claims for c in one.claim.citations)


def test_a_model_that_fails_gives_way_to_quotations_and_says_so(services, monkeypatch):
    scripted(services, monkeypatch, ModelUnavailable("no answer within 30 s"))

    done = answer_whole(Request(HOLD_QUESTION, model="local"), services)

    assert done.status == "answered"
    assert "no answer within 30 s" in done.notes[0]
    assert all(one.claim.verbatim for one in done.claims)


def test_an_unknown_model_is_refused_before_anything_is_done(services):
    with pytest.raises(UnknownModel, match="gpt-99"):
        next(_started(services, "gpt-99"))


def _started(services: Services, model: str) -> Iterator[Any]:
    return answer(Request(HOLD_QUESTION, model=model), services)


def test_filters_keep_other_documents_out(services):
    done = answer_whole(Request(HOLD_QUESTION, filters=Filters(documents=("reset",))), services)

    assert {hit.passage.document_id for hit in done.searched.hits} == {"reset"}


def test_a_new_generation_is_served_once_it_is_ready(ingested):
    settings = Settings(store=ingested.store_path, model="extractive", verifier="overlap")
    services = Services(settings, Store.open(ingested.store_path), ingested.embedder)
    before = answer_whole(Request(HOLD_QUESTION), services).store_generation
    page = ingested.folder / "hold.md"
    page.write_text(page.read_text().replace("is 15 ps", "is 17 ps"), encoding="utf-8")
    ingested.again()

    after = answer_whole(Request(HOLD_QUESTION), services)

    services.close()
    assert after.store_generation == before + 1
    assert "17 ps" in after.text

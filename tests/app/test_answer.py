"""The main path over a small real store, with quotations and with a scripted language model."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from app.answer import Done, Drafted, Found, Judged, Request, Retrieved, Understood, answer, answer_whole
from app.errors import ModelUnavailable, UnknownModel
from app.retrieve import Filters
from app.services import Services
from app.settings import Settings
from app.types import Entailment
from app.wire import answer_json
from ingest.errors import UnknownId
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

    assert [type(event) for event in events[:4]] == [Retrieved, Found, Drafted, Judged]
    assert events[0].hits == events[1].hits
    assert isinstance(events[-1], Done)


def test_an_answer_is_kept_as_it_was_given(services):
    done = answer_whole(Request(HOLD_QUESTION), services)

    assert services.store.answer(done.id) == json.loads(json.dumps(answer_json(done)))


def test_off_topic_questions_get_silence_and_what_was_searched(services):
    done = answer_whole(Request("Which wine goes with roast duck?"), services)

    assert (done.status, done.text, done.claims) == ("abstained", "", ())
    assert done.reason == "no_evidence"
    assert done.searched.query == "Which wine goes with roast duck?"
    assert done.searched.hits
    assert all("relevance" in miss.why for miss in done.searched.near_misses)
    assert done.searched.near_misses


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
    assert all(one.claim.by_model for one in (*done.claims, *done.withheld))
    [withheld] = done.withheld
    assert "25 ps" in withheld.verdict.reason
    assert withheld.verdict.label == "contradicted"


def test_a_label_that_was_not_offered_never_comes_out(services, monkeypatch):
    label = label_of(services, "15 ps")
    scripted(
        services,
        monkeypatch,
        reply(
            ("The hold uncertainty after clock tree synthesis is 15 ps.", ["S99"]),
            ("As S9 puts it, the hold uncertainty after clock tree synthesis is 15 ps.", [label]),
        ),
    )

    done = answer_whole(Request(HOLD_QUESTION, model="local"), services)

    assert (done.status, done.text) == ("abstained", "")
    assert [one.claim.citations for one in done.withheld] == [(), ()]
    assert "S99" not in json.dumps(answer_json(done))


class Deaf:
    """A verifier that is never there."""

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        raise ModelUnavailable("the connection was refused")


def test_a_verifier_that_fails_gives_way_to_overlap_and_says_so(services, monkeypatch):
    label = label_of(services, "15 ps")
    claims = ("The hold uncertainty after clock tree synthesis is 15 ps!", "Hold uncertainty after synthesis is 15 ps.")
    scripted(services, monkeypatch, reply(*((text, [label]) for text in claims)))
    monkeypatch.setattr(services, "verifier", lambda settings, on_usage: Deaf())

    done = answer_whole(Request(HOLD_QUESTION, model="local"), services)

    assert done.status == "answered"
    assert done.notes == ("Claims were checked without the language model: the connection was refused",)
    assert len(done.claims) + len(done.withheld) == 2


@pytest.mark.slow
def test_without_weights_quotations_answer_and_say_what_is_missing(ingested, monkeypatch):
    monkeypatch.setattr("app.services.find_weights", lambda settings: None)
    services = Services(Settings(store=ingested.store_path), Store.open(ingested.store_path), ingested.embedder)

    done = answer_whole(Request(HOLD_QUESTION), services)

    services.close()
    assert done.status == "answered"
    assert all(one.claim.verbatim for one in done.claims)
    assert "weights of the local model are not there" in done.notes[0]


@pytest.mark.slow
def test_weights_that_lead_nowhere_leave_quotations_working(ingested):
    settings = Settings(store=ingested.store_path, model="extractive", weights="/nowhere/model.gguf")
    services = Services(settings, Store.open(ingested.store_path), ingested.embedder)

    done = answer_whole(Request(HOLD_QUESTION), services)

    services.close()
    assert (done.status, done.notes) == ("answered", ())


def test_a_model_that_is_down_is_not_blamed_where_there_is_nothing_to_draft_from(services, monkeypatch):
    scripted(services, monkeypatch, ModelUnavailable("down"))

    done = answer_whole(Request("Which wine goes with roast duck?", model="local"), services)

    assert (done.status, done.notes) == ("abstained", ())


def test_a_model_that_fails_gives_way_to_quotations_and_says_so(services, monkeypatch):
    scripted(services, monkeypatch, ModelUnavailable("no answer within 30 s"))

    done = answer_whole(Request(HOLD_QUESTION, model="local"), services)

    assert done.status == "answered"
    assert "no answer within 30 s" in done.notes[0]
    assert all(one.claim.verbatim for one in done.claims)


def test_an_unknown_model_is_refused_before_anything_is_done(services):
    with pytest.raises(UnknownModel, match="gpt-99"):
        next(_started(services, "gpt-99"))


def test_a_request_cannot_name_a_vendors_model_that_is_not_offered(services):
    with pytest.raises(UnknownModel, match="not offered"):
        next(_started(services, "openai:o1-pro"))


def _started(services: Services, model: str) -> Iterator[Any]:
    return answer(Request(HOLD_QUESTION, model=model), services)


def test_filters_keep_other_documents_out(services):
    done = answer_whole(Request(HOLD_QUESTION, filters=Filters(documents=("reset",))), services)

    assert {hit.passage.document_id for hit in done.searched.hits} == {"reset"}


@pytest.mark.parametrize("filters", [Filters(documents=("reset", "nosuch")), Filters(collections=("nosuch",))])
def test_a_filter_that_names_what_is_not_there_is_refused(services, filters):
    with pytest.raises(UnknownId, match="nosuch"):
        next(answer(Request(HOLD_QUESTION, filters=filters), services))


@pytest.mark.slow
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


def test_a_follow_up_is_understood_before_it_is_searched(services):
    first = answer_whole(Request(HOLD_QUESTION), services)
    events = list(answer(Request("How large is it?", follows=first.id), services))

    query = "How large is the hold uncertainty after clock tree synthesis?"
    assert events[0] == Understood("How large is it?", query)
    assert [type(event) for event in events[1:3]] == [Retrieved, Found]
    done = events[-1].answer
    assert (done.question, done.searched.query, done.follows) == ("How large is it?", query, first.id)
    made, asked_so = (answer_json(one) for one in (done, answer_whole(Request(query), services)))
    for field in ("searched", "claims", "withheld"):  # found, ranked, drafted and checked as if it had been asked so
        assert made[field] == asked_so[field]


def test_a_question_that_stands_alone_is_not_said_to_be_understood(services):
    first = answer_whole(Request(HOLD_QUESTION), services)
    events = list(answer(Request("What is recovery time?", follows=first.id), services))

    assert not any(isinstance(event, Understood) for event in events)
    assert events[-1].answer.searched.query == "What is recovery time?"
    assert events[-1].answer.follows == first.id


def test_the_model_is_asked_the_question_as_it_was_understood(services, monkeypatch):
    first = answer_whole(Request(HOLD_QUESTION), services)
    model = scripted(services, monkeypatch, reply())

    answer_whole(Request("How is it set?", model="local", follows=first.id), services)

    assert "Question: How is the hold uncertainty after clock tree synthesis set?" in model.asked[0]


def test_what_an_earlier_answer_says_is_no_evidence(services, monkeypatch):
    first = answer_whole(Request(HOLD_QUESTION), services)
    false = "The hold uncertainty after clock tree synthesis is 99 ps in the FF corner."
    body = services.store.answer(first.id) | {"id": "ans_false", "text": f"[S1] {false}"}
    services.store.save_answer("ans_false", "2026-01-01", body)
    model = scripted(services, monkeypatch, reply((false, ["S1"])))

    events = list(answer(Request("How is it set?", model="local", follows="ans_false"), services))

    [found] = [event for event in events if isinstance(event, Found)]
    assert not any("99 ps" in one.span.text for one in found.evidence)
    assert "99 ps" not in model.asked[0]
    assert events[-1].answer.claims == ()
    assert "99 ps" in events[-1].answer.withheld[0].claim.text


def test_an_answer_to_follow_that_is_not_there_is_refused_before_the_first_event(services):
    with pytest.raises(UnknownId, match="ans_nosuch"):
        next(answer(Request("Why?", follows="ans_nosuch"), services))


def test_an_old_kept_answer_can_be_followed(services):
    first = answer_json(answer_whole(Request(HOLD_QUESTION, keep=False), services))
    del first["follows"]
    services.store.save_answer("ans_followed", "2026-01-01", first)

    assert (
        "hold uncertainty" in answer_whole(Request("How is it set?", follows="ans_followed"), services).searched.query
    )

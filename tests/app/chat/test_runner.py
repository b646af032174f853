"""Answers in the making: read by many, from the first step on, by who comes late too, and taken up after a crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app import answer as main_path
from app.answer import Done, Drafted, Found, Judged, Retrieved, Understood
from app.chat.chat import Chat
from app.chat.runner import WORKERS, Failed, Runner
from app.services import Services
from ingest.errors import StoreLocked, UnknownId

QUESTION = "What is a hold violation caused by?"


@pytest.fixture
def chat(services: Services) -> Iterator[Chat]:
    opened = Chat(services.settings.store)
    yield opened
    opened.close()


@pytest.fixture
def runner(chat: Chat, services: Services) -> Iterator[Runner]:
    made = Runner(chat, lambda _author: services)
    yield made
    made.close()


def test_every_reader_gets_every_step(chat: Chat, runner: Runner, services: Services) -> None:
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    run = runner.begin(message)
    early = [step for _, step in run.steps() if step]
    late = [step for _, step in run.steps() if step]
    assert early == late
    assert [type(step) for step in early[:4]] == [Retrieved, Found, Drafted, Judged]
    assert isinstance(early[-1], Done)
    assert [number for number, _ in run.steps(after=2)] == list(range(3, len(early) + 1))
    [turn] = chat.messages.get(message.id).turns
    assert turn.answer_id == early[-1].answer.id
    assert services.store.answer(turn.answer_id)["question"] == QUESTION
    assert services.store.receipt(turn.answer_id) == early[-1].receipt


def test_an_answer_that_fails_says_why_and_can_be_asked_again(chat: Chat, services: Services) -> None:
    def gone(author: str) -> Services:
        if author == "bob":
            raise UnknownId("bob has no key any more")
        return services

    runner = Runner(chat, gone)
    message = chat.messages.post("general", "bob", QUESTION, asks=True)
    [(_, step)] = list(runner.begin(message).steps())
    assert isinstance(step, Failed)
    assert "bob has no key any more" in step.message
    failed = chat.messages.get(message.id)
    assert (failed.turns[-1].error, failed.turns[-1].answer_id) == (step.message, None)
    again = chat.messages.ask_again(message.id, "bob")
    assert runner.run_of(again) is None
    runner.close()


def test_what_nobody_expected_is_told_without_a_trace(
    chat: Chat, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(main_path, "retrieve", broken)
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    [(_, step)] = list(runner.begin(message).steps())
    assert isinstance(step, Failed)
    assert "secret" not in step.message
    assert "The server's log says more" in step.message


def test_a_channel_binds_collection_model_and_confidence(chat: Chat, runner: Runner) -> None:
    chat.channels.add("sure", "ada", collection="default", model="extractive", min_confidence=1.0)
    chat.channels.add("elsewhere", "ada", collection="nothing-is-here")
    sure = chat.messages.post("sure", "ada", QUESTION, asks=True)
    *_, (_, done) = runner.begin(sure).steps()
    assert isinstance(done, Done)
    assert done.answer.model == "extractive"
    assert all(one.verdict.confidence == 1.0 for one in done.answer.claims)
    elsewhere = chat.messages.post("elsewhere", "ada", QUESTION, asks=True)
    *_, (_, failed) = runner.begin(elsewhere).steps()
    assert isinstance(failed, Failed)
    assert "nothing-is-here" in failed.message


def test_what_was_open_when_the_process_ended_is_answered_by_the_next(chat: Chat, services: Services) -> None:
    left = chat.messages.post("general", "ada", QUESTION, asks=True)
    chat.messages.post("general", "ada", "A note.", asks=False)
    runner = Runner(chat, lambda _author: services)
    runner.resume()
    run = runner.run_of(left)
    assert run is not None
    *_, (_, done) = run.steps()
    assert isinstance(done, Done)
    assert chat.messages.unanswered() == ()
    runner.close()


def test_an_edit_is_a_run_of_its_own(chat: Chat, runner: Runner) -> None:
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    list(runner.begin(message).steps())
    edited = chat.messages.edit(message.id, "ada", "What is the hold uncertainty after clock tree synthesis?")
    assert runner.run_of(edited) is None
    *_, (_, done) = runner.begin(edited).steps()
    assert isinstance(done, Done)
    assert [turn.answer_id is not None for turn in chat.messages.get(message.id).turns] == [True, True]


def test_while_nothing_happens_a_reader_hears_that_it_goes_on(
    chat: Chat, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_draft = threading.Event()
    drafting = main_path.draft_claims

    def waiting(*arguments: Any) -> Iterator[Any]:
        may_draft.wait(20)
        yield from drafting(*arguments)

    monkeypatch.setattr(main_path, "draft_claims", waiting)
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    seen = []
    for number, step in runner.begin(message).steps(beat_s=0.05):
        seen.append((number, type(step)))
        if seen[-1] == (2, type(None)):
            may_draft.set()
    assert [one for one in seen if one[0] == 2][:2] == [(2, Found), (2, type(None))]
    assert seen[-1][1] is Done


def test_a_question_in_a_thread_is_understood_with_what_was_said_there(
    chat: Chat, runner: Runner, services: Services
) -> None:
    root = chat.messages.post("general", "ada", "What is the hold uncertainty after clock tree synthesis?", asks=True)
    list(runner.begin(root).steps())
    further = chat.messages.post("general", "ada", "How large is it?", asks=True, root=root.id)
    first, *_, (_, done) = runner.begin(further).steps()
    assert isinstance(first[1], Understood)
    assert isinstance(done, Done)
    assert done.answer.searched.query == "How large is the hold uncertainty after clock tree synthesis?"
    assert done.answer.follows == chat.messages.get(root.id).turns[-1].answer_id
    elsewhere = chat.messages.post("general", "ada", "How large is it?", asks=True)
    *_, (_, alone) = runner.begin(elsewhere).steps()
    assert isinstance(alone, Done)
    assert (alone.answer.searched.query, alone.answer.follows) == ("How large is it?", None)


def test_a_thread_goes_on_where_its_answer_is_not_there_any_more(chat: Chat, runner: Runner) -> None:
    root = chat.messages.post("general", "ada", QUESTION, asks=True)
    chat.messages.end_turn(root.turns[-1], "ans_gone")
    further = chat.messages.post("general", "ada", QUESTION, asks=True, root=root.id)
    *_, (_, done) = runner.begin(further).steps()
    assert isinstance(done, Done)
    assert done.answer.follows is None


@pytest.mark.parametrize("then", ["goes on", "fails"])
def test_what_is_being_made_at_the_end_stays_open_for_the_next_process(
    chat: Chat, services: Services, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    runner = Runner(chat, lambda _author: services)
    is_drafting, may_go_on = threading.Event(), threading.Event()
    drafting = main_path.draft_claims

    def held(*arguments: Any) -> Iterator[Any]:
        is_drafting.set()
        may_go_on.wait(20)
        if then == "fails":
            raise RuntimeError("the store is closed")
        yield from drafting(*arguments)

    monkeypatch.setattr(main_path, "draft_claims", held)
    left = runner.begin(chat.messages.post("general", "ada", QUESTION, asks=True)).message
    assert is_drafting.wait(20)
    runner.close()
    may_go_on.set()
    runner._pool.shutdown(wait=True)
    assert [one.id for one in chat.messages.unanswered()] == [left.id]


def test_what_is_being_made_is_not_begun_again(chat: Chat, runner: Runner) -> None:
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    assert len({id(runner.begin(message)) for _ in range(5)}) == 1
    list(runner.begin(message).steps())
    assert runner.take_up(chat.messages.get(message.id)) is None


def test_of_two_processes_the_first_takes_up_what_was_left_and_the_other_does_when_it_has_gone(
    chat: Chat, services: Services
) -> None:
    first, second = (Runner(chat, lambda _author: services) for _ in range(2))
    first.resume()
    left = chat.messages.post("general", "ada", QUESTION, asks=True)
    assert first.take_up(left) is not None
    assert second.take_up(left) is None
    list(first.begin(left).steps())
    first.close()
    again = chat.messages.post("general", "ada", QUESTION, asks=True)
    run = second.take_up(again)
    assert run is not None
    list(run.steps())
    second.close()


def test_a_turn_in_which_the_process_has_died_twice_is_not_tried_again(chat: Chat, runner: Runner) -> None:
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    for _ in range(2):
        chat.messages.begin_turn(message.turns[-1])
    [(_, step)] = runner.begin(message).steps()
    assert isinstance(step, Failed)
    assert "ended more than once" in step.message


def test_a_reader_comes_to_an_end_though_nothing_can_be_kept(
    chat: Chat, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise StoreLocked("another process is writing")

    monkeypatch.setattr(chat.messages, "end_turn", locked)
    message = chat.messages.post("general", "ada", QUESTION, asks=True)
    *_, (_, step) = runner.begin(message).steps()
    assert isinstance(step, Failed)
    assert "another process is writing" in step.message


def test_a_question_waits_for_the_one_before_it_in_its_thread(
    chat: Chat, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_draft, drafting = threading.Event(), main_path.draft_claims

    def waiting(*arguments: Any) -> Iterator[Any]:
        may_draft.wait(20)
        yield from drafting(*arguments)

    monkeypatch.setattr(main_path, "draft_claims", waiting)
    root = chat.messages.post("general", "ada", "What is the hold uncertainty after clock tree synthesis?", asks=True)
    further = chat.messages.post("general", "ada", "How large is it?", asks=True, root=root.id)
    runner.begin(root)
    run = runner.begin(further)
    may_draft.set()
    *_, (_, done) = run.steps()
    assert isinstance(done, Done)
    assert done.answer.follows == chat.messages.get(root.id).turns[-1].answer_id


def test_a_thread_whose_beginning_is_edited_while_it_waits_comes_to_its_end(
    chat: Chat, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of as many questions as there are workers each waits for the one before; the edited one is begun after them."""
    may_draft, drafting = threading.Event(), main_path.draft_claims

    def waiting(*arguments: Any) -> Iterator[Any]:
        may_draft.wait(20)
        yield from drafting(*arguments)

    monkeypatch.setattr(main_path, "draft_claims", waiting)
    root = chat.messages.post("general", "ada", QUESTION, asks=True)
    runner.begin(root)
    held = chat.messages.post("general", "ada", f"{QUESTION} Again.", asks=True)
    busy = [
        runner.begin(chat.messages.post("general", "ada", f"{QUESTION} {n}", asks=True)) for n in range(WORKERS - 1)
    ]
    further = [chat.messages.post("general", "ada", f"Why {n}?", asks=True, root=root.id) for n in range(WORKERS)]
    runs = [*busy, *(runner.begin(one) for one in (*further, held))]
    edited = runner.begin(chat.messages.edit(root.id, "ada", "What is the hold uncertainty?"))
    may_draft.set()
    ended = [threading.Thread(target=lambda run=run: list(run.steps()), daemon=True) for run in [*runs, edited]]
    for one in ended:
        one.start()
    deadline = time.monotonic() + 60
    for one in ended:
        one.join(max(0.0, deadline - time.monotonic()))
    assert not any(one.is_alive() for one in ended)

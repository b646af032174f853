"""The answer to a message as its reader sees it: kept, or told step by step while it is made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from time import sleep
from typing import Any

from flask import Blueprint, Response, get_template_attribute, render_template, request, stream_with_context

from app.answer import Done, Drafted, Event, Found, Judged, Retrieved, Understood
from app.api.blueprint import services
from app.api.events import EVENT_STREAM, STREAM_HEADERS, event_json
from app.api.slots import take_stream
from app.chat.runner import Failed, Run
from app.chat.types import Message
from app.present import counted, headline
from app.stale import stale_citations
from app.web.here import chat, message_here, read_up_to, runner, user
from app.wire import Json, answer_json
from ingest.cited import documents_named
from ingest.errors import UnknownId
from ingest.standing import standings_of
from ingest.store import Store

turn_pages = Blueprint("turns", __name__)

LOOK_AGAIN_S = 1.0
"""Seconds between looks for an answer that another process makes."""

MOST_STEPS = 100
"""More steps than any answer has."""


@turn_pages.get("/m/<message_id>/events")
def events(message_id: str) -> Response:
    """The steps of a message's answer as Server-Sent Events, each with the fragments that it changes on the page.

    All steps come, from the first on; a reader that comes back after the step `Last-Event-ID` gets those after it.
    """
    message = message_here(message_id)
    held = take_stream()
    response = Response(stream_with_context(_tell(message)), mimetype=EVENT_STREAM, headers=STREAM_HEADERS)
    response.call_on_close(held.close)
    return response


@turn_pages.get("/m/<message_id>/turn")
def turn(message_id: str) -> str:
    """The answer to a message alone, as it is now: for readers whose stream was cut off."""
    return turn_html(message_here(message_id))


def turn_html(message: Message) -> str:
    """The answer to a message, as a fragment."""
    return render_template("_turn.html", message=message, **answers_context([message]))


def answers_context(messages: Sequence[Message]) -> dict[str, Any]:
    """What the templates need to show the answers to messages: the answers by id, what of them is stale, and what the
    user said of them. Answers that are not there for the user are left out."""
    answers: dict[str, Json] = {}
    store = services().store
    for message in messages:
        if message.turns and (answer_id := message.turns[-1].answer_id):
            try:
                answers[answer_id] = store.answer(answer_id)
            except UnknownId:
                continue
    given = chat().feedback.of_user(list(answers), user().name)
    return {
        "answers": answers,
        "stale": stale_citations(store, answers.values()),
        "standings": standings_of(store.engine, answers),
        "mine_of": lambda answer_id: {(claim, kind) for one, claim, kind in given if one == answer_id},
    }


def _tell(message: Message) -> Iterator[str]:
    """The steps of the newest turn. A run that has ended is told by its last one alone: what it showed before may be
    hidden from its reader by now."""
    yield ": listening\n\n"  # a reader knows at once that it is heard, be its question one of many
    run = runner().run_of(message) or runner().take_up(message)
    if run is None or run.has_ended:
        yield from _wait(message)
        yield _event("", "done", turn_html(chat().messages.get(message.id)), "")
        return
    telling, reader = _Telling(message.id), services().store
    for number, step in run.steps():
        name = f"{run.name}-{number}"
        if not runner().is_newest(run):
            return  # it was asked in other words meanwhile, which another stream tells of
        if isinstance(step, Done | Failed):
            yield _event(name, "done", turn_html(chat().messages.get(message.id)), _end_of(step))
            read_up_to(message.root or message.channel, chat().messages.seq())  # it is open before its reader
        elif step is None or not _may_see(reader, message, step):
            yield ": still here\n\n"
        else:
            html, said = telling.tell(step)
            if not has_had(run, number):
                yield _event(name, "part", html, said)


def _wait(message: Message) -> Iterator[str]:
    """Wait for another process to answer, which has been asked; should it end before, answer here."""
    while (newest := chat().messages.get(message.id)).turns and newest.turns[-1].is_open:
        runner().take_up(newest)
        yield ": still here\n\n"
        sleep(LOOK_AGAIN_S)


def _may_see(reader: Store, message: Message, step: Event) -> bool:
    """Whether all that a step shows, or was made from, is there for its reader, who may see less than who asked."""
    try:
        if isinstance(step, Understood) and (followed := chat().messages.answer_before(message)):
            reader.answer(followed)
        for document_id in documents_named(event_json(step)[1]):
            reader.document(document_id)
    except UnknownId:
        return False
    return True


def has_had(run: Run, number: int) -> bool:
    """Whether the reader says that it has had the step `number` of this run before its connection broke."""
    name, _, last = request.headers.get("Last-Event-ID", "").rpartition("-")
    return name == run.name and last in map(str, range(number, number + MOST_STEPS))


def _event(name: str, kind: str, html: str, said: str) -> str:
    return f"id: {name}\nevent: {kind}\ndata: {json.dumps({'html': html, 'said': said})}\n\n"


def _end_of(step: Done | Failed) -> str:
    return headline(answer_json(step.answer)) if isinstance(step, Done) else step.message


class _Telling:
    """Renders the steps of one answer: each to fragments, and to what a screen reader is told."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._numbers: dict[str, int] = {}

    def tell(self, step: Event) -> tuple[str, str]:
        """The fragments of a step, and what is said of it."""
        match step:
            case Understood(query=query):
                return self._render("understood", query), f"Understood as: {query}"
            case Retrieved(hits):
                said = f"Looking through {_of('passage', [hit.title for hit in hits])}"
                return self._render("passages", hits, said) + self._render(
                    "progress", "Choosing what may be cited…"
                ), said
            case Found(evidence=evidence):
                said, doing = f"Reading {_of('sentence', [one.title for one in evidence])}", "Drafting…"
                if not evidence:
                    said, doing = "Nothing in the documents is about this", "Closing…"
                citations = event_json(step)[1]["citations"]
                return self._render("sources", citations, said) + self._render("progress", doing), said
            case Drafted(index):
                said = f"Checking claim {index + 1}"
                return self._claim("claim", step) + self._render("progress", f"{said}…"), said
            case Judged():
                return self._claim("judged", step) + self._render("progress", "Drafting the next claim…"), ""
        return "", ""

    def _claim(self, macro: str, step: Drafted | Judged) -> str:
        one = event_json(step)[1]["claim"]
        for citation in one["citations"]:
            self._numbers.setdefault(citation["id"], len(self._numbers) + 1)
        return self._render(macro, step.index, one, self._numbers)

    def _render(self, macro: str, *values: Any) -> str:
        return str(get_template_attribute("_live.html", macro)(self._key, *values))


def _of(noun: str, titles: Sequence[str]) -> str:
    """How many there are, and of how many documents; each comes with its document's title."""
    return f"{counted(len(titles), noun)} of {counted(len(set(titles)), 'document')}"

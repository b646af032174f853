"""What readers think of an answer: given where they read it, and read by those who curate."""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from app.api.blueprint import services
from app.chat.feedback import KINDS
from app.chat.reports import reports
from app.chat.types import WHOLE_ANSWER, FeedbackKind
from app.errors import NotAllowed
from app.web.fragment import wants_fragment
from app.web.here import asked_in, chat, user
from ingest.errors import BadInput

opinion_pages = Blueprint("opinions", __name__)

MOST = 100
"""How many reports a page lists."""


@opinion_pages.get("/feedback")
def listed() -> str:
    """The newest feedback on answers that the user, a curator, may see. Raises NotAllowed."""
    if not user().curator:
        raise NotAllowed("What readers report is for curators")
    found = list(islice(reports(chat().feedback.all(), services().store), MOST + 1))
    return render_template("feedback.html", reports=found[:MOST], more=len(found) > MOST)


@opinion_pages.post("/a/<answer_id>/feedback")
def give(answer_id: str) -> Response:
    """Give feedback, or take it back: `kind` is a kind for the whole answer, or `KIND:INDEX` for one of its claims.

    Raises UnknownId, BadInput.
    """
    answer = services().store.answer(answer_id)
    kind, claim = _kind(request.form.get("kind", ""), len(answer["claims"]) + len(answer["withheld"]))
    chat().feedback.toggle(answer_id, user().name, kind, claim)
    if wants_fragment():
        given = chat().feedback.of_user([answer_id], user().name)
        return jsonify({"pressed": [name if index == WHOLE_ANSWER else f"{name}:{index}" for _, index, name in given]})
    message = asked_in(answer_id)
    return redirect(f"/m/{message.id}" if message else f"/a/{answer_id}", 303)


def _kind(value: str, claims: int) -> tuple[FeedbackKind, int]:
    """Read what a button says. Raises BadInput for a kind or a claim that there is not."""
    name, _, index = value.partition(":")
    found = [kind for kind in KINDS if kind == name]
    if not found or (index and index not in map(str, range(claims))):
        raise BadInput(f"There is no feedback {value!r}")
    return found[0], int(index) if index else WHOLE_ANSWER

"""`POST /v1/answers`, `GET /v1/answers/<id>`, and `GET /v1/answers`: those of which a source has changed."""

from __future__ import annotations

from itertools import chain

from flask import Response, g, request

from app.answer import answer, answer_whole
from app.api.answer_schemas import AnswerWire
from app.api.blueprint import blueprint, services
from app.api.bodies import AnswerBody, AnswerPath, AnswersQuery
from app.api.events import EVENT_STREAM, stream
from app.api.schemas import reference
from app.api.slots import take_slot
from app.api.standing_schemas import MarkedAnswersWire
from app.errors import NotAllowed
from app.marked import marked_answers
from app.wire import Json, answer_json

answers = blueprint("answers")

_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string", "contentMediaType": "application/json"}},
}
"""Each event of a stream, as a client reads it."""

ANSWERED = {
    "description": "The answer; with `stream` or `Accept: text/event-stream` each step of it as a Server-Sent Event: "
    "`understood` where the question leans on others, `passages` as soon as they are found, `sources`, then `claim` "
    "and `verdict` for each claim, and at last `answer` (an AnswerWire) or `error` (an ErrorWire). The data of an "
    "event is one line of JSON.",
    "content": {
        "application/json": {"schema": reference(AnswerWire)},
        EVENT_STREAM: {"schema": _EVENT},
    },
}


@answers.post("/answers", responses={200: ANSWERED})
def post_answer(body: AnswerBody) -> Response | Json:
    """Answer a question; with `stream` or `Accept: text/event-stream`, event by event."""
    with take_slot() as held:
        if body.stream or request.accept_mimetypes.best == EVENT_STREAM:
            events = answer(body.to_request(), services())
            first = next(events)  # what is wrong with the request is found here, while a status can still say it
            return stream(chain([first], events), held.pop_all())
        return answer_json(answer_whole(body.to_request(), services()))


@answers.get("/answers", responses={200: MarkedAnswersWire})
def get_answers(query: AnswersQuery) -> Json:
    """The kept answers of which a source has changed since, the newest first; for curators, as others asked them."""
    if not g.user.curator:
        raise NotAllowed("What others asked is listed for curators")
    return {"answers": marked_answers(services().store, query.status, query.limit, query.before)}


@answers.get("/answers/<answer_id>", responses={200: AnswerWire})
def get_answer(path: AnswerPath) -> Json:
    """A kept answer, as it was given."""
    return services().store.answer(path.answer_id)

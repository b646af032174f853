"""Server-Sent Events: an answer while it is made. https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from flask import Response

from app.answer import Done, Drafted, Event, Found, Judged, Retrieved, Understood
from app.api.errors import describe
from app.wire import Json, answer_json, checked_json, citation_json, hit_json

EVENT_STREAM = "text/event-stream"

STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""What keeps caches and proxies from holding events back."""


def stream(events: Iterable[Event], held: ExitStack) -> Response:
    """Send each event as soon as it is made; an error after the first becomes the last event, `error`.

    `held` is closed when the stream has ended, be it that its reader has left.
    """
    response = Response(_encode_all(events, held), mimetype=EVENT_STREAM, headers=STREAM_HEADERS)
    response.call_on_close(held.close)  # for a stream of which nothing was ever read
    return response


def encode(name: str, data: Json) -> str:
    """One event: its name and its data as one line of JSON."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def event_json(event: Event) -> tuple[str, Json]:
    """The name and the data of an event of the main path."""
    match event:
        case Understood(question, query):
            return "understood", {"question": question, "query": query}
        case Retrieved(hits):
            return "passages", {"passages": [hit_json(hit) for hit in hits]}
        case Found(hits, evidence):
            return "sources", {
                "passages": [hit_json(hit) for hit in hits],
                "citations": [citation_json(one) for one in evidence],
            }
        case Drafted(index, claim):
            citations = [citation_json(one) for one in claim.citations]
            return "claim", {"index": index, "claim": {"text": claim.text, "citations": citations}}
        case Judged(index, checked):
            reason = {"reason": checked.verdict.reason} if checked.verdict.reason else {}
            return "verdict", {"index": index, "claim": checked_json(checked) | reason}
        case Done(done, _):
            return "answer", answer_json(done)


def _encode_all(events: Iterable[Event], held: ExitStack) -> Iterator[str]:
    with held:
        try:
            for event in events:
                yield encode(*event_json(event))
        except Exception as error:
            yield encode("error", describe(error)[1])

"""What readers reported, for those who curate: feedback with the answer, the claim, and what that cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.chat.feedback import OF_ANSWERS, OF_CLAIMS
from app.chat.types import WHOLE_ANSWER, Feedback
from app.wire import Json
from ingest.errors import UnknownId
from ingest.store import Store

IN_WORDS = OF_ANSWERS | OF_CLAIMS


def reports(given: Iterable[Feedback], store: Store) -> Iterator[Json]:
    """Yield a report for each piece of feedback whose answer the store has.

    A report is `{"kind", "user", "given", "answer": {"id", "question", "url"}, "claim"}`; `claim` is one of the
    answer's as the wire format has it, and None where the feedback is about all of it.
    """
    for one in given:
        try:
            answer = store.answer(one.answer_id)
        except UnknownId:
            continue
        yield {
            "kind": one.kind,
            "user": one.user,
            "given": one.given,
            "answer": {"id": answer["id"], "question": answer["question"], "url": f"/a/{answer['id']}"},
            "claim": None if one.claim == WHOLE_ANSWER else [*answer["claims"], *answer["withheld"]][one.claim],
        }


def report_words(report: Json) -> str:
    """What a report says, in words."""
    return IN_WORDS[report["kind"]]

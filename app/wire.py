"""The wire format: an Answer and its parts as plain JSON values, the same for HTTP, the command line and the store."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.types import Answer, AsOf, Checked, Citation, NearMiss, Searched, Usage
from ingest.types import Hit

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """The whole answer, as `POST /v1/answers` gives it and as it is kept."""
    return {
        "id": answer.id,
        "question": answer.question,
        "follows": answer.follows,
        "created": answer.created,
        "model": answer.model,
        "status": answer.status,
        "reason": answer.reason,
        "text": answer.text,
        "confidence": round(answer.confidence, 4),
        "calibrated": answer.calibrated,
        "claims": [checked_json(one) for one in answer.claims],
        "withheld": [checked_json(one) for one in answer.withheld],
        "searched": searched_json(answer.searched),
        "usage": [usage_json(one, answer.id) for one in answer.usage],
        "timing_ms": {name: round(ms, 1) for name, ms in answer.timing_ms.items()},
        "store_generation": answer.store_generation,
        "as_of": as_of_json(answer.as_of),
        "notes": list(answer.notes),
        "model_failure": answer.model_failure,
    }


def as_of_json(as_of: AsOf | None) -> Json | None:
    """The generation that was asked for, and what had changed since; None where the newest was meant."""
    return None if as_of is None else asdict(as_of) | {"outdated": list(as_of.outdated)}


def checked_json(one: Checked) -> Json:
    """A claim with its verdict; offsets into the answer's text when it is shown, a reason when it is withheld."""
    wire: Json = {"text": one.claim.text}
    if one.start is not None:
        wire |= {"start": one.start, "end": one.end}
    wire |= {
        "label": one.verdict.label,
        "confidence": round(one.verdict.confidence, 4),
        "checks": [{"name": c.name, "passed": c.passed, "detail": dict(c.detail)} for c in one.verdict.checks],
        "citations": [citation_json(citation) for citation in one.claim.citations],
    }
    if one.start is None:
        wire["reason"] = one.verdict.reason
    return wire


def citation_json(citation: Citation) -> Json:
    """A citation with W3C Web Annotation's two selectors; the page is there only when it was measured.

    `header` holds the column names over a table's row, else nothing.
    """
    span = citation.span
    return {
        "id": span.id,
        "document": {
            "id": span.document_id,
            "title": citation.title,
            "revision": span.revision,
            "uri": citation.uri,
        },
        "section": list(span.section),
        "start": span.start,
        "end": span.end,
        "unit": "codepoint",
        "exact": span.text,
        "prefix": citation.prefix,
        "suffix": citation.suffix,
        "header": citation.header,
        "page": span.page,
        "page_source": None if span.page is None else "measured",
        "boxes": [asdict(box) for box in span.boxes],
        "url": f"/c/{span.id}",
    }


def hit_json(hit: Hit) -> Json:
    """A passage as `search` gives it."""
    return {
        "passage_id": hit.passage.id,
        "document": {"id": hit.passage.document_id, "title": hit.title, "revision": hit.passage.revision},
        "section": list(hit.passage.section),
        "score": round(hit.score, 6),
        "scores": {name: round(score, 6) for name, score in hit.scores.items()},
        "text": hit.passage.text,
        "spans": list(hit.passage.span_ids),
    }


def searched_json(searched: Searched) -> Json:
    """What was searched: the passages by id, and the near misses with the reason each failed."""
    return {
        "query": searched.query,
        "passages": [
            {
                "id": hit.passage.id,
                "document": hit.passage.document_id,
                "section": list(hit.passage.section),
                "score": round(hit.score, 6),
            }
            for hit in searched.hits
        ],
        "near_misses": [near_miss_json(miss) for miss in searched.near_misses],
    }


def near_miss_json(miss: NearMiss) -> Json:
    """A span that was not used, and why."""
    return {
        "id": miss.span.id,
        "document": {"id": miss.span.document_id, "title": miss.title},
        "section": list(miss.span.section),
        "text": miss.span.text,
        "score": round(miss.score, 4),
        "why": miss.why,
        "url": f"/c/{miss.span.id}",
    }


def usage_json(usage: Usage, task: str) -> Json:
    """One call of a model, with the answer it was made for."""
    wire = asdict(usage) | {"task": task}
    wire["prefill_ms"], wire["decode_ms"] = round(usage.prefill_ms, 1), round(usage.decode_ms, 1)
    return wire

"""Kept answers: what they cite, and that just those are marked of which a text that they cite stands no more."""

from __future__ import annotations

from typing import Any

from ingest.canonical import digest
from ingest.standing import WATCHED, settle, standings_of
from ingest.store import Store
from tests.ingest.store_model.model import Given, Model


def keep(store: Store, model: Model, shown: list[Given], withheld: Given) -> str:
    """Keep an answer of a claim for each citation; one more is withheld."""
    name = f"ans_{len(model.answers)}"
    claims, text = list[dict[str, Any]](), "So:"
    for given in shown:
        start = len(text) + 1
        text += f" {model.given[given]}"
        claims.append({**_claim(model, given), "start": start, "end": len(text), "checks": []})
    created = f"2026-11-26T10:00:{len(model.answers) % 60:02}+00:00"
    question = f"What of this: {model.given[shown[0]]}"
    body: dict[str, Any] = {"id": name, "created": created, "question": question, "text": text, "claims": claims}
    body["withheld"] = [_claim(model, withheld)]
    receipt = {key: value for key, value in body.items() if key != "id"} | {"answer_id": name}
    store.save_answer(name, created, body, receipt=receipt | {"sha256": digest(receipt), "signature": None})
    model.answers[name] = frozenset(given.id for given in shown)
    return name


def _claim(model: Model, given: Given) -> dict[str, Any]:
    text = model.given[given]
    document = {"id": given.document, "title": "T", "revision": given.revision}
    place = {"start": given.start, "end": given.start + len(text), "exact": text}
    return {"text": text, "citations": [{"id": given.id, "document": document, **place}]}


def settled(store: Store, model: Model, name: str, watched: frozenset[str]) -> None:
    """Somebody checks an answer again, and finds that it holds while these spans stand."""
    detail = {"citations": [{"id": one} for one in sorted(model.answers[name] - model.current)]}
    if settle(store.engine, name, "holds", {**detail, WATCHED: sorted(watched)}, model.generation):
        model.settled[name] = watched


def changed(model: Model, before: frozenset[str], after: frozenset[str]) -> None:
    """The spans of today were these and are those: what was settled and hangs on one of them is settled no more."""
    for name in [*model.settled]:
        cited, watched = model.answers[name], model.settled[name]
        if cited & (before ^ after) or watched & (before - after) or cited <= after:
            del model.settled[name]


def marked(store: Store, model: Model) -> None:
    """Those are marked, and only those."""
    found = standings_of(store.engine, list(model.answers))
    stale = {name: cited - model.current for name, cited in model.answers.items() if cited - model.current}
    assert found.keys() == stale.keys()
    for name, one in found.items():
        assert one.status == ("holds" if name in model.settled else "unchecked"), name
        assert {citation["id"] for citation in one.detail["citations"]} == stale[name]

"""Answers made by hand over the two documents of `tests.conftest`, which are then edited; and a verifier that obeys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.cite import cite
from app.services import Services
from app.types import AsOf, Entailment
from app.wire import Json, as_of_json, citation_json
from tests.conftest import Ingested

CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."
MARGIN = "The hold uncertainty after clock tree synthesis is 15 ps."
SLOW = "A hold violation cannot be mended by slowing the clock down."
TIED = "The reset synchroniser has two flops whose data input is tied high."
SOON = "A hold violation is caused by data that comes too soon at the capturing flop."

Claims = Sequence[tuple[str, Sequence[str]]]


class Judge:
    """A verifier that supports each claim as much as it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.support: Callable[[str, str], float] = lambda evidence, claim: 0.9

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.asked += pairs
        return [Entailment(self.support(*pair), 0.0) for pair in pairs]


def keep(
    services: Services,
    name: str,
    claims: Claims,
    confidence: float = 0.9,
    question: str = "Why hold?",
    as_of: int | None = None,
) -> None:
    """Keep an answer whose claims cite the spans with these texts, the current ones or those as of a generation."""
    store = services.store
    spans = {one.text: one for name in ("hold", "reset") for one in store.spans_at(name, as_of or store.generation())}
    wire: list[Json] = [
        {
            "text": text,
            "confidence": confidence,
            "checks": [],
            "citations": [citation_json(one) for one in cite(store, [spans[each] for each in cited])],
        }
        for text, cited in claims
    ]
    created = f"2026-01-{store.counts()['answers'] + 1:02}"
    body = {"id": name, "created": created, "question": question, "claims": wire, "withheld": []}
    ids = {spans[each].id for _, cited in claims for each in cited}
    given = AsOf(as_of, None, tuple(sorted(ids - store.current_ids(ids)))) if as_of else None
    store.save_answer(name, created, {**body, "searched": {"query": question}, "as_of": as_of_json(given)})


def edit(ingested: Ingested, *changes: tuple[str, str], document: str = "hold.md") -> None:
    file = ingested.folder / document
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    ingested.again()

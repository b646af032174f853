"""The checks on bare (evidence, claim) pairs, as `verispan check --jsonl` runs them: all that read only the texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.checks import entailment, quote, steps
from app.checks.verdict import reach
from app.types import Verdict, Verifier
from ingest.errors import BadInput

BATCH = 64
"""How many pairs go to the verifier at once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row to judge. `label` is the row's own, where it has one; `id` is kept as it was read.

    `context` are the titles and headings that the evidence stands under, where they are known; `earlier` the claims
    before this one in its text, on which it may rest.
    """

    id: object
    claim: str
    evidence: tuple[str, ...]
    label: str | None = None
    context: str = ""
    earlier: tuple[str, ...] = ()


def read_pairs(lines: Iterable[str]) -> Iterator[Pair]:
    """Read JSON Lines `{"id", "claim", "evidence" | "evidence_sentences", "label"?}`; empty lines are passed over.

    A row without an id gets the number of its line. Raises BadInput naming the line of a row that is not of this form.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _pair(_json_object(line, number), number)


def judge_pairs(pairs: Iterable[Pair], verifier: Verifier, min_confidence: float = 0.5) -> Iterator[dict[str, Any]]:
    """Judge pairs and yield, in their order, `{"id", "label", "confidence", "p_supported", "p_contradicted"}`.

    Pairs are read and judged in batches, so that a file of any length runs in constant memory.
    """
    waiting = iter(pairs)
    while batch := list(islice(waiting, BATCH)):
        for pair, verdict in zip(batch, judge(batch, verifier, min_confidence), strict=True):
            likely = {name: verdict.checks[-1].detail[name] for name in ("p_supported", "p_contradicted")}
            yield {"id": pair.id, "label": verdict.label, "confidence": verdict.confidence, **likely}


def judge(pairs: Sequence[Pair], verifier: Verifier, min_confidence: float) -> list[Verdict]:
    """One verdict for each pair, in order; the last check of each is the entailment, which is always asked for."""
    read = [steps.read(one.claim, one.evidence, one.earlier, context=one.context) for one in pairs]
    judged = verifier.verify(
        [(entailment.premise(step.evidence), pair.claim) for step, pair in zip(read, pairs, strict=True)]
    )
    return [
        reach((quote.check_text(pair.claim, pair.evidence), *step.checks, entailment.check(one)), min_confidence)
        for pair, step, one in zip(pairs, read, judged, strict=True)
    ]


def _json_object(line: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput(f"Line {number} is not JSON: {error.msg} at column {error.colno}") from error
    if not isinstance(row, dict):
        raise BadInput(f"Line {number} is not a JSON object")
    return row


def _pair(row: Mapping[str, Any], number: int) -> Pair:
    claim = row.get("claim")
    if not isinstance(claim, str) or not claim.strip():
        raise BadInput(f"Line {number}: `claim` must be a text that is not empty")
    label = row.get("label")
    return Pair(row.get("id", number), claim, _evidence(row, number), label if isinstance(label, str) else None)


def _evidence(row: Mapping[str, Any], number: int) -> tuple[str, ...]:
    given = row["evidence_sentences"] if "evidence_sentences" in row else row.get("evidence")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadInput(f"Line {number}: `evidence` must be a text, or `evidence_sentences` a list of texts")
    return tuple(texts)

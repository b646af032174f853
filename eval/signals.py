"""What verifiers and the fact rung say of labelled pairs, kept in a file so that no pair is judged twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.checks import entailment, facts
from app.checks.pairs import Pair
from app.checks.stacked import signals_of
from app.checks.windows import is_long
from app.types import Check, Verifier


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair with the signals of the verifiers and the fact rung's outcome, by name."""

    source: str
    supported: bool
    signals: dict[str, float]
    facts: dict[str, float]


def judged(
    pairs: Sequence[tuple[str, Pair]], path: Path, verifiers: Callable[[int], Sequence[Verifier]]
) -> Iterator[Judged]:
    """Judge (source, labelled pair) one after the other; `verifiers` says who is asked about the pair at a place.

    Rows that `path` holds already are taken from there, in order; the others are added to it.
    """
    kept = path.read_text("utf-8").splitlines() if path.exists() else []
    yield from (Judged(**json.loads(line)) for line in kept[: len(pairs)])
    with path.open("a", encoding="utf-8", buffering=1) as out:
        for at in range(len(kept), len(pairs)):
            row = judge(*pairs[at], verifiers(at))
            out.write(json.dumps(asdict(row)) + "\n")
            yield row


def judge(source: str, pair: Pair, verifiers: Sequence[Verifier]) -> Judged:
    """Ask each verifier, and the fact rung, about one pair."""
    evidence = entailment.premise(pair.evidence)
    said = [verifier.verify([(evidence, pair.claim)])[0] for verifier in verifiers]
    signals = signals_of(said, is_long(evidence))
    return Judged(source, pair.label == "supported", signals, facts_of(facts.check(pair.claim, pair.evidence)))


def facts_of(check: Check) -> dict[str, float]:
    """The fact rung's outcome as numbers: whether facts were compared and agree, are missing, or are in conflict."""
    return {
        "agree": float(check.passed is True),
        "missing": float(bool(check.detail.get("missing"))),
        "conflict": float(bool(check.detail.get("conflicts"))),
    }

"""What the verifiers and the fact rung say of labelled pairs, in numbers: what fits and ablations are made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from app.checks import entailment, steps
from app.checks.pairs import Pair
from app.checks.stacked import signals_of
from app.checks.windows import is_long
from app.types import Check, Entailment, Verifier


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair with the signals of the verifiers and the fact rung's outcome, by name."""

    source: str
    supported: bool
    signals: dict[str, float]
    facts: dict[str, float]


class Kept:
    """A verifier whose judgements are kept in a file, a line each: what it has judged once it is not asked again."""

    def __init__(self, verifier: Verifier, path: Path) -> None:
        self._verifier = verifier
        self._path = path
        self._known = read_kept(path) if path.exists() else {}

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order. Raises what the verifier raises; what it had judged is kept."""
        return [self._judged(pair) for pair in pairs]

    def _judged(self, pair: tuple[str, str]) -> Entailment:
        key = key_of(pair)
        if key not in self._known:
            self._known[key] = self._verifier.verify([pair])[0]
            with self._path.open("a", encoding="utf-8") as out:
                out.write(kept_line(pair, self._known[key]))
        return self._known[key]


def read_kept(path: Path) -> dict[str, Entailment]:
    """The judgements of a file by the keys of their pairs."""
    lines = path.read_text("utf-8").splitlines()
    return {row.pop("pair"): Entailment(**row) for row in map(json.loads, lines)}


def kept_line(pair: tuple[str, str], said: Entailment) -> str:
    """A judgement as a line of a file: all but the parts, which what is kept here has not."""
    plain = {name: value for name, value in asdict(said).items() if name != "parts"}
    return json.dumps({"pair": key_of(pair), **plain}) + "\n"


def key_of(pair: tuple[str, str]) -> str:
    """What stands for an (evidence, claim) pair."""
    return sha256("\0".join(pair).encode("utf-8", "replace")).hexdigest()[:32]


def judge(source: str, pair: Pair, verifiers: Sequence[Verifier]) -> Judged:
    """Ask each verifier, and the fact rung, about one pair."""
    evidence = entailment.premise(pair.evidence)
    said = [verifier.verify([(evidence, pair.claim)])[0] for verifier in verifiers]
    signals = signals_of(said, is_long(evidence))
    compared, *_ = steps.read(pair.claim, pair.evidence, ()).checks
    return Judged(source, pair.label == "supported", signals, facts_of(compared))


def facts_of(check: Check) -> dict[str, float]:
    """The fact rung's outcome as numbers: whether facts were compared and agree, are missing, or are in conflict."""
    return {
        "agree": float(check.passed is True),
        "missing": float(bool(check.detail.get("missing"))),
        "conflict": float(bool(check.detail.get("conflicts"))),
    }

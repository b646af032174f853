"""What the cross-encoder learns from: an evidence, a claim, and what the one says of the other."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, cast, get_args

from eval.errors import BadData
from eval.jsonl import open_text

POOL = "train.jsonl.gz"
"""The pool's file in a folder of data."""

HELD_OUT = frozenset({"begin", "covidfact", "scifact"})
"""Sources that are not trained on at all."""

Says = Literal["supported", "contradicted", "neutral", "not_supported"]
"""`not_supported` is contradicted or neutral, where a source does not tell which."""


@dataclass(frozen=True, slots=True)
class Example:
    """One pair with its label, if it has one. `source` names the data set, or the rule that made it."""

    evidence: str
    claim: str
    label: Says | None
    source: str


def read_pool(path: Path) -> Iterator[Example]:
    """Read JSON Lines `{"evidence", "claim", "label", "source"}` (`.gz` too), or the pool of a folder of data.

    Raises BadData naming file and line of a row that is not of this form.
    """
    path = path / POOL if path.is_dir() else path
    with open_text(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                example = Example(row["evidence"], row["claim"], cast(Says, row["label"]), row["source"])
            except (ValueError, KeyError, TypeError) as error:
                raise BadData(f"{path}, line {number}: no object with evidence, claim, label, source") from error
            if example.label not in get_args(Says):
                raise BadData(f"{path}, line {number}: the label is {example.label!r}, not one of {get_args(Says)}")
            yield example


def is_kept_back(example: Example) -> bool:
    """Whether an example is never trained on, since calibration is fitted on it: whole sources, to know what the model
    is worth on kinds of text that it has not seen, and a tenth of the others.

    It goes by the hash of the evidence, so that no evidence is on both sides.
    """
    return example.source in HELD_OUT or sha256(example.evidence.encode("utf-8", "replace")).digest()[0] < 26


def drawn(examples: Sequence[Example], most: int, draw: random.Random) -> list[int]:
    """The places of at most so many examples of each source and label, in the order in which they were drawn."""
    taken: Counter[tuple[str, Says | None]] = Counter()
    kept = []
    for place in draw.sample(range(len(examples)), len(examples)):
        group = (examples[place].source, examples[place].label)
        taken[group] += 1
        if taken[group] <= most:
            kept.append(place)
    return kept

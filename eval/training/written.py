"""Claims written for this project: evidence of many kinds, each with claims that it does and does not support.

The evidence is invented, in the form of real text; the labels were set as the claims were written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from eval.training.examples import Example

FOLDER = Path(__file__).parents[1] / "data" / "written"
SOURCE = "written"


def read_written(folder: Path = FOLDER) -> Iterator[Example]:
    """All claims of all files, in order. A row is `{"id", "form", "domain", "evidence", "claims": [{"claim", "label",
    "kind"}]}`."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for claim in row["claims"]:
                yield Example(row["evidence"], claim["claim"], claim["label"], SOURCE)

"""Claims written for this project: evidence of many kinds, each with claims that it does and does not support.

The evidence is invented, in the form of real text; the labels were set as the claims were written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from eval.errors import BadData
from eval.training.examples import Example

FOLDER = Path(__file__).parents[1] / "data" / "written"
SOURCE = "written"


def read_written(folder: Path = FOLDER) -> Iterator[Example]:
    """All claims of all files, in order. A row is `{"id", "form", "domain", "evidence", "claims": [{"claim", "label",
    "kind"}]}`.

    Raises BadData naming file and line of a row that is not of this form.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                yield from [Example(row["evidence"], one["claim"], one["label"], SOURCE) for one in row["claims"]]
            except (ValueError, KeyError, TypeError) as error:
                raise BadData(f"{path}, line {number}: no object with evidence and labelled claims") from error

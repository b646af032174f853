"""From a file of questions to examples. Which format a file is of is seen from what its first row holds.

A format is a file here with a function `read`, and a line in `READERS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

from eval.answers.examples import Example, ExampleSet, Source
from eval.answers.formats import chip, clapnq, plain, squad
from eval.errors import BadData
from eval.jsonl import OnBad, lines, refuse

Item = tuple[str, Example, tuple[Source, ...]]
"""Where an example stands in its file, the example, and the documents that it carries."""

READERS: dict[str, Callable[[Path, OnBad], Iterator[Item]]] = {
    "squad": squad.read,
    "clapnq": clapnq.read,
    "chip": chip.read,
    "plain": plain.read,
}


def read_examples(path: Path, skip_bad: bool = False) -> ExampleSet:
    """Read a file of questions.

    Raises BadData, naming file and line, for a row that is not of the file's format, an id that is used twice, a
    passage that does not exist, and a file without questions. With `skip_bad` such rows are left out and named in
    `skipped`; a file without a good row is still refused.
    """
    name, skipped = format_of(path), list[str]()
    on_bad = skipped.append if skip_bad else refuse
    examples, sources = _unique(READERS[name](path, on_bad), on_bad)
    if not examples:
        raise BadData(f"{path}: no question in it" + (f"; the first fault: {skipped[0]}" if skipped else ""))
    return ExampleSet(name, tuple(examples), tuple(sources), tuple(skipped))


def format_of(path: Path) -> str:
    """Which of the formats a file is of, by its name and its first row. Raises BadData for an empty file."""
    if path.suffix == ".json":
        return "squad"
    first = next(lines(path), None)
    if first is None:
        raise BadData(f"{path}: the file is empty")
    try:
        row = json.loads(first[1])
    except ValueError:
        return "plain"  # whose reader says what is wrong with the line
    keys = row.keys() if isinstance(row, dict) else ()
    return "clapnq" if "sentences" in keys else "chip" if "passage_ids" in keys else "plain"


def sample(examples: ExampleSet, size: int | None, seed: int) -> ExampleSet:
    """So many of the examples, drawn by chance, in the order of the file; all of them for None."""
    if size is None or size >= len(examples.examples):
        return examples
    places = sorted(Random(seed).sample(range(len(examples.examples)), size))  # noqa: S311  # not for secrets
    return examples.only([examples.examples[place] for place in places])


def _unique(items: Iterable[Item], on_bad: OnBad) -> tuple[list[Example], list[Source]]:
    """Leave out what has an id that was seen before; a document may come with many questions."""
    examples: dict[str, Example] = {}
    sources: dict[str, Source] = {}
    for where, example, carried in items:
        if example.id in examples:
            on_bad(f"{where}: the id {example.id!r} was used before")
            continue
        examples[example.id] = example
        sources |= {one.id: one for one in carried}
    return list(examples.values()), list(sources.values())

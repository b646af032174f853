"""SQuAD 2.0's JSON (Rajpurkar, Jia, Liang 2018): paragraphs with questions, some of them impossible to answer there.

Each paragraph becomes a document of its own, and its questions are asked of it alone. The sentence that holds an
answer is the gold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from eval.answers.examples import Example, Gold, Source
from eval.errors import BadData
from eval.jsonl import OnBad, Row
from ingest.sentences import sentences

Item = tuple[str, Example, tuple[Source, ...]]


def read(path: Path, on_bad: OnBad) -> Iterator[Item]:
    """Read a file with the paragraphs that it carries. A question stands at `data[i].paragraphs[j].qas[k]`."""
    try:
        articles = json.loads(path.read_text("utf-8"))["data"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(f"{path}: wanted SQuAD's JSON, an object with the list `data`: {error!r}") from error
    for i, article in enumerate(articles):
        for j, paragraph in enumerate(article.get("paragraphs", ())):
            source = Source(
                f"passage-{i:03}-{j:03}", article.get("title") or f"Article {i}", paragraph.get("context", "")
            )
            for k, asked in enumerate(paragraph.get("qas", ())):
                where = f"{path}, data[{i}].paragraphs[{j}].qas[{k}]"
                try:
                    yield where, _example(asked, source), (source,)
                except (AttributeError, KeyError, TypeError, ValueError) as error:
                    on_bad(f"{where}: wanted `id`, `question` and `answers` that stand in the context: {error!r}")


def _example(asked: Row, source: Source) -> Example:
    impossible = bool(asked.get("is_impossible"))
    answers = [] if impossible else asked["answers"]
    if not impossible and not answers:
        raise ValueError("no answers")
    if not isinstance(asked["id"], str | int) or not str(asked["question"]).strip():
        raise ValueError("no id, or an empty question")
    gold = (Gold(source.id, _sentence(source.text, one["text"], one["answer_start"])) for one in answers)
    references = tuple(dict.fromkeys(one["text"] for one in answers))
    alternatives = tuple((one,) for one in dict.fromkeys(gold))
    return Example(
        str(asked["id"]), str(asked["question"]), not impossible, references, alternatives, documents=(source.id,)
    )


def _sentence(context: str, answer: str, start: int) -> str:
    """The sentences of the context that the answer stands in; offsets are code points, as they are in SQuAD."""
    if context[start : start + len(answer)] != answer:
        raise ValueError(f"{answer!r} does not stand at {start}")
    return " ".join(context[s:e] for s, e in sentences(context) if s < start + len(answer) and e > start)

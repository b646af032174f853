"""From labelled claims about a collection to the threshold that is served for it, with its guarantee."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.checks.ladder import evidence_of, headings_of
from app.checks.pairs import Pair, read_pairs
from app.cite import cite
from app.guarantee import Guarantee
from app.types import Citation, Claim, Verifier
from eval.conformal import Threshold, needed, threshold_for
from eval.errors import BadData
from eval.jsonl import open_text
from eval.verify import judge_all
from ingest.errors import UnknownId
from ingest.rows import now
from ingest.store import Store


class TooFewLabels(BadData):
    """The labels do not prove any threshold."""

    code = "too_few_labels"
    next_step = "Label more claims of the collection, or ask for less with --target or --delta."


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be guaranteed: a precision among the claims shown, but for a probability of `delta`."""

    target_precision: float = 0.95
    delta: float = 0.05


def calibrate(path: Path, store: Store, collection: str, verifier: Verifier, name: str, aim: Aim) -> Guarantee:
    """Judge the labelled claims of a file, and find the lowest threshold that they prove for a collection.

    `name` is what identifies the verifier. Raises TooFewLabels, and BadData or UnknownId for an unusable row.
    """
    if collection not in (known := store.collections()):
        raise BadData(f"the store has no collection {collection!r}; it has: {', '.join(known) or 'none'}")
    pairs = read_rows(path, store, collection)
    least = needed(aim.target_precision, aim.delta)
    if len(pairs) < least:
        raise TooFewLabels(
            f"{path} has {len(pairs)} labelled claims; a precision of {aim.target_precision:g} with delta"
            f" {aim.delta:g} takes at least {least}, if none of the confident ones is unsupported"
        )
    found = _threshold(pairs, verifier, aim)
    if found.value is None:
        raise TooFewLabels(f"{path}: {_why(found, aim)}")
    return Guarantee(collection, found.value, aim.target_precision, aim.delta, len(pairs), name, now())


def _threshold(pairs: Sequence[Pair], verifier: Verifier, aim: Aim) -> Threshold:
    # Asked for no confidence, a claim is called supported when none of its checks failed. One that failed any is never
    # shown, so that it is below every threshold.
    judged = judge_all(pairs, verifier, min_confidence=0.0)
    return threshold_for(judged.confidence * judged.said, judged.truth, aim.target_precision, aim.delta)


def _why(found: Threshold, aim: Aim) -> str:
    return (
        f"{found.wrong} of the {found.above} most confident claims are unsupported, which does not prove a precision of"
        f" {aim.target_precision:g} with delta {aim.delta:g}; at best {found.needed} claims so confident, with no more"
        " unsupported ones than these, would"
    )


def read_rows(path: Path, store: Store, collection: str) -> list[Pair]:
    """Read labelled rows of JSON Lines (`.gz` too): as for `check --jsonl`, or with `citations` in place of evidence.

    Citations are ids of the collection's spans; a claim is then judged under their headings, as in an answer. Raises
    BadData naming the line, and UnknownId.
    """
    with open_text(path) as lines:
        filled = [_filled(line, number, store, collection) for number, line in enumerate(lines, start=1)]
    pairs = read_pairs(line for line, _ in filled)
    contexts = (context for line, context in filled if line.strip())
    return [_labelled(replace(pair, context=context), path) for pair, context in zip(pairs, contexts, strict=True)]


def _labelled(pair: Pair, path: Path) -> Pair:
    if pair.label is None:
        raise BadData(f"{path}: the row with id {pair.id!r} has no label")
    return pair


def _filled(line: str, number: int, store: Store, collection: str) -> tuple[str, str]:
    """A line with the evidence that it cites written out, and the headings which that stands under."""
    try:
        row = json.loads(line)
    except ValueError:
        return line, ""  # `read_pairs` says what is wrong with it
    if not isinstance(row, dict) or "citations" not in row:
        return line, ""
    cited = _cited(row["citations"], number, store, collection)
    return json.dumps(row | {"evidence_sentences": evidence_of(Claim("", cited))}), headings_of(cited)


def _cited(ids: object, number: int, store: Store, collection: str) -> tuple[Citation, ...]:
    if not isinstance(ids, list) or not ids or not all(isinstance(name, str) for name in ids):
        raise BadData(f"Line {number}: `citations` must be a list of citation ids")
    spans = store.spans_by_id(ids)
    for name in ids:
        if name not in spans:
            raise UnknownId(f"Line {number}: the store holds no citation {name!r}")
        home = store.document(spans[name].document_id).collection
        if home != collection:
            raise BadData(f"Line {number}: {name} is of the collection {home!r}, not of {collection!r}")
    return tuple(cite(store, [spans[name] for name in ids]))

"""The threshold of a collection that was proven on labelled claims, as it is kept beside the store.

One JSON file a collection in `<store>/guarantees/`. `verispan eval calibrate` writes it; a ladder reads it. It holds
for the verifier it was made with, and for no other.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from app.types import Claim
from ingest.files import write_whole
from ingest.indexes import folder_name
from ingest.sums import SEAL, seal

FOLDER = "guarantees"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Of the claims that pass every check with at least `threshold`, at least `target_precision` are supported.

    That holds with a probability of 1 - `delta` over the draw of the `n` labelled claims, which were judged by
    `verifier`, and for claims that come as those did. `created` is ISO 8601, UTC.
    """

    collection: str
    threshold: float
    target_precision: float
    delta: float
    n: int
    verifier: str
    created: str

    def __str__(self) -> str:
        return (
            f"Of the claims about the collection {self.collection!r} that pass every check and that the verifier"
            f" {self.verifier!r} gives a confidence of at least {self.threshold:g}, at least"
            f" {self.target_precision:.4g} are supported; this holds with a probability of {1 - self.delta:.4g} over"
            f" the draw of the {self.n} labelled claims, for claims that come as those did."
        )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidence that claims need: what was asked for, and what was proven for the collections that they cite."""

    asked: float
    proven: Mapping[str, Guarantee]
    collection_of: Callable[[str], str]

    def needed(self, claim: Claim) -> float:
        """The highest of `asked` and the thresholds of the cited collections, in [0, 1]."""
        return self._served(claim)[0]

    def is_proven(self, claim: Claim) -> bool:
        """Whether the claim cites something, and each collection that it cites has a guarantee."""
        return self._served(claim)[1]

    def _served(self, claim: Claim) -> tuple[float, bool]:
        cited = {self.collection_of(one.span.document_id) for one in claim.citations}
        return served_threshold(self.proven, cited, self.asked)


class Unusable(ValueError):
    """A file holds no guarantee that can be used; the message says why."""


def write_guarantee(store: Path, guarantee: Guarantee) -> Path:
    """Keep a guarantee in a store's folder, in place of the collection's former one; a crash leaves either whole."""
    path = _path(store, guarantee.collection)
    path.parent.mkdir(exist_ok=True)
    said = asdict(guarantee)
    write_whole(path, json.dumps(said | {SEAL: seal(said)}, indent=2))
    return path


def guarantees(store: Path, verifier: str, say: Callable[[str], None] = _log.warning) -> Mapping[str, Guarantee]:
    """The guarantees in a store's folder that hold for a verifier, by collection; `say` is told why others do not."""
    found = {}
    for path in sorted((store / FOLDER).glob("*.json")):
        try:
            one = _read(path, verifier)
        except Unusable as error:
            say(f"The guarantee {path} is not used: {error}")
        else:
            found[one.collection] = one
    return found


def served_threshold(
    found: Mapping[str, Guarantee], collections: Iterable[str], min_confidence: float
) -> tuple[float, bool]:
    """The confidence that a claim needs which cites these collections, and whether it is one that was proven.

    The highest of their thresholds and of what was asked for; proven where each of the collections has a guarantee.
    """
    cited = [found.get(name) for name in sorted(set(collections))]
    held = [one for one in cited if one is not None]
    return max([min_confidence, *(one.threshold for one in held)]), bool(held) and len(held) == len(cited)


def _path(store: Path, collection: str) -> Path:
    return store / FOLDER / f"{folder_name(collection)}.json"


def _read(path: Path, verifier: str) -> Guarantee:
    one = _parsed(path)
    if one.verifier != verifier:
        raise Unusable(f"it was made with the verifier {one.verifier!r}, and {verifier!r} is served")
    if path.name != f"{folder_name(one.collection)}.json":
        raise Unusable(f"its name is not that of the collection {one.collection!r}")
    return one


def _parsed(path: Path) -> Guarantee:
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"it cannot be read ({error})") from error
    if isinstance(held, dict) and held.pop(SEAL, None) not in (None, seal(held)):  # earlier versions wrote none
        raise Unusable("it is not as it was written")
    if not isinstance(held, dict) or (wrong := _of_wrong_kind(held)):
        raise Unusable(f"it is no guarantee ({', '.join(wrong) if isinstance(held, dict) else 'not a JSON object'})")
    return Guarantee(**held)


def _of_wrong_kind(held: Mapping[str, Any]) -> list[str]:
    """The names of fields that are lacking, unknown, or hold what they cannot hold."""
    known = {field.name for field in fields(Guarantee)}
    texts = [name for name in ("collection", "verifier", "created") if not isinstance(held.get(name), str)]
    shares = [name for name in ("threshold", "target_precision", "delta") if not _is_share(held.get(name))]
    count = held.get("n")
    counts = [] if isinstance(count, int) and not isinstance(count, bool) and count > 0 else ["n"]
    return sorted({*texts, *shares, *counts, *(held.keys() - known)})


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1

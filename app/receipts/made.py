"""The receipt of an answer that has just been made."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.guarantee import Thresholds
from app.receipts.made_with import made_with
from app.receipts.signing import Signer
from app.services import Services
from app.settings import Settings
from app.types import Answer, Checked
from app.wire import Json, as_of_json, checked_json
from ingest.canonical import canonical, digest, digest_of_text
from ingest.signed import without_seals

VERSION = 2
"""The newest version of receipts, which is made; older ones are still checked."""


def receipt_of(
    answer: Answer, checked: Sequence[Checked], thresholds: Thresholds, settings: Settings, services: Services
) -> Json:
    """Make the receipt of an answer, signed where a key is configured.

    `checked` are all its claims in the order in which they were drafted, `thresholds` those that they were held to.
    """
    indices = {True: iter(_places(checked, True)), False: iter(_places(checked, False))}
    wire = {
        "receipt_version": VERSION,
        "answer_id": answer.id,
        "created": answer.created,
        "question": answer.question,
        "understood_as": answer.searched.query,
        "follows": answer.follows,
        "status": answer.status,
        "reason": answer.reason,
        "text": answer.text,
        "confidence": round(answer.confidence, 4),
        "calibrated": answer.calibrated,
        "claims": [_claim(one, next(indices[True]), thresholds) for one in answer.claims],
        "withheld": [_claim(one, next(indices[False]), thresholds) for one in answer.withheld],
        "notes": list(answer.notes),
        "store_generation": answer.store_generation,
        "as_of": as_of_json(answer.as_of),
        "made_with": made_with(answer, thresholds, settings, services),
    }
    return sealed(wire, services.signer)


def sealed(wire: Json, signer: Signer | None) -> Json:
    """A receipt with its hash, and its signature where somebody signs. What was sealed before is sealed anew."""
    # By way of JSON, as it will be read: a tuple is a list there.
    bare: Json = json.loads(json.dumps(without_seals(wire)))
    return bare | {"sha256": digest(bare), "signature": signer.sign(canonical(bare)) if signer else None}


def _places(checked: Sequence[Checked], shown: bool) -> list[int]:
    return [place for place, one in enumerate(checked) if (not one.verdict.reason) == shown]


def _claim(one: Checked, index: int, thresholds: Thresholds) -> Json:
    """A claim as the answer's wire form has it, with what a check of it needs beside that."""
    wire = checked_json(one)
    citations = [_citation(citation) for citation in wire["citations"]]
    more = {"index": index, "verbatim": one.claim.verbatim, "needed": thresholds.needed(one.claim)}
    return wire | more | {"citations": citations}


def _citation(wire: Json) -> Json:
    left_out = ("page_source", "boxes", "url")
    kept = {name: value for name, value in wire.items() if name not in left_out}
    return kept | {"sha256": digest_of_text(wire["exact"])}

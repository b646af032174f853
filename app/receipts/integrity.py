"""Whether a receipt agrees with itself: its seals, its offsets, its texts and hashes, its claims and its whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, datetime

from app.receipts.findings import Finding
from app.wire import Json
from ingest.canonical import canonical, digest, digest_of_text
from ingest.identity import assign_ids, parse_id
from ingest.signed import is_signed, without_seals

ROUNDED = 4
"""To so many decimals a receipt gives confidences."""

QUOTING = "extractive"
"""The model that drafts quotations, which is no language model."""

_BETWEEN = ("", " ", "\n")
"""What may stand in an answer's text before and between its claims."""


def broken_seals(receipt: Json, public_key: str | None) -> Iterator[Finding]:
    """What is wrong with the hash and the signature; `public_key` is that of the one who must have signed."""
    bare = without_seals(receipt)
    if digest(bare) != receipt["sha256"]:
        yield Finding("sha256", "The content is not that of which this is the SHA-256.")
    signature = receipt["signature"]
    if signature and not is_signed(canonical(bare), signature):
        yield Finding("signature", "It is no signature of this content by the key that it names.")
    if public_key and not signature:
        yield Finding("signature", f"It is not signed, and was to be signed by {public_key}.")
    elif public_key and signature["public_key"] != public_key:
        yield Finding("signature", f"It is signed by {signature['public_key']}, not by {public_key}.")


def misplaced(receipt: Json) -> Iterator[Finding]:
    """Where claims do not stand in the answer's text, which holds nothing else, and where they are miscounted."""
    text, at = receipt["text"], 0
    for place, claim in enumerate(receipt["claims"]):
        if text[claim["start"] : claim["end"]] != claim["text"] or claim["end"] > len(text):
            yield Finding(f"claims.{place}", "It is not what stands at its offsets in the text.")
        if claim["start"] < at or text[at : claim["start"]] not in _BETWEEN[: 1 if place == 0 else None]:
            yield Finding(f"claims.{place}", "What stands before it in the text is no claim.")
        at = claim["end"]
    if text[at:]:
        yield Finding("text", "What stands at its end is no claim.")
    indices = sorted(one["index"] for one in (*receipt["claims"], *receipt["withheld"]))
    if indices != list(range(len(indices))):
        yield Finding("claims", "Their places among all claims are not those of a draft.")


def misquoted(receipt: Json) -> Iterator[Finding]:
    """Citations whose hash, offsets or document are not those of what they quote, and ids that mean two things."""
    known: dict[str, Json] = {}
    for where, one in citations_of(receipt):
        if digest_of_text(one["exact"]) != one["sha256"]:
            yield Finding(f"{where}.sha256", "It is not the SHA-256 of the cited text.")
        if one["end"] - one["start"] != len(one["exact"]):
            yield Finding(where, "Its offsets are not as far apart as the cited text is long.")
        if parse_id(one["id"]).document_id != one["document"]["id"]:
            yield Finding(f"{where}.id", "It is the id of a citation of another document.")
        if known.setdefault(one["id"], one) != one:
            yield Finding(where, "Elsewhere in the receipt the same citation says something else.")


def named_by_context(receipt: Json) -> Iterator[Finding]:
    """Citations whose id is not the hash of their text alone. Such are those of texts that stand in their document more
    than once: then the hash is that of the texts beside them too, which only the store has."""
    for where, one in citations_of(receipt):
        if assign_ids(one["document"]["id"], [one["exact"]]) != [one["id"]]:
            what = "Its id is not made of its text alone, as where a text stands twice; only a store can tell."
            yield Finding(f"{where}.id", what)


def inconsistent(receipt: Json) -> Iterator[Finding]:
    """Claims that were held to something else than was needed, and a whole that does not follow from its claims."""
    shown = receipt["claims"]
    for where, claim in claims_of(receipt):
        yield from (Finding(where, what) for what in _wrongly_held(claim, receipt["made_with"]["calibration"]))
    if receipt["confidence"] != min((one["confidence"] for one in shown), default=0.0):
        yield Finding("confidence", "It is not that of the weakest claim.")
    if (receipt["status"] == "answered") != bool(shown) or (receipt["reason"] is None) != bool(shown):
        yield Finding("status", "It is not what the claims come to.")


def misdated(receipt: Json) -> Iterator[Finding]:
    """Times that are none, and where what is said of the generation that was asked for does not fit the rest."""
    as_of = receipt.get("as_of")
    if not _is_time(receipt["created"]):
        yield Finding("created", "It is no time.")
    if as_of and as_of["generation"] != receipt["store_generation"]:
        yield Finding("as_of.generation", "It is not the generation that was answered from.")
    if as_of and not set(as_of["outdated"]) <= {one["id"] for _, one in citations_of(receipt)}:
        yield Finding("as_of.outdated", "It names what is not cited.")
    if as_of and as_of["outdated"] != sorted(set(as_of["outdated"])):
        yield Finding("as_of.outdated", "Its ids are not sorted, or one stands twice.")
    if as_of and as_of["committed_at"] is not None and not _is_time(as_of["committed_at"]):
        yield Finding("as_of.committed_at", "It is no time.")


def mismade(receipt: Json) -> Iterator[Finding]:
    """What is said of how the answer was made and does not fit: hashes of what stands beside them, who drafted."""
    made = receipt["made_with"]
    retrieval, model, verifier = made["retrieval"], made["model"], made["verifier"]["id"]
    if digest({name: value for name, value in retrieval.items() if name != "sha256"}) != retrieval["sha256"]:
        yield Finding("made_with.retrieval.sha256", "It is not the SHA-256 of the settings beside it.")
    if (model["id"] == QUOTING) != (made["prompt"] is None):
        yield Finding("made_with.prompt", f"A prompt is there for every model but {QUOTING!r}, and for that none.")
    if model["id"] == QUOTING and (model["served_as"] or model["sha256"]):
        yield Finding("made_with.model", "Quotations are drafted by no language model, and one is named.")
    guarantees = made["calibration"]["guarantees"]
    for place, one in enumerate(guarantees):
        if one["verifier"] != verifier:
            yield Finding(f"made_with.calibration.guarantees.{place}", "It was proven for another verifier.")
    if receipt["calibrated"]:
        yield from (Finding("calibrated", what) for what in _uncalibrated(receipt["claims"], guarantees))


def claims_of(receipt: Json) -> Iterator[tuple[str, Json]]:
    """Each claim of a receipt, shown or withheld, with where it stands."""
    for name in ("claims", "withheld"):
        for place, claim in enumerate(receipt[name]):
            yield f"{name}.{place}", claim


def citations_of(receipt: Json) -> Iterator[tuple[str, Json]]:
    """Each citation of the claims of a receipt, with where it stands."""
    for where, claim in claims_of(receipt):
        for number, citation in enumerate(claim["citations"]):
            yield f"{where}.citations.{number}", citation


def _uncalibrated(shown: Sequence[Json], guarantees: Sequence[Json]) -> Iterator[str]:
    """Why an answer is not calibrated that says so: a threshold must have been proven for each of its claims, which
    were held to it and are shown without a judge's word."""
    if not shown or not guarantees:
        yield "Nothing was proven that the answer could be calibrated by."
        return
    least = min(one["threshold"] for one in guarantees)
    if any(one["needed"] < least for one in shown):
        yield "A claim was held to less than what was proven."
    if any(check["name"] == "judge" for one in shown for check in one["checks"]):
        yield "A claim is shown by the word of a judge, for which nothing was proven."


def _is_time(text: str) -> bool:
    try:
        time = datetime.fromisoformat(text)
        return time.tzinfo is not None and MINYEAR < time.year < MAXYEAR  # in any zone, a second later too
    except ValueError:
        return False


def _wrongly_held(claim: Json, calibration: Json) -> Iterator[str]:
    asked, needed, is_shown = calibration["min_confidence"], claim["needed"], "reason" not in claim
    if is_shown and claim["label"] != "supported":
        yield "It is shown, and was not found to be supported."
    if is_shown and claim["confidence"] + 0.5 * 10**-ROUNDED < needed:
        yield "It is shown, and its confidence is less than it needed."
    if needed < asked:
        yield "The confidence that it needed is less than was asked for."
    elif needed not in (asked, *(one["threshold"] for one in calibration["guarantees"])):
        yield "The confidence that it needed is neither what was asked for nor one that was proven."

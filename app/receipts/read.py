"""Receipts as they are read: from bytes that anybody may have changed, and back into the values that checks take."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import ValidationError

from app.receipts.form import ReceiptForm
from app.types import Check, Citation, Claim
from app.wire import Json
from ingest.canonical import canonical
from ingest.types import Span


class NoReceipt(ValueError):
    """Bytes are not a receipt; the message says why, `where` the place in it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(what)
        self.where = where


def read_receipt(data: bytes) -> Json:
    """Read a receipt, of the published form and no other. Raises NoReceipt."""
    try:
        wire = json.loads(data, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoReceipt("the file", f"It is not JSON as a receipt is written: {error}.") from error
    try:
        ReceiptForm.model_validate(wire)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise NoReceipt(".".join(map(str, first["loc"])) or "the file", f"{first['msg']}.") from error
    try:
        canonical(wire)
    except (ValueError, RecursionError) as error:
        raise NoReceipt("the file", f"It holds what no receipt can hold: {error}.") from error
    receipt: Json = wire
    return receipt


def in_order(receipt: Json) -> list[Json]:
    """All claims of a receipt, shown and withheld, in the order in which they were drafted."""
    return sorted([*receipt["claims"], *receipt["withheld"]], key=lambda one: int(one["index"]))


def claim_of(wire: Json) -> Claim:
    """A claim of a receipt."""
    return Claim(wire["text"], tuple(map(_citation, wire["citations"])), wire["verbatim"])


def checks_of(wire: Json) -> list[Check]:
    """The checks of a claim of a receipt."""
    return [Check(one["name"], one["passed"], one["detail"]) for one in wire["checks"]]


def span_of(wire: Json) -> Span:
    """The span that a citation of a receipt is of."""
    document, section = wire["document"], tuple(wire["section"])
    return Span(wire["id"], document["id"], document["revision"], wire["start"], wire["end"], wire["exact"], section)


def _citation(wire: Json) -> Citation:
    document = wire["document"]
    around = wire["prefix"], wire["suffix"], wire["header"]
    return Citation(span_of(wire), document["title"], document["uri"], *around)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    """An object, in which no name may stand twice: readers differ in which of the two they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")

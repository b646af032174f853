"""Checking a receipt: by itself, and against a store where there is one.

Nothing but a signature by a known key tells whether a receipt is the one that was given: whoever changes one can make
its hash anew. What can be found without is what does not fit together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from app.present import as_of_words
from app.receipts.again import checked_again, otherwise_in
from app.receipts.climbed import unclimbed
from app.receipts.findings import Finding, Verification
from app.receipts.integrity import (
    broken_seals,
    inconsistent,
    misdated,
    mismade,
    misplaced,
    misquoted,
    named_by_context,
)
from app.receipts.made_with import rules
from app.receipts.read import NoReceipt, read_receipt
from app.receipts.rules import differing, misjudged
from app.services import Services
from app.wire import Json

WHOLE = (misplaced, misquoted, inconsistent, unclimbed, misdated, mismade)
"""What finds whether a receipt agrees with itself."""

OTHER_RULES = Finding("made_with.program", "Its checks were another version of this program's; they may differ.")


def verify(data: bytes, public_key: str | None = None, services: Services | None = None) -> Verification:
    """Check the bytes of a receipt. `public_key`, in lower-case hex, is that of the one who must have signed it.

    With services its citations are looked up in their store, and its shown claims checked again by their verifier.
    """
    try:
        receipt = read_receipt(data)
    except NoReceipt as error:
        return Verification(problems=(Finding(error.where, str(error)),))
    alone = _alone(receipt, public_key)
    return alone if services is None or alone.problems else _in_store(alone, receipt, services)


def _alone(receipt: Json, public_key: str | None) -> Verification:
    seals = tuple(broken_seals(receipt, public_key))
    whole = chain.from_iterable(one(receipt) for one in WHOLE)
    found = Verification(
        answer_id=receipt["answer_id"],
        question=receipt["question"],
        signed_by=receipt["signature"]["public_key"] if receipt["signature"] and not seals else None,
        is_signed=receipt["signature"] is not None,
        problems=(*seals, *whole),
        notes=(*_given_as_of(receipt), *named_by_context(receipt)),
    )
    return _by_the_rules(found, receipt)


def _given_as_of(receipt: Json) -> Iterator[Finding]:
    """As of when it was given: of what had changed by then it says what stood there before."""
    if words := as_of_words(receipt):
        yield Finding("as_of", words)


def _by_the_rules(found: Verification, receipt: Json) -> Verification:
    """With the same rules the same must come out; with others, what fails now is no longer supported."""
    differences = [*misjudged(receipt), *differing(receipt)]
    every = tuple(finding for finding, _ in differences)
    if receipt["made_with"]["program"]["rules_sha256"] == rules():
        return replace(found, problems=(*found.problems, *every))
    fallen = tuple(finding for finding, falls in differences if falls)
    return replace(found, fallen=fallen, notes=(*found.notes, OTHER_RULES, *every))


def _in_store(found: Verification, receipt: Json, services: Services) -> Verification:
    shown, store = receipt["claims"], services.store
    if wrong := otherwise_in(store, [*shown, *receipt["withheld"]]):
        return replace(found, store=str(store.folder), problems=tuple(wrong))
    said: list[str] = []
    citations, claims = checked_again(receipt, services, said.append)
    notes = (*found.notes, *(Finding("the verifier", one) for one in said))
    return replace(found, store=str(store.folder), notes=notes, citations=tuple(citations), claims=tuple(claims))

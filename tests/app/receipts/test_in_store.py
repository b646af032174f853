"""A receipt against a store whose documents have changed since."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.errors import ModelUnavailable
from app.receipts.again import GONE
from app.receipts.findings import Outcome, Verification
from app.receipts.made import sealed
from app.receipts.verify import verify
from app.services import Services
from ingest.purge import purge
from ingest.store import Store
from ingest.writer import write_lock

pytestmark = pytest.mark.slow

CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."
UNCERTAINTY = "The hold uncertainty after clock tree synthesis is 15 ps."
CLAIM = "The hold uncertainty is 15 ps after clock tree synthesis."

Check = Callable[[Any], Verification]


@pytest.fixture
def check(believing: Services) -> Check:
    return lambda receipt: verify(json.dumps(receipt).encode(), None, believing)


def edit(ingested: Any, old: str, new: str) -> None:
    path = ingested.folder / "hold.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    ingested.again()


def states(found: Verification) -> list[str]:
    return [one.status for one in found.citations]


def test_in_the_store_as_it_was_all_is_current(receipt: Any, check: Check) -> None:
    found = check(receipt((CAUSE, [CAUSE]), (CLAIM, [UNCERTAINTY])))
    assert (found.outcome, states(found)) == (Outcome.HOLDS, ["current", "current"])
    assert [one.supported for one in found.claims] == [True, True]
    assert found.as_json()["outcome"] == "holds"


def test_what_has_only_moved_holds(receipt: Any, check: Check, ingested: Any) -> None:
    made = receipt((CAUSE, [CAUSE]), (CLAIM, [UNCERTAINTY]))
    edit(ingested, "This page is about short paths.", "This page is about short paths and what is done about them.")
    found = check(made)
    assert (found.outcome, states(found)) == (Outcome.HOLDS, ["moved", "moved"])


def test_words_that_changed_and_still_support_the_claim(receipt: Any, check: Check, ingested: Any) -> None:
    made = receipt((CAUSE, [CAUSE]), (CLAIM, [UNCERTAINTY]))
    edit(ingested, "synthesis is 15 ps.", "synthesis is 15 ps at every corner.")
    found = check(made)
    assert (found.outcome, states(found)) == (Outcome.SOURCES_CHANGED, ["current", "changed"])
    assert found.citations[1].exact == UNCERTAINTY.replace("ps.", "ps at every corner.")
    assert [one.confidence for one in found.claims] == [1.0, 0.93]


def test_words_that_changed_and_contradict_the_claim(receipt: Any, check: Check, ingested: Any) -> None:
    made = receipt((CAUSE, [CAUSE]), (CLAIM, [UNCERTAINTY]))
    edit(ingested, "synthesis is 15 ps.", "synthesis is 25 ps.")
    found = check(made)
    assert (found.outcome, states(found)) == (Outcome.NO_LONGER_SUPPORTED, ["current", "changed"])
    assert [one.supported for one in found.claims] == [True, False]
    assert "25 ps" in found.claims[1].reason


def test_what_falls_short_of_what_was_needed_is_not_supported(
    receipt: Any, check: Check, ingested: Any, believing: Services
) -> None:
    made = receipt((CLAIM, [UNCERTAINTY]))
    made["claims"][0]["needed"] = made["made_with"]["calibration"]["min_confidence"] = 0.925
    edit(ingested, "synthesis is 15 ps.", "synthesis is 15 ps at every corner.")
    assert check(sealed(made, None)).outcome == Outcome.SOURCES_CHANGED
    believing.overlap.verify = lambda pairs: [type(one)(0.92, 0.0) for one in _judged(believing, pairs)]
    found = check(sealed(made, None))
    assert found.outcome == Outcome.NO_LONGER_SUPPORTED
    assert found.claims[0].reason == "The evidence supports the claim with a confidence of 0.92; 0.93 is needed."


def _judged(believing: Services, pairs: Any) -> Any:
    return type(believing.overlap)().verify(pairs)


def test_what_is_retired_is_gone(receipt: Any, check: Check, ingested: Any) -> None:
    made = receipt((CAUSE, [CAUSE]), (CLAIM, [UNCERTAINTY]))
    (ingested.folder / "hold.md").unlink()
    ingested.again()
    found = check(made)
    assert (found.outcome, states(found)) == (Outcome.NO_LONGER_SUPPORTED, ["gone", "gone"])
    assert [one.reason for one in found.claims] == [GONE, GONE]


def test_what_was_purged_is_said_to_be(receipt: Any, check: Check, believing: Services) -> None:
    made = receipt((CLAIM, [UNCERTAINTY]))
    with write_lock(believing.store.folder):
        purge(believing.store, "hold", "Ann", "DSR-17", believing.embedder)
    found = check(made)
    assert (found.outcome, states(found)) == (Outcome.NO_LONGER_SUPPORTED, ["purged"])


def test_what_another_store_never_held_is_gone(receipt: Any, believing: Services, tmp_path: Path) -> None:
    made = json.dumps(receipt((CLAIM, [UNCERTAINTY]))).encode()
    elsewhere = Services(believing.settings, Store.open(tmp_path / "other", create=True), believing.embedder)
    found = verify(made, None, elsewhere)
    assert (found.outcome, states(found)) == (Outcome.NO_LONGER_SUPPORTED, ["gone"])


def test_a_quotation_that_the_store_never_held_is_found(receipt: Any, check: Check) -> None:
    """Though the receipt is whole by itself: only the store tells where a text really stands."""
    made = receipt((CLAIM, [UNCERTAINTY]))
    place = made["claims"][0]["citations"][0]
    place["start"], place["end"] = place["start"] + 1, place["end"] + 1
    assert verify(json.dumps(sealed(made, None)).encode()).outcome == Outcome.HOLDS
    found = check(sealed(made, None))
    assert found.outcome == Outcome.TAMPERED_WITH
    assert "other words at this place" in found.problems[0].what


def test_quotations_that_stand_need_no_verifier(receipt: Any, check: Check, believing: Services) -> None:
    made = receipt((CAUSE, [CAUSE]), (UNCERTAINTY, [UNCERTAINTY]))
    believing.overlap.verify = None  # type: ignore[method-assign,assignment]
    assert check(made).outcome == Outcome.HOLDS


def test_a_verifier_that_fails_gives_way_and_it_is_said(
    receipt: Any, check: Check, ingested: Any, believing: Services
) -> None:
    made = receipt((CLAIM, [UNCERTAINTY]))
    edit(ingested, "synthesis is 15 ps.", "synthesis is 25 ps.")

    def late(_: Any) -> Any:
        raise ModelUnavailable("Request timed out")

    believing.small, believing.overlap = believing.overlap, type("Late", (), {"verify": staticmethod(late)})()  # type: ignore[misc,assignment]
    found = check(made)
    assert found.outcome == Outcome.NO_LONGER_SUPPORTED
    assert [one.what for one in found.notes] == ["Claims were checked without the language model: Request timed out"]


def test_a_receipt_that_was_tampered_with_is_not_looked_up(receipt: Any, check: Check) -> None:
    found = check(receipt((CLAIM, [UNCERTAINTY])) | {"question": "Why?"})
    assert (found.outcome, found.citations, found.store) == (Outcome.TAMPERED_WITH, (), None)


@pytest.mark.parametrize("change", [{"exact": "x" * len(UNCERTAINTY)}, {"start": 1}, {}])
def test_what_the_store_never_said_there_is_tampered_with_though_it_was_sealed(
    receipt: Any, check: Check, change: dict[str, Any]
) -> None:
    made = receipt((CLAIM, [UNCERTAINTY]))
    [cited] = made["claims"][0]["citations"]
    cited["document"]["revision"] = "0" * 16
    cited |= change
    cited["end"] = cited["start"] + len(cited["exact"])
    cited["sha256"] = sha256(cited["exact"].encode()).hexdigest()
    assert check(sealed(made, None)).outcome == Outcome.TAMPERED_WITH


def test_what_the_claim_needed_counts_and_not_what_is_needed_here(
    receipt: Any, check: Check, believing: Services
) -> None:
    made = receipt((CLAIM, [UNCERTAINTY]))
    believing.settings = replace(believing.settings, min_confidence=0.99)
    assert check(made).outcome == Outcome.HOLDS

"""What a receipt says an answer was made with, and what it keeps to itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app.answer import Request, answer_whole
from app.guarantee import Guarantee, write_guarantee
from app.prompts import DRAFT_SYSTEM
from app.receipts import made_with
from app.receipts.findings import Outcome
from app.receipts.verify import verify
from app.retrieve import Filters
from app.services import Services
from app.weights import QWEN
from ingest.canonical import digest

UNCERTAINTY = "The hold uncertainty after clock tree synthesis is 15 ps."
CLAIM = "The hold uncertainty is 15 ps after clock tree synthesis."


def test_models_prompts_and_settings_have_hashes(given: Any, shared_services: Services) -> None:
    made = given["made_with"]
    assert made["model"] == {"id": "local", "served_as": [], "sha256": QWEN.sha256}
    assert made["verifier"]["id"] == shared_services.verifier_name(shared_services.settings)
    assert set(made["verifier"]["sha256"]) == {"model.onnx", "tokenizer.json", "adapter.gguf"}
    assert made["embedder"] == {"id": "hash-256"}
    retrieval = dict(made["retrieval"])
    assert retrieval.pop("sha256") == digest(retrieval)
    assert made["program"]["rules_sha256"] == made_with.rules()


def test_another_prompt_has_another_hash(given: Any, drafted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_with, "_PROMPTS", (DRAFT_SYSTEM + " Be brief.",))
    other = drafted((CLAIM, [UNCERTAINTY]))
    assert other["made_with"]["prompt"]["sha256"] != given["made_with"]["prompt"]["sha256"]


def test_of_weights_that_replace_the_bundled_ones_no_hash_is_claimed(
    drafted: Any, shared_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_services, "settings", replace(shared_services.settings, weights="/srv/other.gguf"))
    assert drafted((CLAIM, [UNCERTAINTY]))["made_with"]["model"]["sha256"] is None


def test_quotations_have_no_prompt_and_filters_are_not_told(shared_services: Services) -> None:
    """Whoever may see an answer may see its receipt, and an answer does not say what its filters named."""
    found = answer_whole(Request("Who was king?", filters=Filters(metadata={"shelf": "secret-shelf"})), shared_services)
    receipt = shared_services.store.receipt(found.id)
    assert receipt["made_with"]["prompt"] is None
    assert "secret-shelf" not in str(receipt)


@pytest.mark.slow
def test_guarantees_are_those_of_the_collections_that_are_cited(receipt: Any, believing: Services) -> None:
    verifier = believing.verifier_name(believing.settings)
    for name in ("default", "secret"):
        one = Guarantee(name, 0.7, 0.9, 0.05, 100, verifier, "2026-01-01T00:00:00Z")
        write_guarantee(believing.store.folder, one)
    made = receipt((CLAIM, [UNCERTAINTY]))
    assert [one["collection"] for one in made["made_with"]["calibration"]["guarantees"]] == ["default"]
    assert made["claims"][0]["needed"] == 0.7
    assert verify(json.dumps(made).encode()).outcome == Outcome.HOLDS

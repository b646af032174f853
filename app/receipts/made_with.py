"""What an answer was made with: the ids and hashes of all that had a say in it."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from app import prompts
from app.checks.adapter import CARD as ADAPTER_CARD
from app.checks.cross_encoder import CARD
from app.checks.fitted import FITTED
from app.checks.trusted import WEIGHTS, read_card
from app.guarantee import Thresholds
from app.services import Services
from app.settings import Settings
from app.types import Answer
from app.weights import QWEN
from app.wire import Json
from ingest import analyse, sentences
from ingest.canonical import digest, digest_of_text

_PROMPTS = (prompts.DRAFT_SYSTEM, prompts.DRAFT_QUESTION, prompts.REPAIR)
_RULES = Path(__file__).parents[1] / "checks"


def made_with(answer: Answer, thresholds: Thresholds, settings: Settings, services: Services) -> Json:
    """The ids and hashes of program, model, prompt, retrieval, embedder, verifier and calibration.

    It names nothing that the answer itself does not: filters are left out, and so are the guarantees of collections
    that no claim cites, since whoever may see the answer may see its receipt.
    """
    return {
        "program": {"name": "verispan", "version": version("verispan"), "rules_sha256": rules()},
        "model": _model(answer, settings),
        "prompt": None if answer.model == "extractive" else {"id": "draft", "sha256": digest(_PROMPTS)},
        "retrieval": _retrieval(settings),
        "embedder": {"id": services.embedder.name},
        "verifier": {"id": services.verifier_name(settings), "sha256": _verifier_files(), "judge": settings.judge},
        "calibration": _calibration(answer, thresholds),
    }


@lru_cache(maxsize=1)
def rules() -> str:
    """The SHA-256 of the code of the checks, and of how they read words and sentences. With the same, those that need
    no model find the same."""
    files = [*sorted(_RULES.glob("*.py")), *(Path(str(one.__file__)) for one in (analyse, sentences))]
    return digest([[path.name, digest_of_text(path.read_text("utf-8"))] for path in files])


def _model(answer: Answer, settings: Settings) -> Json:
    """Of weights that replace the bundled ones the hash is not known: to read them all would hold up the answer."""
    served = {one.model for one in answer.usage if one.agent == "draft"}
    known = answer.model == "local" and not settings.weights
    return {"id": answer.model, "served_as": sorted(served), "sha256": QWEN.sha256 if known else None}


def _retrieval(settings: Settings) -> Json:
    names = ("passages", "evidence_tokens", "max_claims", "fusion", "fusion_weight")
    chosen = {name: getattr(settings, name) for name in names}
    return chosen | {"sha256": digest(chosen)}


@lru_cache(maxsize=1)
def _verifier_files() -> dict[str, str]:
    cards = [read_card(WEIGHTS / name)["sha256"] for name in (CARD, ADAPTER_CARD)]
    return {name: str(known) for card in cards for name, known in sorted(card.items())}


def _calibration(answer: Answer, thresholds: Thresholds) -> Json:
    claims = (*answer.claims, *answer.withheld)
    cited = {thresholds.collection_of(one.span.document_id) for claim in claims for one in claim.claim.citations}
    proven = [asdict(thresholds.proven[name]) for name in sorted(cited) if name in thresholds.proven]
    return {"sha256": _fitted(), "min_confidence": thresholds.asked, "guarantees": proven}


@lru_cache(maxsize=1)
def _fitted() -> str:
    return sha256(FITTED.read_bytes()).hexdigest()

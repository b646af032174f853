"""`POST /v1/check`."""

from __future__ import annotations

from app.api.blueprint import blueprint, services
from app.api.bodies import CheckBody
from app.api.schemas import CheckResultWire
from app.api.slots import take_slot
from app.check import check_against, check_cited, check_in_store, claims_of
from app.types import Checked
from app.wire import Json, checked_json

check = blueprint("check")


@check.post("/check", responses={200: CheckResultWire})
def post_check(body: CheckBody) -> Json:
    """Check a claim, or each sentence of a text, against evidence that is given, cited, or searched for."""
    with take_slot():
        if body.claim is not None:
            return checked_json(_checked(body.claim, body))
        return {"claims": [checked_json(_checked(claim, body)) for claim in claims_of(body.text or "")]}


def _checked(claim: str, body: CheckBody) -> Checked:
    if body.citations is not None:
        return check_cited(claim, body.citations, services())
    if body.evidence is not None or body.evidence_sentences is not None:
        return check_against(claim, body.evidence_sentences or [body.evidence or ""], services())
    return check_in_store(claim, services())

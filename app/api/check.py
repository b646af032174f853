"""`POST /v1/check`."""

from __future__ import annotations

from collections.abc import Sequence

from app.api.answer_schemas import CheckResultWire
from app.api.blueprint import blueprint, services
from app.api.bodies import CheckBody
from app.api.slots import take_slot
from app.check import check_each_against, check_each_cited, check_each_in_store, claims_of
from app.types import Checked
from app.wire import Json, checked_json

check = blueprint("check")


@check.post("/check", responses={200: CheckResultWire})
def post_check(body: CheckBody) -> Json:
    """Check a claim, or each sentence of a text, against evidence that is given, cited, or searched for."""
    with take_slot():
        if body.claim is not None:
            [checked] = _checked([body.claim], body)
            return checked_json(checked)
        return {"claims": [checked_json(one) for one in _checked(claims_of(body.text or ""), body)]}


def _checked(claims: Sequence[str], body: CheckBody) -> list[Checked]:
    if body.citations is not None:
        return check_each_cited(claims, body.citations, services())
    if body.evidence is not None or body.evidence_sentences is not None:
        return check_each_against(claims, body.evidence_sentences or [body.evidence or ""], services())
    return check_each_in_store(claims, services())

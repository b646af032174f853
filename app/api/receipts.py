"""`GET /v1/answers/<id>/receipt`, and the form of receipts at `GET /v1/receipt.schema.json`."""

from __future__ import annotations

from flask import Response

from app.api.blueprint import blueprint, services
from app.api.bodies import AnswerPath
from app.receipts.form import SCHEMA, ReceiptForm
from app.wire import Json

receipts = blueprint("receipts")

SCHEMA_TYPE = "application/schema+json"

PUBLISHED = {
    "description": "The JSON Schema (2020-12) of receipts.",
    "content": {SCHEMA_TYPE: {"schema": {"type": "object"}}},
}


@receipts.get("/answers/<answer_id>/receipt", responses={200: ReceiptForm})
def get_receipt(path: AnswerPath) -> Json:
    """The receipt of a kept answer: all that is needed to check it again."""
    return services().store.receipt(path.answer_id)


@receipts.get("/receipt.schema.json", responses={200: PUBLISHED})
def get_schema() -> Response:
    """The form of receipts."""
    return Response(SCHEMA.read_bytes(), mimetype=SCHEMA_TYPE)

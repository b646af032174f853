"""A kept answer as a text to take elsewhere: `GET /a/<id>.md`, `.txt`, `.bib` and `.csl.json`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.api.blueprint import services
from app.copies import FORMS
from app.copies.references import copied

copies = Blueprint("copies", __name__)

BY_ENDING = {form.ending: form for form in FORMS.values()}


@copies.get('/a/<answer_id>.<any(md, txt, bib, "csl.json"):ending>')
def answer_copy(answer_id: str, ending: str) -> Response:
    """A kept answer with its citations; links lead to the server's public address, else to the one that was asked."""
    store, form = services().store, BY_ENDING[ending]
    answer, base_url = store.answer(answer_id), services().settings.public_url or request.host_url
    response = Response(form.write(copied(answer, store.documents(), base_url)))
    response.headers["Content-Type"] = form.media_type
    response.headers.set("Content-Disposition", "inline", filename=f"{answer_id}.{ending}")
    return response

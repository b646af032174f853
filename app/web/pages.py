"""The pages: ask, answer, citation, documents. Rendered here in full, so that they work without JavaScript too."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as Redirect

from app.answer import answer_whole
from app.api.blueprint import services
from app.api.bodies import MAX_QUESTION, AnswerBody
from app.api.errors import refuse_form
from app.api.slots import take_slot
from app.present import (
    against,
    badge,
    disputes_of,
    headings_above,
    headline,
    is_disputed,
    near_heading,
    near_misses_of,
    parts_of,
    sources_of,
    understood_as,
)
from app.status import models
from app.web.reading import read

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

LABELS = {"extractive": "Quotations alone, no model", "local": "The local model"}


@pages.get("/")
def ask_page() -> str:
    """The page to ask on."""
    here = services()
    choices = [
        {"name": name, "available": there, "label": LABELS.get(name, name) + ("" if there else " (not there)")}
        for name, there in models(here).items()
    ]
    default = here.settings.model if models(here)[here.settings.model] else "extractive"
    return render_template(
        "ask.html",
        models=choices,
        chosen=default,
        min_confidence=here.settings.min_confidence,
        max_question=MAX_QUESTION,
        documents=here.store.counts()["documents"],
    )


@pages.get("/ask")
def ask() -> Redirect:
    """Answer a question of the page's form, for browsers without JavaScript, and show the answer that was kept."""
    with take_slot():
        done = answer_whole(_asked().to_request(), services())
    return redirect(f"/a/{done.id}", 303)


@pages.get("/a/<answer_id>")
def answer_page(answer_id: str) -> str:
    """A kept answer."""
    answer = services().store.answer(answer_id)
    sources = sources_of(answer)
    return render_template(
        "answer.html",
        answer=answer,
        headline=headline(answer),
        understood_as=understood_as(answer),
        badge=badge,
        is_disputed=is_disputed,
        disputes_of=disputes_of,
        against=against,
        parts_of=parts_of,
        sources=sources,
        numbers={source["id"]: number for number, source in enumerate(sources, start=1)},
        near_misses=near_misses_of(answer),
        near_heading=near_heading(answer),
        headings_above=headings_above,
    )


@pages.get("/documents")
def documents_page() -> str:
    """The list of documents."""
    store = services().store
    return render_template("documents.html", documents=store.documents(), spans=store.span_counts())


@pages.get("/d/<document_id>")
def document_page(document_id: str) -> str:
    """A document from the offset `at` on, as it is now."""
    store = services().store
    document = store.document(document_id)
    text = store.canonical_text(document_id, document.current_revision)
    blocks = store.layout(document_id, document.current_revision).blocks
    reading = read(text, blocks, request.args.get("at", 0, type=int))
    return render_template("document.html", document=document, reading=reading)


def _asked() -> AnswerBody:
    """What the form says, held to the same limits as a body of the API; an empty field is one left out."""
    given = {name: value for name, value in request.args.items() if value and name != "q"}
    try:
        return AnswerBody.model_validate({"question": request.args.get("q", ""), **given}, strict=False)
    except ValidationError as error:
        refuse_form(error)

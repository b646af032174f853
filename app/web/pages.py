"""The pages of an answer, of the list of documents, and of a document."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.api.blueprint import services
from app.stale import changes_of, stale_citations
from app.web.here import asked_in, chat, user
from app.web.reading import read
from ingest.errors import UnknownId
from ingest.purged import purge_of
from ingest.standing import standings_of

pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@pages.get("/a/<answer_id>")
def answer_page(answer_id: str) -> str:
    """A kept answer."""
    store = services().store
    answer = store.answer(answer_id)
    given = chat().feedback.of_user([answer_id], user().name)
    return render_template(
        "answer.html",
        answer=answer,
        asked_in=asked_in(answer_id),
        stale=stale_citations(store, [answer]),
        standings=standings_of(store.engine, [answer_id]),
        since=changes_of(store, answer),
        mine={(claim, kind) for _, claim, kind in given},
    )


@pages.get("/help")
def help_page() -> str:
    """What can be done here, and what the numbers mean."""
    return render_template("help.html", least=services().settings.min_confidence)


@pages.get("/documents")
def documents_page() -> str:
    """The list of documents."""
    store = services().store
    return render_template("documents.html", documents=store.documents(), spans=store.span_counts())


@pages.get("/d/<document_id>")
def document_page(document_id: str) -> str:
    """A document from the offset `at` on, as it is now."""
    store = services().store
    document, purge = store.document(document_id), purge_of(store, document_id)
    if purge:
        raise UnknownId(f"the document {document_id} was purged on {purge.at[:10]} by {purge.by}: {purge.why}")
    text = store.canonical_text(document_id, document.current_revision)
    blocks = store.layout(document_id, document.current_revision).blocks
    reading = read(text, blocks, request.args.get("at", 0, type=int))
    return render_template("document.html", document=document, reading=reading)

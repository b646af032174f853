"""`GET /v1/documents`, `GET /v1/documents/<id>` and `GET /v1/documents/<id>/revisions`."""

from __future__ import annotations

from app.api.blueprint import blueprint, services
from app.api.bodies import DocumentPath
from app.api.document_schemas import DocumentsWire, DocumentWire
from app.api.revision_schemas import RevisionsWire
from app.wire import Json
from ingest.history import log, logged_json
from ingest.rows import StoredDocument

documents = blueprint("documents")


@documents.get("/documents", responses={200: DocumentsWire})
def get_documents() -> Json:
    """All documents, the retired ones too, sorted by id."""
    spans = services().store.span_counts()
    return {"documents": [document_json(one, spans.get(one.id, 0)) for one in services().store.documents()]}


@documents.get("/documents/<document_id>", responses={200: DocumentWire})
def get_document(path: DocumentPath) -> Json:
    """One document."""
    store = services().store
    return document_json(store.document(path.document_id), store.span_counts().get(path.document_id, 0))


@documents.get("/documents/<document_id>/revisions", responses={200: RevisionsWire})
def get_revisions(path: DocumentPath) -> Json:
    """The revisions of a document, newest first, and when it was retired or purged between them."""
    return {"revisions": [logged_json(one) for one in log(services().store, path.document_id)]}


def document_json(document: StoredDocument, spans: int) -> Json:
    """What is known of a document beside its text; `spans` is how many places of it can be cited."""
    return {
        "id": document.id,
        "title": document.title,
        "collection": document.collection,
        "uri": document.uri,
        "media_type": document.media_type,
        "revision": document.current_revision,
        "status": document.status,
        "metadata": dict(document.metadata),
        "added_at": document.added_at,
        "updated_at": document.updated_at,
        "spans": spans,
        "url": f"/d/{document.id}",
    }

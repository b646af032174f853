"""`GET /v1/documents` and `GET /v1/documents/<id>`."""

from __future__ import annotations

from app.api.blueprint import blueprint, services
from app.api.bodies import DocumentPath
from app.api.schemas import DocumentsWire, DocumentWire
from app.wire import Json
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

"""The citations of kept answers as W3C Web Annotations (https://www.w3.org/TR/annotation-model/) in JSON-LD.

Each is a claim that links to the text that it cites: the claim is the body, the target is the document with both
selectors, the quotation with what stands around it and its position in code points. Both are of the canonical text,
which `verispan corpus export --of documents` gives: sentences mostly stand in the file as well, rows of tables do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from ingest.purged import PURGED
from ingest.schema import answers
from ingest.store import Store

Json = dict[str, Any]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def collection_of(store: Store, base_url: str, server: str = "") -> Json:
    """All citations of the claims that kept answers show, as one AnnotationCollection with one page, oldest first.

    A document's IRI is its uri below `base_url`, or relative where that is empty. The ids of annotations are made of
    answer, claim and citation: the same each time. `schema:version` is the revision that was cited; `schema:url`, where
    there is a `server` of Verispan, is the page that shows the citation and what has become of it.
    """
    urls = (base_url.rstrip("/"), server.rstrip("/"))
    items = [item for body in _kept(store) for item in _annotations(body, *urls)]
    name = _urn("collection", *(item["id"] for item in items))
    page = {"id": _urn("page", name), "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": items}
    return {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": "Citations of kept answers",
        "total": len(items),
        **({"first": page} if items else {}),
    }


def _kept(store: Store) -> Iterator[Json]:
    with store.engine.connect() as connection:
        yield from connection.scalars(select(answers.c.body).order_by(answers.c.created, answers.c.id))


def _annotations(body: Json, base_url: str, server: str) -> Iterator[Json]:
    for number, claim in enumerate(body.get("claims", ())):
        for citation in claim.get("citations", ()):
            if citation.get("exact", PURGED) == PURGED:
                continue  # there is no text to point at
            yield {
                "id": _urn(body["id"], str(number), citation["id"]),
                "type": "Annotation",
                "motivation": "linking",
                "created": body["created"],
                "generator": {"type": "Software", "name": "Verispan"},
                "body": {"type": "TextualBody", "value": claim["text"], "format": "text/plain"},
                "target": {
                    **_target(citation, base_url),
                    "state": {"type": "TimeState", "sourceDate": body["created"]},
                    **({"schema:url": f"{server}/c/{quote(citation['id'])}"} if server else {}),
                },
            }


def _target(citation: Json, base_url: str) -> Json:
    document = citation["document"]
    path = quote(document["uri"])
    quoted = {name: citation[name] for name in ("exact", "prefix", "suffix")}
    position = {name: citation[name] for name in ("start", "end")}
    return {
        "type": "SpecificResource",
        "source": {
            "id": f"{base_url}/{path}" if base_url else path,
            "type": "Text",
            "schema:identifier": document["id"],
            "schema:name": document["title"],
            "schema:version": document["revision"],
        },
        "schema:identifier": citation["id"],
        "selector": [{"type": "TextQuoteSelector", **quoted}, {"type": "TextPositionSelector", **position}],
    }


def _urn(*named: str) -> str:
    """An IRI for a thing of ours that has no address of its own (RFC 9562, version 5)."""
    return uuid5(NAMESPACE_URL, "verispan:" + "/".join(named)).urn

"""What the store shows is what was ingested: texts, spans at their places, ids that are names of what they say."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.identity import normalised
from ingest.rows import StoredDocument
from ingest.store import Store
from tests.ingest.store_model.model import Model, Shown
from tests.ingest.store_model.texts import Held


def fits(store: Store, shown: Shown, held: Mapping[str, Held]) -> bool:
    """Whether this is the state that a store shows."""
    return shown.documents.keys() == held.keys() and all(
        _fits(store, one, held[uri]) for uri, one in shown.documents.items()
    )


def _fits(store: Store, one: StoredDocument, held: Held) -> bool:
    text = store.canonical_text(one.id, one.current_revision)
    found = (text, one.collection, tuple(sorted(one.metadata.items())))
    return found == (held.text, held.collection, held.metadata) and one.title == (held.title or one.title)


def holds(store: Store, model: Model, shown: Shown) -> None:
    """Each document is there whole, cut where it should be, and nothing else is."""
    assert fits(store, shown, model.held)
    for uri, held in model.held.items():
        document = shown.documents[uri]
        spans = shown.spans[document.id]
        assert [(one.start, one.text, one.section) for one in spans] == list(held.places), uri
        assert {(one.document_id, one.revision) for one in spans} <= {(document.id, document.current_revision)}
        assert all(store.text_at(one) == one.text == held.text[one.start : one.end] for one in spans)
        _named(model, document.id, spans=tuple(one.id for one in spans), texts=[one.text for one in held.places])


def _named(model: Model, document: str, spans: tuple[str, ...], texts: list[str]) -> None:
    """An id means one text for ever; a text that stands once in its document, or among the same texts, has one id."""
    assert len(set(spans)) == len(spans)
    plain = [normalised(text) for text in texts]
    for place, (name, text) in enumerate(zip(spans, plain, strict=True)):
        assert name.rpartition("~")[0] == document
        assert model.meant.setdefault(name, text) == text
        among = (document, text) if plain.count(text) == 1 else (document, str(place), *plain)
        assert model.named.setdefault(among, name) == name


def past(store: Store, model: Model) -> None:
    """What a generation showed it shows for ever, less what was purged."""
    for generation in {model.generation, *sorted(model.past)[model.generation % 3 :: 3]} & model.past.keys():
        for document, wanted in model.past[generation].items():
            found = store.spans_at(document, generation)
            assert [(one.id, one.revision, one.start) for one in found] == list(wanted)
            assert [one.text for one in found] == [model.given[one] for one in wanted]


def purged(store: Store, model: Model) -> None:
    """Of a purged document no span is shown in any generation, and no revision is left."""
    for document in model.purged:
        assert store.revisions(document) == ()
        assert all(store.spans_at(document, generation) == () for generation in model.past)

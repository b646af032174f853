"""What kept answers cost an ingest, and how fast those that it marks are checked again.

Every other sentence of one document in ten changes in a store of 100,000 spans and 10,000 kept answers, each of which
cites four spans of a document. The same ingest is committed without a kept answer, for comparison. Spans are written
as an ingest writes them; nothing is embedded, and no index is built, which would be the same with answers and without.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path

from app.cite import cite
from app.services import Services
from app.settings import Settings
from app.standing import each_checked
from app.wire import Json, citation_json
from eval.bench_answers import build_corpus
from eval.bench_row import Row, once_ms
from eval.bench_scale import corpus_sentences
from ingest.cited import cited_by
from ingest.embed import RememberingEmbedder, load_embedder
from ingest.identity import assign_ids
from ingest.rows import SpanRow, StoredDocument, now, pack_layout
from ingest.schema import answers, cited
from ingest.standing import how_many, mark
from ingest.store import Store
from ingest.types import Block, Layout, Span
from ingest.writer import Change, commit, save_ahead

SPANS, DOCUMENTS, ANSWERS, CITED = 100_000, 100, 10_000, 4
CHECKED = 100


def standing_rows(folder: Path) -> Iterator[Row]:
    """The time of a commit that marks answers, of the same without, of one that marks none, and of the checks."""
    sentences = corpus_sentences(build_corpus(folder))
    texts = [_texts(number, sentences) for number in range(DOCUMENTS)]
    bare = folder / "standing-bare"
    with closing(Store.open(bare, create=True)) as store:
        save_ahead(store, [{"sha256": "0", "media_type": "text/plain", "data": b""}], [])
        commit(store, [_change(number, one) for number, one in enumerate(texts)], [], [], [])
    whole = folder / "standing"
    shutil.copytree(bare, whole)
    edited = [_change(number, _edited(one)) for number, one in enumerate(texts) if number % 10 == 0]
    with closing(Store.open(bare)) as store:
        without = once_ms(partial(commit, store, edited, [], [], []))
    with closing(Store.open(whole)) as store:
        _keep(store, random.Random(7))  # noqa: S311
        took = once_ms(partial(commit, store, edited, [], [], []))
        marked = how_many(store.engine)["unchecked"]
        with store.engine.begin() as connection:
            again = partial(mark, connection, store.generation(), [one.document.id for one in edited])
            marking = once_ms(again)
    name = f"ingest of {len(edited)} documents at {SPANS:,} spans, {ANSWERS:,} kept answers"
    yield Row(f"{name}: commit, {marked:,} marked", took, "ms", "", "without kept answers", took / without)
    yield Row("    of which marking", marking, "ms", "< 1,000")
    yield from _checking(whole)


def _checking(folder: Path) -> Iterator[Row]:
    settings = Settings(store=folder, model="extractive", verifier="small")
    with closing(Services(settings, Store.open(folder), RememberingEmbedder(load_embedder()))) as services:
        checked = each_checked(services)
        next(checked)  # loads the model
        took = once_ms(lambda: list(islice(checked, CHECKED)))
    yield Row(f"    checking a marked answer again, over {CHECKED}", took / CHECKED, "ms")


def _keep(store: Store, drawn: random.Random) -> None:
    """Keep the answers, all in one transaction."""
    generation = store.generation()
    bodies: list[Json] = []
    for document in store.documents():
        spans, first = store.spans_at(document.id, generation), len(bodies)
        numbers = range(first, first + ANSWERS // DOCUMENTS)
        bodies += [_answer(number, store, drawn.sample(spans, CITED)) for number in numbers]
    noted = [{"answer_id": body["id"], **one._asdict()} for body in bodies for one in cited_by(body)]
    with store.engine.begin() as connection:
        rows = [{"id": body["id"], "created": body["created"], "body": body} for body in bodies]
        connection.execute(answers.insert(), rows)
        connection.execute(cited.insert(), noted)


def _answer(number: int, store: Store, spans: Sequence[Span]) -> Json:
    """An answer whose claims quote one span each."""
    citations = [citation_json(one) for one in cite(store, spans)]
    claims = [{"text": one["exact"], "confidence": 0.9, "citations": [one]} for one in citations]
    body = {"id": f"ans_{number:05}", "created": now(), "question": "What is it?", "claims": claims, "withheld": []}
    return {**body, "searched": {"query": "What is it?"}}


def _texts(number: int, sentences: Sequence[str]) -> list[str]:
    drawn = random.Random(number)  # noqa: S311
    return [f"{one} ({number}-{at})" for at, one in enumerate(drawn.choices(sentences, k=SPANS // DOCUMENTS))]


def _edited(texts: Sequence[str]) -> list[str]:
    """Every other sentence has one word more."""
    return [" Now ".join(text.split(" ", 1)) if at % 2 else text for at, text in enumerate(texts)]


def _change(number: int, texts: Sequence[str]) -> Change:
    name, text = f"d{number:03}", "\n".join(texts)
    revision = sha256(text.encode()).hexdigest()[:16]
    rows, at = [], 0
    for span_id, one in zip(assign_ids(name, texts), texts, strict=True):
        rows.append(SpanRow(name, revision, at, span_id, at + len(one), "sentence", "[]", None, None, ""))
        at += len(one) + 1
    document = StoredDocument(
        name, "default", name, name, name, "text/plain", {}, revision, "0", revision, "current", now(), now()
    )
    layout = pack_layout(Layout((Block(0, len(text), "paragraph", ()),)))
    return Change(document, text, layout, rows, ())

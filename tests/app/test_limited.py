"""What a limited user gets is, byte for byte, what they would get of a store that never had the rest."""

from __future__ import annotations

import gc
import inspect
import json
import re
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answer import Request, answer_whole
from app.chat.chat import Chat
from app.chat.schema import messages, turns
from app.guarantee import Guarantee, write_guarantee
from app.limited import MOST_FOLLOWED, LimitedStore, limited
from app.retrieve import Filters, retrieve
from app.services import Models, Services
from app.settings import Settings
from app.status import status
from app.wire import answer_json
from ingest.cited import documents_named
from ingest.errors import UnknownId
from ingest.pipeline import ingest
from ingest.rows import StoredDocument
from ingest.store import Store

ANN = {"Authorization": "Bearer ann-has-a-long-random-key", "Accept": "text/html, */*;q=0.9"}
BOB = {"Authorization": "Bearer bob-has-another-long-random-key"}
NAMED = "What is the hold uncertainty after clock tree synthesis?"
OF_OPEN = frozenset({"open"})

HARMLESS = {
    "open": "makes a whole store",
    "generation": "counts the ingests of all collections, and is said to",
    "superseded": "reads `documents`",
    "text_at": "reads `canonical_text`",
    "layout": "reads `_revision`",
    "source_bytes": "reads `_revision`",
    "media_type": "reads `_revision`",
    "passage_ids_where": "reads `documents`",
    "vectors": "is asked by the hash of a text, by who has the text, in an ingest",
    "missing_vectors": "as `vectors`",
    "save_answer": "only writes",
}
"""What a limited store leaves as it is, and why nothing gets out by it."""


def without_times(data: bytes) -> str:
    """What a store says, less ids of new answers, form tokens, times, and the numbers of what happened in the chat.

    These count what is said in all channels, as generations count the ingests of all collections.
    """
    text = data.decode(errors="replace")
    text = re.sub(r"ans_\w+", "…", text)
    text = re.sub(r'(csrf_token\\?" value=\\?")[^"\\]+', r"\1…", text)
    text = re.sub(r'(data-seq=\\?"|"seq": ?|[?&]before=)\d+', r"\1…", text)
    text = re.sub(r'("timing_ms": ?)\{[^}]*\}', r"\1{}", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)?", "…", text)


@pytest.fixture(scope="module")
def pair(shop: Any) -> tuple[FlaskClient, FlaskClient]:
    """The store with the secret, and the one that never had it."""
    return shop.app().test_client(), shop.app(twin=True).test_client()


@pytest.fixture(scope="module")
def ids(shop: Any) -> dict[str, list[Any]]:
    """By the name of a path's part, what may stand there: something seen, something hidden, something that never was.

    The seen answer is kept in both stores, and was given in both chats; the others are of somebody who sees everything.
    """
    store = shop.services.store
    spans = {name: store.spans_at(name, store.generation())[-1] for name in ("hold", "plan", "falcon", "map")}
    told = [answer_whole(Request(NAMED, filters=Filters(one)), shop.services) for one in ((), ("secret",))]
    seen = answer_whole(Request(NAMED), limited(shop.services, OF_OPEN))
    shop.twin.store.save_answer(seen.id, seen.created, answer_json(seen), receipt=shop.services.store.receipt(seen.id))
    asked = [(shop.services, "open", seen.id), (shop.twin, "open", seen.id)]
    asked += [(shop.services, *one) for one in (("secret", told[1].id), ("general", told[0].id), ("@bob", told[0].id))]
    for services, channel, answer_id in asked:
        answered(services, channel, f"msg_{channel}", answer_id)
    return {
        "document_id": [*spans, "never", "no such"],
        "citation_id": [*(span.id for span in spans.values()), "falcon~zzzzzzzzzz", "never~zzzzzzzzzz", "none"],
        "answer_id": [seen.id, *(one.id for one in told), "ans_never"],
        "ending": ["md", "csl.json"],
        "channel_id": ["open", "@ann", "secret", "general", "@bob", "never"],
        "message_id": (said := ["msg_open", "msg_secret", "msg_general", "msg_@bob", "msg_never"]),
        "root": said,
        "page": [1, 7],
        "filename": ["style.css", "none.css"],
        "revision": ["", spans["hold"].revision, spans["falcon"].revision, "0" * 16],
    }


def answered(services: Services, channel: str, message_id: str, answer_id: str) -> None:
    """Put a question of Bob's that was answered into a chat, under an id that is the same in every chat."""
    with closing(Chat(services.settings.store, services.store.collections())) as chat:
        chat.channels.direct("bob")
        message = chat.messages.post(channel, "bob", NAMED, asks=True)
        chat.messages.end_turn(message.turns[-1], answer_id, answered="It is said.")
        with chat.messages._writing.begin() as connection:
            connection.execute(messages.update().where(messages.c.id == message.id), {"id": message_id})
            connection.execute(turns.update().where(turns.c.message == message.id), {"message": message_id})


def same(pair: tuple[FlaskClient, FlaskClient], path: str, **given: Any) -> Any:
    """Ask as Ann, who sees a part, and at the store that never had the rest; there an API is asked as one who may see
    everything. What the pages offer goes by what somebody may see, so that there it is Ann again."""
    whole = BOB if path.startswith("/v1/") and path.split("?")[0] != "/v1/answers" else {}  # which is for curators
    here, there = (
        client.open(path, headers=ANN | more, buffered=True, **given)
        for client, more in zip(pair, ({}, whole), strict=True)
    )
    assert (here.status_code, here.location) == (there.status_code, there.location), path
    assert without_times(here.data) == without_times(there.data), path
    assert set(dict(here.headers)) == set(dict(there.headers)), path
    return here


def paths(app: Flask, ids: dict[str, list[Any]]) -> Iterator[str]:
    """The path of everything that can be fetched, with each id that may stand in it; of citations, as of revisions."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "openapi":  # which describes the form alone
            continue
        names = sorted(rule.arguments)
        for values in product(*(ids[name] for name in names)):
            _, path = rule.build(dict(zip(names, values, strict=True))) or ("", "")
            yield from (f"{path}?revision={one}" for one in ids["revision"] if one == "" or "citation_id" in names)


@pytest.mark.slow
def test_every_page_and_endpoint_says_what_it_would_if_the_hidden_never_had_been(
    pair: tuple[FlaskClient, FlaskClient], ids: dict[str, list[Any]]
) -> None:
    told = {path: same(pair, path).status_code for path in paths(pair[0].application, ids)}
    assert {told[f"{name}?revision="] for name in ("/", "/documents", "/d/hold", "/v1/documents", "/readyz")} == {200}
    assert {told[f"{name}?revision="] for name in ("/in/open", "/in/open/msg_open", "/m/msg_open/turn")} == {200}
    assert {told[f"{name}?revision="] for name in ("/d/falcon", "/v1/documents/map", "/d/never")} == {404}
    assert {told[f"{name}?revision="] for name in ("/in/secret", "/m/msg_secret", "/m/msg_general/events")} == {404}


def test_what_is_hidden_is_there_for_others(pair: tuple[FlaskClient, FlaskClient], ids: dict[str, list[Any]]) -> None:
    for path in ("/d/falcon", f"/c/{ids['citation_id'][2]}", f"/a/{ids['answer_id'][1]}", f"/a/{ids['answer_id'][2]}"):
        assert pair[0].get(path, headers=BOB).status_code == 200
        assert pair[0].get(path, headers=ANN).status_code == 404
    assert pair[0].get("/readyz", headers=BOB).get_json()["collections"] == ["open", "secret"]
    assert pair[0].get("/readyz", headers=ANN).get_json()["collections"] == ["open"]
    assert pair[0].get("/readyz").get_json()["collections"] == []


def test_an_answer_is_hidden_with_any_that_it_follows(shop: Any, ids: dict[str, list[Any]]) -> None:
    """For its question may have been understood with the words of a hidden one."""
    seen, hidden = ids["answer_id"][0], ids["answer_id"][2]
    whole, part = shop.services.store, LimitedStore(shop.services.store, OF_OPEN)
    before = part.counts()["answers"]

    def kept(name: str, follows: str) -> str:
        whole.save_answer(name, "2026-01-01", whole.answer(seen) | {"id": name, "follows": follows})
        return name

    shown = [kept(f"ans_shown{follows}", follows) for follows in (seen, "ans_gone")]
    not_shown = [kept("ans_second", kept("ans_first", hidden))]
    for number in range(MOST_FOLLOWED):
        shown.append(kept(f"ans_long{number}", shown[-1]))
    not_shown.append(shown.pop())
    for _ in range(2):
        for name in shown:
            assert part.answer(name) == whole.answer(name)
        for name in not_shown:
            with pytest.raises(UnknownId, match="holds no answer"):
                part.answer(name)
    assert LimitedStore(whole, OF_OPEN).counts()["answers"] == part.counts()["answers"] == before + len(shown)


WORDS = "hold uncertainty after clock tree synthesis falcon die power domains nineteen 15 25 ps delay cells what is"
TEXT = st.lists(st.sampled_from(WORDS.split()), min_size=2, max_size=9).map(" ".join)
NAMES = {"collections": ["open", "secret", "never"], "documents": ["hold", "falcon", "never"]}
FILTERS = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(of), max_size=2, unique=True) for name, of in NAMES.items()}
)


@pytest.mark.slow
@settings(max_examples=60)
@given(path=st.sampled_from(["/v1/search", "/v1/answers"]), text=TEXT, filters=FILTERS)
def test_no_question_brings_out_what_is_hidden(
    pair: tuple[FlaskClient, FlaskClient], path: str, text: str, filters: dict[str, list[str]]
) -> None:
    body = {"query" if path == "/v1/search" else "question": text, "filters": filters}
    assert "falcon" not in same(pair, path, method="POST", json=body).text.replace(text, "").replace("'falcon'", "")


@pytest.mark.parametrize("place", range(7))
def test_no_check_brings_out_what_is_hidden(
    pair: tuple[FlaskClient, FlaskClient], ids: dict[str, list[Any]], place: int
) -> None:
    claim = "The hold uncertainty after clock tree synthesis is 15 ps."
    checked = same(pair, "/v1/check", method="POST", json={"claim": claim})
    assert checked.get_json()["label"] == "supported"
    cited = {"claim": claim, "citations": [ids["citation_id"][place]]}
    assert same(pair, "/v1/check", method="POST", json=cited).status_code == (200 if place < 2 else 404)


def test_a_dispute_is_hidden_with_its_document(shop: Any) -> None:
    def disputed(services: Services) -> str:
        wire = answer_json(answer_whole(Request("hold uncertainty after synthesis?", keep=False), services))
        return json.dumps([one for claim in wire["claims"] for one in claim["checks"] if one["name"] == "dispute"])

    assert "falcon" in disputed(shop.services)
    assert "falcon" not in disputed(limited(shop.services, OF_OPEN))


def test_a_picture_that_was_seen_is_no_longer_given(
    pair: tuple[FlaskClient, FlaskClient], ids: dict[str, list[Any]]
) -> None:
    paths = [f"/c/{ids['citation_id'][place]}/page/1.png" for place in (1, 3)]
    seen, hidden = (pair[0].get(path, headers=BOB) for path in paths)
    assert (seen.status_code, hidden.status_code) == (200, 200)
    assert seen.headers["Cache-Control"] == "private, no-cache"
    assert pair[0].get(paths[0], headers=ANN | {"If-None-Match": seen.headers["ETag"]}).status_code == 304
    assert pair[0].get(paths[1], headers=ANN | {"If-None-Match": hidden.headers["ETag"]}).status_code == 404


def test_status_tells_of_what_is_seen(shop: Any, ids: dict[str, list[Any]]) -> None:
    write_guarantee(shop.services.store.folder, guarantee(shop.services, "secret"))
    here, there = status(limited(shop.services, OF_OPEN)), status(shop.twin)
    assert status(shop.services)["guarantees"] != []
    assert {name for name in here if here[name] != there[name]} <= {"store", "counts"}
    whole = shop.services.store.counts()
    assert {name for name, count in here["counts"].items() if count != there["counts"][name]} <= {"answers"}
    assert 0 < here["counts"]["answers"] <= whole["answers"] - 2
    assert here["counts"]["vectors"] < whole["vectors"]


def guarantee(services: Services, collection: str) -> Guarantee:
    return Guarantee(collection, 0.7, 0.9, 0.05, 100, services.verifier_name(services.settings), "2026-01-01T00:00:00Z")


def said(ask: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """What a store gives, but for times and places, or the error that it raises."""
    try:
        found = ask(*arguments)
    except UnknownId as error:
        return (str(error), error.detail)
    if isinstance(found, StoredDocument):
        return replace(found, path="", added_at="", updated_at="")
    return list(found) if isinstance(found, Iterator) else found


def arguments_of(store: Store, ids: dict[str, list[Any]]) -> dict[str, list[st.SearchStrategy[Any]]]:
    """What each method that reads a store may be asked for: the seen, the hidden, and what never was."""
    generation, collection = st.just(store.generation()), st.sampled_from(["open", "secret", "never"])
    rows = [row for name in ("open", "secret") for row in store.passages_of_collection(name, store.generation())]
    document, citation = st.sampled_from(ids["document_id"]), st.sampled_from(ids["citation_id"])
    revision = st.sampled_from(["0" * 16, *(one.current_revision for one in store.documents())])
    return {
        "document": [document],
        "canonical_text": [document, revision],
        "layout": [document, revision],
        "source_bytes": [document, revision],
        "media_type": [document, revision],
        "spans_at": [document, generation],
        "history": [citation],
        "spans_by_id": [st.lists(citation)],
        "current_ids": [st.lists(citation)],
        "revisions": [document],
        "hits": [st.lists(st.sampled_from(["hold@none", "never@x", *(row[0] for row in rows)])), generation],
        "passages_of_collection": [collection, generation],
        "passage_ids_where": [collection, st.lists(document), st.just({}), generation],
        "answer": [st.sampled_from(ids["answer_id"])],
        "receipt": [st.sampled_from(ids["answer_id"])],
        "collections": [],
        "span_counts": [],
    }


@settings(max_examples=200)
@given(data=st.data())
def test_a_store_says_what_it_would_if_the_hidden_never_had_been(
    shop: Any, ids: dict[str, list[Any]], data: st.DataObject
) -> None:
    whole, limits = shop.services.store, LimitedStore(shop.services.store, OF_OPEN)
    asked = arguments_of(whole, ids)
    name = data.draw(st.sampled_from(sorted(asked)))
    arguments = [data.draw(one) for one in asked[name]]
    assert said(getattr(limits, name), arguments) == said(getattr(shop.twin.store, name), arguments)


def test_no_method_of_a_store_is_forgotten() -> None:
    public = {name for name, _ in inspect.getmembers(Store, callable) if not name.startswith("_")}
    assert public - vars(LimitedStore).keys() == HARMLESS.keys()


def test_what_is_limited_is_gone_with_the_last_who_holds_it(shop: Any) -> None:
    """One is made for each request; none waits for the collector of garbage."""
    part = limited(shop.services, OF_OPEN)
    part.view()
    gone = weakref.ref(part)
    gc.disable()
    try:
        del part
        assert gone() is None
    finally:
        gc.enable()


def test_models_and_verifiers_are_shared(shop: Any) -> None:
    part = limited(shop.services, OF_OPEN)
    assert limited(shop.services, None) is shop.services
    for name in ("local_server", "overlap"):
        assert getattr(part, name) is getattr(shop.services, name)
    assert part.verifier.__self__ is shop.services
    assert {name for name in vars(Models) if not name.startswith("_")} - {"close"} <= set(dir(part))
    part.close()
    assert shop.services.store.document("falcon").id == "falcon"


@pytest.mark.slow
def test_a_document_is_hidden_while_the_index_that_holds_it_is_still_searched(
    tmp_path: Any, embedder: Any, direct: Any
) -> None:
    folder, path = tmp_path / "documents", tmp_path / "store"
    folder.mkdir()
    (folder / "one.md").write_text("# One\n\nA few words first. The ferret sleeps in the sleeve.\n")
    (folder / "two.md").write_text("# Two\n\nA few words first. The badger sleeps in the sleeve.\n")

    def put(collection: str) -> None:
        entries = {"one": "open", "two": collection}
        made = [f'[[document]]\nid = "{n}"\npath = "{n}.md"\ncollection = "{c}"\n' for n, c in entries.items()]
        (folder / "manifest.toml").write_text("".join(made))
        ingest([folder], path, embedder=embedder, loader=direct)

    put("open")
    whole = Services(Settings(store=path, model="extractive", verifier="overlap"), Store.open(path), embedder)
    old = whole.view()
    put("secret")
    whole._view = old
    whole._newer = lambda _: None  # type: ignore[method-assign]  # as while its indexes are being built
    part = limited(whole, OF_OPEN)
    assert part.view().generation < part.store.generation()
    hits = retrieve("sleeps in the sleeve", part.view(), Filters(), part.settings, 5)
    assert {hit.passage.document_id for hit in hits} == {"one"}
    assert {hit.passage.document_id for hit in retrieve("sleeps", old, Filters(), part.settings, 5)} == {"one", "two"}
    whole.close()


def test_the_documents_of_an_answer_are_found_wherever_they_stand() -> None:
    wire = {
        "claims": [
            {
                "citations": [{"document": {"id": "a"}}],
                "checks": [{"detail": {"disputes": [{"citation": {"document": {"id": "b"}}}]}}],
            }
        ],
        "withheld": [{"citations": [{"document": {"id": "c"}}]}],
        "searched": {"passages": [{"document": "d"}], "near_misses": [{"document": {"id": "e"}}]},
    }
    assert documents_named(wire) == set("abcde")

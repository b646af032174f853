import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.annotations import collection_of
from corpus.cli import group
from ingest import pipeline
from ingest.pipeline import ingest
from ingest.store import Store

TEXT = "# Hold\n\nWords before it: “é𝄞”. The hold margin is 20 ps. It is checked at the fast corner.\n"
MARGIN = "The hold margin is 20 ps."


@pytest.fixture
def store_path(tmp_path: Path, letters, direct, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a current document and a retired one, and an answer that shows a claim and withholds another."""
    monkeypatch.setattr(pipeline, "ensure_indexes", lambda *_: None)
    folder, path = tmp_path / "folder", tmp_path / "store"
    folder.mkdir()
    for name in ("hold notes.md", "old.md"):
        (folder / name).write_text(TEXT, encoding="utf-8")
    ingest([folder], path, embedder=letters, loader=direct)
    (folder / "old.md").unlink()
    ingest([folder], path, embedder=letters, loader=direct)
    with closing(Store.open(path)) as store:
        spans = {span.text: span for span in store.spans_at("hold-notes", store.generation())}
        claims = [claim(spans[MARGIN], "It is 20 ps."), claim(spans["It is checked at the fast corner."], "No.")]
        for number in (2, 1):
            body = {
                "id": f"ans_{number}",
                "created": f"2026-01-0{3 - number}T00:00:00+00:00",
                "claims": claims[:1],
                "withheld": claims[1:],
            }
            store.save_answer(body["id"], body["created"], body)
    return path


def claim(span, text: str) -> dict:
    document = {"id": span.document_id, "title": "Hold", "revision": span.revision, "uri": "hold notes.md"}
    place = {"start": span.start, "end": span.end, "exact": span.text, "prefix": "b", "suffix": "a"}
    return {"text": text, "citations": [{"id": span.id, "document": document, **place}]}


def exported(store_path: Path, *options: str) -> str:
    done = CliRunner().invoke(group, ["export", "--store", str(store_path), *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_spans_are_written_one_a_line_and_stand_where_they_say(store_path):
    [document] = map(json.loads, exported(store_path, "--of", "documents").splitlines())
    spans = [json.loads(line) for line in exported(store_path).splitlines()]

    assert document["id"] == "hold-notes"
    assert [one["text"] for one in spans][1:] == [MARGIN, "It is checked at the fast corner."]
    assert [document["text"][one["start"] : one["end"]] for one in spans] == [one["text"] for one in spans]
    assert {one["section"][0] for one in spans} == {"Hold"}
    assert {one["revision"] for one in spans} == {document["revision"]}


def test_citations_are_web_annotations_of_shown_claims_oldest_first(store_path):
    with closing(Store.open(store_path)) as store:
        made = collection_of(store, "https://docs.example/h/")
        again = collection_of(store, "https://docs.example/h/")
        text = store.canonical_text("hold-notes", store.document("hold-notes").current_revision)

    assert (made["@context"], made["type"], made["total"]) == (
        "http://www.w3.org/ns/anno.jsonld",
        "AnnotationCollection",
        2,
    )
    items = made["first"]["items"]
    assert [one["created"] for one in items] == ["2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"]
    assert len({one["id"] for one in items}) == 2
    assert made == again
    [quoted, position] = items[0]["target"]["selector"]
    assert items[0]["body"]["value"] == "It is 20 ps."
    assert items[0]["target"]["source"]["id"] == "https://docs.example/h/hold%20notes.md"
    assert (quoted["type"], quoted["exact"], quoted["prefix"]) == ("TextQuoteSelector", MARGIN, "b")
    assert position["type"] == "TextPositionSelector"
    assert text[position["start"] : position["end"]] == MARGIN
    assert position["start"] > 0
    assert items[0]["target"]["state"] == {"type": "TimeState", "sourceDate": "2026-01-01T00:00:00+00:00"}
    assert "schema:url" not in items[0]["target"]


def test_annotations_lead_to_the_pages_of_a_server(store_path):
    written = exported(store_path, "--format", "web-annotation", "--server", "https://ask.example/")
    target = json.loads(written)["first"]["items"][0]["target"]
    assert target["schema:url"] == f"https://ask.example/c/{target['schema:identifier']}"


def test_what_was_purged_from_an_answer_and_an_empty_store_give_no_annotation(store_path, tmp_path):
    with closing(Store.open(tmp_path / "empty", create=True)) as store:
        assert "first" not in collection_of(store, "")
        store.save_answer("ans_1", "2026-01-01", {"id": "ans_1", "created": "2026-01-01", "claims": [
            {"text": "x", "citations": [{"id": "hold~0123456789", "exact": "[purged]"}]}]})  # fmt: skip
        assert collection_of(store, "")["total"] == 0
    assert (
        json.loads(exported(store_path, "--format", "web-annotation"))["first"]["items"][0]["target"]["source"]["id"]
        == "hold%20notes.md"
    )

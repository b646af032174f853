"""The viewer of a citation, on its page and as a fragment, over a store whose documents have changed since."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from lxml.etree import _Element
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from app.about import about
from app.api.factory import create_app
from app.services import Services
from app.settings import Settings
from app.web.reading import read
from ingest.pipeline import ingest
from ingest.resolve import resolve
from ingest.store import Store
from ingest.types import Span

HOSTILE = """# Reset `<script>alert(1)</script>` rules `"><img src=x onerror=alert(2)>`

Some calm words come first here. The reset bridge holds `<img src=x onerror=alert(3)>` for two cycles.

| Signal | Meaning |
| --- | --- |
| rst_n | `</td><script>alert(4)</script>` active low |
| clk_n | inverted clock |

    <svg onload=alert(5)>
"""
SKEW = "# Skew\n\nSome words on trees come first. The skew budget of the tree is {} ps at most. The last words.\n"
SPLIT = "# Split\n\nA few words first.\n\nThe hold margin of the left macro{}is fifteen picoseconds in each corner.\n"
DEEP = "# Deep\n\nWords first.\n\n#### Far down\n\nThe far margin is two picoseconds.\n\n## Up again\n\nMore words.\n"
PDF_LINE = "The useful skew of the left macro is forty picoseconds."
MANIFEST = """
[[document]]
id = "skew"
path = "skew.md"
owner = "Clock <b>team</b>"
licence = "CC-BY-4.0"
reviewed = 2026-03-01
review_due = 2026-09-01

[[document]]
id = "old-policy"
path = "old.md"
title = "Old policy"
reviewed = 2020-03-01
superseded_by = "new-policy"

[[document]]
id = "new-policy"
path = "new.md"
title = "New policy"
reviewed = 2020-03-01
"""
FRAGMENT = {"X-Fragment": "viewer"}


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any, opened_store: Any, two_pages: Any
) -> Iterator[Services]:
    folder, store_path = tmp_path_factory.mktemp("viewed"), tmp_path_factory.mktemp("site") / "store"
    (folder / "manifest.toml").write_text(MANIFEST)
    (folder / "hostile.md").write_text(HOSTILE)
    (folder / "skew.md").write_text(SKEW.format("25"))
    (folder / "split.md").write_text(SPLIT.format(" "))
    (folder / "deep.md").write_text(DEEP)
    (folder / "old.md").write_text("# Old\n\nOnce more. The old limit was 9 % of the supply.\n")
    (folder / "new.md").write_text("# New\n\nOnce more. The new limit is 8 % of the supply.\n")
    (folder / "leaving.md").write_text("# Leaving\n\nStill here. The leaving document speaks of eleven volts.\n")
    (folder / "macro.pdf").write_bytes(two_pages(PDF_LINE))
    ingest([folder], store_path, embedder=embedder, loader=direct)
    (folder / "skew.md").write_text(SKEW.format("30"))
    (folder / "split.md").write_text(SPLIT.format("\n\n"))
    (folder / "leaving.md").unlink()
    ingest([folder], store_path, embedder=embedder, loader=direct)
    with opened_store(store_path, embedder) as built:
        yield built


@pytest.fixture(scope="module")
def client(site: Services) -> FlaskClient:
    return create_app(site).test_client()


def span_of(site: Services, document: str, text: str, generation: int = 1) -> Span:
    [found] = [one for one in site.store.spans_at(document, generation) if text in one.text]
    return found


def cited(span: Span, **more: Any) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/c/{span.id}?revision={span.revision}&start={span.start}{query}"


def words(tree: _Element, path: str) -> str:
    return "".join("".join(found.itertext()) for found in tree.iterfind(f".//{path}"))


def links(tree: _Element) -> list[str]:
    return [one.get("href") for one in tree.iter("a") if one.get("class") == "in-viewer"]


def citation(span: Span) -> dict[str, Any]:
    document = {"id": span.document_id, "title": "A title", "revision": span.revision, "uri": "file:a.md"}
    return {"id": span.id, "document": document, "section": [], "start": span.start, "end": span.end}


def keep_answer(site: Services, name: str, shown: list[Span], withheld: list[Span], disputes: list[Span]) -> str:
    """Keep an answer of one claim for each span; the first is disputed by what the last argument holds."""
    against = [{"citation": citation(one), "why": "It says so.", "standing": "current"} for one in disputes]
    checks = [{"name": "dispute", "passed": False, "detail": {"disputes": against}}]
    claims = [{"citations": [citation(one)], "checks": []} for one in shown]
    claims[0]["checks"] = checks
    body = {
        "id": name,
        "claims": claims,
        "withheld": [{"citations": [citation(one)], "checks": []} for one in withheld],
    }
    site.store.save_answer(name, "2026-11-22T10:00:00+00:00", body)
    return name


@pytest.mark.parametrize(
    ("document", "text", "status"),
    [
        ("hostile", "reset bridge", "current"),
        ("split", "hold margin", "moved"),
        ("skew", "skew budget", "changed"),
        ("leaving", "eleven volts", "gone"),
    ],
)
def test_the_sentence_stands_first_under_what_has_become_of_it(
    client: FlaskClient, site: Services, fetch: Any, document: str, text: str, status: str
) -> None:
    span = span_of(site, document, text)
    tree = fetch(client, cited(span))
    section = tree.find(".//section[@class='viewer']")
    assert section.find("header/span").text == status
    assert [child.tag for child in section][:2] == ["header", "blockquote"]
    assert words(tree, "mark").split() == words(tree, "blockquote").split() == span.text.split()
    assert len(tree.findall(".//mark[@id='span']")) == 1


def test_every_span_is_marked_exactly(client: FlaskClient, site: Services, fetch: Any) -> None:
    for document in ("hostile", "skew", "split", "deep", "macro", "old-policy"):
        for span in site.store.spans_at(document, site.store.generation()):
            assert words(fetch(client, cited(span)), "mark") == span.text


def test_a_sentence_that_two_paragraphs_share_now_is_marked_in_both(
    client: FlaskClient, site: Services, fetch: Any
) -> None:
    tree = fetch(client, cited(span_of(site, "split", "hold margin")))
    whole = "The hold margin of the left macro\n\nis fifteen picoseconds in each corner."
    assert words(tree, "mark") == whole
    marked = [words(one, "mark").strip() for one in tree.iterfind(".//p") if one.find("mark") is not None]
    assert marked == whole.split("\n\n")


def test_a_row_of_a_table_stands_under_its_columns(client: FlaskClient, site: Services, fetch: Any) -> None:
    tree = fetch(client, cited(span_of(site, "hostile", "clk_n")))
    assert words(tree, "blockquote") == "Signal | Meaningclk_n | inverted clock"
    assert words(tree, "mark") == "clk_n | inverted clock"


def test_what_has_changed_is_shown_with_the_way_to_what_stands_there_now(
    client: FlaskClient, site: Services, fetch: Any
) -> None:
    tree = fetch(client, cited(span_of(site, "skew", "skew budget"), zoom=150))
    assert (words(tree, "del").strip(), words(tree, "ins").strip()) == ("25", "30")
    [now] = [href for href in links(tree) if "skew~" in href and "revision" not in href]
    assert parse_qs(urlsplit(now).query) == {"zoom": ["150"]}
    assert words(fetch(client, now), "mark") == "The skew budget of the tree is 30 ps at most."


def facts(tree: _Element) -> dict[str, str]:
    return {words(row, "dt"): " ".join(words(row, "dd").split()) for row in tree.iterfind(".//dl/div")}


def test_what_a_reader_must_know_of_the_document(client: FlaskClient, site: Services, fetch: Any) -> None:
    old, today = span_of(site, "skew", "skew budget"), site.store.document("skew").updated_at[:10]
    tree = fetch(client, cited(old))
    told = facts(tree)
    assert told["Revision cited"] == f"{old.revision}, not the newest"
    assert told["Stored"] == f"on {site.store.document('skew').added_at[:10]}"
    assert (told["Owner"], told["Licence"], told["Last reviewed"]) == ("Clock <b>team</b>", "CC-BY-4.0", "2026-03-01")
    new = facts(fetch(client, cited(span_of(site, "skew", "skew budget", 2))))
    assert (new["Revision cited"][-12:], new["Stored"]) == (", the newest", f"by {today}")


def test_a_document_that_was_replaced_names_its_successor(client: FlaskClient, site: Services, fetch: Any) -> None:
    tree = fetch(client, cited(span_of(site, "old-policy", "old limit")))
    [notice] = tree.iterfind(".//p[@class='notice']")
    assert words(tree, "p[@class='notice']") == "This document was replaced by New policy."
    assert notice.find("a").get("href") == "/d/new-policy"


def test_a_retired_document_says_so(client: FlaskClient, site: Services, fetch: Any) -> None:
    assert "was retired on 20" in words(fetch(client, cited(span_of(site, "leaving", "eleven"))), "p[@class='notice']")


@pytest.mark.parametrize(
    ("document", "text", "today", "said"),
    [
        ("skew", "skew budget", date(2026, 9, 1), ()),
        ("skew", "skew budget", date(2026, 9, 2), ("Its review was due on 2026-09-01.",)),
        (
            "new-policy",
            "new limit",
            date(2021, 3, 2),
            ("It was last reviewed on 2020-03-01, more than a year ago.",),
        ),
        ("new-policy", "new limit", date(2021, 3, 1), ()),
        ("old-policy", "old limit", date(2026, 9, 2), ()),
    ],
)
def test_dates_that_have_passed_are_flagged(
    site: Services, document: str, text: str, today: date, said: tuple[str, ...]
) -> None:
    found = resolve(site.store, span_of(site, document, text).id)
    assert about(site.store, found, today).lapsed == said


def test_the_json_says_the_same_as_the_viewer(client: FlaskClient, site: Services, fetch: Any) -> None:
    path = cited(span_of(site, "split", "hold margin"))
    tree = fetch(client, path)
    [link] = [one.get("href") for one in tree.iter("a") if one.text == "JSON"]
    assert urlsplit(link).query == urlsplit(path).query  # by which alone it is known where it was cited
    assert client.get(link).get_json()["status"] == "moved"


def test_the_fragment_is_the_viewer_of_the_page(client: FlaskClient, site: Services, fetch: Any) -> None:
    path = cited(span_of(site, "deep", "far margin"), zoom=200)
    whole, alone = client.get(path), client.get(path, headers=FRAGMENT)
    assert (whole.headers["Vary"], alone.headers["Vary"]) == ("X-Fragment", "X-Fragment")
    assert alone.text.startswith("<section")
    assert "<h1" not in alone.text
    assert "<html" not in alone.text
    page, part = (fetch(client, path, **more).find(".//section") for more in ({}, FRAGMENT))
    assert words(page, "div") == words(part, "div")
    assert links(page) == links(part)
    assert page.get("aria-labelledby") == part.find(".//h2").get("id")


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_headings_leave_out_no_level(client: FlaskClient, site: Services, fetch: Any, headers: dict[str, str]) -> None:
    tree = fetch(client, cited(span_of(site, "deep", "far margin")), **headers)
    levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels == ([] if headers else [1]) + [2, 3, 4, 4]


def test_the_citations_of_an_answer_can_be_turned_over(client: FlaskClient, site: Services, fetch: Any) -> None:
    first, second = span_of(site, "hostile", "reset bridge"), span_of(site, "macro", "useful skew")
    third, other = span_of(site, "new-policy", "new limit"), span_of(site, "skew", "skew budget")
    name = keep_answer(site, "ans_turned", [first, second, first], [third], [other, second])
    tree = fetch(client, cited(first, answer=name, zoom=150), **FRAGMENT)
    seen, path = [words(tree, "span[@class='count']")], []
    while (after := tree.find(".//a[@rel='next']")) is not None:
        assert (after.get("class"), after.get("accesskey")) == ("in-viewer", None)
        path.append(after.get("href"))
        query = parse_qs(urlsplit(path[-1]).query)
        assert (query["answer"], query["zoom"], "at" in query) == ([name], ["150"], False)
        tree = fetch(client, path[-1], **FRAGMENT)
        seen.append(words(tree, "span[@class='count']"))
    assert seen == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert [urlsplit(one).path for one in path] == [f"/c/{span.id}" for span in (second, third, other)]
    assert words(tree, "span[@class='badge disputed']") == "Says otherwise"
    assert words(tree, "mark") == other.text
    assert tree.find(".//a[@rel='prev']").get("href") == path[1]


@pytest.mark.parametrize("name", ["ans_none", "", "ans_elsewhere", "%00", "ans_x'--"])
def test_an_answer_that_cites_something_else_gives_no_list(
    client: FlaskClient, site: Services, fetch: Any, name: str
) -> None:
    if name == "ans_elsewhere":
        keep_answer(site, name, [span_of(site, "hostile", "reset bridge")], [], [])
    tree = fetch(client, cited(span_of(site, "macro", "useful skew"), answer=name))
    assert tree.find(".//nav[@class='turn']") is None


def test_all_ways_on_keep_the_query(client: FlaskClient, site: Services, fetch: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.web.citation.read", lambda *given: read(*given, size=60))
    span = span_of(site, "macro", "useful skew")
    tree = fetch(client, cited(span, answer="ans_x", zoom=200, at=47), **FRAGMENT)
    assert len(links(tree)) >= 4
    for href in links(tree):
        query = parse_qs(urlsplit(href).query)
        assert urlsplit(href).path == f"/c/{span.id}"
        assert (query["revision"], query["start"], query["answer"]) == ([span.revision], [str(span.start)], ["ans_x"])
        assert "zoom" in query or "100" in words(tree, f"a[@href='{href}']")
        assert "at" in query


def test_a_pdfs_page_is_shown_with_the_lines_marked(client: FlaskClient, site: Services, fetch: Any) -> None:
    span = span_of(site, "macro", "useful skew")
    tree = fetch(client, cited(span))
    [image], [rect] = tree.findall(".//img"), tree.findall(".//{*}rect")
    assert image.get("src").startswith(f"/c/{span.id}/page/2.png")
    # The line stands 200 of 500 points below the top, 40 of 400 from the left.
    x, y, width, height = (float(rect.get(side)) for side in ("x", "y", "width", "height"))
    assert x == pytest.approx(0.1, abs=0.02)
    assert y < 0.4 < y + height + 0.01
    assert width == pytest.approx(stringWidth(PDF_LINE, "Helvetica", 12) / 400, abs=0.02)
    frame = tree.find(".//div[@class='frame']")
    assert (frame.get("tabindex"), frame.get("role"), frame.get("aria-label")) == ("0", "region", "Picture of page 2")


@pytest.mark.parametrize(
    ("asked", "zoom"),
    [("", 100), ("100", 100), ("150", 150), ("200", 200), ("199", 100), ("9" * 5000, 100), ("x", 100)],
)
def test_a_page_is_drawn_at_one_of_three_sizes(
    client: FlaskClient, site: Services, fetch: Any, asked: str, zoom: int
) -> None:
    tree = fetch(client, cited(span_of(site, "macro", "useful skew"), zoom=asked))
    assert tree.find(f".//div[@class='sheet zoom-{zoom}']") is not None
    assert words(tree, "nav[@class='zoom']/a[@aria-current]") == f"{zoom} %"
    url = tree.find(".//img").get("src")
    picture = client.get(url)
    assert picture.mimetype == "image/png"
    assert Image.open(io.BytesIO(picture.data)).width == 12 * zoom
    again = client.get(url, headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(("document", "page"), [("macro", 7), ("macro", 0), ("skew", 1)])
def test_there_is_no_picture_of_a_page_that_is_not_there(
    client: FlaskClient, site: Services, document: str, page: int
) -> None:
    name = site.store.spans_at(document, site.store.generation())[0].id
    assert client.get(f"/c/{name}/page/{page}.png").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/c/skew~0000000000", 404, "not_found"),
        ("/c/none~0000000000", 404, "not_found"),
        ("/c/%3Cb%3E", 400, "bad_request"),
    ],
)
def test_what_is_not_there_is_a_small_fragment_that_says_so(
    client: FlaskClient, fetch: Any, path: str, status: int, code: str
) -> None:
    response = client.get(path, headers=FRAGMENT)
    assert (response.status_code, response.headers["Vary"]) == (status, "X-Fragment")
    assert response.text.startswith("<section")
    tree = fetch(client, path, status, **FRAGMENT)
    assert tree.find(".//h1") is None
    assert tree.find(".//b") is None
    assert code in words(tree, "section")
    assert fetch(client, path, status).find(".//h1") is not None


@pytest.fixture(scope="module")
def corpus_app(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Iterator[tuple[Flask, Store]]:
    """The curated store, all of its formats."""
    store_path = tmp_path_factory.mktemp("corpus") / "store"
    ingest([Path(__file__).parents[3] / "corpus"], store_path, embedder=embedder, loader=direct)
    built = Services(Settings(store=store_path), Store.open(store_path), embedder)
    yield create_app(built), built.store
    built.close()


@pytest.mark.slow
def test_what_is_marked_is_what_was_cited_in_every_format(corpus_app: tuple[Flask, Store], fetch: Any) -> None:
    app, store = corpus_app
    client, draw, kinds = app.test_client(), random.Random(11), set()
    for document in store.documents():
        spans = store.spans_at(document.id, store.generation())
        rare = [one for one in spans if one.kind != "sentence"]
        for span in [*draw.sample(spans, 3), *draw.sample(rare, min(2, len(rare)))]:
            assert words(fetch(client, cited(span)), "mark") == span.text
            kinds.add((document.media_type, span.kind))
    assert len({media_type for media_type, _ in kinds}) == 4
    assert {kind for _, kind in kinds} == {"sentence", "table_row", "code"}


@pytest.mark.slow
def test_any_range_of_any_document_is_marked_exactly(corpus_app: tuple[Flask, Store]) -> None:
    """Ranges that begin and end in any two neighbouring blocks: in headings, tables, lists, code, and over them."""
    app, store = corpus_app
    draw, kinds = random.Random(12), set()
    for document in store.documents():
        text = store.canonical_text(document.id, document.current_revision)
        blocks = store.layout(document.id, document.current_revision).blocks
        for _ in range(12):
            place = draw.randrange(len(blocks) - 2)
            first, last = blocks[place], blocks[place + draw.randrange(3)]
            start = draw.randrange(first.start, first.end)
            end = draw.randrange(max(start, last.start), last.end) + 1
            with app.test_request_context():
                page = render_template("_text.html", reading=read(text, blocks, start - 500, (start, end), size=4000))
            tree = html5lib.parse(page, treebuilder="lxml", namespaceHTMLElements=False)
            assert words(tree, "mark") == text[start:end]
            kinds |= {first.kind, last.kind}
    assert kinds >= {"heading", "paragraph", "list_item", "table", "code"}

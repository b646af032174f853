"""The pages, as a browser without JavaScript gets them, over a small store with a hostile document in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml.etree import _Element

from app.answer import Request, answer_whole
from app.api.factory import create_app
from app.api.guard import HEADERS
from app.services import Services
from ingest.pipeline import ingest

HOSTILE = """# Reset `<script>alert(1)</script>` rules `"><img src=x onerror=alert(2)>`

Some calm words come first here. The reset bridge holds `<img src=x onerror=alert(3)>` for two cycles.

| Signal | Meaning |
| --- | --- |
| rst_n | `</td><script>alert(4)</script>` active low |

    <svg onload=alert(5)>
"""
CHANGING = "# Skew\n\nSome words on trees come first. The skew budget of the tree is {} ps at most. The last words.\n"
PDF_LINE = "The useful skew of the left macro is forty picoseconds."
ALLOWED = """html head meta title link script body a header nav main h1 h2 h3 h4 p form label textarea div select option
input option button aside q time header footer article section ol ul li span strong details summary dl dt dd mark table thead tbody tr th td pre code
figure img svg rect del ins blockquote"""


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any, opened_store: Any, two_pages: Any
) -> Iterator[Services]:
    folder, store_path = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("site") / "store"
    (folder / "hostile.md").write_text(HOSTILE)
    (folder / "moving.md").write_text(CHANGING.format("25"))
    (folder / "macro.pdf").write_bytes(two_pages(PDF_LINE))
    ingest([folder], store_path, embedder=embedder, loader=direct)
    with opened_store(store_path, embedder) as built:
        yield built


@pytest.fixture(scope="module")
def client(site: Services) -> FlaskClient:
    return create_app(site).test_client()


def parse(client: FlaskClient, path: str) -> _Element:
    """Fetch a page as a browser would, and see that nothing on it could run."""
    response = client.get(path, follow_redirects=True, headers={"Accept": "text/html"})
    assert response.mimetype == "text/html"
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    tree: _Element = html5lib.parse(response.text, treebuilder="lxml", namespaceHTMLElements=False)
    for element in tree.iter("*"):
        name = str(element.tag).rpartition("}")[2]
        assert name in ALLOWED.split(), name
        assert not [one for one in element.attrib if str(one).startswith("on") or one == "style"]
        assert name != "script" or (str(element.get("src")).startswith("/static/") and not element.text)
        for link in ("href", "src", "action"):
            assert str(element.get(link, "/")).startswith(("/", "?", "#")), element.get(link)
    return tree


def words(tree: _Element, path: str) -> str:
    return "".join("".join(found.itertext()) for found in tree.iterfind(f".//{path}"))


def citation_of(site: Services, document: str, text: str) -> str:
    [found] = [s for s in site.store.spans_at(document, site.store.generation()) if text in s.text]
    return found.id


def ask(client: FlaskClient, question: str) -> str:
    """Ask by the API, and give the path of the page of the answer."""
    return f"/a/{client.post('/v1/answers', json={'question': question}).get_json()['id']}"


def test_the_page_of_an_answer_shows_what_it_rests_on(client: FlaskClient) -> None:
    tree = parse(client, ask(client, "What is the skew budget of the tree?"))
    assert words(tree, "h1") == "What is the skew budget of the tree?"
    assert "The skew budget of the tree is 25 ps at most." in words(tree, "ol[@class='claims']")
    assert words(tree, "span[@class='badge supported']").startswith("quoted · relevance 0.")
    assert words(tree, "article").count("not calibrated") == 1
    chip = tree.find(".//a[@class='chip to-source']")
    assert words(parse(client, chip.get("href")), "mark") == "The skew budget of the tree is 25 ps at most."
    assert tree.find(f".//*[@id='{chip.get('aria-describedby')}']").get("role") == "tooltip"


def test_the_parts_of_a_claim_stand_under_it(client: FlaskClient, site: Services) -> None:
    asked = {"question": "What is the skew budget of the tree?", "model": "extractive"}
    kept = client.post("/v1/answers", json=asked).get_json()
    parts = [
        {"text": "The budget is <b>25</b> ps.", "p_supported": 0.93, "p_contradicted": 0.0},
        {"text": "The tree is old.", "p_supported": 0.12, "p_contradicted": 0.3},
    ]
    kept["claims"][0]["checks"].append({"name": "entailment", "passed": True, "detail": {"parts": parts}})
    site.store.save_answer("ans_parts", kept["created"], {**kept, "id": "ans_parts"})
    tree = parse(client, "/a/ans_parts")
    [told] = tree.iterfind(".//ul[@class='parts']")
    assert [" ".join("".join(one.itertext()).split()) for one in told] == [
        "0.93 The budget is <b>25</b> ps.",
        "0.12 The tree is old.",
    ]
    assert [one.get("class") for one in told] == [None, "fell"]
    assert tree.find(".//ol[@class='claims']/li/ul[@class='parts']") is told


def test_what_contradicts_a_claim_stands_beside_it(client: FlaskClient, site: Services) -> None:
    asked = {"question": "What is the skew budget of the tree?", "model": "extractive"}
    kept = client.post("/v1/answers", json=asked).get_json()
    claim = kept["claims"][0]
    dispute = {
        "citation": {**claim["citations"][0], "exact": "It is <b>30</b> ps."},
        "why": "It says 30 ps.",
        "p_contradicted": None,
    }
    check = {"name": "dispute", "passed": False, "detail": {"disputes": [{**dispute, "standing": "current"}]}}
    claim["checks"] = [*claim["checks"][:-1], check]
    site.store.save_answer("ans_disputed", kept["created"], {**kept, "id": "ans_disputed"})
    tree = parse(client, "/a/ans_disputed")
    [item] = tree.iterfind(".//ol[@class='claims']/li/ul[@class='disputes']/li")
    assert "Says otherwise:" in "".join(item.itertext())
    assert "It is <b>30</b> ps." in "".join(item.itertext())
    assert item.find("a").get("href").startswith(claim["citations"][0]["url"])
    assert [badge.text for badge in tree.iterfind(".//span[@class='badge disputed']")] == ["disputed"]


def test_silence_says_what_was_looked_at(client: FlaskClient) -> None:
    tree = parse(client, ask(client, "Who was the king of Sweden in 1520?"))
    assert words(tree, "p[@class='status']").startswith("No answer:")
    assert "supported" not in {one.get("class") for one in tree.iter("li")}


def test_what_a_follow_up_was_understood_as_stands_under_it(client: FlaskClient, site: Services) -> None:
    first = answer_whole(Request("What is the <b>skew budget</b> of the tree?"), site)
    then = answer_whole(Request("Why is it <i>25 ps</i>?", follows=first.id), site)
    shown = words(parse(client, f"/a/{then.id}"), "main")
    assert "Understood as: " in shown
    assert "<i>25 ps</i>" in shown
    assert "Understood as" not in words(parse(client, f"/a/{first.id}"), "main")


def test_markup_in_a_question_stays_text(client: FlaskClient) -> None:
    question = "</h1><script>alert(6)</script> what is the skew budget of the tree?"
    tree = parse(client, ask(client, question))
    assert words(tree, "h1") == question


def test_markup_in_a_document_stays_text(client: FlaskClient, site: Services) -> None:
    for path in ("/documents", "/d/hostile", ask(client, "What does the reset bridge hold for two cycles?")):
        assert "<script>alert(1)</script>" in words(parse(client, path), "body")
    for text in ("reset bridge", "rst_n", "svg"):
        name = citation_of(site, "hostile", text)
        assert words(parse(client, f"/c/{name}"), "mark") == site.store.spans_by_id([name])[name].text


@pytest.mark.parametrize("path", ["/a/none", "/c/none~0000000000", "/d/none", "/nowhere", "/static/../pages.py"])
def test_what_is_not_there_gets_a_page_that_says_so(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_the_list_of_documents_leads_to_each(client: FlaskClient) -> None:
    tree = parse(client, "/documents")
    links = [a.get("href") for a in tree.find(".//tbody").iter("a")]
    assert links == ["/d/hostile", "/d/macro", "/d/moving"]
    assert "The skew budget" in words(parse(client, "/d/moving"), "div[@class='document']")


def test_scripts_put_in_nothing_but_text_and_fragments_of_the_server() -> None:
    static = Path(__file__).parents[3] / "app" / "web" / "static"
    found = [
        (script.name, line.strip())
        for script in sorted(static.glob("*.js"))
        for line in script.read_text().splitlines()
        if re.search(r"HTML|document\.write|eval\(|Function\(|setTimeout\([\"'`]", line)
    ]
    assert [(name, line.partition(";")[0]) for name, line in found] == [
        ("dom.js", "template.innerHTML = html"),
        ("panel.js", "panel.innerHTML = html"),
    ]

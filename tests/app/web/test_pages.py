"""The pages, as a browser without JavaScript gets them, over a small store with a hostile document in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml.etree import _Element
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from app.answer import Request, answer_whole
from app.api.bodies import MAX_QUESTION
from app.api.factory import create_app
from app.api.guard import HEADERS
from app.services import Services
from app.settings import Settings
from ingest.pipeline import ingest
from ingest.store import Store

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
input button article section ol ul li span strong details summary dl dt dd mark table thead tbody tr th td pre code
figure img svg rect del ins"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Iterator[Services]:
    folder, store_path = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("site") / "store"
    (folder / "hostile.md").write_text(HOSTILE)
    (folder / "moving.md").write_text(CHANGING.format("25"))
    (folder / "macro.pdf").write_bytes(two_pages())
    ingest([folder], store_path, embedder=embedder, loader=direct)
    built = Services(
        Settings(store=store_path, model="extractive", verifier="overlap"), Store.open(store_path), embedder
    )
    yield built
    built.close()


@pytest.fixture(scope="module")
def client(site: Services) -> FlaskClient:
    return create_app(site).test_client()


def two_pages() -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(400, 500))
    canvas.drawString(40, 440, "The first page has nothing of interest on it.")
    canvas.showPage()
    canvas.drawString(40, 440, "Before the line of interest stand a few other words.")
    canvas.drawString(40, 300, PDF_LINE)
    canvas.save()
    return written.getvalue()


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


def test_the_front_page_asks(client: FlaskClient) -> None:
    tree = parse(client, "/")
    form = tree.find(".//form")
    assert (form.get("action"), form.get("method")) == ("/ask", "get")
    assert {field.get("name") for field in form.iter("textarea", "select", "input")} == {"q", "model", "min_confidence"}
    assert [one.get("value") for one in form.iter("option") if one.get("selected") is not None] == ["extractive"]
    assert form.find(".//textarea").get("maxlength") == str(MAX_QUESTION)


def test_a_question_without_javascript_leads_to_the_kept_answer(client: FlaskClient) -> None:
    tree = parse(client, "/ask?q=What+is+the+skew+budget+of+the+tree%3F&model=extractive&min_confidence=0.5")
    assert words(tree, "h1") == "What is the skew budget of the tree?"
    assert "The skew budget of the tree is 25 ps at most." in words(tree, "ol[@class='claims']")
    assert words(tree, "span[@class='badge supported']").startswith("quoted · relevance 0.")
    assert words(tree, "article").count("not calibrated") == 1
    chip = tree.find(".//a[@class='chip']")
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
    tree = parse(client, "/ask?q=Who+was+the+king+of+Sweden+in+1520%3F")
    assert words(tree, "h2[@class='status']").startswith("No answer:")
    assert "supported" not in {one.get("class") for one in tree.iter("li")}


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%20", "q=" + "x" * (MAX_QUESTION + 1), "q=a&min_confidence=much", "q=a&min_confidence=7"]
)
def test_a_form_that_is_filled_in_wrongly_is_refused_with_a_page(client: FlaskClient, query: str) -> None:
    response = client.get(f"/ask?{query}", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert "That did not work" in response.text


def test_what_a_follow_up_was_understood_as_stands_under_it(client: FlaskClient, site: Services) -> None:
    first = answer_whole(Request("What is the <b>skew budget</b> of the tree?"), site)
    then = answer_whole(Request("Why is it <i>25 ps</i>?", follows=first.id), site)
    shown = words(parse(client, f"/a/{then.id}"), "main")
    assert "Understood as: " in shown
    assert "<i>25 ps</i>" in shown
    assert "Understood as" not in words(parse(client, f"/a/{first.id}"), "main")


def test_markup_in_a_question_stays_text(client: FlaskClient) -> None:
    question = "</h1><script>alert(6)</script> what is the skew budget of the tree?"
    tree = parse(client, f"/ask?q={question}")
    assert words(tree, "h1") == question


def test_markup_in_a_document_stays_text(client: FlaskClient, site: Services) -> None:
    for path in ("/documents", "/d/hostile", "/ask?q=What+does+the+reset+bridge+hold+for+two+cycles%3F"):
        assert "<script>alert(1)</script>" in words(parse(client, path), "body")
    for text in ("reset bridge", "rst_n", "svg"):
        name = citation_of(site, "hostile", text)
        assert words(parse(client, f"/c/{name}"), "mark") == site.store.spans_by_id([name])[name].text


def test_every_span_is_marked_exactly(client: FlaskClient, site: Services) -> None:
    for document in ("hostile", "moving", "macro"):
        for span in site.store.spans_at(document, site.store.generation()):
            tree = parse(client, f"/c/{span.id}")
            assert words(tree, "mark") == span.text
            assert len(tree.findall(".//mark[@id='span']")) == 1


def test_a_citation_that_has_moved_is_shown_where_it_stands_now(client: FlaskClient, site: Services) -> None:
    tree = parse(client, f"/c/{citation_of(site, 'moving', 'skew budget')}?start=3")
    assert words(tree, "span[@class='badge supported']") == "moved"
    assert words(tree, "mark") == "The skew budget of the tree is 25 ps at most."


def test_a_pdfs_page_is_shown_with_the_lines_marked(client: FlaskClient, site: Services) -> None:
    name = citation_of(site, "macro", "useful skew")
    tree = parse(client, f"/c/{name}")
    [image], [rect] = tree.findall(".//img"), tree.findall(".//{*}rect")
    assert image.get("src").startswith(f"/c/{name}/page/2.png")
    # The line stands 200 of 500 points below the top, 40 of 400 from the left.
    x, y, width, height = (float(rect.get(side)) for side in ("x", "y", "width", "height"))
    assert x == pytest.approx(0.1, abs=0.02)
    assert y < 0.4 < y + height + 0.01
    assert width == pytest.approx(stringWidth(PDF_LINE, "Helvetica", 12) / 400, abs=0.02)
    picture = client.get(image.get("src"))
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    again = client.get(image.get("src"), headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(("document", "page"), [("macro", 7), ("macro", 0), ("moving", 1)])
def test_there_is_no_picture_of_a_page_that_is_not_there(
    client: FlaskClient, site: Services, document: str, page: int
) -> None:
    name = site.store.spans_at(document, site.store.generation())[0].id
    assert client.get(f"/c/{name}/page/{page}.png").status_code == 404


@pytest.mark.slow
def test_a_citation_whose_text_was_changed_shows_both(tmp_path: Path, embedder: Any, direct: Any) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    store_path = tmp_path / "store"
    (folder / "moving.md").write_text(CHANGING.format("25"))
    ingest([folder], store_path, embedder=embedder, loader=direct)
    services = Services(Settings(store=store_path), Store.open(store_path), embedder)
    name = citation_of(services, "moving", "skew budget")
    (folder / "moving.md").write_text(CHANGING.format("30"))
    ingest([folder], store_path, embedder=embedder, loader=direct)
    client = create_app(services).test_client()
    tree = parse(client, f"/c/{name}")
    assert words(tree, "mark") == "The skew budget of the tree is 25 ps at most."
    assert (words(tree, "del").strip(), words(tree, "ins").strip()) == ("25", "30")
    successor = next(a.get("href") for a in tree.iter("a") if "now" in "".join(a.itertext()))
    assert words(parse(client, successor), "mark") == "The skew budget of the tree is 30 ps at most."
    (folder / "moving.md").unlink()
    (folder / "other.md").write_text("# Other\n\nOther words entirely.\n")
    ingest([folder], store_path, embedder=embedder, loader=direct)
    assert "gone" in words(parse(client, f"/c/{name}"), "span[@class='badge contradicted']")
    services.close()


@pytest.mark.parametrize("path", ["/a/none", "/c/none~0000000000", "/d/none", "/nowhere", "/static/../pages.py"])
def test_what_is_not_there_gets_a_page_that_says_so(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_the_list_of_documents_leads_to_each(client: FlaskClient) -> None:
    tree = parse(client, "/documents")
    links = [a.get("href") for a in tree.find(".//tbody").iter("a")]
    assert links == ["/d/hostile", "/d/macro", "/d/moving"]
    assert "The skew budget" in words(parse(client, "/d/moving"), "div[@class='document']")


def test_scripts_put_text_in_as_text_only() -> None:
    for script in Path(__file__).parents[3].joinpath("app/web/static").glob("*.js"):
        source = script.read_text()
        assert not [
            word for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(") if word in source
        ]

"""The viewer in a real browser: the boxes over a page's picture, by keyboard, on a phone, on paper, and audited by axe."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from reportlab.pdfgen.canvas import Canvas

from app.services import Services
from ingest.pipeline import ingest
from ingest.types import Box, Span

pytestmark = pytest.mark.browser

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
PDF_LINE = "The useful skew of the left macro is forty picoseconds."
SKEW = """# Skew

Some words on trees come first.

#### Budget

The skew budget of the tree is {} ps at most.

| A long name of a corner | Another long name of a margin | A third of them |
| --- | --- | --- |
| SS | 15 | a_very_long_identifier_that_no_line_of_a_phone_has_room_for |
| FF | 12 | short |

| Corner | Margin |
| --- | --- |
| TT | 14 |
"""


def one_page() -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(400, 500))
    canvas.drawString(40, 440, "Before the line of interest stand a few other words.")
    canvas.drawString(40, 300, PDF_LINE)
    canvas.drawString(260, 100, "At the right it is 9 ps.")
    canvas.save()
    return written.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any, opened_store: Any) -> Iterator[Services]:
    folder, store_path = tmp_path_factory.mktemp("viewed"), tmp_path_factory.mktemp("site") / "store"
    entry = '[[document]]\nid = "skew"\npath = "skew.md"\nowner = "Clock team"\nlicence = "CC-BY-4.0"\n'
    (folder / "manifest.toml").write_text(entry + "reviewed = 2020-03-01\n")
    (folder / "macro.pdf").write_bytes(one_page())
    for budget in ("25", "30"):
        (folder / "skew.md").write_text(SKEW.format(budget))
        ingest([folder], store_path, embedder=embedder, loader=direct)
    with opened_store(store_path, embedder) as built:
        yield built


@pytest.fixture(scope="module")
def url(site: Services, serving: Any) -> Iterator[str]:
    with serving(site) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    """A page that fails the test when it complains, or when it asks anybody but the server."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend([] if request.url.startswith(url) else [request.url]))
        yield page
        browser.close()
    assert complaints == []


def span_of(site: Services, document: str, text: str, generation: int = 1) -> Span:
    [found] = [one for one in site.store.spans_at(document, generation) if text in one.text]
    return found


def view(page: Page, url: str, span: Span, query: str = "") -> None:
    page.goto(f"{url}/c/{span.id}?revision={span.revision}&start={span.start}{query}")
    page.wait_for_load_state("load")


def keep_answer(site: Services, name: str, *spans: Span) -> str:
    def citation(span: Span) -> dict[str, Any]:
        document = {"id": span.document_id, "title": "A title", "revision": span.revision, "uri": ""}
        return {"id": span.id, "document": document, "start": span.start, "end": span.end}

    claims = [{"citations": [citation(one)], "checks": []} for one in spans]
    site.store.save_answer(name, "2026-11-22T10:00:00+00:00", {"id": name, "claims": claims, "withheld": []})
    return name


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("zoom", [100, 200])
def test_a_box_is_drawn_where_it_is_on_the_page(page: Page, url: str, site: Services, zoom: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    span = span_of(site, "macro", "useful skew")
    view(page, url, span, f"&zoom={zoom}")
    image, rect = page.locator(".sheet img").bounding_box(), page.locator(".sheet rect").bounding_box()
    frame = page.locator(".frame").bounding_box()
    assert image
    assert rect
    assert frame
    drawn = Box(
        1,
        (rect["x"] - image["x"]) / image["width"],
        (rect["y"] - image["y"]) / image["height"],
        (rect["x"] + rect["width"] - image["x"]) / image["width"],
        (rect["y"] + rect["height"] - image["y"]) / image["height"],
    )
    [box] = span.boxes
    for side in ("x0", "y0", "x1", "y1"):
        assert getattr(drawn, side) == pytest.approx(getattr(box, side), abs=0.002)
    assert image["width"] / frame["width"] == pytest.approx(zoom / 100, abs=0.01)
    assert image["height"] / image["width"] == pytest.approx(500 / 400, abs=0.01)


def test_the_beginning_of_the_marked_line_is_to_be_seen(page: Page, url: str, site: Services) -> None:
    view(page, url, span_of(site, "macro", "At the right"), "&zoom=200")
    rect, frame = page.locator(".sheet rect").bounding_box(), page.locator(".frame").bounding_box()
    assert rect
    assert frame
    assert frame["x"] <= rect["x"] <= frame["x"] + frame["width"] - 100
    assert page.locator("mark").is_visible()


def test_a_narrow_viewer_opens_at_the_marked_line_and_stays_there_when_it_is_enlarged(
    page: Page, url: str, site: Services
) -> None:
    page.goto(f"{url}/documents")
    path = f"/c/{span_of(site, 'macro', 'useful skew').id}"
    link = f"<a class='to-source' href='{path}'>a source</a>"
    page.locator("h1").evaluate("(heading, link) => heading.insertAdjacentHTML('afterend', link)", link)
    page.locator("a.to-source").click()
    for zoom in ("100 %", "200 %"):
        page.locator(".zoom a", has_text=zoom).dispatch_event("click")
        expect(page.locator(".zoom a[aria-current]")).to_have_text(zoom)
        expect(page.locator("#panel rect")).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 390, 1200])
@pytest.mark.parametrize(("document", "text"), [("macro", "useful skew"), ("skew", "skew budget")])
def test_nothing_sticks_out_at_the_side(
    page: Page, url: str, site: Services, width: int, document: str, text: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    view(page, url, span_of(site, document, text), "&zoom=200")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    lefts = page.evaluate("[...document.querySelectorAll('.beside > *')].map(one => one.getBoundingClientRect().left)")
    assert len({round(left) for left in lefts}) == (2 if width == 1200 and document == "macro" else len(lefts[:1]))


def test_citations_are_turned_over_by_keyboard(page: Page, url: str, site: Services) -> None:
    first, second = span_of(site, "macro", "useful skew"), span_of(site, "skew", "skew budget", 2)
    name = keep_answer(site, "ans_keys", first, second)
    view(page, url, first, f"&answer={name}")
    assert page.locator(".paging .count").inner_text() == "1 of 2"
    page.locator(".skip").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.rel") == "next":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/c/{second.id}*")
    assert page.locator("mark").all_text_contents() == [second.text]
    assert page.locator("mark").is_visible()
    page.locator("a[rel=prev]").click()
    page.wait_for_url(f"**/c/{first.id}*")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("document", "text"), [("macro", "useful skew"), ("skew", "skew budget"), ("skew", "TT")])
def test_axe_finds_nothing(page: Page, url: str, site: Services, document: str, text: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    span = span_of(site, document, text)
    view(page, url, span, f"&answer={keep_answer(site, f'ans_{scheme}_{span.id[-10:]}', span)}")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_on_paper_what_is_cited_is_still_marked(page: Page, url: str, site: Services) -> None:
    page.emulate_media(media="print")
    view(page, url, span_of(site, "macro", "useful skew"), "&zoom=200")
    assert "underline" in page.locator("mark").evaluate("one => getComputedStyle(one).textDecorationLine")
    assert page.locator(".sheet rect").evaluate("one => getComputedStyle(one).strokeWidth") == "2px"
    assert not page.locator(".zoom").is_visible()
    image, frame = page.locator(".sheet img").bounding_box(), page.locator(".frame").bounding_box()
    assert image
    assert frame
    assert image["width"] <= frame["width"]


def test_the_fragment_stands_in_a_panel_as_it_does_on_its_page(page: Page, url: str, site: Services) -> None:
    view(page, url, span_of(site, "macro", "useful skew"))
    page.evaluate(
        """async () => {
            const reply = await fetch(location.pathname + location.search, {headers: {'X-Fragment': 'viewer'}});
            const parsed = new DOMParser().parseFromString(await reply.text(), 'text/html');
            const panel = document.createElement('aside');
            panel.append(parsed.querySelector('.viewer'));
            document.querySelector('main').replaceChildren(panel);
        }"""
    )
    page.wait_for_function("document.querySelector('aside img').complete")
    assert page.locator("aside mark").all_text_contents() == [PDF_LINE]
    image, rect = page.locator("aside img").bounding_box(), page.locator("aside rect").bounding_box()
    assert image
    assert rect
    [box] = span_of(site, "macro", "useful skew").boxes
    assert (rect["y"] - image["y"]) / image["height"] == pytest.approx(box.y0, abs=0.002)

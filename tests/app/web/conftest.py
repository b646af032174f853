"""Pages as a browser without JavaScript reads them, and a real browser, whose pages fail their test when they complain
or ask anybody but the server."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml.etree import _Element
from playwright.sync_api import Browser, Page, sync_playwright
from reportlab.pdfgen.canvas import Canvas

from app.services import Services
from app.settings import Settings
from ingest.store import Store

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
REFUSED = ("status of 4", "status of 503")
"""What the browser's console says of a refusal that a test asks for."""

Opening = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opening(chromium: Browser, url: str) -> Opening:
    """Opens a page of the server `url` with the options of a browser's context."""

    @contextmanager
    def opened(path: str = "", **options: Any) -> Iterator[Page]:
        complaints: list[str] = []
        context = chromium.new_context(**options)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda one: None if any(r in one.text for r in REFUSED) else complaints.append(one.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda one: None if one.url.startswith(url) else complaints.append(one.url))
        page.goto(url + path)
        yield page
        context.close()
        assert complaints == []

    return opened


Fetch = Callable[..., _Element]


def fetched(client: FlaskClient, path: str, status: int = 200, **headers: str) -> _Element:
    """Fetch a page, or a fragment, and see that nothing in it could run."""
    response = client.get(path, headers={"Accept": "text/html", **headers})
    assert (response.status_code, response.mimetype) == (status, "text/html")
    tree: _Element = html5lib.parse(response.text, treebuilder="lxml", namespaceHTMLElements=False)
    for element in tree.iter("*"):
        assert not [one for one in element.attrib if str(one).startswith("on") or one in ("style", "accesskey")]
        assert element.tag != "script" or (str(element.get("src")).startswith("/static/") and not element.text)
        assert element.tag not in ("style", "iframe", "object", "embed")
        assert str(element.get("href", "/")).startswith(("/", "?", "#"))
    return tree


@pytest.fixture(scope="session")
def fetch() -> Fetch:
    return fetched


@contextmanager
def opened_store(path: Path, embedder: Any) -> Iterator[Services]:
    """Services over a store that was ingested, which answer by quotation."""
    settings = Settings(store=path, model="extractive", verifier="overlap")
    built = Services(settings, Store.open(path), embedder)
    yield built
    built.close()


@pytest.fixture(scope="session", name="opened_store")
def opened_store_fixture() -> Callable[..., AbstractContextManager[Services]]:
    return opened_store


def pdf_of_two_pages(line: str) -> bytes:
    """A PDF whose second page holds a line, below another."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(400, 500))
    canvas.drawString(40, 440, "The first page has nothing of interest on it.")
    canvas.showPage()
    canvas.drawString(40, 440, "Before the line of interest stand a few other words.")
    canvas.drawString(40, 300, line)
    canvas.save()
    return written.getvalue()


@pytest.fixture(scope="session")
def two_pages() -> Callable[[str], bytes]:
    return pdf_of_two_pages

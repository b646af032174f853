"""The boxes over a page's picture lie over the words that are cited, and over no others.

In the PDFs made here the cited sentence is red and everything else is black.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from flask.testing import FlaskClient
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.api.factory import create_app
from app.services import Services
from app.settings import Settings
from ingest.pipeline import ingest
from ingest.store import Store
from ingest.types import Box, Span

LEFT = [
    "A scan chain is a shift register that is",
    "made of flops. *The hold-time margin of*",
    "*the chain is fifteen picoseconds in each*",
    "*of the corners.* The chain has a lock-up",
    "latch at each crossing from one clock to",
    "another clock, and goes on over the gap",
    "in the middle of this page, where a word",
    "of the next column could be mistaken for",
]
RIGHT = [
    "its end. Coverage counts the faults that",
    "are stuck and the ones in transition. The",
    "second column stands beside the first one",
    "on this page, and nothing in it is cited.",
    "It has as many words as the other one and",
]
LONG = [f"Line {number} of this page says nothing that is of any interest to a reader." for number in range(3, 34)]
ENDING = ["The policy has many words. *The sign-off of the last block waits for the*"]
GOING_ON = ["*owner of its clock tree and for nobody else.* Then comes the next thing."]
CITED = {"turned-over": "The sign-off of the last block"} | dict.fromkeys(
    ("columns", "rotated", "cropped", "turned-and-cropped"), "The hold-time margin"
)


def write(canvas: Canvas, x: float, y: float, lines: list[str]) -> None:
    """Write lines one below another; what stands between asterisks is red."""
    for line in lines:
        at = x
        for number, part in enumerate(line.split("*")):
            canvas.setFillColorRGB(number % 2, 0, 0)
            canvas.setFont("Times-Roman", 11)
            canvas.drawString(at, y, part)
            at += canvas.stringWidth(part, "Times-Roman", 11)
        y -= 14


def two_columns(canvas: Canvas) -> None:
    write(canvas, 72, 500, LEFT)
    write(canvas, 310, 500, [*RIGHT, "ends here."])


def rotated(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    two_columns(canvas)


def cropped(canvas: Canvas) -> None:
    canvas.setCropBox((50, 300, 560, 560))
    two_columns(canvas)


def turned_and_cropped(canvas: Canvas) -> None:
    canvas.setPageRotation(270)
    cropped(canvas)


def over_two_pages(canvas: Canvas) -> None:
    write(canvas, 72, 760, [*LONG, *ENDING])
    canvas.showPage()
    write(canvas, 72, 760, [*GOING_ON, *LONG])


DRAWN: dict[str, Callable[[Canvas], None]] = {
    "columns": two_columns,
    "rotated": rotated,
    "cropped": cropped,
    "turned-and-cropped": turned_and_cropped,
    "turned-over": over_two_pages,
}


def drawn(draw: Callable[[Canvas], None]) -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=1)
    draw(canvas)
    canvas.save()
    return written.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Iterator[Services]:
    folder, store_path = tmp_path_factory.mktemp("pdfs"), tmp_path_factory.mktemp("site") / "store"
    for name, draw in DRAWN.items():
        (folder / f"{name}.pdf").write_bytes(drawn(draw))
    ingest([folder], store_path, embedder=embedder, loader=direct)
    built = Services(Settings(store=store_path, model="extractive"), Store.open(store_path), embedder)
    yield built
    built.close()


@pytest.fixture(scope="module")
def client(site: Services) -> FlaskClient:
    return create_app(site).test_client()


def cited(site: Services, name: str) -> Span:
    [span] = [one for one in site.store.spans_at(name, site.store.generation()) if one.text.startswith(CITED[name])]
    return span


def pictures(client: FlaskClient, fetch: Any, span: Span, zoom: int) -> Iterator[tuple[int, str, list[Box]]]:
    """The pages that the viewer shows, each with its picture's address and the boxes drawn over it."""
    for figure in fetch(client, f"/c/{span.id}?zoom={zoom}").iterfind(".//figure"):
        url = figure.find(".//img").get("src")
        page = int(Path(url.partition("?")[0]).stem)
        sides = [[float(one.get(side)) for side in ("x", "y", "width", "height")] for one in figure.iter("{*}rect")]
        yield page, url, [Box(page, x, y, x + width, y + height) for x, y, width, height in sides]


def letters_in(page: pypdfium2.PdfPage, boxes: list[Box]) -> str:
    """The letters of a page whose middle is in a box, box by box; where two boxes meet, in the first of them."""
    left, bottom, right, top = page.get_cropbox()
    words = page.get_textpage()
    found = [""] * len(boxes)
    for at in range(words.count_chars()):
        x0, y0, x1, y1 = words.get_charbox(at)
        x, y = ((x0 + x1) / 2 - left) / (right - left), 1 - ((y0 + y1) / 2 - bottom) / (top - bottom)
        for _ in range(page.get_rotation() // 90):
            x, y = 1 - y, x
        place = next((n for n, b in enumerate(boxes) if b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1), None)
        if place is not None:
            found[place] += words.get_text_range(at, 1)
    return "".join("".join(found).split())


@pytest.mark.parametrize("name", DRAWN)
def test_the_text_under_the_boxes_is_what_is_cited(client: FlaskClient, site: Services, fetch: Any, name: str) -> None:
    span = cited(site, name)
    document = pypdfium2.PdfDocument(drawn(DRAWN[name]))
    found = list(pictures(client, fetch, span, 100))
    assert "".join(letters_in(document[page - 1], boxes) for page, _, boxes in found) == "".join(span.text.split())
    assert [page for page, *_ in found] == ([1, 2] if name == "turned-over" else [1])
    if name in ("columns", "cropped", "turned-over"):  # where text is upright, a line has one box
        assert sum(len(boxes) for *_, boxes in found) == (2 if name == "turned-over" else 3)


@pytest.mark.parametrize("zoom", [100, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", DRAWN)
def test_what_is_red_in_the_picture_is_under_the_boxes_and_nothing_else(
    client: FlaskClient, site: Services, fetch: Any, name: str, zoom: int
) -> None:
    for _, url, boxes in pictures(client, fetch, cited(site, name), zoom):
        image = Image.open(io.BytesIO(client.get(url).data)).convert("RGB")
        assert image.width == 12 * zoom
        pixels = np.asarray(image).astype(int)
        under = np.zeros(pixels.shape[:2], bool)
        for box in boxes:
            rows = slice(int(box.y0 * image.height), round(box.y1 * image.height))
            under[rows, int(box.x0 * image.width) : round(box.x1 * image.width)] = True
        red = (pixels[..., 0] > 200) & (pixels[..., 1] < 128)
        black = pixels.sum(axis=2) < 200
        assert red.sum() > 500
        assert black.sum() > 500
        assert red[under].sum() / red.sum() > 0.99
        assert black[under].sum() / black.sum() < 0.01

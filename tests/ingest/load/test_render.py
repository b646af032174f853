"""Pictures of pages."""

from io import BytesIO

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import LoadError
from ingest.load import render
from ingest.load.render import render_page


def pdf(width: float, height: float) -> bytes:
    data = BytesIO()
    canvas = Canvas(data, pagesize=(width, height))
    for page in (1, 2):
        canvas.rect(0, 0, width / 2, height, fill=page == 2)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def test_the_right_page_at_the_wished_width() -> None:
    images = [Image.open(BytesIO(render_page(pdf(200, 100), page, 400))).convert("L") for page in (1, 2)]
    assert [image.size for image in images] == [(400, 200), (400, 200)]
    assert [image.getpixel((100, 100)) for image in images] == [255, 0]
    assert [image.getpixel((300, 100)) for image in images] == [255, 255]


@pytest.mark.parametrize(("size", "width"), [((200, 100), 10**9), ((14000, 14000), 14000), ((10, 14000), 5000)])
def test_pictures_stay_small(size: tuple[float, float], width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAX_PIXELS", 40_000)
    image = Image.open(BytesIO(render_page(pdf(*size), 1, width)))
    assert image.width * image.height <= 45_000  # each side is rounded up


@pytest.mark.parametrize("page", [0, -1, 3])
def test_a_page_that_is_not_there(page: int) -> None:
    with pytest.raises(LoadError) as caught:
        render_page(pdf(100, 100), page, 100)
    assert caught.value.reason == "no_page"


def test_bytes_that_are_no_pdf() -> None:
    with pytest.raises(LoadError):
        render_page(b"no pdf", 1, 100)

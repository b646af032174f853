"""Pictures of pages, drawn in a process of their own."""

import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import UnknownId, VerispanError
from ingest.load import guard, pages
from ingest.load.guard import Limits
from ingest.load.pages import NoPicture, PageRenderer, TooManyPictures

SLOW = """
import time
from pathlib import Path

def render_page(data, page, width):
    if page == 9:
        (Path(__file__).parent / "begun").touch()
        time.sleep(60)
    return b"drawn"
"""


def pdf() -> bytes:
    data = BytesIO()
    canvas = Canvas(data, pagesize=(200, 100))
    for page in (1, 2):
        canvas.rect(0, 0, 100, 100, fill=page == 2)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


@pytest.fixture
def renderer() -> Iterator[PageRenderer]:
    made = PageRenderer()
    yield made
    made.close()


def test_pages_are_drawn_one_after_another_in_one_process(
    renderer: PageRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    class Counted(guard.Child):
        def __init__(self, memory: int) -> None:
            started.append(memory)
            super().__init__(memory)

    monkeypatch.setattr(guard, "Child", Counted)
    images = [Image.open(BytesIO(renderer.render(pdf(), page, 400))).convert("L") for page in (1, 2, 2)]
    assert [image.size for image in images] == [(400, 200)] * 3
    assert [image.getpixel((100, 100)) for image in images] == [255, 0, 0]
    assert len(started) == 1


def test_what_cannot_be_drawn_says_so(renderer: PageRenderer) -> None:
    with pytest.raises(UnknownId, match="no page 3"):
        renderer.render(pdf(), 3, 400)
    with pytest.raises(NoPicture, match="page 2"):
        renderer.render(b"no pdf", 2, 400)
    assert renderer.render(pdf(), 2, 400)


@pytest.fixture
def stubborn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A worker whose pages are drawn at once, but for page 9, which never ends."""
    (tmp_path / "slow.py").write_text(SLOW)
    (tmp_path / "sitecustomize.py").write_text("import sys, slow; sys.modules['ingest.load.render'] = slow")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_page_that_takes_too_long_costs_its_own_picture_alone(stubborn: Path) -> None:
    renderer = PageRenderer(Limits(seconds=0.5))
    assert renderer.render(b"", 1, 400) == b"drawn"
    with pytest.raises(NoPicture, match="page 9: timeout"):
        renderer.render(b"", 9, 400)
    assert renderer.render(b"", 2, 400) == b"drawn"
    renderer.close()


def outcome(renderer: PageRenderer) -> type:
    with pytest.raises(VerispanError) as caught:
        renderer.render(b"", 9, 400)
    return caught.type


@pytest.mark.slow
def test_few_wait(stubborn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PLACES", 1)
    renderer = PageRenderer(Limits(seconds=2))
    outcomes: list[type] = []
    first = threading.Thread(target=lambda: outcomes.append(outcome(renderer)))
    first.start()
    while first.is_alive() and not (stubborn / "begun").exists():
        first.join(0.01)
    with pytest.raises(TooManyPictures):
        renderer.render(b"", 1, 400)
    first.join()
    assert outcomes == [NoPicture]
    assert renderer.render(b"", 1, 400) == b"drawn"
    renderer.close()

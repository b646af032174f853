"""Takes the pictures of the README anew, from a server of its own over `corpus/`, which answers with the local model.

python tests/pictures.py FOLDER
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

VERISPAN = Path(sys.executable).with_name("verispan")
COLOURS = 96
"""Of each picture's palette; with more of them a file grows and no word is clearer."""

ANSWER_MS = 180_000
WINDOW = {"width": 1280, "height": 760}
PHONE = {"width": 390, "height": 760}


@contextmanager
def served(store: Path) -> Iterator[str]:
    """A server over the curated documents; yields its address."""
    subprocess.run([VERISPAN, "ingest", "corpus", "--store", store], check=True)
    command = [VERISPAN, "serve", "--store", store, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ, text=True) as process:
        try:
            yield process.stdout.readline().split()[-1] if process.stdout else ""
        finally:
            process.terminate()


def ask(page: Page, question: str) -> None:
    """Ask in the channel that is open, and wait for the whole answer."""
    page.locator("#text").fill(question)
    page.locator("#text").press("Enter")
    expect(page.locator(".message").last).to_contain_text(question)
    expect(page.locator(".message .actions")).to_have_count(page.locator(".message").count(), timeout=ANSWER_MS)


def keep(page: Page, file: Path) -> None:
    """Write what the page shows into a file."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def take(browser: Browser, url: str, folder: Path) -> None:
    """Ask, and take each picture in its state."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(url)
    ask(page, "What is the hold uncertainty after CTS?")
    page.locator(".claims .chip").first.click()
    expect(page.locator("#panel mark").first).to_be_visible()
    keep(page, folder / "answer.png")
    page.keyboard.press("Escape")
    ask(page, "Which two products of 2024 came back with defects?")
    keep(page, folder / "abstention.png")
    page.goto(url)
    ask(page, "What happens to a cell that is no longer needed in a metal-only ECO?")
    page.locator(".message").last.locator(".claims .chip").first.click()
    expect(page.locator("#panel rect").first).to_be_in_viewport()
    keep(page, folder / "pdf.png")
    phone = browser.new_page(viewport=PHONE, color_scheme="dark")
    phone.goto(url)
    keep(phone, folder / "phone.png")


def main() -> None:
    """Take all pictures into the folder that the command line names."""
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as store, served(Path(store)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take(browser, url, folder)
        browser.close()


if __name__ == "__main__":
    main()

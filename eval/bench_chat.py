"""How quick the chat is over `corpus/`: its page, its sources, and fifty readers at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from eval.bench_answers import build_corpus, questions
from eval.bench_row import Row
from eval.chat_reader import ChatReader

READERS = 50
"""Users who ask at once; each has a stream open."""

KEYS = [f"key-of-reader-{number}" for number in range(READERS)]
"""Their keys, at a server of the bench's own."""

ASKED = 10
"""Questions asked one after another: as many as a channel's page shows."""

PAINTS = 9
"""How many times a page is opened."""

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]


def chat_rows(folder: Path) -> Iterator[Row]:
    """The time to sources and to the end of a quoted answer, alone and among fifty; a page's paint and weight."""
    with _serving(build_corpus(folder)) as port:
        readers = [ChatReader(port, key) for key in KEYS]
        readers[0].ask("What is a hold check?")  # what is slow at first is not what is measured
        alone = readers[:ASKED]
        for reader, question in zip(alone, questions(), strict=False):
            reader.ask(question)
        yield Row("chat, passages shown after asking", median(one.passages_ms for one in alone), "ms", "< 100")
        yield Row("chat, sentences to be cited shown", median(one.sources_ms for one in alone), "ms", "")
        yield Row("chat, quoted answer checked", median(one.done_ms for one in alone), "ms", "")
        yield from _browser_rows(port, readers[0])
        yield from _crowd_rows(readers)


def _crowd_rows(readers: Sequence[ChatReader]) -> Iterator[Row]:
    """Fifty users ask at once, each with a stream, while one asks for a page again and again."""
    asked = questions()
    threads = [
        threading.Thread(target=one.ask, args=(f"{asked[number % len(asked)]} ({number})",))
        for number, one in enumerate(readers)
    ]
    pages = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        began = perf_counter()
        readers[0].page("/documents")
        pages.append((perf_counter() - began) * 1000)
    finished = sum(one.done_ms > 0 for one in readers)
    slowest = max(one.done_ms for one in readers)
    yield Row(f"chat, {READERS} at once, streams that came to their end", finished, "", f"{READERS}")
    yield Row(
        f"chat, {READERS} at once, the longest silence on a stream",
        max(one.silence_ms for one in readers),
        "ms",
        "< 6000",
    )
    yield Row(f"chat, {READERS} at once, slowest answer", slowest, "ms", "")
    yield Row(
        f"chat, {READERS} at once, another page meanwhile", median(pages), "ms", "", f"slowest {max(pages):.0f} ms"
    )


def _browser_rows(port: int, reader: ChatReader) -> Iterator[Row]:
    """First contentful paint (W3C Paint Timing) of a channel with answers in it, in a tab that is open and with nothing
    cached; and what its page weighs."""
    chromium = shutil.which("chromium")
    if chromium is None:
        yield Row("chat, first paint of a channel", None, "ms", "< 200", "no Chromium here")
        return
    from playwright.sync_api import sync_playwright

    at = f"http://127.0.0.1:{port}"
    cookies: list[Any] = [{"name": one.name, "value": one.value, "url": at} for one in reader.cookies]
    paints, weights = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(PAINTS):
            context = browser.new_context()
            context.add_cookies(cookies)
            page = context.new_page()
            page.goto("about:blank")
            page.goto(f"{at}/in/general", wait_until="networkidle")
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            weights.append(page.evaluate(_WEIGHT))
            context.close()
        browser.close()
    yield Row(
        "chat, first paint of a channel of 10 answers", median(paints), "ms", "< 200", f"slowest {max(paints):.0f}"
    )
    own, whole = median(one[0] for one in weights) / 1000, median(one[1] for one in weights) / 1000
    yield Row("chat, scripts, styles and icon", own, "kB", "< 100", f"with its 10 answers {whole:.0f} kB")


_WEIGHT = """() => {
  const size = (kind) => performance.getEntriesByType(kind).reduce((sum, one) => sum + one.decodedBodySize, 0);
  return [size("resource"), size("resource") + size("navigation")];
}"""


@contextmanager
def _serving(store: Path) -> Iterator[int]:
    """A server of its own that quotes, so that fifty answers take seconds and not minutes."""
    verispan = Path(sys.executable).with_name("verispan")
    command = [str(verispan), "serve", "--store", str(store), "--port", "0"]
    quoting = {"VERISPAN_MODEL": "extractive", "VERISPAN_VERIFIER": "small", "VERISPAN_API_KEYS": ",".join(KEYS)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | quoting, text=True) as process:  # noqa: S603
        line = process.stdout.readline() if process.stdout else ""
        try:
            yield int(line.rpartition(":")[2])
        finally:
            process.terminate()

"""How quick the chat is over `corpus/`: its page, its sources, and fifty readers at once."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from eval.bench import Row
from eval.bench_answers import build_corpus, questions

READERS = 50
"""Streams that are open at once."""

PAINTS = 9
"""How many times a page is opened."""

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]


def chat_rows(folder: Path) -> Iterator[Row]:
    """The time to sources and to the end of a quoted answer, alone and among fifty; a page's paint and weight."""
    with _serving(build_corpus(folder)) as port:
        _Reader(port, "What is a hold check?").run()  # what is slow at first is not what is measured
        alone = [_Reader(port, question) for question in questions()]
        for reader in alone:
            reader.run()
        yield Row("chat, passages shown after asking", median(one.passages_ms for one in alone), "ms", "< 100")
        yield Row("chat, sentences to be cited shown", median(one.sources_ms for one in alone), "ms", "")
        yield Row("chat, quoted answer checked", median(one.done_ms for one in alone), "ms", "")
        yield from _crowd_rows(port)
        yield from _browser_rows(port)


def _crowd_rows(port: int) -> Iterator[Row]:
    """Fifty questions asked at once, each with its stream, while a page is asked for again and again."""
    asked = questions()
    crowd = [_Reader(port, f"{asked[number % len(asked)]} ({number})") for number in range(READERS)]
    threads = [threading.Thread(target=one.run) for one in crowd]
    pages = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        began = perf_counter()
        _get(port, "/documents")
        pages.append((perf_counter() - began) * 1000)
    finished = sum(one.done_ms > 0 for one in crowd)
    slowest = max(one.done_ms for one in crowd)
    yield Row(f"chat, {READERS} at once, streams that came to their end", finished, "", f"{READERS}")
    yield Row(
        f"chat, {READERS} at once, the longest silence on a stream",
        max(one.silence_ms for one in crowd),
        "ms",
        "< 6000",
    )
    yield Row(f"chat, {READERS} at once, slowest answer", slowest, "ms", "")
    yield Row(
        f"chat, {READERS} at once, another page meanwhile", median(pages), "ms", "", f"slowest {max(pages):.0f} ms"
    )


def _browser_rows(port: int) -> Iterator[Row]:
    """First contentful paint (W3C Paint Timing) of a channel with answers in it, and what its page weighs."""
    chromium = shutil.which("chromium")
    if chromium is None:
        yield Row("chat, first paint of a channel", None, "ms", "< 200", "no Chromium here")
        return
    from playwright.sync_api import sync_playwright

    paints, weights = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(PAINTS):
            context = browser.new_context()  # with an empty cache
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port}/in/general", wait_until="networkidle")
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            weights.append(page.evaluate(_WEIGHT))
            context.close()
        browser.close()
    yield Row(
        "chat, first paint of a channel of 15 answers", median(paints), "ms", "< 200", f"slowest {max(paints):.0f}"
    )
    own, whole = median(one[0] for one in weights) / 1000, median(one[1] for one in weights) / 1000
    yield Row("chat, scripts, styles and icon", own, "kB", "< 100", f"with its 15 answers {whole:.0f} kB")


_WEIGHT = """() => {
  const size = (kind) => performance.getEntriesByType(kind).reduce((sum, one) => sum + one.decodedBodySize, 0);
  return [size("resource"), size("resource") + size("navigation")];
}"""


class _Reader:
    """Asks one question as the page's script does, and notes when what comes comes, in milliseconds since asking."""

    def __init__(self, port: int, question: str) -> None:
        self._port, self._question = port, question
        self.passages_ms = self.sources_ms = self.done_ms = self.silence_ms = 0.0

    def run(self) -> None:
        """Ask, and read the stream to its end."""
        began = perf_counter()
        stream = self._stream(_ask(self._port, self._question))
        last = perf_counter()
        for line in iter(stream.readline, b""):
            now = perf_counter()
            self.silence_ms, last = max(self.silence_ms, (now - last) * 1000), now
            if line.startswith(b"data: "):
                self._note(json.loads(line[6:]), (now - began) * 1000)

    def _note(self, event: dict[str, str], at_ms: float) -> None:
        if not self.passages_ms and "Looking through" in event["said"]:
            self.passages_ms = at_ms
        if not self.sources_ms and event["said"].startswith(("Reading", "Nothing")):
            self.sources_ms = at_ms
        if 'class="actions"' in event["html"]:
            self.done_ms = at_ms

    def _stream(self, message: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        connection.request("GET", f"/m/{message}/events")
        return connection.getresponse()


def _ask(port: int, question: str) -> str:
    """Ask in the first channel, and give the id of the message."""
    page, cookie = _get(port, "/channels/new")
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', page)[:1]
    form = urlencode({"text": question, "as": "ask", "csrf_token": token})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Fragment": "part", "Cookie": cookie}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", "/in/general", form, headers)
    [message] = re.findall(r'class="message" id="(\w+)"', connection.getresponse().read().decode())
    return str(message)


def _get(port: int, path: str) -> tuple[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    reply = connection.getresponse()
    return reply.read().decode(), (reply.getheader("Set-Cookie") or "").partition(";")[0]


@contextmanager
def _serving(store: Path) -> Iterator[int]:
    """A server of its own that quotes, so that fifty answers take seconds and not minutes."""
    verispan = Path(sys.executable).with_name("verispan")
    command = [str(verispan), "serve", "--store", str(store), "--port", "0"]
    quoting = {"VERISPAN_MODEL": "extractive", "VERISPAN_VERIFIER": "small"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | quoting, text=True) as process:  # noqa: S603
        line = process.stdout.readline() if process.stdout else ""
        yield int(line.rpartition(":")[2])
        process.terminate()

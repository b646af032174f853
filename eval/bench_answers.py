"""How long an answer takes over `corpus/`, by quotation and by the local model, and a server over a built store."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.error import URLError
from urllib.request import urlopen

from app.answer import Done, Drafted, Judged, Request, answer, answer_whole
from app.services import Services, open_services
from app.settings import Settings
from eval.bench_row import Row, once_ms
from eval.fit_relevance import QUESTIONS
from ingest.embed import load_embedder
from ingest.pipeline import ingest

CORPUS = Path(__file__).parents[1] / "corpus"
PORT = 8765
ASKED = 10
"""How many questions the medians are over."""


def build_corpus(folder: Path) -> Path:
    """Ingest `corpus/` into a store below `folder`, unless it is there."""
    store = folder / "corpus-store"
    if not store.exists():
        ingest([CORPUS], store, embedder=load_embedder())
    return store


def questions() -> list[str]:
    """Questions of the curated store that have an answer, evenly drawn from all its documents."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    asked = [row["question"] for row in rows if row["answer"]]
    return asked[:: len(asked) // ASKED][:ASKED]


def answer_rows(folder: Path) -> Iterator[Row]:
    """The time of an extractive answer, and of a local one to its first checked claim and to its end."""
    services = open_services(Settings(store=build_corpus(folder)))
    try:
        services.view()
        asked = questions()
        answer_whole(Request("What is a hold check?", model="extractive"), services)
        # once each: when it is asked again, its sentences are embedded already
        times = [once_ms(partial(answer_whole, Request(one, model="extractive"), services)) for one in asked]
        yield Row("extractive, checked answer over corpus/", median(times), "ms", "< 300")
        if services.local_server is None:
            yield Row("local, first claim drafted", None, "s", "< 6", "no weights here")
            return
        answer_whole(Request("What is a hold check?", model="local"), services)
        drafted, judged, whole = zip(*(local_seconds(services, question) for question in asked), strict=True)
        yield Row("local, first claim drafted", median(drafted), "s", "< 6", f"slowest {max(drafted):.1f} s")
        yield Row("local, first claim checked", median(judged), "s", "", f"slowest {max(judged):.1f} s")
        yield Row("local, whole answer", median(whole), "s", "< 15", f"slowest {max(whole):.1f} s")
    finally:
        services.close()


def local_seconds(services: Services, question: str) -> tuple[float, float, float]:
    """Seconds to the first claim, to its verdict, and to the end; to the end where no claim comes."""
    began = perf_counter()
    marks: dict[type, float] = {}
    for event in answer(Request(question, model="local"), services):
        marks.setdefault(type(event), perf_counter() - began)
    return marks.get(Drafted, marks[Done]), marks.get(Judged, marks[Done]), marks[Done]


def ready_row(folder: Path) -> Iterator[Row]:
    """From starting the process to the first healthy reply, over a store that is already built."""
    store = build_corpus(folder)
    times = [_seconds_to_ready(store) for _ in range(3)]
    yield Row("from start to ready to serve", median(times), "s", "< 5")


def _seconds_to_ready(store: Path) -> float:
    verispan = Path(sys.executable).with_name("verispan")
    command = [str(verispan), "serve", "--store", str(store), "--port", str(PORT)]
    began = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        while not _is_ready():
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with status {process.returncode}")
            time.sleep(0.02)
        took = perf_counter() - began
        process.terminate()
    return took


def _is_ready() -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=1) as reply:
            return bool(reply.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False

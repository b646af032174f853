"""The server over a real socket: events as they are made, the address announced, a clean end."""

from __future__ import annotations

import http.client
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import waitress

from app import answer as main_path
from app.api.factory import create_app
from app.serve import SEND_BYTES, OpenToAll, serve, url_of
from app.services import Services

VERISPAN = str(Path(sys.executable).with_name("verispan"))
QUESTION = "What is a hold violation caused by?"


@pytest.fixture
def port(shared_services: Services) -> Iterator[int]:
    server = waitress.create_server(create_app(shared_services), port=0, send_bytes=SEND_BYTES)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    server.task_dispatcher.shutdown()


def post(port: int, body: dict[str, Any]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/v1/answers", json.dumps(body), {"Content-Type": "application/json"})
    return connection.getresponse()


def test_each_event_goes_out_before_the_next_is_made(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Drafting waits for the test to have read the event before: if anything is held back, this times out.
    read_so_far: queue.Queue[str] = queue.Queue()

    def hesitant(*arguments: Any) -> Iterator[Any]:
        for claim in draft_claims(*arguments):
            read_so_far.get(timeout=10)
            yield claim

    draft_claims = main_path.draft_claims
    monkeypatch.setattr(main_path, "draft_claims", hesitant)
    response = post(port, {"question": QUESTION, "stream": True})
    names = []
    while line := response.readline().decode():
        if line.startswith("event: "):
            names.append(line.removeprefix("event: ").strip())
        if names[-1] in ("sources", "verdict") and line.startswith("data: "):
            read_so_far.put(names[-1])
    assert names[0] == "sources"
    assert names[-1] == "answer"


def test_a_reader_that_leaves_does_no_harm(port: int) -> None:
    response = post(port, {"question": QUESTION, "stream": True})
    response.readline()
    response.close()
    assert json.load(post(port, {"question": QUESTION}))["status"] == "answered"


def test_many_ask_at_once(port: int) -> None:
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(json.load(post(port, {"question": QUESTION}))["text"]))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert len(set(answers)) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "verispan.example"])
def test_without_keys_it_listens_on_loopback_alone(shared_services: Services, tmp_path: Path, host: str) -> None:
    with pytest.raises(OpenToAll) as caught:
        serve(replace(shared_services.settings, host=host, store=tmp_path / "none"), lambda _: None)
    assert "VERISPAN_API_KEYS" in caught.value.next_step


def test_the_address() -> None:
    assert url_of("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert url_of("::1", 8000) == "http://[::1]:8000"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_announces_itself_when_it_is_ready_and_ends_when_told(
    shared_services: Services, tmp_path: Path, number: signal.Signals
) -> None:
    store = shutil.copytree(shared_services.store.folder, tmp_path / "copy")
    environment = os.environ | {"VERISPAN_MODEL": "extractive", "VERISPAN_VERIFIER": "overlap"}
    process = subprocess.Popen(
        [VERISPAN, "serve", "--port", "0", "--json", "--store", str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    url = json.loads("".join(process.stdout.readline() for _ in range(3)))["url"]
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/readyz")
    assert json.load(connection.getresponse())["ready"] is True
    began = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < 20
    assert "Traceback" not in errors
    assert process.returncode == 0

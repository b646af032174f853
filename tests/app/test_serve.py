"""The server over a real socket: events as they are made, the address announced, a clean end."""

from __future__ import annotations

import http.client
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import request
from waitress.server import MultiSocketServer

from app import answer as main_path
from app.access import BadAccess
from app.api.slots import AT_ONCE
from app.errors import ModelUnavailable
from app.serve import OpenToAll, PortTaken, listen, port_of, serve, url_of, use_once
from app.services import Services
from app.settings import BadSetting, Settings

VERISPAN = str(Path(sys.executable).with_name("verispan"))
QUESTION = "What is a hold violation caused by?"


@pytest.fixture
def port(shared_services: Services, serving: Any) -> Iterator[int]:
    with serving(shared_services) as port:
        yield port


def post(port: int, body: dict[str, Any]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/v1/answers", json.dumps(body), {"Content-Type": "application/json"})
    return connection.getresponse()


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
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
        if names[-1:] in (["sources"], ["verdict"]) and line.startswith("data: "):
            read_so_far.put(names[-1])
    assert names[:2] == ["passages", "sources"]
    assert names[-1] == "answer"


class Drafting:
    """Stands around the drafting: claims come only when the test lets them, and it sees a draft that is given up."""

    def __init__(self) -> None:
        self.go_on, self.given_up = threading.Event(), threading.Event()
        self.has_left: Callable[[], bool] = lambda: False
        self._retrieve, self._draft = main_path.retrieve, main_path.draft_claims

    def retrieve(self, *arguments: Any) -> Any:
        self.has_left = request.environ["waitress.client_disconnected"]
        return self._retrieve(*arguments)

    def draft(self, *arguments: Any) -> Iterator[Any]:
        self.go_on.wait(20)
        try:
            yield from self._draft(*arguments)
        except GeneratorExit:
            self.given_up.set()
            raise


@pytest.fixture
def drafting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drafting]:
    stood_in = Drafting()
    monkeypatch.setattr(main_path, "retrieve", stood_in.retrieve)
    monkeypatch.setattr(main_path, "draft_claims", stood_in.draft)
    yield stood_in
    stood_in.go_on.set()


def test_an_answer_is_given_up_when_its_reader_leaves(port: int, drafting: Drafting) -> None:
    response = post(port, {"question": QUESTION, "stream": True})
    while response.readline() != b"event: sources\n":
        pass
    response.close()
    deadline = time.monotonic() + 10
    while not drafting.has_left() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert drafting.has_left()
    drafting.go_on.set()
    assert drafting.given_up.wait(10), "it drafted to the end for nobody"


def test_beyond_as_many_answers_as_it_makes_at_once_it_says_busy(port: int, drafting: Drafting) -> None:
    readers = [post(port, {"question": QUESTION, "stream": True}) for _ in range(AT_ONCE)]
    refused = post(port, {"question": QUESTION})
    assert (refused.status, json.load(refused)["error"]["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert get(port, "/v1/documents").status == 200, "what is quick is answered all the same"
    drafting.go_on.set()
    assert {reader.read().decode().rsplit("event: ")[-1].split()[0] for reader in readers} == {"answer"}
    assert json.load(post(port, {"question": QUESTION}))["status"] == "answered"


def test_a_body_beyond_all_measure_is_refused_unread(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest("POST", "/v1/answers")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(2 << 20))
    connection.endheaders()
    assert connection.getresponse().status == 413


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "verispan.example"])
def test_without_keys_it_listens_on_loopback_alone(shared_services: Services, tmp_path: Path, host: str) -> None:
    with pytest.raises(OpenToAll) as caught:
        serve(replace(shared_services.settings, host=host, store=tmp_path / "none"), lambda _: None)
    assert "VERISPAN_ACCESS" in caught.value.next_step


def test_a_bad_file_of_users_is_told_before_the_store_is_opened(shared_services: Services, tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_text("[[user]]\n")
    settings = replace(shared_services.settings, store=tmp_path / "none", access=str(tmp_path / "access.toml"))
    with pytest.raises(BadAccess, match="the field `name` is missing"):
        serve(settings, lambda _: None)


@pytest.mark.parametrize("keys", [" , ", ","])
def test_a_list_of_keys_without_a_key_opens_nothing(shared_services: Services, keys: str) -> None:
    with pytest.raises(BadSetting, match="VERISPAN_API_KEYS"):
        replace(shared_services.settings, host="0.0.0.0", api_keys=keys)


def test_a_name_with_two_addresses_is_listened_on(shared_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    two = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: two)
    server = listen(with_settings(shared_services, host="localhost", port=0))
    assert isinstance(server, MultiSocketServer)
    assert port_of(server) == int(server.effective_listen[0][1]) > 0
    server.close()


def test_an_address_that_cannot_be_listened_on_is_named(shared_services: Services, port: int) -> None:
    for settings in ({"host": "nowhere.invalid"}, {"port": port}):
        with pytest.raises(PortTaken, match=str(next(iter(settings.values())))):
            listen(with_settings(shared_services, **settings))


def with_settings(services: Services, **changes: Any) -> Services:
    return Services(replace(services.settings, **changes), services.store, services.embedder)


class Warm:
    """Stands for the services: counts what is embedded and what is asked of the language model."""

    def __init__(self, verifier: str, weights: bool, fails: bool = False) -> None:
        self.settings = Settings(verifier=verifier)
        self.local_server = object() if weights else None
        self.embedder = self
        self.embedded, self.asked, self.fails = 0, 0, fails

    def embed(self, texts: list[str]) -> None:
        self.embedded += len(texts)

    def language_model(self, _: Any) -> Warm:
        return self

    def verify(self, pairs: list[tuple[str, str]]) -> None:
        self.asked += len(pairs)
        if self.fails:
            raise ModelUnavailable("it is still being loaded")


@pytest.mark.parametrize(
    ("verifier", "weights", "asked"), [("auto", True, 1), ("lm", True, 1), ("small", True, 0), ("auto", False, 0)]
)
def test_the_language_model_reads_its_examples_before_the_first_question(
    verifier: str, weights: bool, asked: int
) -> None:
    services: Any = Warm(verifier, weights)
    use_once(services)
    assert (services.embedded, services.asked) == (1, asked)


def test_a_model_that_does_not_come_up_keeps_nobody_from_asking() -> None:
    services: Any = Warm("auto", weights=True, fails=True)
    use_once(services)
    assert services.asked == 1


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

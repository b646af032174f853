"""The local server as a process: it starts once, comes back, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.errors import ModelUnavailable
from app.local import PACKAGE_ROOT, LocalServer
from app.settings import Settings
from app.weights import find_weights

PARENT = """
import sys
from pathlib import Path
from app.local import LocalServer
server = LocalServer(Path(sys.argv[1]))
server.start()
server.base_url()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def weights() -> Path:
    found = find_weights(Settings())
    assert found, "fetch the weights first: python -m app.weights"
    return found


@pytest.fixture(scope="module")
def server(weights: Path) -> Iterator[LocalServer]:
    running = LocalServer(weights)
    yield running
    running.close()


def wait_until_gone(pid: int) -> None:
    """Wait on the process itself; it is nobody's child here, so by its pidfd."""
    import select

    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([handle], [], [], 20.0)[0], f"process {pid} is still there"
    os.close(handle)


@pytest.mark.slow
def test_weights_that_are_none_are_an_error_with_its_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    server = LocalServer(broken)
    with pytest.raises(ModelUnavailable, match=r"broken\.gguf"):
        server.base_url()
    assert server.pid is None


@pytest.mark.slow
def test_a_server_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    fifo = tmp_path / "endless.gguf"
    os.mkfifo(fifo)
    server = LocalServer(fifo, start_timeout_s=0.2)
    with pytest.raises(ModelUnavailable, match="does not start"):
        server.base_url()
    assert server.pid is None


@pytest.mark.slow
def test_who_will_not_wait_is_told_and_the_model_goes_on_loading(tmp_path: Path) -> None:
    fifo = tmp_path / "endless.gguf"
    os.mkfifo(fifo)
    server = LocalServer(fifo)
    with pytest.raises(ModelUnavailable, match="still being loaded"):
        server.base_url(wait_s=0.1)
    pid = server.pid
    assert pid is not None
    os.kill(pid, 0)
    server.close()
    wait_until_gone(pid)


@pytest.mark.weights
def test_a_port_that_was_taken_meanwhile_is_given_up(server: LocalServer) -> None:
    taken, pid = int(server.base_url().removesuffix("/v1").rpartition(":")[2]), server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    with socket.create_server(("127.0.0.1", taken)):
        assert not server.base_url().endswith(f":{taken}/v1")


@pytest.mark.weights
def test_only_who_has_the_key_is_answered(server: LocalServer) -> None:
    models = f"{server.base_url()}/models"
    assert server.base_url().startswith("http://127.0.0.1:")
    completions = f"{server.base_url()}/chat/completions"
    body = {"messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 1}
    assert httpx.post(completions, json=body, timeout=60).status_code == 401
    key = {"Authorization": f"Bearer {server.api_key}"}
    assert httpx.post(completions, json=body, headers=key, timeout=60).status_code == 200
    assert httpx.get(models, headers=key).json()["data"][0]["meta"]["n_ctx"] >= 2048


@pytest.mark.weights
def test_threads_that_ask_at_once_share_one_server(weights: Path) -> None:
    server = LocalServer(weights)
    urls: list[str] = []
    threads = [threading.Thread(target=lambda: urls.append(server.base_url())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pid = server.pid
    server.close()
    assert len(urls) == 4
    assert len(set(urls)) == 1
    assert pid is not None
    wait_until_gone(pid)


@pytest.mark.weights
def test_a_server_that_died_is_started_again_at_the_same_place(server: LocalServer) -> None:
    url, pid = server.base_url(), server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert server.base_url() == url
    assert server.pid != pid


@pytest.mark.weights
def test_it_ends_when_its_parent_is_killed(weights: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(weights)]
    parent = subprocess.Popen(
        command, cwd=PACKAGE_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    parent.communicate()
    wait_until_gone(pid)

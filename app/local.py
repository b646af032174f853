"""The local language model: llama.cpp's server on loopback, in a child process.

A child, so that a crash in native code cannot take the service down and loading 1.1 GB does not hold it up. It
speaks OpenAI's API, asks for a random key, and ends when its standard input does, that is with its parent however
that ends.
"""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from app.errors import ModelUnavailable

CONTEXT_TOKENS = 4096
"""Room for the longest prompt and its reply; 115 MB of memory for a model of this size."""

MICRO_BATCH_TOKENS = 128
"""Prompt tokens computed at once: 128 reads a prompt half as fast again as llama.cpp's 512 on two cores."""

SLOTS = 2
"""One for the draft and one for the checks of its first claims, so that neither waits for or forgets the other."""

PROMPT_CACHE_MIB = 256
"""Memory for prompts that were pushed out of their slots, so that coming back to one costs no reading."""

START_TIMEOUT_S = 120.0
PACKAGE_ROOT = Path(__file__).resolve().parents[1]


class LocalServer:
    """A llama.cpp server over one weights file. Safe to share between threads."""

    def __init__(self, weights: Path, start_timeout_s: float = START_TIMEOUT_S) -> None:
        self.weights = weights
        self.api_key = secrets.token_urlsafe(24)
        self._start_timeout_s = start_timeout_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        self._url = ""
        self._port = 0

    def start(self) -> None:
        """Begin to load the model, and return at once. Does nothing when it is loading or loaded."""
        with self._lock:
            self._spawn_unless_alive()

    @property
    def base_url(self) -> str:
        """Where the server answers, as an OpenAI client wants it; stays the same when the server is started anew.

        Waits until the model is loaded. A server that has died is started once more; ModelUnavailable when that
        does not help.
        """
        with self._lock:
            for _ in range(2):
                self._spawn_unless_alive()
                if self._url or self._await_url():
                    return self._url
            raise ModelUnavailable(f"the local model server does not start with {self.weights}: {self._last_words()}")

    @property
    def pid(self) -> int | None:
        """The child's process id, or None when there is no child."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the server."""
        with self._lock:
            self._end()

    def _spawn_unless_alive(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self._end()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "app.local", str(self.weights.resolve()), str(self._port)],
            cwd=PACKAGE_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        stdin = self._process.stdin
        if stdin:
            stdin.write(f"{self.api_key}\n".encode())
            stdin.flush()

    def _await_url(self) -> bool:
        """Read the address that the child writes when it is ready; end a child that takes too long."""
        process = self._process
        if not process or not process.stdout:
            return False
        ready, _, _ = select.select([process.stdout], [], [], self._start_timeout_s)
        address = process.stdout.readline().decode().strip() if ready else ""
        if not address:
            self._end()
            return False
        self._port = int(address.rpartition(":")[2])
        self._url = f"{address}/v1"
        return True

    def _end(self) -> None:
        process, self._process, self._url = self._process, None, ""
        if process:
            process.kill()
            process.communicate()

    def _last_words(self) -> str:
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 500))
        return self._log.read().decode(errors="replace").strip() or "it said nothing"


def serve(weights: str, port: int) -> None:
    """Be the child: serve the weights until standard input ends. Port 0 takes any; the address goes to stdout."""
    key = sys.stdin.readline().strip()
    ready = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # native code that writes to stdout must not be taken for us
    threading.Thread(target=_end_with_parent, daemon=True).start()

    import xllamacpp  # type: ignore[import-untyped]

    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [key]
    params.ui = False
    params.verbosity = 1
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = SLOTS
    params.kv_unified = True
    params.n_ubatch = MICRO_BATCH_TOKENS
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.n_gpu_layers = 0
    server = xllamacpp.Server(params)
    os.write(ready, f"{server.listening_address}\n".encode())
    while True:
        time.sleep(3600)


def _end_with_parent() -> None:
    """Wait for the end of standard input, which comes when the parent ends, however it ends; then end at once."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))

"""The local language model: llama.cpp's server on loopback, in a child process.

A child, so that a crash in native code cannot take the service down and loading 1.1 GB does not hold it up. It
speaks OpenAI's API, asks for a random key, and ends when its standard input does, that is with its parent however
that ends.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import BinaryIO

from app.errors import ModelUnavailable

CONTEXT_TOKENS = 4096
"""Room for the longest prompt and its reply; 115 MB of memory for a model of this size."""

MICRO_BATCH_TOKENS = 128
"""Prompt tokens computed at once: 128 reads a prompt half as fast again as llama.cpp's 512 on two cores."""

SLOTS = 2
"""One for drafts and one for checks, so that neither forgets what it has read of a prompt for the other's."""

PROMPT_CACHE_MIB = 256
"""Memory for prompts that were pushed out of their slots, so that coming back to one costs no reading."""

START_TIMEOUT_S = 120.0
PACKAGE_ROOT = Path(__file__).resolve().parents[1]


class _Child:
    """One llama.cpp process. A thread reads the address that it writes once the model is loaded."""

    def __init__(self, weights: Path, adapter: Path | None, port: int, key: str, log: BinaryIO) -> None:
        self.born = time.monotonic()
        self.heard = threading.Event()
        more = [str(adapter.resolve())] if adapter else []
        self.address = ""
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "app.local", str(weights.resolve()), str(port), *more],
            cwd=PACKAGE_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        if self.process.stdin:
            self.process.stdin.write(f"{key}\n".encode())
            self.process.stdin.flush()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process is there, loading or loaded."""
        return self.process.poll() is None

    def end(self) -> None:
        """Kill the process and wait for its end."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _listen(self) -> None:
        """Take the one line that the child writes; none comes when it ends before it is ready."""
        if self.process.stdout:
            with self.process.stdout as stdout:
                self.address = stdout.readline().decode().strip()
        self.heard.set()


class LocalServer:
    """A llama.cpp server over one weights file and, if there is one, an adapter for it. Safe in many threads."""

    def __init__(self, weights: Path, adapter: Path | None = None, start_timeout_s: float = START_TIMEOUT_S) -> None:
        self.weights = weights
        self.adapter = adapter
        self.api_key = secrets.token_urlsafe(24)
        self._start_timeout_s = start_timeout_s
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        self._port = 0

    def start(self) -> None:
        """Begin to load the model, and return at once. Does nothing when it is loading or loaded."""
        self._living()

    def base_url(self, wait_s: float = START_TIMEOUT_S) -> str:
        """Where the server answers, as an OpenAI client wants it; stays the same when the server is started anew.

        Waits `wait_s` seconds at most for the model to be loaded; after that it goes on loading for whoever asks
        next. A server that has died is started once more. Raises ModelUnavailable when it is not ready.
        """
        until = time.monotonic() + wait_s
        for _ in range(2):
            child = self._living()
            child.heard.wait(max(0.0, min(until, child.born + self._start_timeout_s) - time.monotonic()))
            if child.address:
                self._port = int(child.address.rpartition(":")[2])
                return f"{child.address}/v1"
            if not child.heard.is_set() and time.monotonic() < child.born + self._start_timeout_s:
                raise ModelUnavailable("the local model is still being loaded")
            self._end(child)
        raise ModelUnavailable(f"the local model server does not start with {self.weights}: {self._last_words()}")

    @property
    def pid(self) -> int | None:
        """The child's process id, or None when there is no child."""
        return self._child.process.pid if self._child else None

    def close(self) -> None:
        """End the server."""
        if self._child:
            self._end(self._child)

    def _living(self) -> _Child:
        """The child that is alive, started now if there is none."""
        with self._lock:
            if not self._child or not self._child.alive:
                if self._child:
                    self._child.end()
                self._child = _Child(self.weights, self.adapter, self._port, self.api_key, self._log)
            return self._child

    def _end(self, child: _Child) -> None:
        """End a child; unless it had been ready, its port may be another's by now and is not asked for again."""
        with self._lock:
            child.end()
            if self._child is child:
                self._child = None
                self._port = self._port if child.address else 0

    def _last_words(self) -> str:
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 500))
        return self._log.read().decode(errors="replace").strip() or "it said nothing"


def serve(weights: str, port: int, adapter: str | None = None) -> None:
    """Be the child: serve the weights until standard input ends. Port 0 takes any; the address goes to stdout.

    The adapter is loaded, and used by those requests that say so.
    """
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
    params.cache_idle_slots = False  # else a slot is emptied when the other is used
    params.n_gpu_layers = 0
    if adapter:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(adapter, 0.0)]
    server = xllamacpp.Server(params)
    os.write(ready, f"{server.listening_address}\n".encode())
    while True:
        time.sleep(3600)


def _end_with_parent() -> None:
    """Wait for the end of standard input, which comes when the parent ends, however it ends; then end at once."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4])

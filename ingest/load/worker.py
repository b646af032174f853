"""The process in which files are parsed; `ingest.load.child` starts it as `python -m ingest.load.worker MEMORY`.

Once it can be asked it says {"ready"}; then it reads requests from standard input and answers each with {"done"} or
{"error"}. A request names a `task` of `_TASKS`, the `path` of a file, and the `name` by which an error calls it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import LoadError
from ingest.load import resolve
from ingest.load.sniff import check_content
from ingest.load.wire import HEADER, frame, pack

_PR_SET_PDEATHSIG = 1

Request = dict[str, Any]


def main() -> None:
    """Serve requests until standard input closes. The only argument is the memory limit in bytes."""
    _confine(int(sys.argv[1]))
    replies = os.fdopen(os.dup(1), "wb")
    _silence()
    _send(replies, {"ready": True})
    while header := sys.stdin.buffer.read(HEADER.size):
        request = json.loads(sys.stdin.buffer.read(HEADER.unpack(header)[0]))
        _send(replies, _answer(request))


def _confine(memory: int) -> None:
    """Limit memory, die with the parent, and do without torch: `unstructured` would import it, and never use it."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    sys.modules["torch"] = None  # type: ignore[assignment]


def _silence() -> None:
    """What a library prints must not end up between our messages, nor fill a pipe that nobody reads."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)


def _load(request: Request) -> Any:
    path = Path(request["path"])
    check_content(path, request["suffix"])
    return pack(resolve(request["loader"])(path))


def _render(request: Request) -> Any:
    from ingest.load.render import render_page

    png = render_page(Path(request["path"]).read_bytes(), request["page"], request["width"])
    return b64encode(png).decode("ascii")


_TASKS: Mapping[str, Callable[[Request], Any]] = {"load": _load, "render": _render}


def _answer(request: Request) -> dict[str, Any]:
    name = request["name"]
    try:
        return {"done": _TASKS[request["task"]](request)}
    except LoadError as error:
        return {"error": [error.reason, error.message]}
    except MemoryError:
        return {"error": ["memory", f"{name} needs more memory than reading may use. Split it."]}
    except ImportError as error:
        return {"error": ["crashed", f"{name} needs a package that is not installed ({error}). Run `make setup`."]}
    except Exception as error:  # whatever a parser raises over a bad file is that file's failure
        cause = f"{type(error).__name__}: {error}"[:200]
        return {"error": ["corrupt", f"{name} cannot be read ({cause}). Save it again."]}


def _send(replies: BinaryIO, answer: dict[str, Any]) -> None:
    replies.write(frame(answer))
    replies.flush()


if __name__ == "__main__":
    main()

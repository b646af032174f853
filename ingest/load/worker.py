"""The process in which files are parsed; `ingest.load.guard` starts it as `python -m ingest.load.worker MEMORY`.

It reads requests {"path", "suffix", "loader"} from standard input and answers each with {"loaded"} or {"error"}.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import LoadError
from ingest.load import resolve
from ingest.load.sniff import check_content
from ingest.load.wire import HEADER, frame, pack

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve requests until standard input closes. The only argument is the memory limit in bytes."""
    _confine(int(sys.argv[1]))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up between our messages
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


def _answer(request: dict[str, str]) -> dict[str, Any]:
    path = Path(request["path"])
    try:
        check_content(path, request["suffix"])
        return {"loaded": pack(resolve(request["loader"])(path))}
    except LoadError as error:
        return {"error": [error.reason, error.message]}
    except MemoryError:
        return {"error": ["memory", f"{path.name} needs more memory than loading may use. Split it."]}
    except ImportError as error:
        return {"error": ["crashed", f"{path.name} needs a package that is not installed ({error}). Run `make setup`."]}
    except Exception as error:  # whatever a parser raises over a bad file is that file's failure
        cause = f"{type(error).__name__}: {error}"[:200]
        return {"error": ["corrupt", f"{path.name} cannot be read ({cause}). Save it again."]}


def _send(replies: BinaryIO, answer: dict[str, Any]) -> None:
    replies.write(frame(answer))
    replies.flush()


if __name__ == "__main__":
    main()

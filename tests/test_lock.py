"""What `make setup` installs: the lock names the CPU build of PyTorch and nothing of CUDA."""

from __future__ import annotations

import re
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"


def pinned() -> dict[str, str]:
    """The version of each package, by name."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE))


def test_torch_is_the_cpu_build() -> None:
    assert pinned()["torch"].endswith("+cpu")


def test_nothing_of_cuda_is_locked() -> None:
    assert len(pinned()) > 50
    assert [name for name in pinned() if re.search("nvidia|cuda|triton|cupy", name)] == []

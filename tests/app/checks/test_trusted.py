"""Weights that are not what their card describes are refused, and the adapter serves no other model."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from app.checks.adapter import ADAPTER, CARD, adapter_for
from app.checks.trusted import WEIGHTS, WeightsRefused, read_card, trusted
from app.weights import QWEN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (ADAPTER, CARD):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path that counts as the verified weights of the bundled model."""
    path = Path("qwen.gguf")
    monkeypatch.setattr("app.checks.adapter.is_verified", lambda found, weights: found == path and weights is QWEN)
    return path


def test_the_adapter_is_for_the_bundled_model_alone(folder: Path, verified: Path) -> None:
    assert adapter_for(verified, folder) == folder / ADAPTER
    assert adapter_for(Path("other.gguf"), folder) is None


def test_the_adapter_that_is_shipped_is_the_one_on_its_card(verified: Path) -> None:
    assert adapter_for(verified) == WEIGHTS / ADAPTER
    assert sha256((WEIGHTS / ADAPTER).read_bytes()).hexdigest() == read_card(WEIGHTS / CARD)["sha256"][ADAPTER]


def test_an_adapter_for_other_weights_is_not_used(folder: Path, verified: Path) -> None:
    card = read_card(folder / CARD)
    (folder / CARD).write_text(json.dumps({**card, "base": "0" * 64}))
    assert adapter_for(verified, folder) is None


def test_an_adapter_of_which_one_byte_differs_is_refused(folder: Path, verified: Path) -> None:
    content = bytearray((folder / ADAPTER).read_bytes())
    content[-1] ^= 1
    (folder / ADAPTER).write_bytes(content)
    with pytest.raises(WeightsRefused, match="SHA-256 differs"):
        adapter_for(verified, folder)


@pytest.mark.parametrize("card", ["", "[]", "{}", "3", '{"sha256": 3}', '{"sha256": [["adapter.gguf", "x"]]}', "\x00"])
def test_a_card_that_is_none_is_refused(folder: Path, card: str) -> None:
    (folder / CARD).write_text(card)
    with pytest.raises(WeightsRefused, match="cannot be read"):
        read_card(folder / CARD)


def test_weights_that_are_not_there_are_refused(folder: Path) -> None:
    (folder / ADAPTER).unlink()
    with pytest.raises(WeightsRefused, match="cannot be read"):
        trusted(folder / ADAPTER, read_card(folder / CARD))

"""The doctor finds nothing in the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.doctor import texts
from ingest.doctor.examine import Examined, examine
from ingest.doctor.mend import mend
from tests.ingest.store_model.light import EMBEDDERS
from tests.ingest.store_model.model import Model

SAMPLE = 4
UNFINISHED = ("index files", "leftovers")
"""What may be found of indexes that nobody uses, where something that builds or removes them was killed."""


def is_healthy(folder: Path, model: Model) -> None:
    """Nothing, that is, but what a process which was killed left lying about, and purges that were cut off."""
    for one in _examined(folder, model):
        if one.check.name == "purges":
            assert {found.where for found in one.result.findings} == model.unfinished
        elif not (one.check.name in UNFINISHED and model.leftovers):
            assert one.result.findings == (), one.check.name


def is_mended(folder: Path, model: Model) -> None:
    """It mends all that it finds."""
    assert model.embedder
    mend(folder, _examined(folder, model), EMBEDDERS[model.embedder])
    model.leftovers = False
    is_healthy(folder, model)


def _examined(folder: Path, model: Model) -> list[Examined]:
    embedder = EMBEDDERS[model.embedder] if model.embedder else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "PASSAGE_WORDS", model.size)  # the doctor knows documents by the usual size
        return list(examine(folder, SAMPLE, embedder))

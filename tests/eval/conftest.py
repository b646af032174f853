from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.load import LOADERS, resolve
from ingest.manifest import read_manifest

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="session")
def corpus_texts() -> Mapping[str, str]:
    """The canonical text of each document of the curated store, by id."""
    entries = read_manifest(CORPUS / "manifest.toml").values()
    return {one.id: resolve(LOADERS[Path(one.path).suffix])(CORPUS / one.path).text for one in entries}

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.load.markdown import load
from ingest.types import Document


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Document]:
    """Makes a document of Markdown, as the loader reads it."""

    def make(text: str, name: str = "doc", **metadata: str) -> Document:
        file = tmp_path / f"{name}.md"
        file.write_text(text, encoding="utf-8")
        loaded = load(file)
        return Document(name, "", name, file.name, "text/markdown", loaded.text, loaded.layout, metadata)

    return make

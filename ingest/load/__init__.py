"""Loaders: from a file to its canonical text and layout. A loader is one file here and one line in `LOADERS`.

Every loader is a function `load(path: Path) -> Loaded` that raises LoadError. They parse what strangers wrote with
large libraries: outside of tests, call them through `ingest.load.guard.GuardedLoader`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from ingest.types import Loaded

Loader = Callable[[Path], Loaded]

LOADERS: Mapping[str, str] = {
    ".md": "ingest.load.markdown:load",
    ".markdown": "ingest.load.markdown:load",
    ".html": "ingest.load.html:load",
    ".htm": "ingest.load.html:load",
    ".xhtml": "ingest.load.html:load",
    ".txt": "ingest.load.text:load",
    ".text": "ingest.load.text:load",
    ".pdf": "ingest.load.pdf:load",
    ".docx": "ingest.load.docx:load",
    ".pptx": "ingest.load.pptx:load",
    ".xlsx": "ingest.load.xlsx:load",
    ".odt": "ingest.load.pandoc:load_odt",
    ".epub": "ingest.load.pandoc:load_epub",
    ".rtf": "ingest.load.pandoc:load_rtf",
}
"""Suffix (lower case, with its dot) to the loader's `module:function`, imported only when a file needs it."""

SUFFIXES: frozenset[str] = frozenset(LOADERS)
"""The suffixes that can be loaded."""


def resolve(dotted: str) -> Loader:
    """Import the loader that a `module:function` of the table names."""
    module, _, function = dotted.partition(":")
    loader: Loader = getattr(import_module(module), function)
    return loader

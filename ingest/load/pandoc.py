"""Formats that pandoc turns into HTML: OpenDocument text, EPUB and RTF."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import LoadError
from ingest.load.html import from_html
from ingest.types import Loaded


def load_odt(path: Path) -> Loaded:
    """Load an OpenDocument text."""
    return _load(path, "odt", "application/vnd.oasis.opendocument.text")


def load_epub(path: Path) -> Loaded:
    """Load an EPUB book."""
    return _load(path, "epub", "application/epub+zip")


def load_rtf(path: Path) -> Loaded:
    """Load a Rich Text Format file."""
    return _load(path, "rtf", "application/rtf")


def _load(path: Path, format: str, media_type: str) -> Loaded:
    import pypandoc  # type: ignore[import-untyped]

    arguments = ["--standalone", "--metadata", "lang=en", "--wrap=none"]
    try:
        page = pypandoc.convert_file(str(path), "html", format=format, extra_args=arguments, sandbox=True)
    except RuntimeError as error:
        raise LoadError("corrupt", f"{path.name} cannot be read as {format}. Open it, save it again.") from error
    page = page.replace(f"<title>{path.stem}</title>", "", 1)  # pandoc's stand-in for a title that is not there
    return from_html(page, name=path.name, media_type=media_type)

"""A kept answer with its citations, in the forms in which people take it elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.copies.bibtex import bibtex
from app.copies.csl import csl_json
from app.copies.markdown import markdown
from app.copies.plain import plain
from app.copies.references import Copied


@dataclass(frozen=True, slots=True)
class Form:
    """One form of copy: what it is called, how its file's name ends, its media type, and what writes it."""

    title: str
    ending: str
    media_type: str
    write: Callable[[Copied], str]


FORMS = {
    "markdown": Form("Markdown", "md", "text/markdown; charset=utf-8", markdown),
    "plain": Form("Plain text", "txt", "text/plain; charset=utf-8", plain),
    "bibtex": Form("BibTeX", "bib", "application/x-bibtex; charset=utf-8", bibtex),
    "csl-json": Form("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", csl_json),
}
"""The forms by the names that the command line gives them."""

"""The story of a document, lived with the real embedder and verifier: what a reader is told at each of its turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.services import open_services
from app.settings import Settings
from eval.story import EDITS, story
from ingest.embed import load_embedder

pytestmark = pytest.mark.slow

CITED = """
    current current current
    current current current
    current current current
    changed current current
    changed current current
    changed current current
    current current current
    current changed current
    current changed gone
    current changed gone
    gone    gone    gone
    purged  purged  purged
"""
FOUND = """
    given   given   given
    given   given   given
    given   given   given
    changed given   given
    broken  given   given
    changed given   given
    given   given   given
    given   changed given
    given   changed broken
    given   changed broken
    broken  broken  broken
    broken  broken  broken
"""


def test_at_each_turn_every_citation_and_answer_is_what_it_should_be(tmp_path: Path) -> None:
    settings = Settings(model="extractive", verifier="small")
    lived = list(
        story(tmp_path, load_embedder(settings.embedder), lambda at: open_services(replace(settings, store=at)))
    )

    assert len(lived) == len(EDITS) + 2
    for one, cited, found in zip(lived, CITED.strip().split("\n"), FOUND.strip().split("\n"), strict=True):
        assert (one.what, list(one.citations)) == (one.what, cited.split())
        assert (one.what, [name.removeprefix("as ") for name in one.answers]) == (one.what, found.split())

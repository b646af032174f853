import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import group
from corpus.stats import stats

TODAY = date(2026, 11, 22)
MANIFEST = """
[[document]]
id = "hold"
path = "hold.md"
collection = "notes"
owner = "Ann"
reviewed = 2025-01-05

[[document]]
id = "reset"
path = "reset.MD"
collection = "notes"
owner = "Ben"
review_due = 2027-02-01

[[document]]
id = "scan"
path = "scan.txt"
owner = "Ann"

[[document]]
id = "old"
path = "old.md"
reviewed = 2020-01-05
superseded_by = "hold"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "hold.md").write_text("# Hold\n\nOne two three. Four five.\n\n## More\n\nSix.", encoding="utf-8")
    (tmp_path / "reset.MD").write_text("# Reset\n\nOne two three four.", encoding="utf-8")
    (tmp_path / "scan.txt").write_text("One two three four five six.", encoding="utf-8")
    (tmp_path / "old.md").write_text("# Old\n\nOne two.", encoding="utf-8")
    return tmp_path


class Loads:
    def load(self, path, suffix=None, root=None):
        from ingest.load import LOADERS, resolve

        return resolve(LOADERS[path.suffix.lower()])(path)


def test_documents_are_counted_in_all_and_by_group(folder):
    found = stats(folder, TODAY, "rest", Loads())

    assert {name: found[name] for name in ("documents", "words", "spans", "passages")} == {
        "documents": 4, "words": 22, "spans": 6, "passages": 5,
    }  # fmt: skip
    assert {name: one["documents"] for name, one in found["by_collection"].items()} == {"notes": 2, "rest": 2}
    assert {name: one["spans"] for name, one in found["by_format"].items()} == {"md": 5, "txt": 1}
    assert list(found["by_owner"]) == ["", "Ann", "Ben"]
    assert found["by_owner"]["Ann"]["words"] == 14


def test_the_lengths_of_spans_are_spread(folder):
    spread = stats(folder, TODAY, loader=Loads())["span_words"]
    assert (spread["least"], spread["median"], spread["greatest"]) == (1, 2.5, 6)


def test_reviews_are_listed_by_date_and_what_was_replaced_is_not_reviewed(folder):
    assert stats(folder, TODAY, loader=Loads())["reviews"] == [
        {"document": "scan", "due": None, "past": False},
        {"document": "hold", "due": "2026-01-05", "past": True},
        {"document": "reset", "due": "2027-02-01", "past": False},
    ]


def test_an_empty_folder_has_nothing(tmp_path):
    found = stats(tmp_path, TODAY, loader=Loads())
    assert [found[name] for name in ("documents", "words", "spans", "passages")] == [0, 0, 0, 0]
    assert "by owner" not in CliRunner().invoke(group, ["stats", str(tmp_path)]).stdout
    assert (found["by_owner"], found["span_words"], found["reviews"]) == ({}, {}, [])


def test_of_a_single_span_there_are_no_lengths_to_compare(tmp_path):
    (tmp_path / "one.md").write_text("Words of the only sentence there is.", encoding="utf-8")
    assert "words in a span" not in CliRunner().invoke(group, ["stats", str(tmp_path)]).stdout


@pytest.mark.slow
def test_the_command_writes_both_forms(folder):
    (folder / "reset.MD").write_bytes(b"")
    done = CliRunner().invoke(group, ["stats", str(folder), "--json"])
    assert json.loads(done.stdout)["failures"] == [{"path": "reset", "reason": "empty"}]

    said = CliRunner().invoke(group, ["stats", str(folder)]).stdout
    assert "cannot be read: reset (empty)" in said
    assert "3 documents" in said
    assert "2026-01-05  hold (past)" in said

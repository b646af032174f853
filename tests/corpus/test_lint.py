import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import group
from corpus.lint import Finding, lint
from ingest.manifest import ManifestError, read_manifest

CURATED = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 22)
WHOLE = """
[[document]]
id = "hold"
path = "hold.md"
title = "Hold checks"
licence = "CC-BY-4.0"
owner = "Timing"
reviewed = 2026-01-05
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hold.md").write_text("# Hold\n\nText.", encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(WHOLE, encoding="utf-8")
    return tmp_path


def test_nothing_is_wrong_with_a_whole_entry(folder):
    assert lint(folder, TODAY) == []


@pytest.mark.parametrize("field", ["title", "licence", "owner", "reviewed"])
def test_a_missing_field_is_named(folder, field):
    lines = [line for line in WHOLE.splitlines() if not line.startswith(field)]
    (folder / "manifest.toml").write_text("\n".join(lines), encoding="utf-8")

    assert lint(folder, TODAY) == [Finding("hold", f"has no {field}")]


def test_a_document_past_its_review_date_is_named_unless_it_was_replaced(folder):
    old = WHOLE.replace("2026-01-05", "2025-01-05")
    (folder / "manifest.toml").write_text(old, encoding="utf-8")
    [finding] = lint(folder, TODAY)
    assert "2025-01-05" in finding.what

    (folder / "new.md").write_text("# New\n\nText.", encoding="utf-8")
    newer = WHOLE.replace('"hold', '"new').replace("hold.md", "new.md")
    (folder / "manifest.toml").write_text(old + 'superseded_by = "new"\n' + newer, encoding="utf-8")
    assert lint(folder, TODAY) == []


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ("reviewed = 2024-01-05\nreview_due = 2027-01-05", []),
        ("reviewed = 2026-01-05\nvalid_until = 2026-11-21", ["was valid until 2026-11-21"]),
        ("reviewed = 2026-01-05\nreview_due = 2026-11-21", ["was due for review on 2026-11-21"]),
        ('reviewed = 2026-01-05\nreview_due = "soon"', ["has a date `review_due` that is none: soon"]),
        ('reviewed = "lately"', ["has a date `reviewed` that is none: lately"]),
    ],
)
def test_lint_says_of_dates_what_the_viewer_says(folder, dates, found):
    (folder / "manifest.toml").write_text(WHOLE.replace("reviewed = 2026-01-05", dates), encoding="utf-8")
    assert [one.what for one in lint(folder, TODAY)] == found


def test_a_file_that_the_manifest_forgot_is_named(folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "stray.md").write_text("text", encoding="utf-8")
    (folder / "sub" / ".hidden.md").write_text("text", encoding="utf-8")

    assert lint(folder, TODAY) == [Finding("sub/stray.md", "is not in the manifest")]


def test_an_entry_without_a_file_and_a_link_that_leads_nowhere_are_named(folder):
    (folder / "hold.md").rename(folder / "renamed.md")
    (folder / "dangling").symlink_to(folder / "nowhere")

    assert lint(folder, TODAY) == [
        Finding("dangling", "is not in the manifest"),
        Finding("hold", "has no file: hold.md"),
        Finding("renamed.md", "is not in the manifest"),
    ]


def test_a_folder_without_manifest_says_so(tmp_path):
    with pytest.raises(ManifestError, match=r"manifest\.toml"):
        lint(tmp_path, TODAY)


def test_the_command_exits_1_on_findings(folder):
    (folder / "stray.md").write_text("text", encoding="utf-8")

    done = CliRunner().invoke(group, ["lint", str(folder), "--json"])

    assert done.exit_code == 1
    # the day on which the test runs may add that the other document was not reviewed for long
    assert {"where": "stray.md", "what": "is not in the manifest"} in json.loads(done.output)["findings"]


def test_the_curated_store_is_in_order():
    assert lint(CURATED, TODAY) == []


def test_the_curated_store_is_what_it_should_be():
    entries = read_manifest(CURATED / "manifest.toml")
    suffixes = {Path(path).suffix for path in entries}

    assert len(entries) >= 14
    assert {".md", ".html", ".docx", ".pdf"} <= suffixes
    assert [one.id for one in entries.values() if one.metadata.get("superseded_by")] == ["signoff-policy-2025"]

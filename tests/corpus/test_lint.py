import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import group
from corpus.finding import Finding
from corpus.lint import lint
from corpus.program import Contradiction
from ingest.manifest import ManifestError, read_manifest
from ingest.types import Span

CURATED = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 22)
TEXT = "# Hold\n\nText."
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
    (tmp_path / "hold.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(WHOLE, encoding="utf-8")
    return tmp_path


def what(folder, direct) -> list[tuple[str, str]]:
    return [(one.where, one.what) for one in lint(folder, TODAY, direct)]


def test_nothing_is_wrong_with_a_whole_entry(folder, direct):
    assert what(folder, direct) == []


@pytest.mark.parametrize("field", ["title", "licence", "owner", "reviewed"])
def test_a_missing_field_is_named(folder, direct, field):
    lines = [line for line in WHOLE.splitlines() if not line.startswith(field)]
    (folder / "manifest.toml").write_text("\n".join(lines), encoding="utf-8")

    assert lint(folder, TODAY, direct) == [Finding("hold", f"has no {field}", f"no-{field}")]


def test_a_document_past_its_review_date_is_named_unless_it_was_replaced(folder, direct):
    old = WHOLE.replace("2026-01-05", "2025-01-05")
    (folder / "manifest.toml").write_text(old, encoding="utf-8")
    [finding] = lint(folder, TODAY, direct)
    assert "2025-01-05" in finding.what
    assert finding.severity == "warning"

    (folder / "new.md").write_text("# New\n\nText.", encoding="utf-8")
    newer = WHOLE.replace('"hold', '"new').replace("hold.md", "new.md")
    (folder / "manifest.toml").write_text(old + 'superseded_by = "new"\n' + newer, encoding="utf-8")
    assert what(folder, direct) == []


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
def test_lint_says_of_dates_what_the_viewer_says(folder, direct, dates, found):
    (folder / "manifest.toml").write_text(WHOLE.replace("reviewed = 2026-01-05", dates), encoding="utf-8")
    assert [said for _, said in what(folder, direct)] == found


def test_a_file_that_the_manifest_forgot_is_named(folder, direct):
    (folder / "sub").mkdir()
    (folder / "sub" / "stray.md").write_text("text", encoding="utf-8")
    (folder / "sub" / ".hidden.md").write_text("text", encoding="utf-8")

    assert what(folder, direct) == [("sub/stray.md", "is not in the manifest")]


def test_an_entry_without_a_file_and_a_link_that_leads_nowhere_are_named(folder, direct):
    (folder / "hold.md").rename(folder / "renamed.md")
    (folder / "dangling").symlink_to(folder / "nowhere")

    assert what(folder, direct) == [
        ("dangling", "is not in the manifest"),
        ("hold", "has no file: hold.md"),
        ("renamed.md", "is not in the manifest"),
    ]


def test_a_folder_without_manifest_says_so(tmp_path):
    with pytest.raises(ManifestError, match=r"manifest\.toml"):
        lint(tmp_path, TODAY)


@pytest.mark.slow
def test_the_command_exits_1_on_findings(folder):
    (folder / "stray.md").write_text("text", encoding="utf-8")

    done = CliRunner().invoke(group, ["lint", str(folder), "--json"])

    assert done.exit_code == 1
    # the day on which the test runs may add that the other document was not reviewed for long
    named = Finding("stray.md", "is not in the manifest", "not-listed")
    assert named.as_json() in json.loads(done.output)["findings"]


@pytest.mark.slow
def test_warnings_alone_fail_only_those_who_are_strict(folder):
    (folder / "hold.md").write_text("# Hold\n\nText.\n\n## Empty", encoding="utf-8")
    (folder / "manifest.toml").write_text(WHOLE.replace("2026-01-05", "2999-01-05"), encoding="utf-8")

    done = CliRunner().invoke(group, ["lint", str(folder)])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 warning.")
    assert CliRunner().invoke(group, ["lint", str(folder), "--strict"]).exit_code == 1
    done = CliRunner().invoke(group, ["lint", str(folder), "--errors-only", "--strict"])
    assert (done.exit_code, done.stdout) == (0, "Nothing to mend.\n")


def test_documents_that_replace_each_other_in_a_circle_are_named(folder, direct):
    entries = [WHOLE]
    for name, successor in (("one", "two"), ("two", "three"), ("three", "two")):
        (folder / f"{name}.md").write_text(f"# {name}\n\nText.", encoding="utf-8")
        entry = WHOLE.replace('"hold', f'"{name}')
        entries.append(f'{entry}superseded_by = "{successor}"\n')
    (folder / "manifest.toml").write_text("".join(entries), encoding="utf-8")

    assert [(one.where, one.code) for one in lint(folder, TODAY, direct)] == [
        ("three", "superseded-in-circle"),
        ("two", "superseded-in-circle"),
    ]


def sentence(document_id: str) -> Span:
    return Span(f"{document_id}~aaaaaaaaaa", document_id, "0" * 16, 5, 10, "Text.", ("Hold",), "sentence", None)


@pytest.mark.parametrize(
    ("disputes", "codes"),
    [
        ("", ["contradiction", "contradiction"]),
        ("two", ["contradiction"]),
        ("three, two", []),
        ("two, hold", ["contradiction", "bad-dispute"]),
        ("tow", ["contradiction", "contradiction", "bad-dispute"]),
    ],
)
def test_contradictions_that_the_manifest_knows_of_are_let_be(folder, direct, disputes, codes):
    entries = [f'{WHOLE}disputes = "{disputes}"\n']
    for name in ("two", "three"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nText.", encoding="utf-8")
        entries.append(WHOLE.replace('"hold', f'"{name}'))
    (folder / "manifest.toml").write_text("".join(entries), encoding="utf-8")
    pairs = [("hold", "two"), ("three", "hold")]

    found = lint(folder, TODAY, direct, lambda _: [Contradiction(*map(sentence, pair), "Why.") for pair in pairs])
    assert sorted(one.code for one in found) == sorted(codes)


def test_an_id_that_manifests_of_two_folders_give_is_named_once(folder, direct):
    (folder / "sub").mkdir()
    (folder / "sub" / "hold.md").write_text("# Other\n\nOther.", encoding="utf-8")
    (folder / "sub" / "manifest.toml").write_text(WHOLE, encoding="utf-8")

    [finding] = lint(folder, TODAY, direct)
    assert (finding.where, finding.code) == ("hold", "duplicate-id")


PIN = sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ('url = "https://docs.example/hold"', ["url-without-pin"]),
        (f'sha256 = "{"0" * 64}"', ["pin-differs"]),
        ('package = "pypi:hold==1.0"', ["package-without-member", "package-without-pin"]),
        (f'member = "docs/hold.md"\nsha256 = "{PIN}"', ["member-without-package"]),
        (f'package = "pypi:hold==1.0"\nmember = "docs/hold.md"\nsha256 = "{PIN}"', []),
        (f'package = "npm:@a/hold@1.0.2"\nmember = "package/hold.md"\nsha256 = "{PIN}"', []),
        (f'package = "pypi:hold>=1.0"\nmember = "docs/hold.md"\nsha256 = "{PIN}"', ["bad-package"]),
        (f'package = "pypi:a==1"\nmember = "b"\nurl = "https://docs.example"\nsha256 = "{PIN}"', ["two-sources"]),
        (f'sha256 = "{PIN}"\nurl = "https://docs.example/hold"', []),
    ],
)
def test_a_file_is_held_to_its_pin(folder, direct, fields, codes):
    (folder / "manifest.toml").write_text(WHOLE + fields, encoding="utf-8")
    assert [one.code for one in lint(folder, TODAY, direct)] == codes


@pytest.mark.parametrize("source", ['url = "https://docs.example/hold"', 'package = "pypi:a==1"\nmember = "b"'])
def test_a_file_that_is_to_be_fetched_is_said_so(folder, direct, source):
    (folder / "hold.md").unlink()
    fields = f'{source}\nsha256 = "{"0" * 64}"'
    (folder / "manifest.toml").write_text(WHOLE + fields, encoding="utf-8")
    [(_, said)] = what(folder, direct)
    assert said == "has no file: hold.md; `verispan corpus fetch` brings it"


def test_a_file_that_cannot_be_read_is_named_with_the_reason(folder, direct):
    (folder / "hold.md").write_bytes(b"# Hold\n\n\xff\xfe\x00 broken \xff")

    [finding] = lint(folder, TODAY, direct)
    assert (finding.where, finding.code) == ("hold", "cannot-be-read")


@pytest.mark.slow
def test_the_curated_store_is_in_order():
    assert lint(CURATED, TODAY) == []


def test_the_curated_store_is_what_it_should_be():
    entries = read_manifest(CURATED / "manifest.toml")
    suffixes = {Path(path).suffix for path in entries}

    assert len(entries) >= 14
    assert {".md", ".html", ".docx", ".pdf"} <= suffixes
    assert [one.id for one in entries.values() if one.metadata.get("superseded_by")] == ["signoff-policy-2025"]

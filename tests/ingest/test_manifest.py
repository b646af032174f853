"""manifest.toml: what is right is read, what is wrong is named by file, entry and field."""

from pathlib import Path

import pytest

from ingest.manifest import ManifestError, read_manifest

GOOD = """
[[document]]
id = "sta-handbook"
path = "guides/sta.md"
title = "Static timing analysis"
collection = "signoff"
reviewed = 2026-03-17
licence = "CC-BY-4.0"

[[document]]
id = "old.1"
path = "./old.md"
superseded_by = "sta-handbook"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "sta.md").write_text("x")
    (tmp_path / "old.md").write_text("y")
    return tmp_path


def read(folder: Path, text: str) -> dict[str, object]:
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    return dict(read_manifest(folder / "manifest.toml"))


def test_entries_by_path(folder: Path) -> None:
    (folder / "manifest.toml").write_text(GOOD)
    entries = read_manifest(folder / "manifest.toml")

    sta, old = entries["guides/sta.md"], entries["old.md"]
    assert (sta.id, sta.title, sta.collection) == ("sta-handbook", "Static timing analysis", "signoff")
    assert sta.metadata == {"reviewed": "2026-03-17", "licence": "CC-BY-4.0"}
    assert (old.id, old.title, old.collection, old.metadata) == ("old.1", "", "", {"superseded_by": "sta-handbook"})


def test_an_empty_manifest_lists_nothing(folder: Path) -> None:
    assert read(folder, "") == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('id = "old.1"', ""), r"document 2 \(without an id\): the field `id` is missing"),
        (('path = "./old.md"', ""), r"document 2 \(old.1\): the field `path` is missing"),
        (('"old.1"', '"Old One"'), "id must be lower-case"),
        (('"old.1"', '"old~1"'), "id must be lower-case"),
        (('"old.1"', '"sta-handbook"'), "two documents have the id 'sta-handbook'"),
        (('"./old.md"', '"guides/sta.md"'), "two documents have the path 'guides/sta.md'"),
        (('"./old.md"', '"../old.md"'), "path must lie within"),
        (('= "sta-handbook"\n', "= 3.1\n"), "the field `id` must be a text in quotation marks, or a date"),
        (('superseded_by = "sta-handbook"', 'superseded_by = "nobody"'), "old.1: superseded_by names no other"),
        (('superseded_by = "sta-handbook"', 'superseded_by = "old.1"'), "old.1: superseded_by names no other"),
        (("[[document]]", "[[documents]]"), r"a manifest holds \[\[document\]\] tables"),
        (("[[document]]", "[[document]"), "manifest.toml: "),
    ],
)
def test_what_is_wrong_is_named(folder: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(ManifestError, match=message) as caught:
        read(folder, GOOD.replace(*change))
    assert str(folder / "manifest.toml") in caught.value.message


def test_a_folder_without_a_manifest_is_told_how_to_begin_one(folder: Path) -> None:
    with pytest.raises(ManifestError, match=r"has no manifest\.toml") as caught:
        read_manifest(folder / "deeper" / "manifest.toml")
    assert "corpus add" in caught.value.next_step


def test_a_manifest_that_is_no_utf8_is_named_with_the_byte(folder: Path) -> None:
    (folder / "manifest.toml").write_bytes(b"# Gr\xfc\xdfe\n")
    with pytest.raises(ManifestError, match=r"manifest\.toml is not valid UTF-8, at byte 5"):
        read_manifest(folder / "manifest.toml")

import json
import os
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import add as adding
from corpus.add import NotAdded, NotReadFromThere, NotWritten, Wanted, add
from corpus.cli import group
from ingest.errors import BadInput, LoadError
from ingest.manifest import ManifestError, read_manifest

BEFORE = """# What the curator wrote, in an own way.
[[document]]
id    = 'hold'   # aligned
path = "documents/hold.md"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "curated"
    (home / "documents").mkdir(parents=True)
    (home / "documents" / "hold.md").write_text("# Hold\n\nText.", encoding="utf-8")
    (home / "manifest.toml").write_text(BEFORE, encoding="utf-8")
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "Reset Notes.md"
    made.write_text("# Notes on resets\n\nA reset is released with the clock.", encoding="utf-8")
    return made


def state(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


NOTHING = Wanted("", "", {})


def test_a_file_is_copied_and_entered_below_what_is_there(folder, file, direct):
    entry = add(file, folder, Wanted("", "", {"licence": "MIT", "owner": "", "reviewed": date(2026, 3, 4)}), direct)

    assert (entry.id, entry.title) == ("reset-notes", "Notes on resets")
    assert (folder / "documents" / "Reset Notes.md").read_bytes() == file.read_bytes()
    text = (folder / "manifest.toml").read_text(encoding="utf-8")
    assert text.startswith(BEFORE)
    assert text.removeprefix(BEFORE) == (
        '\n[[document]]\nid = "reset-notes"\npath = "documents/Reset Notes.md"\n'
        'title = "Notes on resets"\nlicence = "MIT"\nreviewed = 2026-03-04\n'
    )
    assert os.stat(folder / "documents" / "Reset Notes.md").st_mode & 0o777 == 0o644
    assert len(state(folder)) == 3


def test_a_manifest_without_a_last_newline_and_none_at_all(folder, file, direct):
    (folder / "manifest.toml").write_text(BEFORE.rstrip("\n"), encoding="utf-8")
    add(file, folder, NOTHING, direct)
    assert [one.id for one in read_manifest(folder / "manifest.toml").values()] == ["hold", "reset-notes"]

    (folder / "manifest.toml").unlink()
    add(file, folder, Wanted("other", "", {}), direct)
    assert [one.id for one in read_manifest(folder / "manifest.toml").values()] == ["other"]


def test_a_file_that_is_in_the_folder_already_is_entered_where_it_is(folder, file, direct, tmp_path):
    (folder / "old" / "years").mkdir(parents=True)
    stands = folder / "old" / "years" / "notes.md"
    stands.write_bytes(file.read_bytes())
    (tmp_path / "elsewhere").symlink_to(folder)
    before = state(folder)

    entry = add(tmp_path / "elsewhere" / "old" / "years" / "notes.md", folder, NOTHING, direct)
    assert (entry.id, entry.path) == ("notes", "old/years/notes.md")
    assert state(folder).keys() == before.keys()
    with pytest.raises(NotAdded, match=r"old/years/notes\.md is in the manifest already"):
        add(stands, folder, NOTHING, direct)


@pytest.mark.parametrize(
    ("wanted", "error", "said"),
    [
        (Wanted("hold", "", {}), NotAdded, r"the id 'hold' is that of .*documents/hold\.md"),
        (Wanted("No Slug", "", {}), ManifestError, "id must be lower-case"),
    ],
)
def test_what_is_refused_changes_nothing(folder, file, direct, wanted, error, said):
    before = state(folder)
    with pytest.raises(error, match=said):
        add(file, folder, wanted, direct)
    assert state(folder) == before


@pytest.mark.parametrize("within", ["documents/out.md", "documents/Reset Notes.md", "deep/out.md"])
def test_a_link_that_leads_out_of_the_folder_is_refused(folder, file, direct, within):
    (folder / "deep").mkdir()
    link = folder / within
    link.symlink_to(file)
    before = state(folder)
    for one in (link, file) if link.name == file.name else (link,):
        with pytest.raises(NotReadFromThere, match=r"leads out of .*, and no ingest follows it"):
            add(one, folder, NOTHING, direct)
    assert state(folder) == before


def test_a_name_that_is_taken_is_refused(folder, file, direct, tmp_path):
    (folder / "documents" / file.name).write_text("Another.", encoding="utf-8")
    before = state(folder)
    with pytest.raises(NotAdded, match="exists, and is another file"):
        add(file, folder, NOTHING, direct)

    other = tmp_path / "hold.md"
    other.write_bytes(file.read_bytes())
    with pytest.raises(NotAdded, match="is in the manifest already, as hold"):
        add(other, folder, Wanted("other", "", {}), direct)
    assert state(folder) == before


def test_a_file_that_cannot_be_read_or_would_never_be_seen_is_refused(folder, tmp_path, direct):
    before = state(folder)
    for name, data, error in (("a.xyz", b"text", LoadError), ("a.md", b"", LoadError), (".a.md", b"text", BadInput)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(error):
            add(tmp_path / name, folder, NOTHING, None if error is LoadError else direct)
    assert state(folder) == before


@pytest.mark.parametrize("broken", ["link", "replace"])
def test_what_fails_half_way_leaves_all_as_it_was(folder, file, direct, monkeypatch, broken):
    before = state(folder)

    def fails(*_given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(adding.os, broken, fails)
    with pytest.raises(NotWritten, match="cannot be written to: no space"):
        add(file, folder, NOTHING, direct)
    assert state(folder) == before


def test_what_a_crash_cut_short_is_done_again(folder, file, direct):
    (folder / "documents" / file.name).write_bytes(file.read_bytes())
    assert add(file, folder, NOTHING, direct).id == "reset-notes"
    assert add(folder / "documents" / "hold.md", _emptied(folder), NOTHING, direct).id == "hold"


def _emptied(folder: Path) -> Path:
    (folder / "manifest.toml").write_text("", encoding="utf-8")
    return folder


@settings(max_examples=40)
@given(title=st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_any_title_is_read_as_it_was_given(tmp_path_factory, title):
    folder = tmp_path_factory.mktemp("curated")
    (folder / "x.md").write_text("# X\n\nText.", encoding="utf-8")

    class Loads:
        def load(self, path, suffix=None, root=None):
            from ingest.load.markdown import load

            return load(path)

    assert add(folder / "x.md", folder, Wanted("", title, {}), Loads()).title == title.strip()


@pytest.mark.slow
def test_the_command_asks_for_the_licence_on_a_terminal_alone(folder, file, monkeypatch):
    arguments = ["add", str(file), "--folder", str(folder), "--owner", "Ann", "--collection", "notes", "--json"]
    done = CliRunner().invoke(group, arguments, input="MIT\n")
    assert done.exit_code == 2
    assert "--licence" in done.output

    monkeypatch.setattr("corpus.add_command._is_asked", lambda: True)
    done = CliRunner().invoke(group, arguments, input="MIT\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["licence"] == "MIT"
    [entry] = [one for one in read_manifest(folder / "manifest.toml").values() if one.id == "reset-notes"]
    assert (entry.collection, entry.metadata) == ("notes", {"licence": "MIT", "owner": "Ann"})

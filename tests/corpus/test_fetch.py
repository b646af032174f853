import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus import fetch as fetching
from corpus.cli import group
from corpus.fetch import fetch
from corpus.guarded_http import NotFetched
from ingest.errors import UnknownId

DATA = b"# Hold\n\nText."
PIN = sha256(DATA).hexdigest()
ENTRY = '[[document]]\nid = "{0}"\npath = "documents/{0}.md"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "curated"
    home.mkdir()
    hold = ENTRY.format("hold") + f'url = "https://docs.example/hold"\nsha256 = "{PIN}"\n'
    (home / "manifest.toml").write_text(ENTRY.format("own") + hold, encoding="utf-8")
    return home


def served(url: str) -> bytes:
    assert url == "https://docs.example/hold"
    return DATA


def refused(url: str) -> bytes:
    raise NotFetched(f"{url} answers 404")


def states(folder: Path, get=served, replace: bool = False) -> list[tuple[str, str]]:
    return [(one.id, one.status) for one in fetch(folder, [], replace, get)]


def test_what_is_pinned_is_fetched_once(folder):
    assert states(folder) == [("hold", "fetched")]
    assert (folder / "documents" / "hold.md").read_bytes() == DATA
    assert states(folder, refused) == [("hold", "there")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('package = "pypi:hold==1.0"\nmember = "docs/hold.md"', ""),
        ('package = "pypi:hold==1.0"', "no `member`"),
        ('package = "pypi:hold"\nmember = "docs/hold.md"', "pypi:NAME==VERSION"),
        ('package = "pypi:hold==1.0"\nurl = "https://docs.example/hold"', "both a url and a package"),
        ('package = "pypi:hold==1.0"\nmember = "docs/other.md"', "docs/other.md of pypi:hold==1.0 gives a file with"),
    ],
)
def test_a_member_of_a_package_is_fetched_as_a_url_is(folder, monkeypatch, source, said):
    monkeypatch.setattr(fetching, "fetch_member", lambda _package, member, _get: DATA + b"!" * ("other" in member))
    (folder / "manifest.toml").write_text(ENTRY.format("hold") + f'sha256 = "{PIN}"\n{source}\n', encoding="utf-8")
    [found] = fetch(folder, [], False, refused)
    assert (found.status, said in found.reason) == ("failed" if said else "fetched", True)
    assert (folder / "documents" / "hold.md").exists() == (not said)


def test_other_bytes_are_never_written(folder):
    [found] = fetch(folder, [], False, lambda _: b"something else")
    assert found.status == "failed"
    assert sha256(b"something else").hexdigest() in found.reason
    assert not (folder / "documents").exists()


def test_a_file_of_other_bytes_is_kept_unless_it_is_to_be_replaced(folder):
    (folder / "documents").mkdir()
    file = folder / "documents" / "hold.md"
    file.write_bytes(b"own words")
    assert states(folder) == [("hold", "failed")]
    assert states(folder, refused, replace=True) == [("hold", "failed")]
    assert file.read_bytes() == b"own words"
    assert states(folder, replace=True) == [("hold", "fetched")]
    assert [one.name for one in file.parent.iterdir()] == ["hold.md"]


@pytest.mark.parametrize("pin", ["", PIN[:-1], PIN.upper()])
def test_nothing_is_asked_for_without_a_whole_pin(folder, pin):
    text = (folder / "manifest.toml").read_text(encoding="utf-8").replace(PIN, pin)
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    [found] = fetch(folder, [], False, pytest.fail)
    assert "64 lower-case hex digits" in found.reason


def test_nothing_is_written_through_a_link_that_leads_out(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (folder / "documents").symlink_to(tmp_path / "outside")
    assert states(folder) == [("hold", "failed")]
    assert list((tmp_path / "outside").iterdir()) == []


def test_one_that_fails_leaves_the_others_alone(folder):
    other = ENTRY.format("also") + f'url = "https://gone.example/also"\nsha256 = "{PIN}"\n'
    with (folder / "manifest.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(other)
    get = lambda url: refused(url) if "gone" in url else served(url)  # noqa: E731
    assert states(folder, get) == [("also", "failed"), ("hold", "fetched")]
    assert [one.id for one in fetch(folder, ["hold"], False, refused)] == ["hold"]
    with pytest.raises(UnknownId, match="'own' with a url or a package"):
        fetch(folder, ["own"], False, served)


def test_the_command_exits_with_1_where_one_fails(folder, monkeypatch):
    monkeypatch.setattr(fetching.fetch, "__defaults__", (refused,))
    done = CliRunner().invoke(group, ["fetch", str(folder), "--json"])
    assert done.exit_code == 1
    assert "answers 404" in json.loads(done.stdout)["documents"][0]["reason"]
    monkeypatch.setattr(fetching.fetch, "__defaults__", (served,))
    assert CliRunner().invoke(group, ["fetch", str(folder)]).exit_code == 0

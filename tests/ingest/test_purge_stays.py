"""What stays of a purged document, and what others say too, is known before: it is named, and never stops the proof."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import pytest

from ingest.erase import Quoted
from ingest.purge import Unsigned, purge
from ingest.purged import purge_of
from tests.ingest.conftest import Folder
from tests.ingest.test_purge import Notes, run, texts_in

NAME = "Maximilian Mustermann"
PAID = "He was paid a lot of money in 2024."
JANE = f"Preface.\n\n# {NAME}\n\n{PAID}\n"
OTHER = "Preface.\n\n# Other\n\nOther text is here.\n"


def ingested(folder: Folder, collection: str = "default", **files: str) -> Folder:
    folder.write(**files)
    assert folder.run(collection=collection)["failures"] == []
    return folder


def test_of_the_place_of_its_file_nothing_can_be_read_and_it_does_not_come_back(folder: Folder) -> None:
    ingested(folder, **{"people/Annual report of Jane Doe.txt": f"Preface.\n\n{PAID}"})
    name = next(one for one in folder.statuses() if "annual" in one)
    assert texts_in(folder.path, ["Annual report of Jane Doe"]) != []

    _, proof = run(folder, name)

    assert (texts_in(folder.path, ["Annual report of Jane Doe"]), proof.excepted) == ([], ())
    folder.write(**{"people/Annual report of Jane Doe.txt": "Something quite different stands here now."})
    [failure] = folder.run()["failures"]
    assert failure["reason"] == "purged"
    assert name in failure["message"]


def test_a_file_of_an_older_tombstone_does_not_come_back(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ingested(folder, **{"Über alles.txt": JANE})
    monkeypatch.setattr("ingest.erase.hidden_place", lambda path: path)
    run(folder, "uber-alles")

    assert folder.failures() == {"Über alles.txt": "purged"}


MANIFEST = """
[[document]]
id = "jane"
path = "jane.md"
[[document]]
id = "other"
path = "other.md"
owner = "Maximilian Mustermann"
"""


@pytest.mark.parametrize(
    "files",
    [
        {"other.md": OTHER, "manifest.toml": MANIFEST},
        {"other.html": f"<html><head><meta name=author content='{NAME}'></head><body><p>Other text.</p></body></html>"},
        {f"people/{NAME}/other.md": OTHER},
        {"other.md": OTHER.replace("Other text", f"Other text of Maximilian\n{' ' * 3}Mustermann")},
    ],
    ids=["metadata", "source", "place", "text"],
)
def test_what_is_kept_of_others_is_named_and_stays(folder: Folder, files: Mapping[str, str]) -> None:
    ingested(folder, **{"jane.md": JANE, **files})

    _, proof = run(folder, "jane")

    assert proof.excepted == (NAME,)
    assert (texts_in(folder.path, [PAID]), proof.sentences) == ([], 1)


@pytest.mark.parametrize("collection", ["employment-contracts", "default"])
def test_its_id_and_its_collection_stay_and_are_named(folder: Folder, collection: str) -> None:
    text = JANE.replace(NAME, "employment-contracts")
    ingested(folder, collection, **{"employment-contracts.md": text})

    _, proof = run(folder, "employment-contracts")

    assert proof.excepted == ("employment-contracts",)


def test_the_reason_of_an_earlier_purge_stays(folder: Folder) -> None:
    ingested(folder, **{"new.md": JANE})
    with closing(folder.store()) as store:
        purge(store, "hold", "Ann", f"It was replaced by that of {NAME}", folder.embedder)

    _, proof = run(folder, "new")

    assert proof.excepted == (NAME,)
    assert texts_in(folder.path, [PAID]) == []


def test_what_stays_beside_the_truth_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ingested(folder, **{"jane.md": JANE})
    (folder.path / "owner.txt").write_text(NAME)
    monkeypatch.setattr(Notes, "staying", lambda self: iter([(self.file.parent / "owner.txt").read_bytes()]))

    _, proof = run(folder, "jane")

    assert proof.excepted == (NAME,)


@pytest.mark.parametrize("words", [{"by": NAME}, {"why": f"It quotes {NAME}."}])
def test_who_and_why_that_quote_it_are_refused(folder: Folder, words: dict[str, str]) -> None:
    ingested(folder, **{"jane.md": JANE})
    with closing(folder.store()) as store:
        with pytest.raises(Quoted, match=f"--{next(iter(words))} quotes the document"):
            purge(store, "jane", embedder=folder.embedder, **({"by": "Ann", "why": "DSR-17"} | words))
        assert purge_of(store, "jane") is None


@pytest.mark.parametrize("words", [{"by": " "}, {"why": ""}])
def test_nobody_and_no_reason_are_refused(folder: Folder, words: dict[str, str]) -> None:
    folder.run()
    with closing(folder.store()) as store:
        with pytest.raises(Unsigned, match="one of these is empty"):
            purge(store, "hold", embedder=folder.embedder, **({"by": "Ann", "why": "DSR-17"} | words))
        assert purge_of(store, "hold") is None

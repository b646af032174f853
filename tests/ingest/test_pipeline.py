"""Files in, a new generation out: what is added, changed, moved, retired, failed, and what stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from ingest import pipeline
from ingest.discover import Candidate, Piped
from ingest.errors import LoadError, StoreLocked
from ingest.indexes import folder_name
from ingest.manifest import ManifestError
from ingest.pipeline import ensure_indexes
from ingest.report import IngestReport
from ingest.schema import vectors
from ingest.writer import write_lock

HOLD = "Preface of it.\n\nThe hold margin is 15 ps. It is checked twice.\n\nThe end of hold."
RESET = "Preface of that.\n\nA reset is asserted at once. It is released on an edge."


def counts(added: int = 0, changed: int = 0, unchanged: int = 0, failed: int = 0, retired: int = 0) -> dict[str, int]:
    return {"added": added, "changed": changed, "unchanged": unchanged, "failed": failed, "retired": retired}


def test_a_first_ingest_adds_everything(folder: Any) -> None:
    report = folder.run()

    assert report["documents"] == counts(added=2)
    assert report["spans"] == {"added": 7, "kept": 0, "moved": 0, "retired": 0}
    assert (report["failures"], report["generation"], report["passages"]) == ([], 1, 2)
    assert set(report["seconds"]) == {"load", "split", "embed", "store", "index"}
    assert sorted(one.split("@")[0] for one in folder.indexed()) == ["hold", "reset"]


def test_a_second_ingest_reads_nothing_and_changes_nothing(folder: Any) -> None:
    folder.run()
    before = folder.store().counts()

    report = folder.run()

    assert report["documents"] == counts(unchanged=2)
    assert report["spans"] == {"added": 0, "kept": 7, "moved": 0, "retired": 0}
    assert (report["generation"], folder.loader.loaded) == (1, [])
    assert folder.store().counts() == before


def test_an_edit_changes_one_id_and_moves_what_follows(folder: Any) -> None:
    folder.run()
    before = folder.ids("hold")
    folder.write(**{"hold.txt": HOLD.replace("15 ps", "1.5 ns, no less")})

    report = folder.run()

    assert report["documents"] == counts(changed=1, unchanged=1)
    assert report["spans"] == {"added": 1, "kept": 4, "moved": 2, "retired": 1}
    assert [a == b for a, b in zip(before, folder.ids("hold"), strict=True)] == [True, False, True, True]
    assert (report["generation"], folder.loader.loaded) == (2, ["hold.txt"])


@pytest.mark.parametrize("new", ["renamed.txt", "deep/er/hold.txt"])
def test_a_file_that_is_moved_keeps_its_id(folder: Any, new: str) -> None:
    folder.run()
    before = folder.ids("hold")
    (folder.root / new).parent.mkdir(parents=True, exist_ok=True)
    (folder.root / "hold.txt").rename(folder.root / new)

    report = folder.run()

    assert report["documents"] == counts(unchanged=2)
    assert report["generation"] == 1
    assert folder.ids("hold") == before
    assert folder.store().document("hold").uri == new
    assert folder.run()["documents"] == counts(unchanged=2)


def test_a_copy_is_a_document_of_its_own(folder: Any) -> None:
    folder.run()
    folder.write(**{"copy.txt": HOLD, "sub/hold.txt": "Another one. It is new.\n"})

    folder.run()

    assert folder.statuses() == dict.fromkeys(["copy", "hold", "hold-2", "reset"], "current")


def test_copies_that_are_moved_together_keep_an_id_each(folder: Any) -> None:
    folder.write(**{"copy.txt": HOLD})
    folder.run()
    for name in ("copy", "hold"):
        (folder.root / f"{name}.txt").rename(folder.root / f"moved-{name}.txt")

    assert folder.run()["documents"] == counts(unchanged=3)
    assert folder.statuses() == dict.fromkeys(["copy", "hold", "reset"], "current")


def test_a_file_that_cannot_be_read_today_is_not_retired(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.run()

    def unreadable(candidate: Candidate) -> str:
        raise LoadError("unreadable", f"{candidate.uri} may not be read")

    monkeypatch.setattr(pipeline, "file_sha256", unreadable)

    assert folder.run()["documents"] == counts(failed=2)
    assert folder.statuses() == {"hold": "current", "reset": "current"}


def test_a_file_that_vanished_is_retired_only_with_its_folder(folder: Any) -> None:
    folder.run()
    (folder.root / "hold.txt").unlink()

    assert folder.run(folder.root / "reset.txt")["documents"] == counts(unchanged=1)
    assert folder.run(retire_missing=False)["documents"] == counts(unchanged=1)
    report = folder.run()

    assert report["documents"] == counts(unchanged=1, retired=1)
    assert report["spans"] == {"added": 0, "kept": 3, "moved": 0, "retired": 4}
    assert folder.statuses() == {"hold": "retired", "reset": "current"}
    assert [one.split("@")[0] for one in folder.indexed()] == ["reset"]
    folder.write(**{"hold.txt": HOLD})
    assert folder.run()["documents"] == counts(added=1, unchanged=1)
    assert folder.statuses() == {"hold": "current", "reset": "current"}


def test_what_fails_leaves_the_rest_and_its_own_last_revision(folder: Any) -> None:
    folder.run()
    before = folder.ids("hold")
    (folder.root / "hold.txt").write_bytes(b"\xff\xfe\x00broken")
    folder.write(**{"odd.xyz": "?", "new.txt": "A new page. It is good."})

    report = folder.run(folder.root, folder.root / "absent.txt")

    assert report["documents"] == counts(added=1, unchanged=1, failed=3)
    assert {(one["path"], one["reason"]) for one in report["failures"]} == {
        ("hold.txt", "not_utf8"), ("odd.xyz", "unsupported"), ("absent.txt", "missing"),
    }  # fmt: skip
    assert all(one["message"] for one in report["failures"])
    assert folder.ids("hold") == before
    assert folder.statuses()["hold"] == "current"


def test_hidden_files_and_folders_are_passed_over(folder: Any) -> None:
    folder.write(**{".secret.txt": "No. No.", ".git/x.txt": "No.", "a/.b/c.txt": "No.", "a/d.txt": "Yes it is."})

    assert folder.run()["documents"] == counts(added=3)


def test_standard_input_is_a_document_by_its_name(folder: Any) -> None:
    piped = Piped("notes.txt", b"Some words first. Then a note.")

    assert folder.run(piped)["documents"] == counts(added=1)
    assert folder.run(piped)["documents"] == counts(unchanged=1)
    assert folder.run(Piped("notes.txt", b"Some words first. Then two."))["spans"]["kept"] == 1
    assert folder.run()["documents"] == counts(added=2)
    assert folder.statuses() == {"hold": "current", "notes": "current", "reset": "current"}


MANIFEST = '[[document]]\nid = "hold-book"\npath = "hold.txt"\ntitle = "{title}"\nlicence = "MIT"\n'


def test_a_manifest_names_titles_and_describes(folder: Any) -> None:
    folder.write(**{"manifest.toml": MANIFEST.format(title="On hold"), "image.png": "?"})

    assert folder.run()["documents"] == counts(added=2)
    book = folder.store().document("hold-book")
    assert (book.title, book.metadata, book.uri) == ("On hold", {"licence": "MIT"}, "hold.txt")
    assert set(folder.statuses()) == {"hold-book", "reset"}
    before = folder.ids("hold-book")

    folder.write(**{"manifest.toml": MANIFEST.format(title="Of hold").replace("MIT", "BSD")})
    report = folder.run()

    assert report["documents"] == counts(changed=1, unchanged=1)
    assert report["spans"] == {"added": 0, "kept": 7, "moved": 0, "retired": 0}
    assert folder.store().document("hold-book").metadata == {"licence": "BSD"}
    assert folder.ids("hold-book") == before


def test_a_name_from_the_manifest_replaces_the_one_from_the_file(folder: Any) -> None:
    folder.run()
    folder.write(**{"manifest.toml": MANIFEST.format(title="On hold")})

    assert folder.run()["documents"] == counts(added=1, unchanged=1, retired=1)
    assert folder.statuses() == {"hold": "retired", "hold-book": "current", "reset": "current"}


def test_a_bad_manifest_changes_nothing(folder: Any) -> None:
    folder.run()
    folder.write(**{"manifest.toml": MANIFEST.replace("hold-book", "Hold Book"), "hold.txt": "Changed."})

    with pytest.raises(ManifestError, match="Hold Book"):
        folder.run()
    assert folder.store().generation() == 1


def test_collections_have_indexes_of_their_own_and_a_document_can_change_over(folder: Any) -> None:
    listed = MANIFEST.format(title="On hold")
    folder.write(**{"manifest.toml": listed + 'collection = "secret"\n'})
    folder.run()

    assert folder.store().collections() == ("default", "secret")
    assert {one.split("@")[0] for one in folder.indexed("secret")} == {"hold-book"}
    assert {one.split("@")[0] for one in folder.indexed("default")} == {"reset"}
    folder.write(**{"manifest.toml": listed})
    folder.run()
    assert folder.store().collections() == ("default",)
    assert {one.split("@")[0] for one in folder.indexed("default")} == {"hold-book", "reset"}


def test_the_index_of_an_emptied_collection_goes_once_nobody_can_have_it_open(folder: Any) -> None:
    listed = MANIFEST.format(title="On hold")
    folder.write(**{"manifest.toml": listed + 'collection = "secret"\n'})
    folder.run()
    index = folder.path / "indexes" / folder_name("secret") / "1-0000abcd"  # the stand-in for indexes makes none
    index.mkdir(parents=True)
    folder.write(**{"manifest.toml": listed})
    folder.run()
    assert index.exists()
    folder.write(**{"reset.txt": "The reset is asserted for ten cycles."})
    folder.run()
    assert not index.exists()


def test_another_passage_size_changes_no_citation(folder: Any) -> None:
    folder.run()
    before = folder.ids("hold"), folder.indexed()

    report = folder.run(passage_words=5)

    assert report["spans"] == {"added": 0, "kept": 7, "moved": 0, "retired": 0}
    assert folder.ids("hold") == before[0]
    assert len(folder.indexed()) > len(before[1])


class Renamed:
    """Another embedder, which counts what it embeds."""

    name = "another"

    def __init__(self, embedder: Any) -> None:
        self.embedder, self.texts = embedder, 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        found: NDArray[np.float32] = self.embedder.embed(texts)
        return found


def test_missing_indexes_are_built_from_the_truth_by_any_embedder(folder: Any) -> None:
    folder.run()
    expected = folder.indexed()
    for file in (folder.path / "indexes").iterdir():
        file.unlink()
    other = Renamed(folder.embedder)

    ensure_indexes(folder.store(), other)
    assert (folder.indexed(), other.texts) == (expected, 2)
    ensure_indexes(folder.store(), other)
    assert other.texts == 2


def test_a_title_that_changes_while_indexes_are_built_gives_no_wrong_vector(
    folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A builder that has just read the generation is overtaken by an ingest that changes a title."""
    folder.write(**{"manifest.toml": MANIFEST.format(title="On hold")})
    folder.run()
    shutil.rmtree(folder.path / "indexes")
    store, other = folder.store(), Renamed(folder.embedder)
    generation = store.generation

    def overtaken() -> int:
        monkeypatch.setattr(store, "generation", generation)
        folder.write(**{"manifest.toml": MANIFEST.format(title="Of hold")})
        folder.run()
        return 1

    monkeypatch.setattr(store, "generation", overtaken)
    monkeypatch.setattr(pipeline, "has_indexes", lambda *_: False)
    pipeline._build_indexes(store, other, folder.path / "indexes")

    texts = {key: text for _, text, key in store.passages_of_collection("default", 2)}
    assert store.missing_vectors(texts.keys(), "another") == set()
    assert all(
        np.array_equal(store.vectors([key], "another")[0], folder.embedder.embed([text])[0])
        for key, text in texts.items()
    )
    with store.engine.connect() as connection:
        kept = connection.execute(select(vectors.c.key).where(vectors.c.embedder == "another")).scalars().all()
    assert set(kept) == texts.keys()


def test_only_new_passages_are_embedded(folder: Any) -> None:
    counting = folder.embedder = Renamed(folder.embedder)
    folder.run(passage_words=5)
    before = counting.texts
    folder.write(**{"reset.txt": RESET.replace("at once", "late")})

    assert folder.run(passage_words=5)["passages"] == counting.texts - before == 1


@pytest.mark.slow
def test_one_ingest_at_a_time(folder: Any) -> None:
    with write_lock(folder.path), pytest.raises(StoreLocked):
        folder.run()


def test_progress_is_told(folder: Any) -> None:
    told: list[tuple[str, int, int]] = []
    folder.run(progress=lambda *what: told.append(what))

    assert told == [("load", 0, 2), ("load", 1, 2), ("load", 2, 2)]


def test_a_report_counts_by_what_became_of_things() -> None:
    assert IngestReport(added=3, retired=1).as_json()["documents"] == counts(added=3, retired=1)

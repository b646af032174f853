"""The derived indexes, against the truth that they were built from, by brute force."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.analyse import terms
from ingest.child_python import COMMAND, environment
from ingest.disk import is_locked
from ingest.doctor.subject import Finding, Result, Subject
from ingest.indexes import Marker, emptied_indexes, folder_name, read_marker
from ingest.lexical import RankBM25Searcher, open_lexical
from ingest.past import PAST
from ingest.sums import SUMS, differing
from ingest.types import Scored
from ingest.vectors import copy_vectors

LOCK = "indexes.lock"
"""The file in the store's folder of which whoever builds or removes indexes holds the lock."""

_WITH_SUMS = 3
"""The format of indexes from which on the sums of their files are noted."""

QUERIES = 20
CHROMA = "ingest.doctor.chroma"


@dataclass(frozen=True, slots=True)
class _Truth:
    """The passages of a collection today, sorted by id: parallel `ids` and `texts`, and their vectors' keys."""

    collection: str
    ids: Sequence[str]
    texts: Sequence[str]
    keys: Sequence[str]


def index_folders(store: Path) -> list[Path]:
    """All folders in which there is an index, or should be, of whichever generation, sorted."""
    homes = [home for root in ("indexes", PAST) for home in _folders_in(store / root)]
    return sorted(one for home in homes for one in _folders_in(home))


def _folders_in(folder: Path) -> list[Path]:
    """The folders in a folder; none where it is not there, or goes meanwhile."""
    try:
        return [one for one in folder.iterdir() if one.is_dir()]
    except FileNotFoundError:
        return []


def is_leftover(folder: Path) -> bool:
    """Whether a folder holds no whole index: its builder was killed, or has not ended yet."""
    return read_marker(folder) is None


def index_files(subject: Subject) -> Result:
    """Every file of every index has the bytes that were written, less Chroma's database, which changes when opened."""
    folders = [one for one in index_folders(subject.folder) if not is_leftover(one)]
    return _looked_at(subject, ((one, _bytes(subject.folder, one)) for one in folders))


def _looked_at(subject: Subject, each: Iterable[tuple[Path, Iterable[Finding]]]) -> Result:
    """What was found of indexes; one that is removed meanwhile is not counted as looked at."""
    found = [(folder, tuple(findings)) for folder, findings in each]
    builds = is_locked(subject.folder / LOCK)  # asked first: what was removed until then has no marker any more
    sure = [findings for folder, findings in found if not findings or not _goes(subject, folder, builds)]
    return Result(len(sure), len(found), tuple(one for findings in sure for one in findings))


def _goes(subject: Subject, folder: Path, builds: bool) -> bool:
    """Whether an index is gone, or may be going now: who builds the newest removes older ones, file after file."""
    is_newest = folder.parent.parent.name != PAST and folder.name.startswith(f"{subject.generation}-")
    return is_leftover(folder) or (builds and not is_newest)


def _bytes(store: Path, folder: Path) -> Iterator[Finding]:
    where, marker = folder.relative_to(store).as_posix(), read_marker(folder)
    try:
        for name in differing(folder):
            if name != SUMS:
                yield Finding(f"{where}/{name}", "this file is not as it was written")
            elif marker and marker.format >= _WITH_SUMS:
                yield Finding(f"{where}/{name}", "the sums of its files are not there")
    except (ValueError, OSError) as error:
        yield Finding(where, f"the sums of its files cannot be read: {error}")


def index_contents(subject: Subject) -> Result:
    """The indexes of today hold the passages, terms and vectors of the truth, and find what brute force finds."""
    truths = {one: _truth(subject, one) for one in subject.store.collections() if _today(subject, one)}
    named = ((truth, folder) for truth in truths.values() for folder in _today(subject, truth.collection))
    return _looked_at(subject, ((folder, _index(subject, truth, folder)) for truth, folder in named))


def _today(subject: Subject, collection: str) -> list[Path]:
    home = subject.folder / "indexes" / folder_name(collection)
    named = sorted(home.glob(f"{subject.generation}-*"))
    return [one for one in named if not is_leftover(one)]


def _truth(subject: Subject, collection: str) -> _Truth:
    rows = list(subject.store.passages_of_collection(collection, subject.generation))
    return _Truth(collection, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


def _index(subject: Subject, truth: _Truth, folder: Path) -> Iterator[Finding]:
    where = folder.relative_to(subject.folder).as_posix()
    marker = read_marker(folder)
    if marker is None:  # it is removed meanwhile
        return
    if Marker.of(subject.generation, marker.embedder, truth.ids, truth.texts) != marker:
        yield Finding(where, "it was built from other passages than those of today, or its marker is damaged")
    for look, name in ((_lexical, "lexical"), (_dense, "dense")):
        try:
            for what in look(subject, truth, folder / name, marker.embedder):
                yield Finding(f"{where}/{name}", what)
        except Exception as error:  # whatever a library says of a file that is damaged
            yield Finding(f"{where}/{name}", f"it cannot be searched: {type(error).__name__} {error}")


def _lexical(subject: Subject, truth: _Truth, folder: Path, _embedder: str) -> Iterator[str]:
    """Compare the scores of BM25 for words of some passages with those of rank-bm25 over the truth."""
    searcher = open_lexical(folder)
    wanted = RankBM25Searcher(truth.ids, [terms(text) for text in truth.texts])
    chosen = replace(subject, sample=QUERIES).some(truth.texts)  # each is compared with all passages, in Python
    for query in (" ".join(terms(text)[:6]) for text in chosen):
        if not _alike(searcher.search(query, 50), wanted.search(query, 50)):
            yield f"for {query!r}, BM25 gives other passages or scores than the truth does"


def _alike(found: Sequence[Scored], wanted: Sequence[Scored]) -> bool:
    """Whether the scores are the same, of the same passages; those tied with the last may be others."""
    scores = [one.score for one in wanted]
    if len(found) != len(wanted) or not np.allclose([one.score for one in found], scores, rtol=1e-4):
        return False
    above = {one.passage_id for one in wanted if one.score > min(scores) * (1 + 1e-4)}
    return above <= {one.passage_id for one in found}


def _dense(subject: Subject, truth: _Truth, folder: Path, embedder: str) -> Iterator[str]:
    """Compare ids and vectors with those of the truth, then have a process of its own look at a copy of Chroma's."""
    if json.loads((folder / "ids.json").read_text("utf-8")) != list(truth.ids):
        yield "its passages are not those of today"
        return
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    if not _same(vectors, subject.store.vectors(truth.keys, embedder)):
        yield "its vectors are not those of the store"
    elif len(truth.ids):
        yield from _chroma(subject, folder)


def _same(vectors: NDArray[Any], wanted: NDArray[np.float32]) -> bool:
    return vectors.shape == wanted.shape and bool(np.array_equal(vectors, wanted))


def _chroma(subject: Subject, folder: Path) -> Iterator[str]:
    """What is wrong with Chroma's part. It writes on opening, and a damaged file may crash it: hence copy and child."""
    with tempfile.TemporaryDirectory(prefix="verispan-doctor-") as name:
        copy = Path(name) / "dense"
        copy_vectors(folder, copy)
        command = [*COMMAND, "-m", CHROMA, str(copy), str(-1 if subject.sample is None else subject.sample)]
        child = subprocess.run(  # noqa: S603  # this interpreter, our own code, a folder of ours
            command, env=environment(), capture_output=True, text=True, check=False
        )
    if child.returncode != 0:
        last_line = (child.stderr.strip().splitlines() or ["no message"])[-1]
        yield f"Chroma ended with {child.returncode}: {last_line}"
        return
    yield from json.loads(child.stdout)


def leftovers(subject: Subject) -> Result:
    """Nothing lies about that a builder which was killed has left, or that belongs to a collection of the past.

    While one builds, what is not whole is left alone: it may be its own.
    """
    emptied = emptied_indexes(subject.folder / "indexes", subject.store.collections(), subject.generation)
    folders = index_folders(subject.folder)
    return Result(len(folders), len(folders), tuple(_leftovers(subject.folder, folders, emptied)))


def _leftovers(store: Path, folders: Sequence[Path], emptied: Collection[Path]) -> Iterator[Finding]:
    for folder in folders:
        where = folder.relative_to(store).as_posix()
        builds = is_locked(store / LOCK)  # asked first: what is whole once nobody builds was built meanwhile
        is_whole = not is_leftover(folder)
        if builds or not folder.exists():
            continue
        if not is_whole:
            yield Finding(where, "this index was not built to its end, or its marker is damaged; nobody uses it")
        elif folder in emptied:
            yield Finding(where, "this is the index of a collection that has no documents any more")

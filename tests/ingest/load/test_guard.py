"""The guarded process: what is refused, what is survived, and that nothing outlives it."""

import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import LoadError
from ingest.load import LOADERS, SUFFIXES, resolve, sniff
from ingest.load import child as child_module
from ingest.load.guard import GuardedLoader, Limits
from ingest.load.wire import HEADER, frame, pack, unpack
from ingest.types import Block, Box, Layout, Loaded, WordBox

HARMFUL = """
import ctypes, os, sys, time
from ingest.load.assemble import Piece, assemble

def good(path):
    print("a library's advert")
    text = f"{path.read_text()} {os.getpid()}"
    return assemble([Piece(text)], title="", name=path.name, media_type="text/plain")

def sleep(path):
    (path.parent / "begun").touch()
    time.sleep(60)

def eat(path):
    return len(bytearray(3 << 30))

def leave(path):
    os._exit(3)

def fault(path):
    ctypes.string_at(0)

def bug(path):
    raise ZeroDivisionError("in a parser")

def lacking(path):
    import no_such_module

def flood(path):
    return assemble([Piece("x" * 3_000_000)], title="", name=path.name, media_type="text/plain")

def descriptors(path):
    paths = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd") if int(fd) > 2]
    found = " ".join(os.readlink(fd) for fd in paths if os.path.lexists(fd))
    return assemble([Piece(f"open: {found}")], title="", name=path.name, media_type="text/plain")

def environment(path):
    text = "; ".join(f"{name}={value}" for name, value in os.environ.items())
    return assemble([Piece(text)], title="", name=path.name, media_type="text/plain")

def orphan(path):
    import subprocess
    (path.parent / "pid").write_text(str(subprocess.Popen(["sleep", "60"]).pid))
    os._exit(3)

def spawn(path):
    import subprocess
    child = subprocess.Popen(["sleep", "60"])
    (path.parent / "pid").write_text(str(child.pid))
    time.sleep(60)
"""


@pytest.fixture
def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GuardedLoader]:
    (tmp_path / "harmful.py").write_text(HARMFUL)
    monkeypatch.syspath_prepend(str(tmp_path))
    names = (
        "good",
        "sleep",
        "eat",
        "leave",
        "fault",
        "bug",
        "lacking",
        "flood",
        "descriptors",
        "environment",
        "orphan",
        "spawn",
    )
    table = {f".{name}": f"harmful:{name}" for name in names}
    with GuardedLoader(Limits(seconds=1.5, memory=1 << 30, file=1000, output=1_000_000), table) as made:
        yield made


def written(folder: Path, suffix: str, content: bytes = b"some text") -> Path:
    path = folder / f"file{suffix}"
    path.write_bytes(content)
    return path


def reason(loader: GuardedLoader, path: Path, suffix: str | None = None, root: Path | None = None) -> str:
    with pytest.raises(LoadError) as caught:
        loader.load(path, suffix, root)
    assert path.name in caught.value.message
    assert caught.value.message.count(". ") >= 1  # what is wrong, and what to do
    return caught.value.reason


def process_of(loader: GuardedLoader, folder: Path) -> int:
    return int(loader.load(written(folder, ".good")).text.split()[-1])


def comes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        os.sched_yield()
    return condition()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        (".sleep", "timeout"),
        (".eat", "memory"),
        (".leave", "crashed"),
        (".fault", "crashed"),
        (".flood", "too_large"),
    ],
)
def test_a_file_that_breaks_the_process_costs_itself_alone(
    loader: GuardedLoader, tmp_path: Path, suffix: str, expected: str
) -> None:
    before = process_of(loader, tmp_path)
    started = time.monotonic()
    assert reason(loader, written(tmp_path, suffix)) == expected
    assert time.monotonic() - started < 10
    after = process_of(loader, tmp_path)
    assert after != before
    assert not is_alive(before)


@pytest.mark.parametrize(("suffix", "expected"), [(".bug", "corrupt"), (".lacking", "crashed")])
def test_an_error_of_a_parser_is_the_file_s_and_the_process_goes_on(
    loader: GuardedLoader, tmp_path: Path, suffix: str, expected: str
) -> None:
    before = process_of(loader, tmp_path)
    assert reason(loader, written(tmp_path, suffix)) == expected
    assert process_of(loader, tmp_path) == before


def test_one_process_serves_many_files_and_ends_with_the_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "harmful.py").write_text(HARMFUL)
    monkeypatch.syspath_prepend(str(tmp_path))
    with GuardedLoader(loaders={".good": "harmful:good"}) as loader:
        processes = {process_of(loader, tmp_path) for _ in range(5)}
        assert len(processes) == 1
        assert is_alive(*processes)
    assert not is_alive(*processes)


@pytest.mark.slow
def test_what_a_parser_started_ends_with_it(loader: GuardedLoader, tmp_path: Path) -> None:
    assert reason(loader, written(tmp_path, ".spawn")) == "timeout"
    assert comes_true(lambda: not is_alive(int((tmp_path / "pid").read_text())))


def test_what_a_parser_started_ends_even_when_the_parser_ended_first(loader: GuardedLoader, tmp_path: Path) -> None:
    assert reason(loader, written(tmp_path, ".orphan")) == "crashed"
    assert comes_true(lambda: not is_alive(int((tmp_path / "pid").read_text())))


def test_keys_are_not_inherited(loader: GuardedLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("VERISPAN_API_KEYS", "secret")
    text = loader.load(written(tmp_path, ".environment")).text
    assert f"PATH={os.environ['PATH']}" in text
    assert "secret" not in text


def test_nothing_is_imported_from_the_current_folder(
    loader: GuardedLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("ctypes.py", "json.py", "ingest.py"):
        (documents / name).write_text(
            "from pathlib import Path; Path(__file__).with_name('ran').touch(); raise Exception"
        )
    monkeypatch.chdir(documents)
    assert loader.load(written(documents, ".good")).text.startswith("some text")
    assert not (documents / "ran").exists()


def test_a_process_that_cannot_start_is_not_the_file_s_fault(
    loader: GuardedLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "resource.py").write_text("raise OSError('no room')")
    monkeypatch.syspath_prepend(str(broken))
    with pytest.raises(LoadError, match=r"file\.good did not start \(OSError: no room\)\. ") as caught:
        loader.load(written(tmp_path, ".good"))
    assert caught.value.reason == "not_started"


def test_open_files_and_sockets_are_not_inherited(loader: GuardedLoader, tmp_path: Path) -> None:
    with (tmp_path / "store.sqlite").open("wb") as store, socket.socket() as connection:
        os.set_inheritable(store.fileno(), True)
        os.set_inheritable(connection.fileno(), True)
        text = loader.load(written(tmp_path, ".descriptors")).text
    assert "store.sqlite" not in text
    assert "socket" not in text


@pytest.mark.slow
def test_the_process_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "harmful.py").write_text(HARMFUL)
    written(tmp_path, ".sleep")
    program = """
import sys, threading
from pathlib import Path
from ingest.load import child as child_module
from ingest.load.guard import GuardedLoader
with GuardedLoader(loaders={".good": "harmful:good", ".sleep": "harmful:sleep"}) as loader:
    print(loader.load(Path(sys.argv[1])).text.split()[-1], flush=True)
    loader.load(Path(sys.argv[2]))
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-c", program, str(written(tmp_path, ".good")), str(tmp_path / "file.sleep")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert comes_true((tmp_path / "begun").exists)
        parent.kill()
    assert comes_true(lambda: not is_alive(child))


def test_places_that_are_refused(loader: GuardedLoader, tmp_path: Path) -> None:
    inside = tmp_path / "root"
    inside.mkdir()
    outside = written(tmp_path, ".good")
    (inside / "link.good").symlink_to(outside)
    (inside / "broken.good").symlink_to(tmp_path / "nowhere")
    (inside / "folder.good").mkdir()
    os.mkfifo(inside / "pipe.good")
    assert reason(loader, inside / "link.good", root=inside) == "outside"
    assert reason(loader, inside / ".." / "file.good", root=inside) == "outside"
    assert reason(loader, inside / "broken.good", root=inside) == "missing"
    assert reason(loader, inside / "none.good") == "missing"
    assert reason(loader, inside / "folder.good") == "not_a_file"
    assert reason(loader, inside / "pipe.good") == "not_a_file"
    assert loader.load(inside / "link.good").text.startswith("some text")


def test_sizes_and_suffixes_that_are_refused(loader: GuardedLoader, tmp_path: Path) -> None:
    assert reason(loader, written(tmp_path, ".xyz")) == "unsupported"
    assert reason(loader, written(tmp_path, "")) == "unsupported"
    assert reason(loader, written(tmp_path, ".good", b"")) == "empty"
    assert reason(loader, written(tmp_path, ".good", b"x" * 1001)) == "too_large"
    assert loader.load(written(tmp_path, ".GOOD")).text
    assert loader.load(written(tmp_path, ".upload"), suffix=".good").text


def never(*_: object, **__: object) -> None:
    raise AssertionError("no process is needed for this")


def test_a_file_of_500_mb_is_refused_without_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(500 << 20)
    monkeypatch.setattr(child_module.subprocess, "Popen", never)
    with GuardedLoader() as loader:
        assert reason(loader, path) == "too_large"


PDF, ZIP, RTF = b"%PDF-1.7\n", b"PK\x03\x04" + bytes(100), b"{\\rtf1 x}"


@pytest.mark.parametrize(
    ("suffix", "content", "expected"),
    [
        (".md", ZIP, "wrong_suffix"),
        (".txt", PDF, "wrong_suffix"),
        (".html", b"<p>\x00", "wrong_suffix"),
        (".docx", PDF, "wrong_suffix"),
        (".pdf", b"plain", "wrong_suffix"),
        (".rtf", b"plain", "wrong_suffix"),
        (".docx", ZIP, "corrupt"),
        (".pdf", PDF, "corrupt"),
        (".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .doc", "wrong_suffix"),
        (".md", b"caf\xe9", "not_utf8"),
        (".md", b"\xef\xbb\xbf  \n", "empty"),
    ],
)
def test_content_that_belies_its_suffix(tmp_path: Path, suffix: str, content: bytes, expected: str) -> None:
    with GuardedLoader() as loader:
        assert reason(loader, written(tmp_path, suffix, content)) == expected


def zipped(path: Path, name: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def test_a_zip_of_another_kind_and_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LoadError) as caught:
        sniff.check_content(zipped(tmp_path / "a.docx", "xl/workbook.xml"), ".docx")
    assert caught.value.reason == "wrong_suffix"
    bomb = zipped(tmp_path / "b.docx", "word/document.xml", bytes(5000))
    sniff.check_content(bomb, ".docx")
    monkeypatch.setattr(sniff, "MAX_UNPACKED", 4999)
    with pytest.raises(LoadError) as caught:
        sniff.check_content(bomb, ".docx")
    assert caught.value.reason == "too_large"


def test_an_encrypted_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "c.docx", "word/document.xml")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the general purpose flag in the central directory
    path.write_bytes(data)
    with pytest.raises(LoadError) as caught:
        sniff.check_content(path, ".docx")
    assert caught.value.reason == "encrypted"


def test_every_suffix_has_a_loader() -> None:
    assert frozenset(LOADERS) == SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
    assert all(callable(resolve(dotted)) for dotted in LOADERS.values())


def test_importing_the_table_imports_nothing_heavy() -> None:
    program = "import sys, ingest.load.guard; print({'unstructured', 'pypdfium2', 'lxml', 'torch'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


FRACTIONS = st.floats(0, 1)
BOXES = st.builds(Box, st.integers(1, 9999), FRACTIONS, FRACTIONS, FRACTIONS, FRACTIONS)
LAYOUTS = st.builds(
    Layout,
    st.lists(
        st.builds(
            Block, st.integers(0), st.integers(0), st.just("table"), st.lists(st.text()).map(tuple), st.booleans()
        )
    ).map(tuple),
    st.lists(st.builds(WordBox, st.integers(0), st.integers(0), BOXES)).map(tuple),
)


@given(st.builds(Loaded, st.text(), LAYOUTS, st.text(), st.text()))
def test_what_goes_over_the_wire_comes_back_equal(loaded: Loaded) -> None:
    sent = frame(pack(loaded))
    assert HEADER.unpack(sent[: HEADER.size])[0] == len(sent) - HEADER.size
    assert unpack(json.loads(sent[HEADER.size :])) == loaded

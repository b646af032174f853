import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus import rehearsal
from corpus.check import Broken, check
from corpus.cli import group
from corpus.golden import Golden, read_golden
from corpus.rehearsal import NotRehearsed
from ingest import disk, pipeline
from ingest.errors import BadInput, StoreError
from ingest.pipeline import ingest
from ingest.store import Store

HOLD = "# Hold\n\nWords before it. The hold margin is 20 ps after routing. It is checked at the fast corner.\n"
RESET = "# Reset\n\nWords before it. A reset is released with the clock of its domain.\n"
ENTRY = '[[document]]\nid = "{0}"\npath = "{0}.md"\ncollection = "notes"\n'
MARGIN = "The hold margin is 20 ps after routing."
RELEASED = "A reset is released with the clock of its domain."


class Curated:
    """A folder of two documents, the store that they are in, and answers that cite them."""

    def __init__(self, root: Path, letters, direct) -> None:
        self.folder, self.store_path, self._tools = root / "curated", root / "store", (letters, direct)
        self.folder.mkdir()
        self.write("hold", HOLD)
        self.write("reset", RESET)
        (self.folder / "manifest.toml").write_text(ENTRY.format("hold") + ENTRY.format("reset"), encoding="utf-8")
        self.ingest()

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.md").write_text(text, encoding="utf-8")

    def ingest(self) -> None:
        letters, direct = self._tools
        ingest([self.folder], self.store_path, embedder=letters, loader=direct)

    def keep(self, answer: str, text: str, shown: bool = True) -> None:
        """Keep an answer with a claim that cites the span of this text."""
        store = Store.open(self.store_path)
        spans = [span for one in ("hold", "reset") for span in store.spans_at(one, store.generation())]
        claim = {"citations": [{"id": next(span.id for span in spans if span.text == text)}]}
        store.save_answer(answer, "2026-01-01", {"claims" if shown else "withheld": [claim]})
        store.close()

    def check(self, *golden: Golden, folder: Path | None = None):
        return check(folder or self.folder, self.store_path, golden, "default", self._tools[1])


@pytest.fixture
def curated(tmp_path: Path, letters, direct, monkeypatch: pytest.MonkeyPatch) -> Curated:
    monkeypatch.setattr(pipeline, "ensure_indexes", lambda *_: None)
    return Curated(tmp_path, letters, direct)


def digest(folder: Path) -> dict[str, str]:
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def test_what_only_moves_breaks_nothing(curated):
    curated.keep("ans_1", MARGIN)
    curated.write("hold", HOLD.replace("# Hold\n", "# Hold\n\nA paragraph comes in above.\n"))

    outcome = curated.check(Golden("q1", "hold", MARGIN))
    assert outcome.is_clean
    assert outcome.report.changed == 1


def test_a_text_that_stands_in_a_longer_sentence_now_stands(curated):
    curated.keep("ans_1", MARGIN)
    curated.write("hold", HOLD.replace(MARGIN, f"As agreed in May: {MARGIN}"))
    assert curated.check().is_clean


def test_a_changed_text_is_named_with_what_takes_its_place_and_who_needs_it(curated):
    curated.keep("ans_2", MARGIN)
    curated.keep("ans_1", MARGIN)
    curated.keep("ans_3", RELEASED)
    curated.write("hold", HOLD.replace("20 ps", "15 ps"))

    outcome = curated.check(Golden("q1", "hold", "hold margin is 20 ps"), Golden("q2", "", RELEASED))
    now = "The hold margin is 15 ps after routing."
    assert outcome.answers == (Broken("hold", "changed", MARGIN, now, ("ans_1", "ans_2")),)
    assert outcome.golden == (Broken("hold", "changed", "hold margin is 20 ps", now, ("q1",)),)
    assert not outcome.is_clean


def test_what_is_cut_or_whose_document_goes_is_gone(curated):
    curated.keep("ans_1", MARGIN)
    curated.keep("ans_2", RELEASED)
    curated.write("hold", HOLD.replace(f" {MARGIN}", ""))
    (curated.folder / "reset.md").unlink()
    (curated.folder / "manifest.toml").write_text(ENTRY.format("hold"), encoding="utf-8")

    outcome = curated.check(Golden("q1", "reset", RELEASED))
    assert [(one.document, one.status, one.now) for one in outcome.answers] == [
        ("hold", "gone", ""),
        ("reset", "gone", ""),
    ]
    assert [(one.document, one.status) for one in outcome.golden] == [("reset", "gone")]
    assert outcome.report.retired == 1


def test_what_was_withheld_is_needed_by_nobody(curated):
    curated.keep("ans_1", MARGIN, shown=False)
    curated.write("hold", HOLD.replace("20 ps", "15 ps"))
    assert curated.check().answers == ()


def test_what_is_broken_already_and_stays_as_it_is_is_not_named_again(curated):
    curated.keep("ans_1", MARGIN)
    curated.write("hold", HOLD.replace("20 ps", "15 ps"))
    curated.ingest()
    assert curated.check().is_clean

    curated.write("hold", HOLD.replace("20 ps", "12 ps"))
    [broken] = curated.check().answers
    assert (broken.text, broken.now) == (MARGIN, "The hold margin is 12 ps after routing.")


def test_a_golden_text_that_nobody_ever_wrote_is_missing(curated):
    [broken] = curated.check(Golden("q1", "hold", "The hold margin is 7 ps.")).golden
    assert broken.status == "missing"


def test_a_golden_text_may_stand_over_several_sentences(curated):
    both = f"{MARGIN} It is checked at the fast corner."
    assert curated.check(Golden("q1", "hold", both)).is_clean
    curated.write("hold", HOLD.replace("fast corner", "slow corner"))
    [broken] = curated.check(Golden("q1", "hold", both)).golden
    assert broken.now == f"{MARGIN} It is checked at the slow corner."


def test_another_checkout_stands_in_the_place_of_the_first(curated, tmp_path):
    curated.keep("ans_1", MARGIN)
    curated.keep("ans_2", RELEASED)
    other = shutil.copytree(curated.folder, tmp_path / "elsewhere" / "curated")
    assert curated.check(folder=other).report.failures == []
    (other / "reset.md").unlink()
    (other / "manifest.toml").write_text(ENTRY.format("hold"), encoding="utf-8")

    [broken] = curated.check(folder=other).answers
    assert (broken.document, broken.status) == ("reset", "gone")


def test_a_file_that_cannot_be_read_is_not_clean(curated):
    (curated.folder / "hold.md").write_bytes(b"\xff\xfe\x00 \xff")
    outcome = curated.check()
    assert [one.path for one in outcome.report.failures] == ["hold.md"]
    assert not outcome.is_clean


def test_the_store_stays_as_it_is_byte_for_byte(curated):
    curated.keep("ans_1", MARGIN)
    before = digest(curated.store_path)
    curated.write("hold", HOLD.replace("20 ps", "15 ps"))
    curated.check(Golden("q1", "hold", MARGIN))
    after = digest(curated.store_path)
    assert {name: after[name] for name in before if not name.endswith("-shm")} == {
        name: value for name, value in before.items() if not name.endswith("-shm")
    }


def test_a_folder_without_a_store_is_refused(curated, tmp_path):
    with pytest.raises(StoreError, match="holds no store"):
        check(curated.folder, tmp_path / "nowhere", [], "default")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"gold": [{"exact": "x"}]}', '{"id": 1, "gold": ["x"]}'])
def test_a_golden_file_of_another_form_is_refused_with_its_line(tmp_path, line):
    file = tmp_path / "golden.jsonl"
    file.write_text(f'{{"id": "q1", "gold": [{{"exact": "x"}}]}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"golden\.jsonl:3"):
        read_golden(file)


def test_a_golden_file_that_is_no_utf8_is_refused_with_its_line(tmp_path):
    file = tmp_path / "golden.jsonl"
    file.write_bytes(b'{"id": "q1", "gold": [{"exact": "x"}]}\n{"id": "q2", "gold": [{"exact": "\xe9"}]}\n')
    with pytest.raises(BadInput, match=r"golden\.jsonl:2: byte 34 is not valid UTF-8") as caught:
        read_golden(file)
    assert "Correct the file" in caught.value.next_step


def test_a_store_and_a_folder_that_cannot_be_written_to_are_checked(curated, monkeypatch):
    curated.keep("ans_1", MARGIN)
    curated.write("hold", HOLD.replace("20 ps", "15 ps"))
    before = {one: one.stat().st_mtime_ns for one in curated.folder.parent.rglob("*")}
    read_only = lambda path: Path(path).is_relative_to(curated.store_path)  # noqa: E731
    monkeypatch.setattr(disk, "is_read_only", read_only)
    assert [one.status for one in curated.check().answers] == ["changed"]
    assert {one: one.stat().st_mtime_ns for one in curated.folder.parent.rglob("*")} == before


def test_without_a_place_for_the_copy_it_is_said(curated, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(NotRehearsed, match="No such file") as caught:
        curated.check()
    assert "TMPDIR" in caught.value.next_step


def test_without_room_for_the_copy_it_is_said(curated, monkeypatch):
    class Full(sqlite3.Connection):
        def backup(self, target: sqlite3.Connection) -> None:
            target.execute("PRAGMA max_page_count=1")
            target.execute("CREATE TABLE t (x)")

    monkeypatch.setattr(rehearsal, "connect_reading", lambda file: sqlite3.connect(file, factory=Full))
    with pytest.raises(NotRehearsed, match=r"no room in .* for a copy of"):
        curated.check()


@pytest.mark.slow
def test_the_command_exits_with_1_where_something_would_break(curated, tmp_path):
    golden = tmp_path / "golden.jsonl"
    row = {"id": "q1", "gold": [{"document": "hold", "exact": MARGIN}]}
    golden.write_text(json.dumps(row), encoding="utf-8")
    run: Callable[..., object] = CliRunner().invoke
    arguments = ["check", str(curated.folder), "--store", str(curated.store_path), "--golden", str(golden)]
    assert run(group, arguments).exit_code == 0

    curated.write("hold", HOLD.replace("20 ps", "15 ps"))
    done = run(group, [*arguments, "--json"])
    assert done.exit_code == 1
    assert [one["needed_by"] for one in json.loads(done.stdout)["golden"]] == [["q1"]]
    said = run(group, arguments).stdout
    assert "now: The hold margin is 15 ps" in said
    assert "0 new, 1 changed and 0 retired documents: 0 cited texts and 1 golden text would break." in said
    assert "correct the golden texts too" in said
    assert "verispan stale" not in said


def test_a_broken_store_is_refused_in_words(curated):
    (curated.store_path / "verispan.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="cannot be copied: file is not a database"):
        curated.check()

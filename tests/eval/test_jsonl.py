import gzip

import pytest

from eval.jsonl import append, lines, mend, rows
from ingest.errors import BadInput


def test_rows_are_numbered_as_an_editor_numbers_them(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('\n{"id": "a"}\r\n\n{"id": "b\u2028c"}\n', "utf-8")
    assert list(rows(file, ("id",))) == [(2, {"id": "a"}), (4, {"id": "b\u2028c"})]


def test_a_packed_file_is_read(tmp_path):
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(b"\n{}\n"))
    assert list(lines(file)) == [(2, "{}")]


@pytest.mark.parametrize("bad", ["nonsense", "[1]", '{"id": 3}', '{"id": " "}', "{}"])
def test_a_bad_row_is_named(tmp_path, bad):
    file = tmp_path / "a.jsonl"
    file.write_text(f'{{"id": "a"}}\n{bad}\n{{"id": "c"}}\n', "utf-8")
    with pytest.raises(BadInput, match=r"a\.jsonl, line 2: "):
        list(rows(file, ("id",)))


def test_the_rest_goes_on_when_that_is_asked_for(tmp_path):
    file, told = tmp_path / "a.jsonl", []
    file.write_text('{"id": "a"}\n[]\n{"id": "c"}\n', "utf-8")
    assert [row["id"] for _, row in rows(file, ("id",), told.append)] == ["a", "c"]
    assert told == [f"{file}, line 2: wanted an object with texts under id"]


@pytest.mark.parametrize("name", ["lacking.jsonl", "broken.jsonl", "broken.jsonl.gz"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    if "broken" in name:
        (tmp_path / name).write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=name):
        list(lines(tmp_path / name))


def test_what_was_not_written_to_its_end_is_cut_off(tmp_path):
    file = tmp_path / "a.jsonl"
    append(file, {"id": "ä"})
    append(file, {"id": "b"})
    whole = file.read_bytes()
    file.write_bytes(whole + '{"id": "ü'.encode()[:-1])

    mend(file)

    assert file.read_bytes() == whole


def test_a_first_line_that_was_cut_off_leaves_an_empty_file(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"id"')
    mend(file)
    assert file.read_bytes() == b""
    mend(tmp_path / "lacking.jsonl")
    assert not (tmp_path / "lacking.jsonl").exists()

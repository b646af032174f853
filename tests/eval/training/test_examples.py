import json

import pytest

from eval.training.examples import Example, is_kept_back, read_pool
from eval.training.gather import capped
from ingest.errors import BadInput

ROW = {"evidence": "It is 15 ps.", "claim": "It is so.", "label": "neutral", "source": "snli"}


def test_rows_become_examples(tmp_path):
    (tmp_path / "pool.jsonl").write_text(json.dumps(ROW) + "\n")
    assert list(read_pool(tmp_path / "pool.jsonl")) == [Example("It is 15 ps.", "It is so.", "neutral", "snli")]


@pytest.mark.parametrize("bad", ["{", "[]", json.dumps({**ROW, "label": "maybe"}), json.dumps({"claim": "x"})])
def test_a_bad_row_is_named_with_its_line(tmp_path, bad):
    (tmp_path / "pool.jsonl").write_text(json.dumps(ROW) + "\n" + bad + "\n")
    with pytest.raises(BadInput, match="line 2"):
        list(read_pool(tmp_path / "pool.jsonl"))


def test_no_source_gives_more_of_a_label_than_asked():
    many = [Example(str(n), "c", "neutral" if n % 3 else "supported", "a") for n in range(30)]
    kept = capped(many, 4, seed=1)
    assert sorted(one.label for one in kept) == ["neutral"] * 4 + ["supported"] * 4
    assert kept == sorted(kept, key=lambda one: int(one.evidence))
    assert capped(many, 4, seed=1) == kept
    assert capped(many, 4, seed=2) != kept


def test_a_tenth_is_kept_back_and_no_evidence_is_on_both_sides():
    many = [Example(f"evidence {n // 2}", f"claim {n}", "neutral", "a") for n in range(2000)]
    back = [is_kept_back(one) for one in many]
    assert 120 < sum(back) < 280
    assert back[::2] == back[1::2]


def test_some_sources_are_kept_back_as_a_whole():
    assert all(is_kept_back(Example(f"evidence {n}", "c", "neutral", "covidfact")) for n in range(50))

"""The claims written for this project: every row can be read, and neither label nor evidence is one-sided."""

from collections import Counter

import pytest

from eval.training.written import read_written
from ingest.errors import BadInput

ALL = list(read_written())


def test_each_document_has_supported_claims_and_others():
    said = {one.evidence: set() for one in ALL}
    for one in ALL:
        said[one.evidence].add(one.label == "supported")
    assert len(said) > 700
    assert all(both == {True, False} for both in said.values())


def test_labels_are_known_and_balanced():
    counts = Counter(one.label for one in ALL)
    assert set(counts) == {"supported", "contradicted", "neutral"}
    assert 0.45 < counts["supported"] / len(ALL) < 0.55


def test_no_claim_is_told_twice_of_the_same_evidence():
    assert len({(one.evidence, one.claim) for one in ALL}) == len(ALL)


def test_no_text_is_empty():
    assert all(one.evidence.strip() and one.claim.strip() for one in ALL)


@pytest.mark.parametrize("bad", ["{", "[]", '{"evidence": "e"}', '{"evidence": "e", "claims": [{"claim": "c"}]}'])
def test_a_bad_row_is_named_with_its_line(tmp_path, bad):
    good = '{"evidence": "It is late.", "claims": [{"claim": "It is so.", "label": "neutral"}]}'
    (tmp_path / "a.jsonl").write_text(f"{good}\n{bad}\n")
    with pytest.raises(BadInput, match="line 2"):
        list(read_written(tmp_path))

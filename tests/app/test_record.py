import pytest

from app.record import Record


def test_items_pass_through_and_their_making_is_timed():
    record = Record()

    assert list(record.each("draft", (n for n in (0, "", 3)))) == [0, "", 3]
    timing = record.timing_ms()
    assert set(timing) == {"retrieve", "draft", "verify", "total"}
    assert 0 < timing["draft"] <= timing["total"]


def test_a_stage_is_timed_even_when_it_fails():
    record = Record()

    with pytest.raises(ValueError, match="broken"), record.stage("verify"):
        raise ValueError("broken")

    assert record.timing_ms()["verify"] > 0

"""Claims of others: how many are taken at once, in how many calls, and under which headings they are read."""

from __future__ import annotations

import pytest

from app.check import (
    MAX_CLAIMS,
    SPANS_TRIED,
    check_each_against,
    check_each_cited,
    check_each_in_store,
    check_in_store,
    claims_of,
)
from app.services import Services
from app.types import Entailment
from ingest.errors import BadInput

HOLD = "A hold violation is caused by data that arrives too early at the capturing flop."
RESET = "The reset synchroniser has two flops whose data input is tied high."


class Counting:
    """Supports every claim, and keeps how many pairs each call had."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.calls.append(len(pairs))
        return [Entailment(0.9, 0.0) for _ in pairs]


@pytest.fixture
def verifier(services: Services) -> Counting:
    counting = Counting()
    services.overlap = counting
    return counting


@pytest.mark.slow
def test_all_claims_of_a_text_go_to_the_verifier_in_one_call(services: Services, verifier: Counting) -> None:
    hold, nothing, reset = check_each_in_store([HOLD, "Zxqv wvut.", RESET], services)
    assert [claim.citations[0].span.text for claim in (hold.claim, reset.claim)] == [HOLD, RESET]
    assert (nothing.claim.citations, nothing.verdict.label) == ((), "unsupported")
    assert len(verifier.calls) == 1
    assert verifier.calls[0] <= 2 * SPANS_TRIED
    ids = [hold.claim.citations[0].span.id, reset.claim.citations[0].span.id]
    assert [one.verdict.label for one in check_each_cited([HOLD, RESET], ids, services)] == ["supported"] * 2
    assert [one.claim.text for one in check_each_against([HOLD, RESET], [HOLD], services)] == [HOLD, RESET]
    assert verifier.calls[1:] == [2, 2]


class Doubting(Counting):
    """Supports every claim but one about skew."""

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        return [Entailment(0.1 if "skew" in claim else 0.9, 0.0) for _, claim in pairs]


def test_a_step_falls_with_the_sentence_that_it_rests_on(shared_services: Services, monkeypatch) -> None:
    monkeypatch.setattr(shared_services, "overlap", Doubting())
    texts = ["The clock skew is small.", "Therefore the clock is fine.", "The clock runs."]
    for checked in (
        check_each_against(texts, ["The clock runs."], shared_services),
        check_each_cited(texts, [_hold_span(shared_services)], shared_services),
    ):
        assert [one.verdict.label for one in checked] == ["unsupported", "unsupported", "supported"]
        assert checked[1].verdict.reason == 'It rests on "The clock skew is small.", which was withheld.'


def _hold_span(services: Services) -> str:
    return check_in_store(HOLD, services).claim.citations[0].span.id


def test_what_a_sentence_works_out_may_rest_on_those_before_it(shared_services: Services, monkeypatch) -> None:
    monkeypatch.setattr(shared_services, "overlap", Counting())
    texts = ["The period is 0.60 ns.", "The path takes 0.48 ns.", "Therefore the slack is 0.12 ns."]
    right = check_each_against(texts, texts[:2], shared_services)
    wrong = check_each_against([*texts[:2], "Therefore the slack is 0.15 ns."], texts[:2], shared_services)
    assert [one.verdict.label for one in right] == ["supported"] * 3
    assert [one.verdict.label for one in wrong] == ["supported", "supported", "contradicted"]
    assert wrong[2].verdict.reason == "The claim says 0.15 ns where working it out again gives 0.12 ns."


def test_more_sentences_than_are_checked_in_one_call_are_refused() -> None:
    assert len(claims_of(f"{HOLD} " * MAX_CLAIMS)) == MAX_CLAIMS
    with pytest.raises(BadInput, match=f"has {MAX_CLAIMS + 1} sentences; at most {MAX_CLAIMS}"):
        claims_of(f"{HOLD} " * (MAX_CLAIMS + 1))


@pytest.mark.slow
@pytest.mark.usefixtures("verifier")
def test_the_headings_above_a_span_are_read_with_it(ingested, services):
    policy = (
        "# Sign-off policy v3.2\n\nSome words come first.\n\n## Hold\n\nHold slack must be positive at every corner.\n"
    )
    (ingested.folder / "policy.md").write_text(policy, encoding="utf-8")
    ingested.again()
    claim = "Under the sign-off policy v3.2, hold slack must be positive at every corner."
    found = check_in_store(claim, services)
    assert found.verdict.label == "supported", found.verdict.reason
    assert check_each_cited([claim], [found.claim.citations[0].span.id], services)[0].verdict.label == "supported"
    other = claim.replace("v3.2", "v3.1")
    assert check_each_cited([other], [found.claim.citations[0].span.id], services)[0].verdict.label != "supported"

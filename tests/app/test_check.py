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

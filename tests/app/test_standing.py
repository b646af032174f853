"""Answers whose sources have changed: what is checked again, by whom, against what, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from app.checks.trusted import WeightsRefused
from app.services import Services
from app.settings import Settings
from app.standing import GONE, check_standings, each_checked, quick
from ingest import pipeline
from ingest.errors import StoreFull, StoreLocked, StoreReadOnly, VerispanError
from ingest.standing import Standing, how_many, standings_of
from tests.app.kept import CAUSE, MARGIN, SLOW, SOON, TIED, Judge, edit, keep
from tests.conftest import RESET, Ingested


@pytest.fixture(autouse=True)
def no_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is searched here, and building indexes takes most of an ingest."""
    monkeypatch.setattr(pipeline, "has_indexes", lambda *_: True)


@pytest.fixture
def judge(services: Services) -> Judge:
    services.overlap = Judge()  # type: ignore[assignment]
    return services.overlap  # type: ignore[return-value]


def standing(services: Services, name: str) -> Standing:
    return standings_of(services.store.engine, [name])[name]


def test_a_text_within_a_longer_sentence_holds_without_a_check(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    keep(services, "ans_a", [(MARGIN, [MARGIN]), ("Slowing does not help.", [SLOW])])
    edit(ingested, (MARGIN, f"Note well: {MARGIN[0].lower()}{MARGIN[1:]}".replace("the hold", "The hold")))
    assert check_standings(services) == {"holds": 1}
    found = standing(services, "ans_a")
    assert (found.status, found.generation) == ("holds", services.store.generation())
    assert [one["status"] for one in found.detail["citations"]] == ["moved"]
    assert judge.asked == []


def test_what_was_reworded_is_checked_against_its_successor(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    keep(services, "ans_a", [(SLOW, [SLOW]), (CAUSE, [CAUSE])])
    edit(ingested, (CAUSE, SOON))
    assert check_standings(services) == {"changed": 1}
    assert judge.asked == [(SOON, CAUSE)]
    detail = standing(services, "ans_a").detail
    [cited] = detail["citations"]
    assert services.store.spans_by_id([cited["successor"]])[cited["successor"]].text == SOON
    assert (cited["status"], detail["watched"]) == ("changed", [cited["successor"]])
    assert detail["claims"] == [{"supported": True, "reason": ""}] * 2
    assert detail["verifier"] == services.verifier_name(services.settings)


def test_a_claim_that_the_successor_does_not_support_breaks_its_answer(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    judge.support = lambda evidence, claim: 0.2
    keep(services, "ans_a", [(SLOW, [SLOW]), (CAUSE, [CAUSE])])
    edit(ingested, (CAUSE, SOON))
    assert check_standings(services) == {"broken": 1}
    one, other = standing(services, "ans_a").detail["claims"]
    assert one == {"supported": True, "reason": ""}
    assert not other["supported"]
    assert "only 0.20" in other["reason"]


def test_a_number_that_changed_breaks_a_quotation_whatever_the_verifier_says(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    keep(services, "ans_a", [(MARGIN, [MARGIN])])
    edit(ingested, ("is 15 ps", "is 20 ps"))
    assert check_standings(services) == {"broken": 1}
    [claim] = standing(services, "ans_a").detail["claims"]
    assert claim["reason"] == "The evidence says 20 ps where the claim says 15 ps."


def test_what_is_gone_breaks_and_is_checked_again_when_something_takes_its_place(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    keep(services, "ans_a", [("Two texts say so.", [SLOW, CAUSE])])
    edit(ingested, (CAUSE, ""))
    assert check_standings(services) == {"broken": 1}
    detail = standing(services, "ans_a").detail
    assert (detail["claims"], detail["watched"]) == ([{"supported": False, "reason": GONE}], ["hold"])
    assert judge.asked == []
    edit(ingested, ("Insert delay", f"{SOON} Insert delay"))
    assert check_standings(services) == {"changed": 1}
    assert judge.asked == [(f"{SLOW}\n\n{SOON}", "Two texts say so.")]


def test_a_document_that_was_retired_breaks_what_cites_it(services: Services, ingested: Ingested, judge: Judge) -> None:
    keep(services, "ans_a", [(CAUSE, [CAUSE])])
    keep(services, "ans_b", [(TIED, [TIED])])
    (ingested.folder / "reset.md").unlink()
    ingested.again()
    assert check_standings(services) == {"broken": 1}
    assert standing(services, "ans_b").detail["claims"] == [{"supported": False, "reason": GONE}]
    (ingested.folder / "reset.md").write_text(RESET.replace("two flops", "three flops"), encoding="utf-8")
    ingested.again()
    assert how_many(services.store.engine)["unchecked"] == 1


def test_a_step_falls_with_the_claim_that_it_rests_on(services: Services, ingested: Ingested, judge: Judge) -> None:
    judge.support = lambda evidence, claim: 0.1
    step = "Therefore a hold violation by data that arrives early cannot be mended by slowing the clock down."
    keep(services, "ans_a", [(CAUSE, [CAUSE]), (step, [SLOW])])
    edit(ingested, (CAUSE, SOON))
    check_standings(services)
    assert [one["supported"] for one in standing(services, "ans_a").detail["claims"]] == [False, False]


def test_claims_are_held_to_what_their_answer_was_held_to(services: Services, ingested: Ingested, judge: Judge) -> None:
    judge.support = lambda evidence, claim: 0.55
    keep(services, "ans_low", [(CAUSE, [CAUSE])], confidence=0.2)
    edit(ingested, (CAUSE, SOON))
    strict = Services(
        Settings(**_fields(services.settings) | {"min_confidence": 0.99}), services.store, ingested.embedder
    )
    strict.overlap = judge  # type: ignore[assignment]
    assert check_standings(strict) == {"changed": 1}
    keep(services, "ans_high", [(SOON, [SOON])], confidence=0.995)
    edit(ingested, (SOON, CAUSE))
    assert check_standings(strict) == {"broken": 1}


def _fields(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


def test_an_answer_whose_sources_change_while_it_is_checked_is_checked_again(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    def meanwhile(evidence: str, claim: str) -> float:
        judge.support = lambda evidence, claim: 0.9
        edit(ingested, ("too soon", "much too early"))
        return 0.0

    keep(services, "ans_a", [(CAUSE, [CAUSE])])
    edit(ingested, (CAUSE, SOON))
    judge.support = meanwhile
    assert check_standings(services) == {"changed": 1}
    assert [evidence for evidence, _ in judge.asked] == [SOON, SOON.replace("too soon", "much too early")]
    assert standing(services, "ans_a").generation == services.store.generation()


def test_checking_may_be_interrupted_and_goes_on_where_it_was(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    def interrupted(evidence: str, claim: str) -> float:
        if len(judge.asked) == 2:
            raise KeyboardInterrupt
        return 0.9

    for name in ("ans_a", "ans_b", "ans_c"):
        keep(services, name, [(CAUSE, [CAUSE])])
    edit(ingested, (CAUSE, SOON))
    judge.support = interrupted
    with pytest.raises(KeyboardInterrupt):
        check_standings(services)
    assert standing(services, "ans_c").status == "changed", "the newest comes first"
    assert how_many(services.store.engine) == {"unchecked": 2, "holds": 0, "changed": 1, "broken": 0}
    assert next(each_checked(services)) == "changed"
    assert check_standings(services) == {"changed": 1}
    assert check_standings(services) == {}


def test_of_an_answer_that_cannot_be_checked_somebody_is_told_or_it_is_raised(
    services: Services, ingested: Ingested, judge: Judge
) -> None:
    def failing(evidence: str, claim: str) -> float:
        if "because" in claim:
            raise RuntimeError("out of memory")
        return 0.9

    told: list[str] = []
    judge.support = failing
    keep(services, "ans_a", [(CAUSE, [CAUSE])])
    keep(services, "ans_b", [(f"It is because {CAUSE[2:]}", [CAUSE])])
    edit(ingested, (CAUSE, SOON))
    assert check_standings(services, failed=lambda name, error: told.append(f"{name}: {error}")) == {"changed": 1}
    assert told == ["ans_b: out of memory"]
    assert how_many(services.store.engine) == {"unchecked": 1, "holds": 0, "changed": 1, "broken": 0}
    with pytest.raises(RuntimeError, match="out of memory"):
        check_standings(services)


@pytest.mark.parametrize("error", [WeightsRefused, StoreFull, StoreReadOnly, StoreLocked])
def test_what_every_answer_would_meet_ends_the_run_and_is_told_once(
    services: Services, ingested: Ingested, judge: Judge, error: type[VerispanError]
) -> None:
    def failing(evidence: str, claim: str) -> float:
        if len(judge.asked) > 1:
            raise error("so it is")
        return 0.9

    told: list[tuple[str | None, str]] = []
    judge.support = failing
    for name in ("ans_a", "ans_b", "ans_c"):
        keep(services, name, [(CAUSE, [CAUSE])])
    edit(ingested, (CAUSE, SOON))
    done = check_standings(services, failed=lambda name, error: told.append((name, str(error))))
    assert (done, told, len(judge.asked)) == ({"changed": 1}, [(None, "so it is")], 2)
    with pytest.raises(error):
        check_standings(services)


def test_the_language_model_is_asked_only_by_name() -> None:
    assert quick(Settings(verifier="auto")).verifier == "small"
    assert quick(Settings(verifier="auto"), "auto").verifier == "auto"
    assert quick(Settings(verifier="lm")).verifier == "lm"
    assert quick(Settings(verifier="overlap"), "small").verifier == "small"

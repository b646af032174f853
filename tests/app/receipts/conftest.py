"""Receipts of answers whose claims a model might have drafted, held to the real checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.cite import cite
from app.decide import decide
from app.receipts.made import receipt_of
from app.receipts.signing import Signer, make_key, read_signer
from app.record import Record
from app.services import Services
from app.types import Checked, Claim, Entailment, Searched

QUESTION = "What is the hold uncertainty after clock tree synthesis?"
UNCERTAINTY = "The hold uncertainty after clock tree synthesis is 15 ps."
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."

Receipting = Callable[..., dict[str, Any]]


class Believing:
    """Supports every claim but those with a word of doubt in them."""

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        return [Entailment(0.2 if "erhaps" in claim else 0.93, 0.01, {"overlap": 0.5}) for _, claim in pairs]


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    path = tmp_path_factory.mktemp("keys") / "receipts.pem"
    make_key(path)
    return read_signer(path)


def receipting(services: Services) -> Receipting:
    """Makes receipts of claims, each given as its text and the texts of `hold` that it cites."""

    def make(*drafted: tuple[str, Sequence[str]], signed_by: Signer | None = None) -> dict[str, Any]:
        spans = {one.text: one for one in services.store.spans_at("hold", services.store.generation())}
        claims = [
            Claim(text, tuple(cite(services.store, [spans[one] for one in cited])), verbatim=[text] == list(cited))
            for text, cited in drafted
        ]
        record, offered = Record(), frozenset(one.id for one in spans.values())
        ladder, checked = services.ladder(services.settings, record), list[Checked]()
        for claim in claims:
            checked.append(Checked(claim, ladder.verify(QUESTION, [claim], offered, checked)[0]))
        done = decide("local", QUESTION, checked, Searched(QUESTION, ()), record, False, 1)
        services.signer = signed_by
        return receipt_of(
            replace(done, id="ans_0123456789abcdef", created="2026-11-26T10:00:00+00:00"),
            checked,
            ladder.thresholds,
            services.settings,
            services,
        )

    return make


@pytest.fixture
def believing(services: Services) -> Services:
    """Services over a store of its own that a test may change; claims are believed, and all are relevant."""
    services.overlap = Believing()  # type: ignore[misc]
    services.relevance.score = lambda _, subjects: [0.9] * len(subjects)  # type: ignore[method-assign]
    return services


@pytest.fixture
def receipt(believing: Services) -> Receipting:
    return receipting(believing)


@pytest.fixture(scope="module")
def drafted(shared_services: Services) -> Iterator[Receipting]:
    """Makes receipts over the shared store, where claims are believed, and all are relevant."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shared_services, "overlap", Believing())
        patched.setattr(shared_services.relevance, "score", lambda _, subjects: [0.9] * len(subjects))
        patched.setattr(shared_services, "signer", None)
        yield receipting(shared_services)


@pytest.fixture(scope="module")
def given(drafted: Receipting, signer: Signer) -> Any:
    """A signed receipt: a quotation, a claim that is withheld, one with a number, and one that rests on it."""
    return drafted(
        (CAUSE, [CAUSE]),
        ("Perhaps nobody minds.", [UNCERTAINTY]),
        ("The hold uncertainty is 15 ps after clock tree synthesis.", [UNCERTAINTY]),
        ("Therefore the hold uncertainty after synthesis is 0.015 ns.", [UNCERTAINTY]),
        signed_by=signer,
    )

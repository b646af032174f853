"""Are citations really used? The causal test of faithfulness: take a cited span away, or turn what it says, and draft
again. A claim that comes back the same was not drawn from it.

Of the citations of a retrieval-augmented model up to 57 % were found to be added to what it would have said anyway
(Wallat, Heuss, de Rijke, Anand 2024, arXiv 2412.18004).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.types import Citation, Claim
from eval.answers.ask import RecordingServices
from eval.answers.citations import Entails
from eval.answers.correctness import token_f1
from eval.answers.drafts import drafted, evidence_for
from eval.answers.examples import Example
from eval.answers.figures import figures_of
from eval.answers.planted import Turn
from eval.training.swaps import swapped
from ingest.pipeline import Progress

PUBLISHED = 0.57
SAME = 0.8
"""Two sentences of the same numbers with a token F1 of at least this say the same."""

How = Literal["dropped", "turned"]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Trial:
    """One claim with its cited spans dropped or turned: whether it came back the same (None: the model failed), and
    whether what was still shown supports it too, so that it may have been drawn from there."""

    question: str
    claim: str
    cited: tuple[str, ...]
    how: How
    again: tuple[str, ...]
    same: bool | None
    elsewhere: bool


def trials(
    examples: Sequence[Example], services: RecordingServices, entails: Entails, seed: int, progress: Progress
) -> Iterator[Trial]:
    """Try every claim that the model drafts to the questions, first without what it cites, then with that turned."""
    for count, example in enumerate(examples):
        progress("questions", count, len(examples))
        evidence = evidence_for(example, services)
        for claim in drafted(example.question, evidence, services) or ():
            for how in ("dropped", "turned"):
                shown = _altered(evidence, claim, how, random.Random(f"{seed} {claim.text}"))  # noqa: S311
                if shown is not None:
                    yield _trial(example, claim, how, shown, services, entails)


def summarise(found: Sequence[Trial], seed: int) -> dict[str, Any]:
    """For each way of changing what was cited, the share of claims that came back the same, with its interval over
    questions, and the share that did though nothing else that was shown supports them."""
    rows: dict[str, dict[str, tuple[float, float]]] = {}
    for one in found:
        row = rows.setdefault(one.question, {})
        for name, amount in _amounts(one).items():
            before = row.get(name, (0.0, 0.0))
            row[name] = (before[0] + amount, before[1] + 1)
    names = [f"{how}_{what}" for how in ("dropped", "turned") for what in ("same", "same_unsupported", "failed")]
    shares = {name: one.plain() for name, one in figures_of(rows, seed, names).items()}
    return {"questions": len(rows), "trials": len(found), **shares, "published": PUBLISHED}


def says_same(one: str, other: str) -> bool:
    """Whether two sentences say the same: the same numbers, and nearly the same words."""
    return _NUMBER.findall(one) == _NUMBER.findall(other) and token_f1(one, [other]) >= SAME


def _amounts(trial: Trial) -> dict[str, float]:
    if trial.same is None:
        return {f"{trial.how}_failed": 1.0}
    unsupported = trial.same and not trial.elsewhere
    said = {"same": trial.same, "same_unsupported": unsupported, "failed": False}
    return {f"{trial.how}_{name}": float(value) for name, value in said.items()}


def _altered(evidence: Sequence[Citation], claim: Claim, how: How, draw: random.Random) -> list[Citation] | None:
    """The evidence with what the claim cites changed; None when no cited span can be turned."""
    cited = {one.span.id for one in claim.citations}
    if how == "dropped":
        return [one for one in evidence if one.span.id not in cited]
    turned = {one.span.id: _turned(one, draw) for one in evidence if one.span.id in cited}
    if all(one is None for one in turned.values()):
        return None
    return [turned.get(one.span.id) or one for one in evidence]


def _turns(claim: Claim, shown: Sequence[Citation]) -> list[Turn]:
    """What the spans that a claim cites said, and say now."""
    now = {one.span.id: one.span.text for one in shown}
    return [Turn(one.span.text, now[one.span.id]) for one in claim.citations if now[one.span.id] != one.span.text]


def _is_same(claim: str, text: str, turns: Sequence[Turn]) -> bool:
    """Whether a claim came back: in nearly its words, and not with what its source says since it was turned."""
    return says_same(claim, text) and not any(one.is_said_by(text) for one in turns)


def _turned(citation: Citation, draw: random.Random) -> Citation | None:
    """The citation of a span that says something else: another number, unit or opposite, or a denial."""
    for text, _ in swapped(citation.span.text, draw):
        return replace(citation, span=replace(citation.span, text=text))
    return None


def _trial(
    example: Example, claim: Claim, how: How, shown: list[Citation], services: RecordingServices, entails: Entails
) -> Trial:
    again = drafted(example.question, shown, services)
    texts = tuple(one.text for one in again or ())
    turns = [] if how == "dropped" else _turns(claim, shown)
    same = None if again is None else any(_is_same(claim.text, text, turns) for text in texts)
    cited = tuple(one.span.id for one in claim.citations)
    elsewhere = bool(same) and entails([one.evidence for one in shown], claim.text)
    return Trial(example.id, claim.text, cited, how, texts, same, elsewhere)

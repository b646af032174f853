"""Better prompts by coordinate descent: one sentence is changed at a time, and kept only where it helps twice.

Questions are split into two halves by chance. Each round tries every change that is left on the first half; the best of
those that gain is drafted on the second half too, and kept if it gains there as well and the interval of its gain on
both together lies above 0; one that is not kept then is tried no more. Gains on both halves alone prove little: of six
changes that do nothing, one has them in half of all trials. (The first half chose the change, so even that interval
flatters it: measure the prompt on other questions before it is used.)

A draft is judged by binary criteria, so that a gain is a number of things that came right. The checks come after it: a
claim that its citations do not entail is withheld, so it neither answers nor breaks silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from app.types import Citation, Claim
from eval.answers import gold
from eval.answers.ask import RecordingServices
from eval.answers.citations import Entails, is_supported
from eval.answers.drafts import drafted
from eval.answers.examples import Example, Gold
from eval.answers.figures import FEW, Figure, Scores, differences
from eval.answers.outcome import Cited, Said
from eval.errors import BadData
from ingest.pipeline import Progress

Parts = Mapping[str, str]
Criteria = dict[str, bool]
"""`finished`: the reply could be read. Where what was shown answers: it `spoke`, with a claim that is entailed, one of
these `cites_gold`, every claim is `entailed` by what it cites, and it was `brief`, with no more claims than gold texts
and one. Elsewhere: `silent`, with no claim that is entailed."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another sentence for one part of the prompt; empty leaves the part out."""

    name: str
    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A question with the evidence that a draft is shown; `solvable` when a gold text is among it."""

    example: Example
    evidence: tuple[Citation, ...]

    @property
    def solvable(self) -> bool:
        """Whether what is shown holds a gold text."""
        return any(gold.hits(_cited(one), text) for one in self.evidence for text in _gold(self.example))


@dataclass(frozen=True, slots=True)
class Tried:
    """One change that was tried in a round: its gain on the first half and, if it came so far, on the second and on
    both together; `parts` is the prompt after it."""

    round: int
    change: Change
    first: Figure
    second: Figure | None
    both: Figure | None
    kept: bool
    parts: Parts

    def plain(self) -> dict[str, Any]:
        """What was tried, as plain values."""
        gains = {"first": self.first, "second": self.second, "both": self.both}
        told = {name: one and one.plain() for name, one in gains.items()}
        return {"round": self.round, **asdict(self.change), **told, "kept": self.kept}


class Bench:
    """Drafts problems with prompts, and says which criteria the drafts meet."""

    def __init__(self, services: RecordingServices, entails: Entails, progress: Progress) -> None:
        self._services = services
        self._entails = entails
        self._progress = progress

    def score(self, problems: Sequence[Problem], parts: Parts) -> Scores:
        """For each problem the share of the criteria that its draft meets, as `met`, and each of them by its name."""
        return {one.example.id: self._score(one, parts) for one in problems}

    def _score(self, problem: Problem, parts: Parts) -> dict[str, tuple[float, float]]:
        system = " ".join(filter(None, parts.values()))
        claims = drafted(problem.example.question, problem.evidence, self._services, system)
        self._progress("drafts", 0, 0)
        met = criteria(problem, claims, self._entails)
        return {"met": (sum(met.values()), len(met))} | {name: (float(value), 1.0) for name, value in met.items()}


def read_changes(path: Path, parts: Parts) -> list[Change]:
    """Read `[[change]]` tables with `name`, `part` and `text`. Raises BadData for a part that the prompt has not."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))["change"]
        changes = [Change(one["name"], one["part"], one["text"]) for one in tables]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(f"{path}: wanted [[change]] tables with name, part and text: {error!r}") from error
    if unknown := [one for one in changes if one.part not in parts]:
        raise BadData(f"{path}: change {unknown[0].name!r}: the prompt has no part {unknown[0].part!r}")
    return changes


def tune(
    problems: Sequence[Problem], parts: Parts, changes: Sequence[Change], bench: Bench, seed: int
) -> Iterator[Tried]:
    """Yield each change that was tried. Rounds end when none of those that are left is kept."""
    first, second = halves(problems, seed)
    left = list(changes)
    for number in range(1, len(changes) + 1):
        kept: Change | None = None
        refuted: list[Change] = []
        for change, gain in _by_gain(left, parts, first, bench, seed):
            confirmed = both = None
            if kept is None and is_gain(gain):
                confirmed = _gain(second, parts, change, bench, seed)
                both = _gain(problems, parts, change, bench, seed)
            if confirmed and is_gain(confirmed) and both and is_sure(both):
                kept, parts = change, {**parts, change.part: change.text}
            elif confirmed:
                refuted.append(change)
            yield Tried(number, change, gain, confirmed, both, kept is change, parts)
        if kept is None:
            return
        left = [one for one in left if one.part != kept.part and one not in refuted]


def is_gain(figure: Figure) -> bool:
    """Whether more criteria were met."""
    return figure.value is not None and figure.value > 0


def is_sure(figure: Figure) -> bool:
    """Whether the interval of a gain lies above 0, and rests on enough problems to say so."""
    return figure.low is not None and figure.low > 0 and figure.n >= FEW


def halves(problems: Sequence[Problem], seed: int) -> tuple[list[Problem], list[Problem]]:
    """The problems in two halves, drawn by chance; solvable and unsolvable ones are shared out alike."""
    drawn: list[Problem] = []
    for solvable in (True, False):
        some = [one for one in problems if one.solvable is solvable]
        Random(seed).shuffle(some)  # noqa: S311  # not for secrets
        drawn += some
    return drawn[::2], drawn[1::2]


def criteria(problem: Problem, claims: Sequence[Claim] | None, entails: Entails) -> Criteria:
    """Each criterion, met or not. A problem always has the same ones, so that a draft that fails or says nothing does
    not gain by what can no longer be asked of it."""
    if not problem.solvable:
        return {"finished": claims is not None, "silent": claims is not None and not _entailed(claims, entails)}
    said = claims or ()
    held = _entailed(said, entails)
    cited = [_cited(one) for claim in held for one in claim.citations]
    return {
        "finished": claims is not None,
        "spoke": bool(held),
        "cites_gold": any(gold.hits(one, text) for one in cited for text in _gold(problem.example)),
        "entailed": bool(said) and len(held) == len(said),
        "brief": bool(held) and len(said) <= len(_gold(problem.example)) + 1,
    }


def _entailed(claims: Sequence[Claim], entails: Entails) -> list[Claim]:
    return [one for one in claims if is_supported(_said(one), entails)]


def _by_gain(
    changes: Sequence[Change], parts: Parts, half: Sequence[Problem], bench: Bench, seed: int
) -> list[tuple[Change, Figure]]:
    found = [(change, _gain(half, parts, change, bench, seed)) for change in changes]
    return sorted(found, key=lambda one: (-(one[1].value or 0.0), one[0].name))


def _gain(half: Sequence[Problem], parts: Parts, change: Change, bench: Bench, seed: int) -> Figure:
    """What a change adds to the share of criteria met, paired. What was drafted before is not drafted again."""
    before, after = bench.score(half, parts), bench.score(half, {**parts, change.part: change.text})
    return differences(before, after, seed, ["met"])["met"]


def _gold(example: Example) -> list[Gold]:
    return [one for alternative in example.gold[:1] for one in alternative]


def _cited(citation: Citation) -> Cited:
    return Cited(citation.span.id, citation.span.document_id, citation.span.text, citation.evidence)


def _said(claim: Claim) -> Said:
    return Said(claim.text, 0.0, True, tuple(map(_cited, claim.citations)))

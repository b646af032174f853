"""What the answer to one question is worth, by each measure.

A score is a pair (amount, weight): a measure's value over questions is the sum of amounts over the sum of weights, so
a question that a measure says nothing of has weight 0 and neither raises nor lowers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers import correctness, gold
from eval.answers.citations import Entails, is_supported, precise
from eval.answers.examples import Example
from eval.answers.outcome import Cited, Outcome, Said

Score = tuple[float, float]
NOTHING: Score = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's name, what it is in a few words, whether more of it is better, and whether it is a share.

    What is no share, such as seconds, differs by machine, and does not go on one axis with what is.
    """

    name: str
    says: str
    more_is_better: bool = True
    is_share: bool = True


MEASURES = (
    Measure("coverage", "questions that were answered"),
    Measure("answered_answerable", "answerable questions that were answered"),
    Measure("gold_seen", "answerable questions for which a gold text was cited, withheld or a near miss"),
    Measure("gold_drafted", "answerable questions for which a gold text was cited, be the claim shown or withheld"),
    Measure("citation_recall", "claims that their citations entail (ALCE), by answer"),
    Measure("citation_precision", "citations that are needed and entail (ALCE), by answer"),
    Measure("groundedness", "claims shown that their citations entail"),
    Measure("drafted_groundedness", "claims drafted, withheld ones too, that their citations entail"),
    Measure("gold_recall", "gold texts that are cited, by answer"),
    Measure("gold_precision", "citations that are of gold texts, by answer"),
    Measure("correctness", "sentences of the reference that the answer entails, by answer"),
    Measure("token_f1", "words in common with the reference, by answer"),
    Measure("right", "questions answered rightly, or rightly not answered"),
    Measure("wrong", "questions answered wrongly", False),
    Measure("selective_risk", "answers that are wrong", False),
    Measure("abstention_recall", "unanswerable questions that it abstained on"),
    Measure("abstention_precision", "abstentions on unanswerable questions"),
    Measure("superseded", "answers that cite what is no longer so", False),
    Measure("refused", "questions that the model declined", False),
    Measure("failed", "questions that the model failed on", False),
    Measure("seconds", "seconds for a question", False, False),
    Measure("input_tokens", "tokens that models read for a question", False, False),
    Measure("output_tokens", "tokens that models wrote for a question", False, False),
    Measure("cost_usd", "dollars for a question", False, False),
)


def scores_of(example: Example, outcome: Outcome, entails: Entails) -> dict[str, Score]:
    """The score of one question by every measure."""
    answered = outcome.status == "answered"
    return {
        "coverage": (answered, 1),
        "answered_answerable": (answered, 1) if example.answerable else NOTHING,
        **(_citations(outcome, entails) if answered else {}),
        "drafted_groundedness": _grounded(outcome.drafted, entails),
        **(_on_the_way(example, outcome) if example.gold else {}),
        **(_against_gold(example, outcome) if answered and example.answerable and example.gold else {}),
        **(_against_references(example, outcome, entails) if answered and example.references else {}),
        **_decisions(example, outcome),
        "superseded": (_cites_old(example, outcome), 1) if answered and example.old else NOTHING,
        "refused": (outcome.status == "refused", 1),
        "failed": (outcome.status == "failed", 1),
        "seconds": (outcome.seconds, 1),
        "input_tokens": (outcome.input_tokens, 1),
        "output_tokens": (outcome.output_tokens, 1),
        "cost_usd": NOTHING if outcome.cost_usd is None else (float(outcome.cost_usd), 1),
    }


def is_right(example: Example, outcome: Outcome) -> bool | None:
    """Whether what was done is right; None where nobody knows.

    An unanswerable question wants silence. An answerable one wants an answer that cites gold and nothing outdated;
    where there is no gold, one that shares at least half of its words with a reference.
    """
    if example.answerable is None:
        return None
    if not example.answerable:
        return outcome.status == "abstained"
    if outcome.status != "answered":
        return False
    if example.gold:
        return gold.recall(_cited(outcome), example.gold) > 0 and not _cites_old(example, outcome)
    return correctness.token_f1(outcome.text, example.references) >= 0.5 if example.references else None


def worth(example: Example, outcome: Outcome) -> int | None:
    """What a user makes of it: 1 if it is right, -1 for a wrong answer, 0 for silence where there was an answer and
    for a model that declined or failed; None where nobody knows."""
    right = is_right(example, outcome)
    if right is None:
        return None
    return 1 if right else -1 if outcome.status == "answered" else 0


def _citations(outcome: Outcome, entails: Entails) -> dict[str, Score]:
    needed = [one for said in outcome.shown for one in precise(said, entails)]
    supported, n = _grounded(outcome.shown, entails)
    return {
        "citation_recall": (supported / n, 1),
        "citation_precision": (sum(needed) / len(needed), 1) if needed else (0, 1),
        "groundedness": (supported, n),
    }


def _grounded(claims: Sequence[Said], entails: Entails) -> Score:
    return sum(is_supported(one, entails) for one in claims), len(claims)


def _on_the_way(example: Example, outcome: Outcome) -> dict[str, Score]:
    """How far gold came: what was looked at, and what was drafted from."""
    drafted = [cited for said in outcome.drafted for cited in said.cited]
    return {
        "gold_seen": (gold.recall([*drafted, *outcome.near], example.gold) > 0, 1),
        "gold_drafted": (gold.recall(drafted, example.gold) > 0, 1),
    }


def _against_gold(example: Example, outcome: Outcome) -> dict[str, Score]:
    cited = _cited(outcome)
    return {
        "gold_recall": (gold.recall(cited, example.gold), 1),
        "gold_precision": (gold.precision(cited, example.gold), 1),
    }


def _against_references(example: Example, outcome: Outcome, entails: Entails) -> dict[str, Score]:
    return {
        "correctness": (correctness.entailed(outcome.text, example.references, entails), 1),
        "token_f1": (correctness.token_f1(outcome.text, example.references), 1),
    }


def _decisions(example: Example, outcome: Outcome) -> dict[str, Score]:
    value, silent = worth(example, outcome), outcome.status == "abstained"
    if value is None:
        return {}
    return {
        "right": (value == 1, 1),
        "wrong": (value == -1, 1),
        "selective_risk": (value == -1, outcome.status == "answered"),
        "abstention_recall": (silent, 1) if example.answerable is False else NOTHING,
        "abstention_precision": (example.answerable is False, 1) if silent else NOTHING,
    }


def _cites_old(example: Example, outcome: Outcome) -> bool:
    return any(gold.hits(cited, old) for cited in _cited(outcome) for old in example.old)


def _cited(outcome: Outcome) -> list[Cited]:
    return [cited for said in outcome.shown for cited in said.cited]

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.checks.overlap import Overlap, OverlapVerifier
from app.checks.pairs import Pair
from app.types import Entailment
from eval.fit_overlap import fit, sample
from eval.verify import figures, judge_all, measure_verify, read_labelled, write_rows
from ingest.errors import BadInput


class Told:
    """Believes the number, in hundredths, that the evidence ends with."""

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        return [Entailment(int(evidence.split()[-1]) / 100, 0.0) for evidence, _ in pairs]


ROWS = [("supported", 90), ("supported", 40), ("neutral", 60), ("contradicted", 10), ("not_supported", 20)]


def lines() -> str:
    rows = [
        {"id": i, "claim": "It is so.", "evidence": f"It is {p}", "label": label} for i, (label, p) in enumerate(ROWS)
    ]
    return "\n".join(map(json.dumps, rows))


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_the_measures_by_hand(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"dev{suffix}"
    path.write_bytes(gzip.compress(lines().encode()) if suffix.endswith("gz") else lines().encode())
    found = measure_verify(path, Told())
    assert found["n"] == 5
    assert found["balanced_accuracy"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found["f1"] == pytest.approx(1 / 2)
    assert found["auroc"] == pytest.approx(5 / 6)
    assert found["brier"] == pytest.approx((0.1**2 + 0.6**2 + 0.6**2 + 0.1**2 + 0.2**2) / 5)
    assert found["ece"] == pytest.approx((0.1 + 0.6 + 0.6 + 0.1 + 0.2) / 5)
    assert found["pairs_per_second"] * found["ms_per_claim"] == pytest.approx(1000)
    # By confidence: right, wrong, right, wrong, wrong.
    assert found["risk_at_coverage"] == pytest.approx({"0.25": 1 / 2, "0.5": 1 / 3, "0.75": 1 / 2, "1.0": 3 / 5})
    assert found["aurc"] == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2 + 3 / 5) / 5)
    for name in ("balanced_accuracy", "auroc", "aurc"):
        low, high = found[f"{name}_95"]
        assert 0 <= low < found[name] < high <= 1
    assert found["ece_debiased"] == found["ece"], "one row a bin: nothing tells how far chance went"


def test_labels_go_by_the_threshold_that_is_served(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(lines())
    found = measure_verify(path, Told(), min_confidence=0.7)
    assert found["threshold"] == 0.7
    assert found["balanced_accuracy"] == pytest.approx((1 / 2 + 1) / 2)
    assert found["auroc"] == pytest.approx(5 / 6)


def test_the_figures_of_the_contract_are_all_there_and_are_json(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(lines())
    wire = json.loads(json.dumps(measure_verify(path, Told()), allow_nan=False))
    assert {"n", "balanced_accuracy", "auroc", "f1", "ece", "brier", "pairs_per_second"} <= wire.keys()


def test_every_row_is_written_with_its_verdict_and_checks(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(lines())
    write_rows(judge_all(read_labelled(path), Told()), tmp_path / "rows.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [(row["id"], row["truth"]) for row in rows] == [(i, label) for i, (label, _) in enumerate(ROWS)]
    wrong = rows[1]
    assert (wrong["label"], wrong["claim"], wrong["evidence"]) == ("unsupported", "It is so.", ["It is 40"])
    assert wrong["confidence"] == pytest.approx(0.4)
    assert [check["name"] for check in wrong["checks"]][-1] == "entailment"
    assert wrong["checks"][-1]["passed"] is False
    assert wrong["reason"].endswith("0.40.")


def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    rows = [{"id": i, "claim": "x", "evidence": "5", "label": "supported" if i % 2 else "neutral"} for i in range(200)]
    path.write_text("\n".join(map(json.dumps, rows)))
    chosen = [pair.id for pair in read_labelled(path, 50, seed=1)]
    assert chosen == [pair.id for pair in read_labelled(path, 50, seed=1)] == sorted(set(chosen))
    assert len(chosen) == 50
    assert chosen not in ([pair.id for pair in read_labelled(path, 50, seed=2)], list(range(50)))
    assert len(read_labelled(path, 500)) == 200


def test_batches_are_judged_in_order(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    rows = [
        {"claim": "It is.", "evidence": f"It is {i % 100}", "label": "supported" if i % 3 else "no"} for i in range(150)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    judged = judge_all(read_labelled(path), Told())
    assert [round(100 * one) for one in judged.confidence] == [i % 100 for i in range(150)]
    assert figures(judged)["n"] == 150


@pytest.mark.parametrize("label", [None, "supported"])
def test_rows_without_labels_or_of_one_side_are_refused(tmp_path: Path, label: str | None) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(json.dumps({"id": 3, "claim": "x", "evidence": "5"} | ({"label": label} if label else {})))
    with pytest.raises(BadInput):
        measure_verify(path, Told())


class Features(OverlapVerifier):
    """Measures what the evidence says: coverage and cosine, in hundredths."""

    def __init__(self) -> None:
        pass

    def measure(self, pairs: object) -> list[Overlap]:
        return [Overlap(*(int(n) / 100 for n in evidence.split())) for evidence, _ in pairs]  # type: ignore[attr-defined]


def test_the_fit_finds_what_tells_the_labels_apart() -> None:
    rows = [Pair(i, "x", (f"{c} {k}",), "supported" if c > 50 else "neutral") for i, (c, k) in enumerate(
        (c, k) for c in range(0, 101, 10) for k in range(0, 101, 25))]  # fmt: skip
    found = fit(Features(), rows)
    assert found["COVERAGE"] > 5 * abs(found["COSINE"])
    assert found["BIAS"] < 0


def test_the_sample_is_even_over_sources_and_labels_and_repeats() -> None:
    rows = [("big" if i % 7 else "small", Pair(i, "x", (), "supported" if i % 3 else "neutral")) for i in range(210)]
    chosen = sample(rows, 10)
    assert len(chosen) == 40
    assert [pair.id for pair in chosen] == [pair.id for pair in sample(rows, 10)]
    assert sum(pair.label == "supported" for pair in chosen) == 20


def test_the_fit_does_not_follow_the_share_of_a_label() -> None:
    rows = [Pair(c, "x", (f"{c} 0",), "supported" if c + 40 * (c % 3 - 1) > 50 else "neutral") for c in range(101)]
    found = fit(Features(), [*rows, *[row for row in rows if row.label == "neutral"] * 9])
    assert found["BIAS"] + 0.5 * found["COVERAGE"] == pytest.approx(0.0, abs=0.3)

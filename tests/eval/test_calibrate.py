"""From labelled rows to a kept guarantee, and the commands around it, over a small store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from app.cli import main
from app.guarantee import Guarantee, guarantees
from app.services import Services
from app.types import Entailment
from eval.calibrate import Aim, TooFewLabels, calibrate, read_rows
from ingest.errors import BadInput, UnknownId
from ingest.store import Store

CLAIM = "A hold violation is caused by data that arrives too early."
EASY = Aim(0.9, 0.1)  # 22 claims without an error


class Told:
    """Believes the number, in hundredths, that the evidence ends with."""

    name = "told"

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        return [Entailment(int(evidence.split()[-1]) / 100, 0.0) for evidence, _ in pairs]


@pytest.fixture
def store(shared_services: Services) -> Store:
    return shared_services.store


@pytest.fixture
def cited(store: Store) -> str:
    """The id of the span that says what causes a hold violation."""
    [span] = [one for one in store.spans_at("hold", store.generation()) if "arrives too early" in one.text]
    return span.id


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def told(n: int, percent: int, label: str = "supported", claim: str = "It is so.") -> list[dict[str, Any]]:
    return [{"claim": claim, "evidence": f"It is {percent}", "label": label}] * n


def test_the_threshold_that_the_labels_prove(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", *told(30, 80), *told(10, 60, "contradicted"))
    found = calibrate(path, store, "default", Told(), "told", EASY)
    assert found == Guarantee("default", 0.601, 0.9, 0.1, 40, "told", found.created)
    assert found.created.endswith("+00:00")


def test_a_claim_that_fails_a_check_is_below_every_threshold(tmp_path: Path, store: Store) -> None:
    # "80 %" is not in the evidence, so that they fail by their facts; their own confidence is capped above 0.2.
    path = write(tmp_path / "a.jsonl", *told(30, 80), *told(20, 90, "neutral", "It is 70 % so."))
    assert calibrate(path, store, "default", Told(), "told", EASY).threshold == 0.001


def test_too_few_rows_are_refused_with_how_many_are_needed(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", *told(58, 80))
    with pytest.raises(
        TooFewLabels, match=r"58 labelled claims; a precision of 0.95 with delta 0.05 takes at least 59"
    ):
        calibrate(path, store, "default", Told(), "told", Aim())


def test_rows_that_prove_nothing_say_what_would(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", *told(29, 80), *told(1, 80, "neutral"))
    with pytest.raises(TooFewLabels, match=r"1 of the 30 most confident claims .* at best 38 claims"):
        calibrate(path, store, "default", Told(), "told", EASY)


def test_a_collection_that_is_not_there_is_refused(tmp_path: Path, store: Store) -> None:
    with pytest.raises(BadInput, match="no collection 'other'; it has: default"):
        calibrate(write(tmp_path / "a.jsonl", *told(30, 80)), store, "other", Told(), "told", EASY)


def test_citations_stand_for_their_evidence_and_headings(tmp_path: Path, store: Store, cited: str) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"id": "a", "claim": CLAIM, "citations": [cited], "label": "supported"},
        {"claim": "It is so.", "evidence": "It is", "label": "neutral"},
    ]
    path.write_text("\n\n".join(map(json.dumps, rows)))
    first, second = read_rows(path, store, "default")
    assert (first.id, first.claim, first.label) == ("a", CLAIM, "supported")
    assert first.evidence == ("A hold violation is caused by data that arrives too early at the capturing flop.",)
    assert "Hold checks" in first.context
    assert (second.id, second.evidence, second.context) == (3, ("It is",), "")


@pytest.mark.parametrize(
    ("citations", "error", "complaint"),
    [
        (["hold~0000000000"], UnknownId, "Line 2: the store holds no citation 'hold~0000000000'"),
        ([], BadInput, "Line 2: `citations` must be a list"),
        ("hold~0000000000", BadInput, "Line 2: `citations` must be a list"),
        ([7], BadInput, "Line 2: `citations` must be a list"),
    ],
)
def test_a_citation_that_is_none_is_named_with_its_line(
    tmp_path: Path, store: Store, citations: Any, error: type[Exception], complaint: str
) -> None:
    path = write(tmp_path / "a.jsonl", *told(1, 80), {"claim": CLAIM, "citations": citations, "label": "supported"})
    with pytest.raises(error, match=complaint):
        read_rows(path, store, "default")


def test_a_citation_of_another_collection_is_refused(tmp_path: Path, store: Store, cited: str) -> None:
    path = write(tmp_path / "a.jsonl", {"claim": CLAIM, "citations": [cited], "label": "supported"})
    with pytest.raises(BadInput, match=f"Line 1: {cited} is of the collection 'default', not of 'other'"):
        read_rows(path, store, "other")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "Line 1 is not JSON"),
        ("[]", "Line 1 is not a JSON object"),
        ('{"claim": "x", "evidence": "y"}', "no label"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, store: Store, row: str, complaint: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(row)
    with pytest.raises(BadInput, match=complaint):
        read_rows(path, store, "default")


@pytest.fixture
def own_store(shared_services: Services, tmp_path: Path) -> Path:
    """A copy of the shared store, since a guarantee would change what the other tests find."""
    return shutil.copytree(shared_services.store.folder, tmp_path / "store")


@pytest.fixture
def run(shared_services: Services, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command over a store of its own, with quick parts."""
    monkeypatch.setenv("VERISPAN_STORE", str(own_store))
    monkeypatch.setenv("VERISPAN_MODEL", "extractive")
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    monkeypatch.setattr("app.services.load_embedder", lambda _: shared_services.embedder)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(main, [str(one) for one in arguments])


def test_the_command_keeps_the_guarantee_and_says_what_it_means(run: Any, own_store: Path, tmp_path: Path) -> None:
    evidence = "A hold violation is caused by data that arrives too early at the capturing flop."
    good = [{"claim": evidence, "evidence": evidence, "label": "supported"}] * 30
    bad = [{"claim": "Clocks are slow.", "evidence": evidence, "label": "neutral"}] * 10
    path = write(tmp_path / "a.jsonl", *good, *bad)
    arguments = ("eval", "calibrate", "--collection", "default", "--data", path, "--target", "0.9", "--delta", "0.1")
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Of the claims about the collection 'default' that pass every check")
    assert done.stdout.count("\n") == 1
    wire = json.loads(run(*arguments, "--json").stdout)
    kept = guarantees(own_store, wire["verifier"])["default"]
    assert Guarantee(**wire) == kept
    assert wire["verifier"].startswith("overlap-")
    assert (wire["threshold"], wire["n"]) == (kept.threshold, 40)


def test_the_command_keeps_nothing_where_labels_do_not_suffice(run: Any, own_store: Path, tmp_path: Path) -> None:
    done = run("eval", "calibrate", "--collection", "default", "--data", write(tmp_path / "a.jsonl", *told(3, 80)))
    assert done.exit_code == 1
    assert "takes at least 59" in done.stderr
    assert not (own_store / "guarantees").exists()


def test_the_command_that_measures_writes_rows_and_a_diagram(run: Any, tmp_path: Path) -> None:
    rows = [*told(20, 80), *[{"claim": "Clocks are slow.", "evidence": "It rained.", "label": "neutral"}] * 20]
    path, out, svg = write(tmp_path / "dev.jsonl", *rows), tmp_path / "rows.jsonl", tmp_path / "diagram.svg"
    arguments = ("eval", "verify", "--data", path, "--rows", out, "--diagram", svg, "--sample", 30, "--seed", 4)
    said = run(*arguments)
    assert said.exit_code == 0, said.output
    assert "balanced_accuracy_95 " in said.stdout
    assert " to " in said.stdout
    wire = json.loads(run(*arguments, "--json").stdout)
    assert wire["n"] == 30 == len(out.read_text().splitlines())
    assert len(wire["auroc_95"]) == 2
    title = ElementTree.parse(svg).getroot().findtext("{http://www.w3.org/2000/svg}title")
    assert title == f"dev.jsonl: n = 30, ECE = {wire['ece']:.3f}"


def test_what_is_measured_must_be_a_file(run: Any, tmp_path: Path) -> None:
    done = run("eval", "verify", "--data", tmp_path)
    assert done.exit_code == 2
    assert "is a directory" in done.stderr

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.conflicts import conflict_json, conflicts, conflicts_text
from app.conflicts_command import conflicts_command
from app.services import Services
from app.settings import Settings
from app.types import Entailment
from ingest.pipeline import ingest
from ingest.store import Store

LIMIT = "The limit on dynamic drop in a block is {} % of the supply voltage."
DETOUR = "A sleeping block keeps its {} while the supply of its switched domain is removed."


class Verifier:
    """Sure that texts with `loses` contradict those without; `one_way` only where the evidence has it."""

    def __init__(self, one_way: bool = False) -> None:
        self.one_way, self.asked = one_way, []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.asked += pairs
        return [Entailment(0.0, 0.95 if self._against(*pair) else 0.1) for pair in pairs]

    def _against(self, evidence: str, claim: str) -> bool:
        return ("registers" in evidence) > ("registers" in claim) or (
            not self.one_way and ("registers" in claim) > ("registers" in evidence)
        )


@pytest.fixture
def opened(tmp_path: Path, embedder, direct) -> Iterator[Callable[..., Services]]:
    """Opens services over a store of these documents, `name=text`; what comes after `|` replaces the document."""
    built: list[Services] = []

    def opens(verifier: Verifier | None = None, **texts: str) -> Services:
        folder, lines = tmp_path / "folder", []
        folder.mkdir()
        for name, text in texts.items():
            said, _, successor = text.partition("|")
            (folder / f"{name}.md").write_text(f"# Power\n\nWords before it.\n\n{said}\n", encoding="utf-8")
            replaced = f'superseded_by = "{successor}"\n' if successor else ""
            lines.append(f'[[document]]\nid = "{name}"\npath = "{name}.md"\ncollection = "{name}"\n{replaced}')
        (folder / "manifest.toml").write_text("".join(lines), encoding="utf-8")
        ingest([folder], tmp_path / "store", embedder=embedder, loader=direct)
        settings = Settings(store=tmp_path / "store", model="extractive", verifier="overlap")
        services = Services(settings, Store.open(tmp_path / "store"), embedder)
        services.contradicting = lambda _settings: verifier  # type: ignore[method-assign]
        built.append(services)
        return services

    yield opens
    for one in built:
        one.close()


@pytest.mark.slow
def test_two_limits_of_one_thing_are_found_once_with_both_citations_over_collections(opened):
    [found] = conflicts(opened(drop=LIMIT.format(8), grid=LIMIT.format(10), other="Clocks are gated at the root."))

    wire = conflict_json(found)
    assert [(one["document"]["id"], one["exact"]) for one in wire["citations"]] == [
        ("drop", LIMIT.format(8)),
        ("grid", LIMIT.format(10)),
    ]
    assert (wire["why"], wire["p_contradicted"]) == ("One says 8 %, the other 10 %.", None)
    assert "grid~" in conflicts_text({"conflicts": [wire]})
    last = [conflicts_text({"conflicts": [wire] * count}).splitlines()[-1] for count in range(3)]
    assert last == [
        f"{count} between documents." for count in ("0 contradictions", "1 contradiction", "2 contradictions")
    ]
    assert wire["citations"][0]["start"] > 0


@pytest.mark.slow
def test_within_a_document_and_against_what_was_replaced_nothing_is_found(opened):
    both = f"{LIMIT.format(8)}\n\n## More\n\n{LIMIT.format(10)}"
    assert conflicts(opened(drop=both, old=f"{LIMIT.format(7)}|drop")) == []


@pytest.mark.slow
@pytest.mark.parametrize(("one_way", "count"), [(False, 1), (True, 0)])
def test_what_no_fact_names_must_contradict_whichever_is_the_evidence(opened, one_way, count):
    verifier = Verifier(one_way)
    texts = {"keeps": DETOUR.format("state"), "loses": DETOUR.format("registers")}
    found = conflicts(opened(verifier, **texts, limits=LIMIT.format(8), others=LIMIT.format(10)))

    assert [one.p_contradicted for one in found] == [None, 0.95][: 1 + count]
    assert {frozenset(pair) for pair in verifier.asked} == {frozenset(texts.values())}


@pytest.mark.slow
def test_an_empty_store_has_none(tmp_path, embedder):
    with closing(Services(Settings(store=tmp_path), Store.open(tmp_path, create=True), embedder)) as services:
        services.contradicting = lambda _settings: None  # type: ignore[method-assign]
        assert conflicts(services) == []


@pytest.mark.slow
def test_the_command_writes_json(opened, monkeypatch):
    services = opened(drop=LIMIT.format(8), grid=LIMIT.format(10))
    monkeypatch.setattr("app.services.open_services", lambda _settings: services)
    done = CliRunner().invoke(conflicts_command, ["--json"])
    assert [one["why"] for one in json.loads(done.stdout)["conflicts"]] == ["One says 8 %, the other 10 %."]

"""kill -9 at any point of `verispan purge`: the store can be read, and the same command again completes and proves it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.answer import Request, answer_whole
from app.chat.chat import Chat
from app.cli import main
from app.services import Services
from ingest.database import writing
from ingest.doctor.examine import examine
from ingest.purge import AlreadyPurged
from ingest.purged import purge_of
from ingest.schema import answers, cited, receipts, standings
from ingest.store import Store
from tests.app.killed import POINTS

pytestmark = pytest.mark.slow

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."
WORDS = ["--by", "Ann", "--why", "DSR-17", "--yes"]
CUT_OFF = "its purge was cut off before it was proven: run `verispan purge` for it again"
DERIVED = ("index files", "indexes", "leftovers")
"""What the doctor looks at last: it is made anew from the truth."""


@pytest.fixture(scope="module")
def saved(shared_services: Services, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with an answer that quotes `hold` and a chat that repeats it, and that answer's id."""
    folder = tmp_path_factory.mktemp("killed") / "store"
    shared_services.store.engine.dispose()
    shutil.copytree(shared_services.store.folder, folder)
    with closing(Store.open(folder)) as store:
        with writing(store.engine).begin() as connection:  # those that other tests have kept are not whole
            for table in (receipts, standings, cited, answers):
                connection.execute(table.delete())
        services = Services(shared_services.settings, store, shared_services.embedder)
        answer = answer_whole(Request(QUESTION), services)
    assert CAUSE in answer.text
    with closing(Chat(folder)) as chat:
        chat.channels.direct("ann")
        asked = chat.messages.post("@ann", "ann", QUESTION, asks=True)
        chat.messages.end_turn(asked.turns[-1], answer.id, answered=answer.text)
        chat.messages.post("@ann", "ann", f"Really? “{CAUSE}”", asks=False)
    return folder, answer.id


@pytest.fixture(scope="module")
def killed(saved: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, int]]:
    """For each point the store that a killed process left, and that process's exit status."""
    root = tmp_path_factory.mktemp("points")
    for number in range(len(POINTS)):
        shutil.copytree(saved[0], root / str(number))
    command = [sys.executable, "-m", "tests.app.killed", str(root), "purge", "hold", *WORDS]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    ended = json.loads(done.stdout.splitlines()[-1])
    return {point: (root / str(number), ended[point]) for number, point in enumerate(POINTS)}


@pytest.mark.parametrize("point", POINTS)
def test_what_is_left_can_be_read_and_the_next_run_completes_it(
    point: str, killed: dict[str, tuple[Path, int]], saved: tuple[Path, str], services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder, status = killed[point]
    assert status == -signal.SIGKILL
    with closing(Store.open(folder)) as store:
        assert store.answer(saved[1])["id"] == saved[1]
        is_purged = purge_of(store, "hold") is not None
    assert is_purged == (point not in ("before the transaction", "at its commit"))
    is_proven = point == "after the proof, before the last rewriting"
    looked = takewhile(lambda one: one.check.name not in DERIVED, examine(folder))
    told = [found.what for one in looked for found in one.result.findings]
    assert told == ([CUT_OFF] if is_purged and not is_proven else [])
    if not is_proven:
        with closing(Chat(folder)) as chat:
            chat.messages.post("@ann", "bob", f"Said meanwhile: “{CAUSE}”", asks=False)

    monkeypatch.setattr("ingest.embed.load_embedder", lambda _: services.embedder)
    monkeypatch.setattr("os.sync", lambda: None)
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    result = CliRunner().invoke(main, ["purge", "hold", *WORDS, "--json", "--store", str(folder)])

    if is_proven:
        assert AlreadyPurged.next_step in result.stderr
    else:
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["by"] == "Ann"
    files = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    assert not any(CAUSE.encode() in data or b'"traces"' in data for data in files)
    assert {one.check.name for one in examine(folder) if not one.passed} == set()

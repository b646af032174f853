import json
from dataclasses import replace

import pytest

from app.settings import Settings
from eval.answers.runs import ANSWERS, META, Meta, Run, kept_settings
from ingest.errors import BadInput

OF = Meta("extractive", "small-1", "q.jsonl", "ab" * 32, None, 0, "cd" * 8, {"passages": 8}, "0.1.0")


def test_a_run_is_gone_on_with(tmp_path):
    Run.start(tmp_path / "a" / "run", OF).add("q1", 1.25, {"text": "ä"})
    again = Run.start(tmp_path / "a" / "run", OF)
    again.add("q2", 0.5, {"text": "b"})
    assert again.rows() == {
        "q1": {"id": "q1", "seconds": 1.25, "answer": {"text": "ä"}},
        "q2": {"id": "q2", "seconds": 0.5, "answer": {"text": "b"}},
    }
    assert Run.open(tmp_path / "a" / "run").meta == OF


def test_a_row_that_was_cut_off_while_it_was_written_is_asked_again(tmp_path):
    run = Run.start(tmp_path, OF)
    run.add("q1", 1, {})
    run.add("q2", 1, {})
    file = tmp_path / ANSWERS
    file.write_bytes(file.read_bytes()[:-4])
    assert Run.start(tmp_path, OF).rows().keys() == {"q1"}


@pytest.mark.parametrize("changed", [{"model": "local"}, {"store": "ef"}, {"settings": {"passages": 4}}, {"sample": 3}])
def test_the_folder_of_another_run_is_refused(tmp_path, changed):
    Run.start(tmp_path, OF)
    [name] = changed
    with pytest.raises(BadInput, match=f"holds another run: its {name} differ"):
        Run.start(tmp_path, replace(OF, **changed))


@pytest.mark.parametrize("text", [None, "nonsense", "{}", "[]"])
def test_what_is_no_run_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / META).write_text(text)
    with pytest.raises(BadInput, match="is not the folder of a run"):
        Run.open(tmp_path)


def test_secrets_and_places_are_not_kept():
    settings = Settings(
        model_url="https://user:sk-secret@models.example:8443/v1?key=sk-secret",
        api_keys="sk-secret",
        weights="/home/somebody/model.gguf",
    )
    kept = kept_settings(settings)
    assert "secret" not in json.dumps(kept)
    assert "somebody" not in json.dumps(kept)
    assert kept["model_url"] == "https://models.example:8443/v1"
    assert kept["weights"] == "model.gguf"
    assert kept["passages"] == settings.passages

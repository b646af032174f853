"""The loop, over a tiny encoder of its own: it learns, it resumes where it stopped, and its export agrees with it."""

import json
import math
from dataclasses import replace
from hashlib import sha256

import pytest
from click.testing import CliRunner

from app.types import Entailment
from eval.signals import kept_line
from eval.training.cli import command, opinions
from eval.training.examples import Example
from eval.training.export import export
from eval.training.train import Recipe, batches, encode, loss_on, train

pytestmark = pytest.mark.slow
WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "clock",
    "reset",
    "data",
    "is",
    "stable",
    "not",
    "late",
    "early",
    "the",
    "a",
    "bus",
]
EXAMPLES = [
    Example(f"the {thing} is {state}", f"{thing} is {said}", "supported" if said == "stable" else "contradicted", "t")
    for thing in ("clock", "reset", "data", "bus")
    for state in ("stable", "late", "early")
    for said in ("stable", "late", "early")
] * 8
TINY = Recipe(epochs=8, batch=16, rate=3e-3, tokens=24, save_every=10)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("start")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(WORDS), max_position_embeddings=192, num_labels=3, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def encoded(start):
    from eval.training.model import load_start

    return encode(load_start(start)[0], EXAMPLES, TINY.tokens)


def test_batches_hold_each_example_once_and_follow_from_the_seed():
    pairs = [([1] * n, [0] * n, 0, None) for n in range(1, 100)]
    found = list(batches(pairs, Recipe(batch=8), 0))
    assert sorted(len(ids) for batch in found for ids, *_ in batch) == list(range(1, 100))
    assert found == list(batches(pairs, Recipe(batch=8), 0))
    assert found != list(batches(pairs, Recipe(batch=8), 1))


def accuracy(model, start):
    import torch

    from app.checks.cross_encoder import LABELS
    from eval.training.model import load_start

    tokenizer, _ = load_start(start)
    right = 0
    for ids, kinds, target, _ in encode(tokenizer, EXAMPLES[:36], TINY.tokens):
        with torch.no_grad():
            logits = model(torch.tensor([ids]), torch.ones(1, len(ids)), torch.tensor([kinds]))
        right += LABELS[int(logits.argmax())] == LABELS[target]
    return right / 36


def test_it_learns(start, tmp_path):
    assert accuracy(train(encoded(start), start, tmp_path, TINY), start) > 0.9


def test_an_interrupted_run_goes_on_as_if_nothing_had_been(start, tmp_path, monkeypatch):
    from eval.training import train as module

    short = replace(TINY, epochs=2)
    whole = train(encoded(start), start, tmp_path / "whole", short)
    steps, real = iter(range(25)), module.loss_on

    def failing(model, batch):
        next(steps)
        return real(model, batch)

    monkeypatch.setattr(module, "loss_on", failing)
    with pytest.raises(StopIteration):
        train(encoded(start), start, tmp_path / "torn", short)
    monkeypatch.setattr(module, "loss_on", real)
    resumed = train(encoded(start), start, tmp_path / "torn", short)

    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert (one == other).all()


def test_not_supported_raises_the_two_others_together():
    import torch

    class Fixed:
        def parameters(self):
            return iter([torch.zeros(1)])

        def __call__(self, **inputs):
            return torch.log(torch.tensor([[0.5, 0.3, 0.2]]))

    assert float(loss_on(Fixed(), [([1], [0], 3, None)])) == pytest.approx(-math.log(0.5))
    assert float(loss_on(Fixed(), [([1], [0], 1, None)])) == pytest.approx(-math.log(0.3))


def test_frozen_layers_stay_as_they_were(start, tmp_path):
    from eval.training.model import load_start

    _, before = load_start(start)
    after = train(encoded(start)[:64], start, tmp_path, replace(TINY, epochs=1, frozen=1))
    first = "encoder.encoder.layer.0.output.dense.weight", "encoder.embeddings.word_embeddings.weight"
    second = "encoder.encoder.layer.1.output.dense.weight"
    assert all((before.state_dict()[name] == after.state_dict()[name]).all() for name in first)
    assert not (before.state_dict()[second] == after.state_dict()[second]).all()


def test_an_export_judges_as_the_model_does_and_its_card_names_its_bytes(start, tmp_path):
    import numpy as np
    import onnxruntime
    import torch

    from eval.training.model import load_start

    model = train(encoded(start), start, tmp_path, TINY)
    export(model, start, tmp_path / "export", TINY.tokens)
    tokenizer, _ = load_start(start)
    session = onnxruntime.InferenceSession(str(tmp_path / "export" / "full.onnx"), providers=["CPUExecutionProvider"])
    for ids, kinds, *_ in encode(tokenizer, EXAMPLES[5:9], TINY.tokens):
        fed = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [kinds]}
        [exported] = session.run(None, {name: np.array(value, np.int64) for name, value in fed.items()})
        with torch.no_grad():
            whole = model(**{name: torch.tensor(value) for name, value in fed.items()}).numpy()
        assert np.allclose(exported, whole, atol=1e-3)

    card = json.loads((tmp_path / "export" / "card.json").read_text())
    for name in ("model.onnx", "tokenizer.json"):
        assert card["sha256"][name] == sha256((tmp_path / "export" / name).read_bytes()).hexdigest()
    assert card["labels"] == ["supported", "contradicted", "neutral"]


def test_the_command_goes_from_a_pool_and_documents_to_an_export(start, tmp_path):
    rows = [{"evidence": one.evidence, "claim": one.claim, "label": one.label, "source": "t"} for one in EXAMPLES[:24]]
    (tmp_path / "pool.jsonl").write_text("\n".join(map(json.dumps, rows)))
    notes = [f"The clock is late by {n} ps on the bus, and the data is stable." for n in range(11, 21)]
    (tmp_path / "notes.md").write_text("# Notes\n\n" + "\n\n".join(notes))
    claims = [{"claim": one.claim, "label": one.label} for one in EXAMPLES[:4]]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.jsonl").write_text(json.dumps({"evidence": "the reset is early", "claims": claims}))
    arguments = ["--data", tmp_path / "pool.jsonl", "--documents", tmp_path / "notes.md", "--start", start]
    arguments += ["--written", tmp_path / "own"]

    done = CliRunner().invoke(command, [*map(str, arguments), "--epochs", "1", "--out", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    counts = json.loads((tmp_path / "out" / "recipe.json").read_text())["examples"]
    assert counts["made: own words: supported"] == 10
    assert counts["made: number: contradicted"] == 10
    assert counts["written: supported"] + counts["written: contradicted"] == 4
    assert not [name for name in counts if name.startswith("unlabelled")]
    assert (tmp_path / "out" / "export" / "model.onnx").exists()


def test_a_teacher_counts_beside_labels_and_alone_where_there_is_none(start):
    import torch

    class Fixed:
        def parameters(self):
            return iter([torch.zeros(1)])

        def __call__(self, **inputs):
            return torch.log(torch.tensor([[0.5, 0.3, 0.2]]))

    said = (0.7, 0.2, 0.1)
    of_teacher = -(0.7 * math.log(0.5) + 0.2 * math.log(0.3) + 0.1 * math.log(0.2))
    alone = float(loss_on(Fixed(), [([1], [0], None, said)]))
    both = float(loss_on(Fixed(), [([1], [0], 1, said)]))
    assert alone == pytest.approx(of_teacher)
    assert both == pytest.approx(0.5 * of_teacher - 0.5 * math.log(0.3))


def test_it_learns_from_a_teacher_alone(start, tmp_path):
    from eval.training.model import load_start

    sure = {"supported": (0.9, 0.05, 0.05), "contradicted": (0.05, 0.9, 0.05)}
    unlabelled = [replace(one, label=None) for one in EXAMPLES]
    said = [sure[one.label] for one in EXAMPLES]
    pairs = encode(load_start(start)[0], unlabelled, TINY.tokens, said)
    assert len(pairs) == len(EXAMPLES)
    assert encode(load_start(start)[0], unlabelled, TINY.tokens) == []
    assert accuracy(train(pairs, start, tmp_path, TINY), start) > 0.9


def test_the_command_learns_from_what_a_teacher_said(start, tmp_path):
    rows = [{"evidence": one.evidence, "claim": one.claim, "label": one.label, "source": "t"} for one in EXAMPLES[:24]]
    (tmp_path / "pool.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "own").mkdir()
    notes = [f"The clock is late by {n} ps on the bus, and the data is stable." for n in range(11, 21)]
    (tmp_path / "notes.md").write_text("# Notes\n\n" + "\n\n".join(notes))
    one = EXAMPLES[0]
    (tmp_path / "taught.jsonl").write_text(kept_line((one.evidence, one.claim), Entailment(0.8, 0.1)))
    arguments = ["--data", tmp_path / "pool.jsonl", "--documents", tmp_path / "notes.md", "--start", start]
    arguments += ["--written", tmp_path / "own", "--taught", tmp_path / "taught.jsonl", "--epochs", "1"]

    done = CliRunner().invoke(command, [*map(str, arguments), "--out", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    counts = json.loads((tmp_path / "out" / "recipe.json").read_text())["examples"]
    assert counts["unlabelled: document: None"] == 5
    [first, *others] = opinions(EXAMPLES[:24], tmp_path / "taught.jsonl")
    assert first == pytest.approx((0.8, 0.1, 0.1))
    assert set(others[8:]) <= {None, first}

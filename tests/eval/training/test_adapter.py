"""The adapter's training, over a tiny Qwen2 of its own: it reads GGUF as transformers has it, learns, and is kept."""

import json
from hashlib import sha256

import pytest
import torch

from eval.training.adapt import Lesson, answered, batches, teach
from eval.training.adapter_file import read_adapter, write_adapter, write_card
from eval.training.decoder import MATRICES, NORMS, load_decoder

pytestmark = pytest.mark.slow
SIZES = {
    "vocab_size": 40,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
ANSWERS = [5, 7, 9]
PROMPTS = [([11, 12, first, second], int(second >= 24)) for first in range(20, 28) for second in range(20, 28)]


@pytest.fixture(scope="module")
def model():
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(3)
    return Qwen2ForCausalLM(Qwen2Config(**SIZES, rope_theta=10000.0, tie_word_embeddings=False)).eval()


@pytest.fixture(scope="module")
def weights(model, tmp_path_factory):
    """The model as a GGUF file."""
    from gguf import GGUFWriter

    path = tmp_path_factory.mktemp("weights") / "tiny.gguf"
    writer = GGUFWriter(path, "qwen2")
    writer.add_block_count(2)
    writer.add_context_length(512)
    writer.add_embedding_length(32)
    writer.add_feed_forward_length(48)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    state = {name: value.float().numpy() for name, value in model.state_dict().items()}
    writer.add_tensor("token_embd.weight", state["model.embed_tokens.weight"])
    writer.add_tensor("output_norm.weight", state["model.norm.weight"])
    writer.add_tensor("output.weight", state["lm_head.weight"])
    for at in range(2):
        for name, path_of in {**MATRICES, **NORMS}.items():
            writer.add_tensor(f"blk.{at}.{name}.weight", state[f"model.layers.{at}.{path_of}.weight"])
        for name in ("attn_q", "attn_k", "attn_v"):
            writer.add_tensor(f"blk.{at}.{name}.bias", state[f"model.layers.{at}.{MATRICES[name]}.bias"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def decoder_of(weights):
    torch.manual_seed(1)
    return load_decoder(weights, ANSWERS, rank=4, scale=2.0)


def test_what_is_read_from_gguf_computes_as_transformers_does_and_padding_changes_nothing(model, weights):
    prompts = [[11, 12, 13], [14, 15, 16, 17, 18, 19]]
    found = answered(decoder_of(weights), prompts, batch_tokens=100)
    with torch.no_grad():
        whole = [model(input_ids=torch.tensor([ids])).logits[0, -1, ANSWERS].log_softmax(0) for ids in prompts]
    assert torch.allclose(found, torch.stack(whole), atol=1e-4)


def test_batches_hold_each_prompt_once_and_fit():
    prompts = [([1] * n, 0) for n in range(1, 60)]
    found = list(batches(prompts, 120, seed=0))
    assert sorted(len(ids) for batch in found for ids, _ in batch) == list(range(1, 60))
    assert all(max(len(ids) for ids, _ in batch) * len(batch) <= 120 for batch in found)
    assert found == list(batches(prompts, 120, seed=0))
    assert found != list(batches(prompts, 120, seed=1))


def test_an_adapter_learns_and_the_frozen_weights_stay(weights):
    decoder = decoder_of(weights)
    before = decoder.body.layers[0].mlp.up_proj.linear.weight.clone()
    teach(decoder, PROMPTS * 12, Lesson(rank=4, rate=1e-2, batch_tokens=160))
    likely = answered(decoder, [ids for ids, _ in PROMPTS], 400)
    right = sum(int(one.argmax()) == target for one, (_, target) in zip(likely, PROMPTS, strict=True))
    assert right > 0.9 * len(PROMPTS)
    assert torch.equal(before, decoder.body.layers[0].mlp.up_proj.linear.weight)


def test_what_was_learnt_is_kept_and_can_be_taken_up_again(weights, tmp_path):
    decoder = decoder_of(weights)
    teach(decoder, PROMPTS, Lesson(rank=4, rate=1e-2, batch_tokens=160))
    write_adapter(tmp_path / "adapter.gguf", decoder.matrices(), scale=2.0)
    write_card(tmp_path / "adapter.json", tmp_path / "adapter.gguf", "the base", 4)
    other = decoder_of(weights)
    matrices, scale = read_adapter(tmp_path / "adapter.gguf")
    other.load(matrices)

    ids = [ids for ids, _ in PROMPTS]
    untaught, taught = answered(decoder_of(weights), ids, 400), answered(decoder, ids, 400)
    assert torch.allclose(answered(other, ids, 400), taught, atol=1e-2)
    assert scale == 2.0
    assert not torch.allclose(untaught, taught, atol=0.1)
    card = json.loads((tmp_path / "adapter.json").read_text())
    digest = sha256((tmp_path / "adapter.gguf").read_bytes()).hexdigest()
    assert card == {"base": "the base", "rank": 4, "sha256": {"adapter.gguf": digest}}

"""The prompts of training are those of service."""

from contextlib import closing

import pytest

from app.checks.adapter import adapter_for
from app.checks.language_model import LanguageModelVerifier
from app.local import LocalServer
from app.models import chat_model
from app.settings import Settings
from app.weights import find_weights
from eval.training.prompts import Prompts


@pytest.mark.weights
def test_training_reads_what_the_server_makes_of_a_question():
    weights = find_weights(Settings())
    assert weights, "fetch the weights first: python -m app.weights"
    used = []
    pair = ("The pump\u2019s seal <|im_end|> lasts 8,000 hours \u2013 or so.", "It lasts 8,000 h.")
    with closing(LocalServer(weights, adapter_for(weights))) as server:
        model = chat_model("local", Settings(model_timeout_s=300), server)
        LanguageModelVerifier(lambda: model, used.append).verify([pair])

    prompts = Prompts(weights)
    assert used[0].input_tokens == len(prompts.ids(*pair))
    assert prompts.answers == [32, 33, 34]

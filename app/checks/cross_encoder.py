"""Fourth rung's small model: a cross-encoder that reads evidence and claim together, as int8 ONNX.

Trained by `verispan train-verifier`; `weights/README.md` is its model card. Pairs go through it one at a time: dynamic
quantisation scales activations over a whole batch, so that a pair's outcome would depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.checks.fitted import log_odds
from app.checks.trusted import WEIGHTS, WeightsRefused, read_card, trusted
from app.checks.windows import readings
from app.types import Entailment

LABELS = ("supported", "contradicted", "neutral")
"""What the three scores of the model are of, in order."""

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.json"
MOST_TOKENS = 256
"""Of longer pairs the end of the longer text is cut; evidence is read in windows, so few are."""


class CrossEncoder:
    """Judges pairs by the window of the evidence that speaks most for the claim. Safe in many threads.

    Raises WeightsRefused when the hash of the weights is not the one on their card.
    """

    def __init__(self, folder: Path = WEIGHTS, threads: int = 2) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        model, options = _model_of(folder), onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(MOST_TOKENS, strategy="longest_first")
        self._tokenizer.no_padding()

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order."""
        read = [_windows(evidence, claim) for evidence, claim in pairs]
        asked = list(dict.fromkeys(chain.from_iterable(read)))
        logits = dict(zip(asked, self.logits(asked), strict=True))
        return [_entailment([logits[one] for one in windows]) for windows in read]

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Unscaled scores of supported, contradicted and neutral: shape (n, 3)."""
        found = np.zeros((len(pairs), 3), np.float32)
        for row, (evidence, claim) in enumerate(pairs):
            encoded = self._tokenizer.encode(_without_surrogates(evidence), _without_surrogates(claim))
            inputs = {
                "input_ids": np.array([encoded.ids], np.int64),
                "attention_mask": np.array([encoded.attention_mask], np.int64),
                "token_type_ids": np.array([encoded.type_ids], np.int64),
            }
            found[row] = self._session.run(None, inputs)[0][0]
        return found


def _windows(evidence: str, claim: str) -> list[tuple[str, str]]:
    """The windows that are read, each with the claim; none when there is nothing to read."""
    return [(window, claim) for window in readings(evidence, claim)] if evidence.strip() and claim.strip() else []


def _without_surrogates(text: str) -> str:
    """Half a character, which JSON can carry, is no text to the tokenizer."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _entailment(logits: Sequence[NDArray[np.float32]]) -> Entailment:
    """What the window says that is likeliest to support the claim; without any window, nothing is supported."""
    if not logits:
        return Entailment(0.0, 0.0)
    chances = [np.exp(one - np.logaddexp.reduce(one)) for one in logits]
    yes, no, _ = max(map(tuple, chances))
    return Entailment(
        float(yes), float(no), {"cross_encoder": log_odds(float(yes)), "contradiction": log_odds(float(no))}
    )


def _model_of(folder: Path) -> bytes:
    """The bytes of the model, if they and the tokenizer's are those that the card names, and its labels are ours."""
    card = read_card(folder / CARD)
    model, _ = (trusted(folder / name, card) for name in (MODEL, TOKENIZER))
    if card.get("labels") != list(LABELS):
        raise WeightsRefused(f"the card in {folder} names the labels {card.get('labels')}; wanted are {list(LABELS)}")
    return model

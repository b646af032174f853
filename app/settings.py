"""Every setting there is: one flat frozen dataclass, read from `VERISPAN_<NAME>` environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from ingest.errors import BadInput


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process answers. Each field is set by the environment variable `VERISPAN_` + its upper-case name.

    `model`: `extractive`, `local`, `PROVIDER:NAME` as langchain's `init_chat_model` knows it, or
    `openai-compatible:NAME` at `model_url`. `verifier`: `overlap`, `lm`, or `auto` (the language model where its
    weights are, else overlap). `min_confidence` in [0, 1]: claims below it are withheld. `passages`: how many hits
    a draft may draw on. `evidence_tokens`: how many tokens of evidence a prompt shows. `fusion`: `convex` or `rrf`;
    `fusion_weight` in [0, 1] is the share of the dense leg in `convex`. `embedder` and `weights`: a path or hub id
    that replaces the bundled model. `api_keys`: comma-separated; the server leaves loopback only when there are some.
    """

    store: Path = Path(".verispan")
    model: str = "local"
    model_url: str = ""
    model_timeout_s: float = 30.0
    verifier: str = "auto"
    min_confidence: float = 0.5
    max_claims: int = 4
    passages: int = 8
    evidence_tokens: int = 220
    fusion: Literal["convex", "rrf"] = "convex"
    fusion_weight: float = 0.5
    embedder: str = ""
    weights: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    api_keys: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.min_confidence <= 1.0:
            raise BadInput(f"min_confidence is {self.min_confidence}; it must lie between 0 and 1")
        if not 0.0 <= self.fusion_weight <= 1.0:
            raise BadInput(f"fusion_weight is {self.fusion_weight}; it must lie between 0 and 1")
        if self.fusion not in ("convex", "rrf"):
            raise BadInput(f"fusion is {self.fusion!r}; it must be convex or rrf")
        if self.verifier not in ("auto", "overlap", "lm"):
            raise BadInput(f"verifier is {self.verifier!r}; it must be auto, overlap or lm")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; an override that is not None wins. Raises BadInput for a bad value."""
    known = {field.name: field for field in fields(Settings)}
    values: dict[str, Any] = {}
    for name in known:
        raw = os.environ.get(f"VERISPAN_{name.upper()}")
        if raw is not None:
            values[name] = _parse(name, raw, type(getattr(Settings(), name)))
    settings = Settings(**values)
    return replace(settings, **{name: value for name, value in overrides.items() if value is not None})


def _parse(name: str, raw: str, kind: type) -> Any:
    try:
        return kind(raw)
    except ValueError as error:
        raise BadInput(f"VERISPAN_{name.upper()} is {raw!r}; it must be a {kind.__name__}") from error

"""Every setting there is: one flat frozen dataclass, read from `VERISPAN_<NAME>` environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from ingest.errors import BadInput

RANGES: dict[str, tuple[float, float]] = {
    "model_timeout_s": (0.1, 3600),
    "min_confidence": (0, 1),
    "max_claims": (1, 20),
    "passages": (1, 50),
    "evidence_tokens": (50, 4000),
    "fusion_weight": (0, 1),
    "port": (0, 65535),
}
"""The least and the greatest value of each setting that is a number."""

VERIFIERS = ("auto", "small", "cross-encoder", "overlap", "lm")

CHOICES: dict[str, tuple[str, ...]] = {"verifier": VERIFIERS, "fusion": ("convex", "rrf")}


class BadSetting(BadInput):
    """A setting has a value that it cannot have."""

    code = "bad_setting"
    status = 500
    next_step = "Left out or empty, it takes its default; `app/settings.py` lists them."

    def __init__(self, name: str, value: object, wanted: str) -> None:
        variable = f"VERISPAN_{name.upper()}"
        super().__init__(f"{variable} is {str(value)!r}. Set {variable} to {wanted}")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process answers. Each field is set by the environment variable `VERISPAN_` + its upper-case name.

    `model`: `extractive`, `local`, `PROVIDER:NAME` as langchain's `init_chat_model` knows it, or
    `openai-compatible:NAME` at `model_url`. `models`: comma-separated, what a request may name beside `extractive`,
    `local` and `model`. `verifier`: `small` (cross-encoder and overlap), `auto` (where they leave a claim undecided the
    language model too, if its weights are there), or one alone: `cross-encoder`, `overlap`, `lm`. `judge`: a model,
    named as `model` is, that is asked about claims which the checks leave undecided; empty for none. `min_confidence`:
    claims below it are withheld. `passages`: how many hits a draft may draw on. `evidence_tokens`: how many tokens of
    evidence a prompt shows. `fusion_weight` is the share of the dense leg in the fusion `convex`. `embedder` and
    `weights`: a path or hub id that replaces the bundled model. `port`: 0 takes any that is free. `access`: the path of
    a file that names the users, the hashes of their keys and what each may see. `api_keys`: comma-separated, of users
    without a name who may see everything. The server leaves loopback only when it has the one or the other.
    Raises BadSetting for a value outside its range, and for a list of keys without a key.
    """

    store: Path = Path(".verispan")
    model: str = "local"
    models: str = ""
    model_url: str = ""
    model_timeout_s: float = 30.0
    verifier: str = "auto"
    judge: str = ""
    min_confidence: float = 0.5
    max_claims: int = 4
    passages: int = 8
    evidence_tokens: int = 180
    fusion: Literal["convex", "rrf"] = "convex"
    fusion_weight: float = 0.5
    embedder: str = ""
    weights: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    access: str = ""
    api_keys: str = ""

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise BadSetting(name, getattr(self, name), _wanted(name))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise BadSetting(name, getattr(self, name), _wanted(name))
        if self.api_keys and not self.keys:
            raise BadSetting("api_keys", self.api_keys, "one or more keys, comma-separated")

    @property
    def keys(self) -> tuple[str, ...]:
        """The bare API keys, each of which opens everything."""
        return _listed(self.api_keys)

    @property
    def offered_models(self) -> tuple[str, ...]:
        """The models that a request may name, each once."""
        return tuple(dict.fromkeys(("extractive", "local", self.model, *_listed(self.models))))


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; an override that is not None wins. Raises BadSetting for a bad value."""
    values: dict[str, Any] = {}
    for field in fields(Settings):
        if raw := os.environ.get(f"VERISPAN_{field.name.upper()}"):
            values[field.name] = _parse(field.name, raw, type(field.default))
    return Settings(**values | {name: value for name, value in overrides.items() if value is not None})


def _parse(name: str, raw: str, kind: type) -> Any:
    try:
        return kind(raw)
    except ValueError as error:
        raise BadSetting(name, raw, _wanted(name)) from error


def _wanted(name: str) -> str:
    if name in CHOICES:
        return " or ".join(CHOICES[name])
    low, high = RANGES[name]
    kind = "whole number" if isinstance(Settings.__dataclass_fields__[name].default, int) else "number"
    return f"a {kind} from {low} to {high}"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())

"""Every setting there is: one flat frozen dataclass, read from `VERISPAN_<NAME>` environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
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
    `signing_key`: the path of a file with an Ed25519 private key, which signs receipts; without it they are not signed.
    `public_url`: the address under which people open this server, for links that leave it; without it, the one that is
    listened on. `slack_…`: the Slack app, which `app/slack/README.md` sets up.
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
    signing_key: str = ""
    public_url: str = ""
    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_collections: str = ""
    slack_api_url: str = "https://slack.com/api/"

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise BadSetting(name, getattr(self, name), _wanted(name))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise BadSetting(name, getattr(self, name), _wanted(name))
        if self.api_keys and not self.keys:
            raise BadSetting("api_keys", self.api_keys, "one or more keys, comma-separated")
        for name in ("public_url", "slack_api_url"):
            if getattr(self, name) and not getattr(self, name).startswith(("http://", "https://")):
                raise BadSetting(name, getattr(self, name), "an address that begins with https:// or http://")
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            wanted = "the signing secret of the Slack app, or VERISPAN_SLACK_APP_TOKEN to its token for Socket Mode"
            raise BadSetting("slack_signing_secret", "", wanted)
        if (self.slack_signing_secret or self.slack_app_token) and not self.slack_bot_token:
            raise BadSetting("slack_bot_token", "", "the bot token of the Slack app")

    @property
    def keys(self) -> tuple[str, ...]:
        """The bare API keys, each of which opens everything."""
        return _listed(self.api_keys)

    @property
    def slack_shelves(self) -> tuple[str, ...]:
        """The collections that Slack may see, as they are named; none where nobody has said."""
        return _listed(self.slack_collections)

    @property
    def slack_over_http(self) -> bool:
        """Whether Slack sends its requests to this server; with a token for Socket Mode this server fetches them."""
        return bool(self.slack_bot_token and not self.slack_app_token)

    @property
    def offered_models(self) -> tuple[str, ...]:
        """The models that a request may name, each once."""
        return tuple(dict.fromkeys(("extractive", "local", self.model, *_listed(self.models))))


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; an override that is not None wins. Raises BadSetting for a bad value."""
    values: dict[str, Any] = {}
    for one in fields(Settings):
        if raw := os.environ.get(f"VERISPAN_{one.name.upper()}"):
            values[one.name] = _parse(one.name, raw, type(one.default))
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

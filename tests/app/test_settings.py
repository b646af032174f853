"""Settings from the environment: what is taken, what is refused, and what the refusal says."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import explain
from app.settings import BadSetting, Settings, load_settings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__dataclass_fields__:
        monkeypatch.delenv(f"VERISPAN_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("store", "/srv/store", Path("/srv/store")),
        ("model", "openai:gpt-4o", "openai:gpt-4o"),
        ("model_timeout_s", "2.5", 2.5),
        ("max_claims", "20", 20),
        ("passages", "1", 1),
        ("evidence_tokens", "4000", 4000),
        ("port", "0", 0),
        ("port", "65535", 65535),
        ("fusion", "rrf", "rrf"),
        ("access", "/srv/access.toml", "/srv/access.toml"),
        ("verifier", "overlap", "overlap"),
    ],
)
def test_each_field_has_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, raw: str, value: object) -> None:
    monkeypatch.setenv(f"VERISPAN_{name.upper()}", raw)
    assert getattr(load_settings(), name) == value


@pytest.mark.parametrize("name", Settings.__dataclass_fields__)
def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"VERISPAN_{name.upper()}", "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "raw", "wanted"),
    [
        ("port", "65536", "a whole number from 0 to 65535"),
        ("port", "-1", "a whole number from 0 to 65535"),
        ("port", "http", "a whole number from 0 to 65535"),
        ("max_claims", "0", "a whole number from 1 to 20"),
        ("max_claims", "21", "a whole number from 1 to 20"),
        ("passages", "51", "a whole number from 1 to 50"),
        ("evidence_tokens", "49", "a whole number from 50 to 4000"),
        ("model_timeout_s", "0.0", "a number from 0.1 to 3600"),
        ("model_timeout_s", "nan", "a number from 0.1 to 3600"),
        ("min_confidence", "1.5", "a number from 0 to 1"),
        ("fusion_weight", "-0.1", "a number from 0 to 1"),
        ("fusion", "sum", "convex or rrf"),
        ("verifier", "foo", "auto or small or cross-encoder or overlap or lm"),
        ("api_keys", " , ", "one or more keys, comma-separated"),
    ],
)
def test_a_bad_value_is_named_with_what_to_set(
    monkeypatch: pytest.MonkeyPatch, name: str, raw: str, wanted: str
) -> None:
    monkeypatch.setenv(f"VERISPAN_{name.upper()}", raw)
    with pytest.raises(BadSetting) as caught:
        load_settings()
    variable = f"VERISPAN_{name.upper()}"
    assert explain(caught.value).startswith(f"{variable} is {raw!r}. Set {variable} to {wanted}. ")
    assert "openapi" not in explain(caught.value)


def test_what_a_command_says_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERISPAN_PORT", "8001")
    monkeypatch.setenv("VERISPAN_HOST", "::1")
    settings = load_settings(port=0, host=None)
    assert (settings.port, settings.host) == (0, "::1")


def test_keys_are_read_in_one_place() -> None:
    assert Settings(api_keys=" first , ,second").keys == ("first", "second")
    assert Settings().keys == ()


def test_a_request_may_name_what_is_configured_and_what_is_listed() -> None:
    settings = Settings(model="openai:gpt-4o", models="openai:o3, local")
    assert settings.offered_models == ("extractive", "local", "openai:gpt-4o", "openai:o3")

"""What model names mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from app.errors import ModelUnavailable, UnknownModel
from app.llama import LlamaChat
from app.models import chat_model, check_name
from app.settings import Settings


class Here:
    """Stands where a local server is up."""

    adapter: Path | None = None
    api_key = "a key"

    @staticmethod
    def base_url(wait_s: float) -> str:
        return f"http://127.0.0.1:9/{wait_s}"


def test_local_is_the_local_server() -> None:
    model = chat_model("local", Settings(model_timeout_s=7), Here())  # type: ignore[arg-type]
    assert isinstance(model, ChatOpenAI)
    assert (model.openai_api_base, model.request_timeout, model.temperature) == ("http://127.0.0.1:9/7", 7, 0)


def test_a_model_knows_whether_its_server_has_the_adapter() -> None:
    with_it = Here()
    with_it.adapter = Path("adapter.gguf")
    known = [chat_model("local", Settings(), one) for one in (Here(), with_it)]  # type: ignore[arg-type]
    assert [isinstance(one, LlamaChat) and one.has_adapter for one in known] == [False, True]


def test_local_without_weights_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable, match="weights"):
        chat_model("local", Settings(), None)
    with pytest.raises(ModelUnavailable, match="VERISPAN_WEIGHTS=/nowhere"):
        chat_model("local", Settings(weights="/nowhere"), None)


def test_any_server_that_speaks_openais_api() -> None:
    model = chat_model("openai-compatible:qwen:7b", Settings(model_url="http://models.example/v1"), None)
    assert isinstance(model, ChatOpenAI)
    assert (model.model_name, model.openai_api_base) == ("qwen:7b", "http://models.example/v1")
    with pytest.raises(ModelUnavailable, match="VERISPAN_MODEL_URL"):
        chat_model("openai-compatible:qwen", Settings(), None)


def test_a_vendors_key_is_never_in_its_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    model = chat_model("openai:gpt-4o-mini", Settings(), None)
    assert isinstance(model, ChatOpenAI)
    assert "very-secret" not in repr(model)


def test_a_missing_key_or_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY"):
        chat_model("openai:gpt-4o-mini", Settings(), None)
    with pytest.raises(ModelUnavailable, match="langchain-anthropic"):
        chat_model("anthropic:claude", Settings(), None)


def test_a_provider_that_misses_a_value_is_known_but_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    class Keyed(BaseModel):
        key: str

    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda name, **kwargs: Keyed())  # type: ignore[call-arg]
    with pytest.raises(ModelUnavailable, match="key"):
        chat_model("anthropic:claude", Settings(), None)


@pytest.mark.parametrize("name", ["", "gpt", "nobody:model", "openai:", ":model", "openai-compatible:", "Local"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownModel):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["extractive", "local", "openai-compatible:x", "anthropic:claude", "openai:gpt-4o-mini"]
)
def test_known_names_pass_whether_or_not_they_would_answer(name: str) -> None:
    check_name(name)

"""Which language model a name means. Every one is a langchain-core `BaseChatModel`.

API keys come from the providers' usual environment variables (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY`...).
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from app.errors import ModelUnavailable, UnknownModel
from app.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from app.local import LocalServer

COMPATIBLE = "openai-compatible"
MAX_REPLY_TOKENS = 320


def chat_model(name: str, settings: Settings, local: LocalServer | None) -> BaseChatModel:
    """Build the chat model that `name` means.

    `local` is the local server's; `openai-compatible:NAME` the server's at `settings.model_url`; `PROVIDER:NAME`
    whatever langchain's `init_chat_model` knows. UnknownModel for a name of no such form, ModelUnavailable when the
    weights, the URL or the provider's package is missing.
    """
    if name == "local":
        return _local_model(settings, local)
    provider, _, model = name.partition(":")
    if not model:
        raise UnknownModel(f"there is no model {name!r}; a provider's is written PROVIDER:NAME")
    if provider == COMPATIBLE:
        return _compatible_model(model, settings)
    return _vendor_model(name, settings)


@lru_cache(maxsize=64)
def check_name(name: str) -> None:
    """Raise UnknownModel unless `name` is one that can be asked for; whether it would answer is not tried."""
    if name in ("extractive", "local") or (name.startswith(f"{COMPATIBLE}:") and name != f"{COMPATIBLE}:"):
        return
    try:
        chat_model(name, Settings(), None)
    except ModelUnavailable:
        return  # known, though not set up here: its draft will say so


def _local_model(settings: Settings, local: LocalServer | None) -> BaseChatModel:
    if local is None:
        where = f" at VERISPAN_WEIGHTS={settings.weights}" if settings.weights else ""
        raise ModelUnavailable(f"the weights of the local model are not there{where}")
    from pydantic import SecretStr

    from app.llama import LlamaChat

    return LlamaChat(
        model="local",
        base_url=local.base_url(settings.model_timeout_s),
        api_key=SecretStr(local.api_key),
        temperature=0,
        max_completion_tokens=MAX_REPLY_TOKENS,
        timeout=settings.model_timeout_s,
        max_retries=0,
        stream_usage=True,
        has_adapter=local.adapter is not None,
    )


def _compatible_model(model: str, settings: Settings) -> BaseChatModel:
    if not settings.model_url:
        raise ModelUnavailable("openai-compatible models need VERISPAN_MODEL_URL, and it is not set")
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=model,
        base_url=settings.model_url,
        api_key=SecretStr(os.environ.get("OPENAI_API_KEY", "none")),
        temperature=0,
        timeout=settings.model_timeout_s,
        max_retries=0,
        stream_usage=True,
    )


def _vendor_model(name: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model
    from pydantic import ValidationError

    try:
        model: BaseChatModel = init_chat_model(name, timeout=settings.model_timeout_s, max_retries=0)
    except ImportError as error:
        raise ModelUnavailable(f"{name} needs a package that is not installed: {error}") from error
    except ValidationError as error:
        raise ModelUnavailable(f"{name} cannot be set up: {error}") from error
    except ValueError as error:
        raise UnknownModel(f"there is no model {name!r}: {str(error).splitlines()[0]}") from error
    except Exception as error:  # every provider has an exception of its own for a missing key
        raise ModelUnavailable(f"{name} cannot be set up: {error}") from error
    return model

"""Errors of the answering side, with code, status and next step; the base and the store's are in `ingest.errors`."""

from __future__ import annotations

from ingest.errors import VerispanError


class ModelUnavailable(VerispanError):
    """A language model is not there, did not answer in time, or answered nonsense twice."""

    code = "model_unavailable"
    status = 503
    next_step = "Answer with the model `extractive`, or run `make setup` to fetch the local weights."


class ModelRefused(ModelUnavailable):
    """A language model, or its provider's filter, declines to answer."""

    next_step = "Ask in other words, or answer with the model `extractive`."


class UnknownModel(VerispanError):
    """The request names a model that the settings do not know."""

    code = "unknown_model"
    status = 422
    next_step = "Name one of the models that `verispan status` lists."


class Unauthorised(VerispanError):
    """Users have keys, and the request carries none that is good for it."""

    code = "unauthorised"
    status = 401
    next_step = "Send `Authorization: Bearer KEY` with a key that this server knows."


class NotAllowed(VerispanError):
    """Somebody wants to change what is another's."""

    code = "not_allowed"
    status = 403
    next_step = "Ask its owner, or a curator."


def explain(error: VerispanError) -> str:
    """Say in one line what went wrong and what to do."""
    return f"{error.message.rstrip('.')}. {error.next_step}"

"""What answering and serving do where the store's disk takes no writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.answer import Request, answer_whole
from app.api.sessions import SECRET, sign_sessions
from app.services import Services
from ingest.errors import StoreFull, StoreReadOnly


@pytest.mark.parametrize("refusal", [StoreReadOnly("it cannot be written to"), StoreFull("there is no room")])
def test_an_answer_that_cannot_be_kept_is_given_and_says_so(
    shared_services: Services, monkeypatch: pytest.MonkeyPatch, refusal: Any
) -> None:
    def refuse(*_: Any, **_receipt: Any) -> None:
        raise refusal

    monkeypatch.setattr(type(shared_services.store), "save_answer", refuse)
    given = answer_whole(Request("What is a hold violation caused by?"), shared_services)
    assert given.status == "answered"
    assert given.notes[-1] == f"This answer could not be kept: {refusal.message}"


def test_sessions_are_signed_for_as_long_as_the_process_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.sessions.is_read_only", lambda _: True)
    first, second = Flask("first"), Flask("second")
    for app in (first, second):
        sign_sessions(app, tmp_path)
    assert first.secret_key != second.secret_key
    assert list(tmp_path.iterdir()) == []

    (tmp_path / SECRET).write_text("made when it could be written")
    sign_sessions(first, tmp_path)
    assert first.secret_key == "made when it could be written"

"""A document that is retired by hand is searched no more, and comes back while its file is there."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.errors import BadInput, UnknownId
from ingest.resolve import resolve
from ingest.retire import retire


def test_it_is_searched_no_more_and_can_still_be_shown(folder: Any) -> None:
    folder.run()
    store = folder.store()
    [*_, span] = store.spans_at("hold", 1)

    done = retire(store, "hold", folder.embedder)

    assert (done.spans, done.generation, done.comes_back) == (4, 2, str(folder.root / "hold.txt"))
    assert folder.statuses() == {"hold": "retired", "reset": "current"}
    assert {one.partition("@")[0] for one in folder.indexed()} == {"reset"}
    assert (resolve(store, span.id).status, resolve(store, span.id).cited) == ("gone", span)
    with pytest.raises(BadInput, match="was retired on"):
        retire(store, "hold", folder.embedder)
    with pytest.raises(UnknownId):
        retire(store, "never", folder.embedder)


def test_it_comes_back_while_its_file_is_there(folder: Any) -> None:
    folder.run()
    retire(folder.store(), "hold", folder.embedder)
    folder.run()
    assert folder.statuses()["hold"] == "current"

    (folder.root / "hold.txt").unlink()
    assert retire(folder.store(), "hold", folder.embedder).comes_back == ""
    folder.run()
    assert folder.statuses()["hold"] == "retired"

"""Pages as a browser without JavaScript reads them."""

from __future__ import annotations

from collections.abc import Callable

import html5lib
import pytest
from flask.testing import FlaskClient
from lxml.etree import _Element

Fetch = Callable[..., _Element]


def fetched(client: FlaskClient, path: str, status: int = 200, **headers: str) -> _Element:
    """Fetch a page, or a fragment, and see that nothing in it could run."""
    response = client.get(path, headers={"Accept": "text/html", **headers})
    assert (response.status_code, response.mimetype) == (status, "text/html")
    tree: _Element = html5lib.parse(response.text, treebuilder="lxml", namespaceHTMLElements=False)
    for element in tree.iter("*"):
        assert not [one for one in element.attrib if str(one).startswith("on") or one in ("style", "accesskey")]
        assert element.tag != "script" or (str(element.get("src")).startswith("/static/") and not element.text)
        assert element.tag not in ("style", "iframe", "object", "embed")
        assert str(element.get("href", "/")).startswith(("/", "?", "#"))
    return tree


@pytest.fixture(scope="session")
def fetch() -> Fetch:
    return fetched

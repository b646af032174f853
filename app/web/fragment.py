"""Fragments: what a script of the page asks for to put it into the page, in place of a page of its own."""

from __future__ import annotations

from flask import request

HEADER = "X-Fragment"
VIEWER = "viewer"


def wants_fragment() -> bool:
    """Whether the request asks for any part of a page."""
    return HEADER in request.headers


def wants_viewer() -> bool:
    """Whether the request asks for the viewer alone, without a page around it."""
    return request.headers.get(HEADER) == VIEWER

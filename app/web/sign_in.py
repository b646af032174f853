"""Signing in with a key, and signing out."""

from __future__ import annotations

import re

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.api.attempts import attempts
from app.api.blueprint import access
from app.api.sessions import end_session, start_session

sign_in_pages = Blueprint("sign_in_pages", __name__, template_folder="templates")

Page = str | Response | tuple[str, int, dict[str, str]]

_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
"""A path of this site. Browsers read a backslash as a slash and leave out tabs and line breaks, so that `/\\evil` and
`/\t/evil` are other sites' addresses, like `//evil`."""


@sign_in_pages.get("/sign-in")
def sign_in_page() -> Page:
    """The form for a key; whoever is signed in goes on at once."""
    there = own_path(request.args.get("next"))
    return redirect(there, 303) if g.user else render_template("sign_in.html", next=there)


@sign_in_pages.post("/sign-in")
def sign_in() -> Page:
    """Begin a session for the user whose key was sent."""
    address, there = request.remote_addr or "", own_path(request.form.get("next"))
    attempts().begin(address)
    user = access().user_of(request.form.get("key", "").strip())
    if user is None:
        page = render_template("sign_in.html", next=there, failed=True)
        return page, 401, {"WWW-Authenticate": "Bearer"}
    attempts().forgiven(address)
    start_session(user, access())
    return redirect(there, 303)


@sign_in_pages.post("/sign-out")
def sign_out() -> Page:
    """End the session."""
    end_session()
    return redirect("/sign-in", 303)


def own_path(path: str | None) -> str:
    """The path if it leads to a page of this site, else that of its first page."""
    return path if path and _OWN_PATH.fullmatch(path) else "/"

"""Cookie sessions of people who signed in on a page: how they are signed, and whose they are."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from app.access import Access, User
from ingest.disk import is_read_only
from ingest.files import make_once

LIFETIME = timedelta(days=14)

SECRET = "session.key"  # noqa: S105
"""The file in the store's folder that holds what sessions are signed with. Without it all have to sign in again."""


class _SecureOverHttps(SecureCookieSessionInterface):
    """Cookies that go over https alone where the request came by https, or the user signed in by https.

    Behind a proxy that speaks TLS every request comes by http. The form for signing in tells: it names its Origin.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the session has changed."""
        g.over_https = request.is_secure or session.get("https") is True
        super().save_session(app, session, response)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie that is being set may go over https alone."""
        return bool(g.over_https)


def sign_sessions(app: Flask, folder: Path) -> None:
    """Sign an application's sessions with the secret in a store's folder, which is made where there is none.

    The cookie's name goes by the secret: cookies do not tell the ports of a machine apart, and stores would take turns
    in signing their users out. On a disk that takes no writes, a secret that is not there lasts as long as the process.
    """
    app.secret_key = _secret(folder / SECRET)
    app.session_interface = _SecureOverHttps()
    app.config.update(
        SESSION_COOKIE_NAME=f"verispan-{sha256(app.secret_key.encode()).hexdigest()[:8]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,  # 14 days from signing in, not from the last look
    )


def _secret(path: Path) -> str:
    if is_read_only(path.parent):
        return path.read_text("utf-8") if path.exists() else token_hex(32)
    return make_once(path, token_hex(32))


def start_session(user: User, access: Access) -> None:
    """Begin a session of a user. What was in the one before, its form token too, is gone."""
    session.clear()
    session.permanent = True
    session.update(
        user=user.name, key=access.fingerprint(user), https=request.headers.get("Origin", "")[:8] == "https://"
    )


def end_session() -> None:
    """End the session."""
    session.clear()


def session_user(access: Access) -> User | None:
    """Whose session the request comes with; nobody's once that user has another key, or none."""
    return access.of_session(session.get("user"), session.get("key"))

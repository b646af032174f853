"""Texts of others in the lines of a terminal."""

from __future__ import annotations


def one_line(text: str) -> str:
    """A text on one line, without the signs by which it could steer a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in " ".join(text.split()))

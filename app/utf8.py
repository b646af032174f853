"""What comes in by the command line and its standard input, held to UTF-8; what is not is named with its line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

import click

from ingest.errors import BadInput


class NotText(BadInput):
    """Bytes that are not UTF-8, or half of a surrogate pair."""

    code = "not_text"
    next_step = "Convert it to UTF-8, for example with `iconv -f latin1 -t utf-8`."


class Utf8(click.ParamType[str]):
    """An argument or option that is text: what is not UTF-8 is refused with NotText, which names it."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text itself."""
        _require_text(value, param.human_readable_name if param else "The text")
        return value


UTF8 = Utf8()


def text_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """Decode lines one by one. Raises NotText naming the line, counted from 1."""
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise NotText(f"Line {number} is not UTF-8: byte {line[error.start]:#04x} at {error.start}") from error


def json_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """Decode lines of JSON, which may hide half of a surrogate pair in an escape. Raises NotText naming the line."""
    for number, line in enumerate(text_lines(lines), start=1):
        if "\\u" in line:
            with suppress(json.JSONDecodeError, RecursionError):  # whoever reads the line says what is wrong with it
                _require_text(json.dumps(json.loads(line), ensure_ascii=False), f"Line {number}")
        yield line


def _require_text(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotText(f"{what} is not UTF-8: {text[error.start]!a} at character {error.start}") from error

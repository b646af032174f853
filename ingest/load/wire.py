"""How the guarded process speaks: JSON messages, each after its length, so that nothing sent can name code to run."""

from __future__ import annotations

import json
import struct
from typing import Any

from ingest.types import Block, Box, Layout, Loaded, WordBox

HEADER = struct.Struct(">Q")
"""The length in bytes of the message that follows."""


def frame(message: Any) -> bytes:
    """Encode a message with its header."""
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return HEADER.pack(len(data)) + data


def pack(loaded: Loaded) -> list[Any]:
    """Flatten to lists, strings and numbers. Floats survive exactly: JSON writes their shortest round-trip form."""
    blocks = [(b.start, b.end, b.kind, b.section, b.has_header) for b in loaded.layout.blocks]
    words = [(w.start, w.end, w.box.page, w.box.x0, w.box.y0, w.box.x1, w.box.y1) for w in loaded.layout.words]
    return [loaded.text, loaded.title, loaded.media_type, blocks, words]


def unpack(packed: list[Any]) -> Loaded:
    """Rebuild what `pack` flattened."""
    text, title, media_type, blocks, words = packed
    layout = Layout(
        blocks=tuple(Block(start, end, kind, tuple(section), header) for start, end, kind, section, header in blocks),
        words=tuple(WordBox(start, end, Box(*box)) for start, end, *box in words),
    )
    return Loaded(text=text, layout=layout, title=title, media_type=media_type)

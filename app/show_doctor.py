"""What an examination found, as JSON and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.wire import Json
from ingest.doctor.examine import Examined

SHOWN = 10
"""How many findings of one check are written out; JSON has them all."""


def doctor_json(folder: Path, examined: Sequence[Examined], mended: Sequence[str]) -> Json:
    """What `verispan doctor --json` says: each check with what it looked at, and what it found where."""
    return {
        "store": str(folder),
        "passed": all(one.passed for one in examined),
        "mended": list(mended),
        "checks": [_check(one) for one in examined],
    }


def _check(one: Examined) -> Json:
    return {
        "name": one.check.name,
        "passed": one.passed,
        "looked_at": one.result.looked_at,
        "of": one.result.of,
        "note": one.result.note or None,
        "findings": [asdict(finding) for finding in one.result.findings],
        "next_step": None if one.passed else one.check.next_step,
    }


def doctor_text(wire: Json) -> str:
    """A line for each check, and under it what was found."""
    lines = [line for check in wire["checks"] for line in _lines(check)]
    lines += [f"mended: {one}" for one in wire["mended"]]
    return "\n".join([*lines, f"{wire['store']} is {'sound' if wire['passed'] else 'damaged'}"])


def _lines(check: Json) -> list[str]:
    looked = f"{check['looked_at']} of {check['of']}"
    lines = [f"{'ok    ' if check['passed'] else 'FAILED'} {check['name']} ({looked})"]
    lines += [f"       {check['note']}"] if check["note"] else []
    lines += [f"       {one['where']}: {one['what']}" for one in check["findings"][:SHOWN]]
    if (more := len(check["findings"]) - SHOWN) > 0:
        lines.append(f"       and {more} more; --json has them all")
    return lines if check["passed"] else [*lines, f"       {check['next_step']}"]

"""`verispan corpus lint`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from corpus.output import FOLDER, json_option, write


@click.command("lint")
@click.argument("folder", type=FOLDER, default=Path("corpus"))
@click.option("--errors-only", is_flag=True, help="Leave out what is only a warning.")
@json_option
@click.pass_context
def command(context: click.Context, folder: Path, errors_only: bool, as_json: bool) -> None:
    """Say what to mend in FOLDER, its manifest and its documents; exit 1 when there is something."""
    from corpus.lint import lint

    found = lint(folder, datetime.now(UTC).date())
    listed = [one for one in found if one.severity == "error" or not errors_only]
    said = [str(one) for one in listed] + [f"{len(listed)} findings" if listed else "Nothing to mend."]
    write({"findings": [one.as_json() for one in listed]}, as_json, "\n".join(said))
    context.exit(1 if listed else 0)

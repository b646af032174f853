"""`verispan corpus lint`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.output import FOLDER, json_option, say, write
from corpus.program import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.program import Contradiction
    from ingest.types import Document


@click.command("lint")
@click.argument("folder", type=FOLDER, default=Path("corpus"))
@click.option("--errors-only", is_flag=True, help="Leave warnings out.")
@click.option("--strict", is_flag=True, help="Exit with 1 when there are only warnings, too.")
@click.option("--no-contradictions", is_flag=True, help="Do not look for contradictions between documents.")
@json_option
@click.pass_context
def lint_command(
    context: click.Context, folder: Path, errors_only: bool, strict: bool, no_contradictions: bool, as_json: bool
) -> None:
    """Say what to mend in FOLDER, its manifest and its documents; exit 1 when there is an error.

    An error must be mended; a warning may have its reasons. FOLDER need not be ingested. Contradictions between
    documents are found as `verispan conflicts` finds them; those of two documents of which one names the other in its
    entry's `disputes` are known, and left out.
    """
    from corpus.lint import lint

    program = None if no_contradictions or errors_only else context.find_object(Program)

    def contradicting(documents: Sequence[Document]) -> Sequence[Contradiction]:
        return program.contradictions(documents, say) if program else ()

    found = lint(folder, datetime.now(UTC).date(), contradicting=contradicting)
    listed = [one for one in found if one.severity == "error" or not errors_only]
    wire = {"findings": [one.as_json() for one in listed]}
    write(wire, as_json, "\n".join([*map(str, listed), _counts([one.severity for one in listed])]))
    context.exit(1 if any(strict or one.severity == "error" for one in listed) else 0)


def _counts(severities: Sequence[str]) -> str:
    """How many errors and warnings there are, in words."""
    counted = [(severities.count(name), name) for name in ("error", "warning")]
    said = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counted if count)
    return f"{said}." if said else "Nothing to mend."

"""`verispan conflicts`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from app.command import print_result, shared_options
from app.settings import load_settings


@click.command("conflicts")
@shared_options
def conflicts_command(store: Path | None, as_json: bool) -> None:
    """List where current documents of the store contradict each other, the surest first."""
    from app.conflicts import conflict_json, conflicts, conflicts_text
    from app.services import open_services

    with closing(open_services(load_settings(store=store))) as services:
        wire = {"conflicts": [conflict_json(one) for one in conflicts(services)]}
    print_result(wire, as_json, conflicts_text)

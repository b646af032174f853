"""`verispan receipt`, `verispan verify-receipt` and `verispan signing-key`."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, Any

import click

from app.command import Failed, print_result, shared_options
from app.errors import explain
from app.settings import load_settings
from app.utf8 import UTF8
from ingest.errors import VerispanError

NOT_CHECKED = 4
"""The exit status where a receipt could not be checked at all; 0 to 3 say what was found of it."""


class _NotChecked(Failed):
    """An error that keeps a receipt from being checked."""

    exit_code = NOT_CHECKED


class _Misused(click.UsageError):
    """The command was called in a way that it cannot be called in."""

    exit_code = NOT_CHECKED


class _Verifying(click.Command):
    """A command whose errors end with a status of their own."""

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        """Parse the arguments."""
        try:
            return super().make_context(*given, **more)
        except click.UsageError as error:
            raise _Misused(error.format_message(), error.ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except VerispanError as error:
            raise _NotChecked(explain(error)) from error
        except (click.exceptions.Exit, click.ClickException):
            raise
        except Exception as error:  # 1 would say that sources have changed
            raise _NotChecked(f"The receipt could not be checked: {error!r}") from error


def _public_key(_ctx: click.Context, _param: click.Parameter, given: str | None) -> str | None:
    if given is not None and not re.fullmatch("[0-9a-f]{64}", given.lower()):
        raise click.BadParameter("A public key is 64 hexadecimal digits.")
    return given.lower() if given else None


@click.command()
@click.argument("answer_id", type=UTF8)
@shared_options
def receipt(answer_id: str, store: Path | None, as_json: bool) -> None:
    """Write the receipt of the kept answer ANSWER_ID, as JSON: all that is needed to check it again."""
    from ingest.store import Store

    with closing(Store.open(load_settings(store=store).store)) as opened:
        print_result(opened.receipt(answer_id), True, str)


@click.command("verify-receipt", cls=_Verifying)
@click.argument("file", type=click.File("rb"))
@click.option("--store", type=click.Path(path_type=Path), help="Look the sources up in this store; else in none.")
@click.option("--public-key", callback=_public_key, metavar="HEX", help="Who must have signed it.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")
def verify_receipt(file: IO[bytes], store: Path | None, public_key: str | None, as_json: bool) -> None:
    """Check the receipt FILE (`-`: standard input): its hash, signature, quotations, facts and verdicts.

    With --store it is said what has become of each citation, and the claims are checked against what stands there now;
    of an answer that was given as of an earlier generation, what had changed by then counts as it stood in that one.
    The exit status is 0 where all holds, 1 where sources changed but still support every claim, 2 where a claim is no
    longer supported, 3 where the receipt was tampered with, and 4 where it could not be checked.
    """
    from app.receipts.show import verification_text
    from app.receipts.verify import verify
    from app.services import open_services

    with ExitStack() as opened:
        settings = load_settings(store=store, signing_key="")
        services = opened.enter_context(closing(open_services(settings))) if store else None
        found = verify(file.read(), public_key, services)
    print_result(found.as_json(), as_json, verification_text)
    sys.exit(found.outcome)


@click.command("signing-key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")
def signing_key(file: Path, as_json: bool) -> None:
    """Make a key that signs receipts: the private one in FILE, for VERISPAN_SIGNING_KEY; the public one is printed."""
    from app.receipts.signing import make_key

    made = {"public_key": make_key(file), "file": str(file)}
    print_result(made, as_json, lambda wire: str(wire["public_key"]))

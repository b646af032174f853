"""What a call of a language model costs, by a list of prices in dollars a token.

The list has the form, and at the end of November 2026 the figures, of litellm's `model_prices_and_context_window.json`.
Prices are decimals, since money is added up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ingest.errors import BadInput

BUNDLED = Path(__file__).with_name("prices.json")
MICRO = Decimal("0.000001")
_NEEDED = {"input_cost_per_token", "output_cost_per_token"}
_DATE = re.compile(r"[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$")


def cost(model: str, input_tokens: int, output_tokens: int, prices: Path = BUNDLED) -> str | None:
    """The cost of a call in decimal dollars, to a millionth; None where the list does not know the model.

    A dated name such as `gpt-4o-2024-11-20` that is not in the list costs what the model without the date does.
    Raises BadInput for a list that is not of the form.
    """
    listed = read_prices(prices)
    each = listed.get(model) or listed.get(_DATE.sub("", model))
    if each is None:
        return None
    return str((each[0] * input_tokens + each[1] * output_tokens).quantize(MICRO))


@lru_cache(maxsize=8)
def read_prices(path: Path) -> Mapping[str, tuple[Decimal, Decimal]]:
    """The price of a token that is read and of one that is written, by model; entries without both are left out."""
    try:
        rows = json.loads(path.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)
        return {name: _both(row) for name, row in rows.items() if isinstance(row, dict) and row.keys() >= _NEEDED}
    except (OSError, ValueError, AttributeError, ArithmeticError) as error:
        raise BadInput(f"the list of prices {path} cannot be read: {error}") from error


def _both(row: Mapping[str, str | Decimal]) -> tuple[Decimal, Decimal]:
    return Decimal(row["input_cost_per_token"]), Decimal(row["output_cost_per_token"])

"""The store against a plain model: see `store_model/`, where `machine.py` has the rules and the other files the laws.

`STORE_MODEL_EXAMPLES=300 pytest tests/ingest/test_store_model.py -m slow --hypothesis-seed=1` looks for longer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.ingest.store_model.killed import Zygote
from tests.ingest.store_model.machine import StoreMachine

LONGER = int(os.environ.get("STORE_MODEL_EXAMPLES", "0"))

common = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)
quick = settings(common, max_examples=3, stateful_step_count=12)
full = settings(common, max_examples=LONGER or 40, stateful_step_count=40, derandomize=not LONGER)


@pytest.fixture(autouse=True, scope="module")
def _zygote() -> Iterator[None]:
    StoreMachine.zygote = Zygote()
    yield
    StoreMachine.zygote.close()


class TestQuickly(StoreMachine.TestCase):
    settings = quick


@pytest.mark.slow
class TestFully(StoreMachine.TestCase):
    settings = full

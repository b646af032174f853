"""How often one address may send a wrong key, by the sign-in page or as a bearer token, before it has to wait."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from time import monotonic

from flask import Flask, current_app

from app.api.errors import TooManyAttempts

WRONG_KEYS = 10
"""Wrong keys that one address may send within `WITHIN_S` seconds."""

WITHIN_S = 60.0

_MANY = 1000  # addresses from which on those that have waited long enough are forgotten
_KEY = "verispan_attempts"


class Attempts:
    """Counts the wrong keys of each address in this process's memory; safe in many threads.

    Behind a proxy all come from its address, and are counted together.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = {}

    def begin(self, address: str) -> None:
        """Count an attempt as a wrong one until it is `forgiven`. Raises TooManyAttempts."""
        now, name = self._clock(), _network(address)
        with self._lock:
            times = self._recent(name, now)
            self._times[name] = [*times, now]
            if len(self._times) > _MANY:
                self._times = {one: held for one, held in self._times.items() if held[-1] > now - WITHIN_S}

    def _recent(self, name: str, now: float) -> list[float]:
        times = [one for one in self._times.get(name, ()) if one > now - WITHIN_S]
        if len(times) >= WRONG_KEYS:
            raise TooManyAttempts("Too many wrong keys came from your address.", math.ceil(times[0] + WITHIN_S - now))
        return times

    def forgiven(self, address: str) -> None:
        """Take back the newest attempt of an address: its key was right."""
        with self._lock:
            earlier = self._times.pop(_network(address), [])[:-1]
            if earlier:
                self._times[_network(address)] = earlier


def limit_attempts(app: Flask) -> None:
    """Give an application its count."""
    app.extensions[_KEY] = Attempts()


def attempts() -> Attempts:
    """The count of the application at hand."""
    found: Attempts = current_app.extensions[_KEY]
    return found


def _network(address: str) -> str:
    """What is counted together: of IPv6 the /64, for whoever has one address has all of it."""
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return address if version == 4 else str(ip_network(f"{address.partition('%')[0]}/64", strict=False))

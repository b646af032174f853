"""Units as engineers spell them, and what one of each is in base units. Conversion is pint's (https://pint.readthedocs.io)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

_PREFIXES = {
    "f": "femto", "p": "pico", "n": "nano", "u": "micro", "\u03bc": "micro", "m": "milli", "": "",
    "k": "kilo", "M": "mega", "G": "giga", "T": "tera",
}  # fmt: skip
_SYMBOLS = {
    "s": "second", "sec": "second", "Hz": "hertz", "V": "volt", "A": "ampere", "W": "watt", "F": "farad",
    "\u03a9": "ohm", "ohm": "ohm", "ohms": "ohm", "m": "meter", "J": "joule", "H": "henry", "eV": "electron_volt",
    "b": "bit", "bit": "bit", "bits": "bit", "bps": "bit/second", "Wh": "watt_hour", "S/s": "count/second",
}  # fmt: skip
_NAMES = (
    "second", "hertz", "volt", "ampere", "amp", "watt", "farad", "ohm", "meter", "metre", "joule", "henry", "bit",
    "liter", "litre", "gram", "newton", "pascal", "transfer",
)  # fmt: skip
_WATT_HOURS = ("watt-hour", "watt hour")
_LENGTHS = ("meter", "metre", "foot", "inch", "mile", "micron")
_POWERS = {"square": 2, "cubic": 3}
_BYTES = {
    **{f"{p}B": f"{name}byte" for p, name in {"k": "kilo", "K": "kilo", "M": "mega", "G": "giga", "T": "tera"}.items()},
    **{f"{p}iB": f"{p}iB" for p in ("K", "M", "G", "T")},
    "B": "byte", "byte": "byte", "bytes": "byte", "kilobytes": "kilobyte", "megabytes": "megabyte",
    "gigabytes": "gigabyte", "terabytes": "terabyte", "Kb": "kilobit",
}  # fmt: skip
_OTHERS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "ppm": "ppm", "ppb": "ppb",
    "\u00b0C": "degC", "\u00b0 C": "degC", "degC": "degC", "deg C": "degC", "C": "degC", "degrees C": "degC",
    "degrees Celsius": "degC", "degrees centigrade": "degC", "K": "kelvin", "kelvin": "kelvin",
    "\u00b0F": "degF", "degF": "degF", "degrees Fahrenheit": "degF",
    "\u00b0": "degree", "deg": "degree", "degree": "degree", "degrees": "degree",
    "min": "minute", "minute": "minute", "minutes": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "hour": "hour", "hours": "hour", "day": "day", "days": "day", "week": "week", "weeks": "week",
    "month": "month", "months": "month", "year": "year", "years": "year",
    "fortnight": "fortnight", "fortnights": "fortnight", "decades": "10 year", "centuries": "100 year",
    "millennia": "1000 year",
    "pounds": "money", "pound": "money", "dollars": "money", "dollar": "money", "euros": "money", "euro": "money",
    "quid": "money",
    "\u00c5": "angstrom", "angstrom": "angstrom", "angstroms": "angstrom", "micron": "micron", "microns": "micron",
    "km": "kilometer", "cm": "centimeter", "kg": "kilogram", "g": "gram", "mg": "milligram", "lb": "pound",
    "kilo": "kilogram", "kilos": "kilogram", "tonne": "metric_ton", "tonnes": "metric_ton",
    "ml": "milliliter", "mL": "milliliter", "l": "liter", "L": "liter",
    "ha": "hectare", "hectare": "hectare", "hectares": "hectare",
    "kN": "kilonewton", "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "MPa": "megapascal",
    "foot": "foot", "ft": "foot", "feet": "foot", "inch": "inch", "inches": "inch", "mile": "mile", "miles": "mile",
    "rpm": "revolutions_per_minute", "mph": "mile/hour", "gallon": "gallon", "gallons": "gallon",
    "dB": "decibel_ratio", "dBm": "decibel_milliwatt",
    "T/s": "transfer/second", "MT/s": "1e6 transfer/second", "GT/s": "1e9 transfer/second",
}  # fmt: skip

_SHOUTED = (
    "percent", "per cent", "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours",
    "minute", "minutes", "second", "seconds", "meter", "meters", "metre", "metres", "mile", "miles", "decades",
    "centuries", "pounds", "dollars", "euros",
)  # fmt: skip
"""Units that are words which mean the same in capitals; those that are letters do not, as mW and MW show."""


def _spellings() -> dict[str, str]:
    """Every spelling with pint's name for it."""
    table = {f"{p}{s}": f"{name}{unit}" for p, name in _PREFIXES.items() for s, unit in _SYMBOLS.items()}
    prefixes = ("centi", *_PREFIXES.values())
    long = {f"{name}{unit}": f"{name}{unit}" for name in prefixes for unit in _NAMES}
    long |= {f"{name}{unit}": f"{name}watt_hour" for name in prefixes for unit in _WATT_HOURS}
    plurals = {f"{name}s": unit for name, unit in long.items()}
    spelled = table | long | plurals | _BYTES | _OTHERS
    spelled |= {
        f"{word} {name}": f"{unit}**{power}"
        for word, power in _POWERS.items()
        for name, unit in spelled.items()
        if unit.endswith(_LENGTHS) and len(name) > 2
    }
    return spelled | {form: spelled[name] for name in _SHOUTED for form in (name.upper(), name.capitalize())}


_PINT = _spellings()
_ATOM = "|".join(re.escape(name) for name in sorted(_PINT, key=lambda name: (-len(name), name)))
_FACTOR = rf"(?:{_ATOM})(?:\^-?[1-4]|[23](?![\w.]))?"

UNIT = rf"{_FACTOR}(?:(?:\s?[/*\u00b7]\s?|[\s-](?:per|an?)[\s-]){_FACTOR})*(?!\w)"
"""A regular expression for a unit in a folded text: `ps`, `mW/mm^2`, `degC`, `bits per second`."""

_PIECE = re.compile(rf"(?P<join>[/*\u00b7]|[\s-]?(?:per|an?)[\s-])?\s?(?P<atom>{_ATOM})(?P<power>\^?-?\d)?\s?")


@dataclass(frozen=True, slots=True)
class Scale:
    """How a unit turns into base units: value * `factor` + `offset`, in `dimension`, which names the base units."""

    dimension: str
    factor: float
    offset: float = 0.0

    def in_base_units(self, number: float) -> float:
        """The value of so many of the unit."""
        return number * self.factor + self.offset


_BINARY = {"kilobyte": 1.024, "megabyte": 1.024**2, "gigabyte": 1.024**3, "terabyte": 1.024**4}


def binary_ratio(unit: str) -> float:
    """What turns a value in kB, KB, MB, GB or TB into the one that counts by 1024; 1 for every other unit."""
    return _BINARY.get(_PINT.get(unit, ""), 1.0)


CURRENCIES = {"$": "dollar", "\u20ac": "euro", "\u00a3": "pound"}
"""The signs of money, each with the name that its unit in words begins with."""

_OFFSET = ("(degC)", "(degF)")


def currency_of(text: str, unit: str) -> str:
    """What an amount is in, by its sign or its unit in words: "pound" for `£20` and for `twenty pounds`; "" if none."""
    return next((name for sign, name in CURRENCIES.items() if sign in text or unit.lower().startswith(name)), "")


_DEGREES = frozenset({"degree", "degC", "degF"})


def in_degrees(unit: str) -> bool:
    """Whether a unit is one of degrees, of an angle or a temperature, for each of something or not: `°C`, `deg/s`."""
    return _first_factor(unit) in _DEGREES


@lru_cache(maxsize=1024)
def leading(unit: str) -> str:
    """What something for each is of: `kg` of `kg/ha` and of `kg per ha`; "" for a unit that is for nothing."""
    head, *rest = re.split(r"\s?/\s?|[\s-](?:per|an?)[\s-]", unit)
    return head if rest and re.fullmatch(UNIT, head) else ""


def is_plain_degree(unit: str) -> bool:
    """Whether a unit says degrees and not of what."""
    return _first_factor(unit) == "degree"


@lru_cache(maxsize=1024)
def _first_factor(unit: str) -> str:
    piece = _PIECE.match(unit)
    return _PINT[piece["atom"]] if piece else ""


PLAIN = Scale("", 1.0)
"""The scale of a number without a unit."""


@lru_cache(maxsize=1024)
def scale_of(unit: str) -> Scale:
    """The scale of a unit that `UNIT` matched; `PLAIN` for an empty text."""
    if not unit:
        return PLAIN
    registry = _registry()
    pint_unit = _pint_expression(unit)
    if pint_unit in ("degC", "degF"):
        zero, one = (registry.Quantity(n, pint_unit).to("kelvin").magnitude for n in (0.0, 1.0))
        return Scale("kelvin", one - zero, zero)
    base: Any = registry.Quantity(1.0, registry.parse_expression(pint_unit).units).to_base_units()
    number = registry.parse_expression(pint_unit).magnitude
    return Scale(str(base.units), float(base.magnitude) * float(number))


@lru_cache(maxsize=1024)
def combined(left: str, right: str, power: int) -> str:
    """The dimension of a value in `left` times a power of one in `right`; "" stands for none."""
    if not right:
        return left
    registry = _registry()
    made: Any = registry.Unit(left or "dimensionless") * registry.Unit(right) ** power
    return str(made).replace("dimensionless", "")


def _pint_expression(unit: str) -> str:
    """Rewrite a unit as pint reads it; each factor after a `/` divides, a degree is then a difference."""
    parts = [
        (_sign(piece["join"]), f"({_PINT[piece['atom']]})", (piece["power"] or "").strip("^"))
        for piece in _PIECE.finditer(unit)
    ]
    if len(parts) == 1 and not parts[0][2]:
        return _PINT[unit]
    parts = [
        (sign, atom.replace("(deg", "(delta_deg") if atom in _OFFSET else atom, power) for sign, atom, power in parts
    ]
    first, *rest = (f"{sign}{atom}{'**' + power if power else ''}" for sign, atom, power in parts)
    return first[1:] + "".join(rest)


def _sign(join: str | None) -> str:
    return "*" if join in (None, "*", "\u00b7") else "/"


@lru_cache(maxsize=1)
def _registry() -> UnitRegistry[Any]:
    """Pint's registry, built once, when the first unit is met: it takes half a second."""
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry()
    for definition in (
        "money = [money]",
        "decibel_ratio = [decibel]",
        "decibel_milliwatt = [decibel_power]",
        "transfer = [transfer]",
        "ppb = 1e-9",
    ):
        registry.define(definition)
    return registry

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from eval.calibration import Bin, reliability
from eval.diagram import COLUMNS, reliability_diagram

GOLDEN = Path(__file__).with_name("golden_diagram.svg")
SVG = "{http://www.w3.org/2000/svg}"


def drawn() -> str:
    bins = [Bin(0.25, 0.125, 0.0625, 0.5, 8), Bin(0.75, 0.875, 0.5, 1.0, 8)]
    return reliability_diagram(bins, np.array([0.25] * 8 + [0.75] * 8), "a <b>.jsonl: n = 16, ECE = 0.125")


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if one.get("class") == name]


def test_the_diagram_is_the_golden_one() -> None:
    assert drawn() == GOLDEN.read_text(encoding="utf-8")


def test_it_has_a_white_ground_a_diagonal_and_its_title() -> None:
    root = ElementTree.fromstring(drawn())
    [ground] = of_class(root, "background")
    assert list(root)[1] is ground, "everything else is drawn over it"
    assert (ground.get("fill"), ground.get("width"), ground.get("height")) == (
        "#ffffff",
        root.get("width"),
        root.get("height"),
    )
    assert len(of_class(root, "diagonal")) == 1
    assert root.findtext(f"{SVG}title") == "a <b>.jsonl: n = 16, ECE = 0.125"


def test_points_stand_where_their_values_are_and_intervals_hold_them() -> None:
    [diagonal] = of_class(ElementTree.fromstring(drawn()), "diagonal")
    (x0, y0), (x1, y1) = ([float(diagonal.get(f"{axis}{end}", "")) for axis in "xy"] for end in "12")
    first, last = of_class(ElementTree.fromstring(drawn()), "bin")
    for group, confidence, share in ((first, 0.25, 0.125), (last, 0.75, 0.875)):
        [circle], [interval] = group.findall(f"{SVG}circle"), group.findall(f"{SVG}line")
        assert float(circle.get("cx", "")) == x0 + (x1 - x0) * confidence
        assert float(circle.get("cy", "")) == y0 + (y1 - y0) * share
        assert float(interval.get("y1", "")) > float(circle.get("cy", "")) > float(interval.get("y2", ""))


def test_the_histogram_counts_every_claim() -> None:
    random = np.random.default_rng(0)
    likely = np.append(random.random(300), [0.0, 1.0])
    root = ElementTree.fromstring(reliability_diagram(reliability(random.random(302) < likely, likely), likely, "t"))
    columns = of_class(root, "column")
    assert len(columns) == COLUMNS
    assert sum(int(one.findtext(f"{SVG}title", "")) for one in columns) == 302
    assert len(of_class(root, "bin")) == 15

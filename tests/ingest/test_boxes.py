"""Where a range stands on its pages: one box a line."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.boxes import boxes_of
from ingest.types import Box, Layout, WordBox

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other work may load the machine


def words(*boxes: Box) -> Layout:
    """A layout whose n-th word is the range [10 n + 5, 10 n + 9)."""
    return Layout((), tuple(WordBox(10 * n + 5, 10 * n + 9, box) for n, box in enumerate(boxes)))


LEFT, RIGHT = Box(2, 0.1, 0.2, 0.3, 0.22), Box(2, 0.35, 0.199, 0.5, 0.221)
BELOW, NEXT_PAGE = Box(2, 0.1, 0.24, 0.3, 0.26), Box(3, 0.6, 0.2, 0.7, 0.22)


def test_words_of_a_line_share_a_box() -> None:
    assert boxes_of(words(LEFT, RIGHT, BELOW), 0, 40) == (Box(2, 0.1, 0.199, 0.5, 0.221), BELOW)


def test_the_same_height_on_another_page_is_another_line() -> None:
    assert boxes_of(words(LEFT, NEXT_PAGE), 0, 40) == (LEFT, NEXT_PAGE)


def test_a_step_back_at_the_same_height_is_another_line() -> None:
    assert boxes_of(words(RIGHT, LEFT), 0, 40) == (RIGHT, LEFT)


def test_only_words_that_the_range_touches() -> None:
    layout = words(LEFT, BELOW, NEXT_PAGE)

    assert boxes_of(layout, 16, 17) == (BELOW,)
    assert boxes_of(layout, 9, 15) == ()
    assert boxes_of(layout, 8, 16) == (LEFT, BELOW)


def test_no_pages_no_boxes() -> None:
    assert boxes_of(Layout(), 3, 9) == ()


@relaxed
@given(st.integers(0, 60), st.integers(1, 30), st.lists(st.sampled_from([LEFT, RIGHT, BELOW, NEXT_PAGE]), max_size=5))
def test_the_boxes_enclose_exactly_the_words_of_the_range(start: int, length: int, boxes: list[Box]) -> None:
    layout = words(*boxes)
    found = boxes_of(layout, start, start + length)
    own = [word.box for word in layout.words if word.start < start + length and word.end > start]

    def hull(of: list[Box], page: int) -> tuple[float, ...]:
        some = [box for box in of if box.page == page]
        return (min(b.x0 for b in some), min(b.y0 for b in some), max(b.x1 for b in some), max(b.y1 for b in some))

    assert {box.page for box in found} == {box.page for box in own}
    assert all(hull(list(found), page) == hull(own, page) for page in {box.page for box in own})

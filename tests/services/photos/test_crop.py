"""The crop box of the photo tool, for any picture and any sequence of buttons."""

from hypothesis import given, settings
from hypothesis import strategies as st

from anguan.services.photos.crop import ACTS, CropBox, fits, largest, read_box, step

sizes = st.tuples(st.integers(100, 6000), st.integers(100, 6000))


@settings(max_examples=200, deadline=None)
@given(sizes, st.lists(st.sampled_from(ACTS), max_size=30))
def test_the_box_stays_inside_and_keeps_its_shape(size: tuple[int, int], acts: list[str]) -> None:
    box, turn = largest(size), 0
    for act in acts:
        before = turn
        box, turn = step(act, box, turn, size)
        if (turn - before) % 2:
            size = (size[1], size[0])
        assert fits(box, size), (act, box, size)
        assert read_box(box.text, size) == box


def test_a_photo_of_exactly_the_least_size_is_taken_whole() -> None:
    for width in range(440, 700, 20):
        size = (width, round(width * 1.3))
        assert largest(size) == CropBox(0, 0, *size)


def test_a_kept_box_that_does_not_fit_is_the_largest() -> None:
    for text in ("", "1,2,3", "a,b,c,d", "0,0,500,500", "900,0,500,650", "-1,0,500,650"):
        assert read_box(text, (1000, 1300)) == CropBox(0, 0, 1000, 1300)

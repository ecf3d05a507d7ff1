"""S5: so many at once, then so many a minute; waiting helps, hurrying costs nothing."""

from hypothesis import given
from hypothesis import strategies as st

from domain.buckets import Allowance, Bucket, take

SLOW = Allowance(per_minute=60, burst=3)


def gone(allowance: Allowance, instants: list[float]) -> tuple[int, list[float]]:
    """How many got through, and how long each of the others was told to wait."""
    bucket: Bucket | None = None
    through, waits = 0, list[float]()
    for at in instants:
        bucket, wait = take(bucket, allowance, at)
        through += not wait
        waits += [wait] if wait else []
    return through, waits


def test_a_burst_then_one_a_second() -> None:
    assert gone(SLOW, [0] * 5) == (3, [1, 1])
    assert gone(SLOW, [0, 0, 0, 1, 2, 3]) == (6, [])
    assert gone(SLOW, [0, 0, 0, 0.5]) == (3, [0.5])


def test_who_waits_as_told_gets_through() -> None:
    bucket, wait = take(Bucket(left=0, at=10), SLOW, 10)
    assert wait == 1
    assert take(bucket, SLOW, 10 + wait)[1] == 0


def test_a_long_absence_fills_no_more_than_a_burst() -> None:
    assert gone(SLOW, [0, 0, 0, *[1_000_000] * 5])[0] == 6


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    assert gone(SLOW, [100, 100, 100, 50])[0] == 3


@given(
    st.lists(st.floats(min_value=0, max_value=600), min_size=1, max_size=200).map(sorted),
    st.integers(1, 300),
    st.integers(1, 50),
)
def test_nobody_gets_more_than_the_figures_say(instants: list[float], a_minute: int, burst: int) -> None:
    allowance = Allowance(per_minute=a_minute, burst=burst)
    through, waits = gone(allowance, instants)
    assert through <= burst + (instants[-1] - instants[0]) * a_minute / 60 + 1e-6
    assert all(0 < wait <= 60 / a_minute + 1e-6 for wait in waits)

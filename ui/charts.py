"""Charts as plain numbers for an SVG template. Every chart stands beside a table with the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 260, 48, 36, 12
MOST_MONTHS = 24
# Of the GOV.UK palette, each at least 3:1 on white and told apart in grey as well.
COLOURS = ("#1d70b8", "#00703c", "#d4351c")


@dataclass(frozen=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    colour: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`points`: of a line, as SVG wants them; '' for bars. `said`: what a screen reader is told instead."""

    id: str
    title: str
    said: str
    bars: tuple[Bar, ...] = ()
    points: str = ""
    marks: tuple[Label, ...] = ()
    across: tuple[Label, ...] = ()
    up: tuple[Label, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def step(most: int) -> int:
    """A round distance of lines, so that about four of them reach the top."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 4 * size * factor:
                return size * factor
        size *= 10


def bars(id_: str, title: str, months: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """Side by side for each month. `series`: (name, one number for each month)."""
    months, series = months[-MOST_MONTHS:], [(name, list(n)[-MOST_MONTHS:]) for name, n in series]
    scale, up = _scale(max((n for _, numbers in series for n in numbers), default=0))
    room = (WIDTH - LEFT) / max(len(months), 1)
    wide = room * 0.8 / len(series)
    found = [
        Bar(
            x=round(LEFT + room * (i + 0.1) + wide * k, 1),
            y=round(HEIGHT - BOTTOM - n * scale, 1),
            width=round(wide, 1),
            height=round(n * scale, 1),
            colour=COLOURS[k],
            said=f"{months[i]}: {n} {name.lower()}",
        )
        for k, (name, numbers) in enumerate(series)
        for i, n in enumerate(numbers)
        if n
    ]
    said = ". ".join(f"{name}: {', '.join(map(str, numbers))}" for name, numbers in series)
    return Chart(
        id=id_,
        title=title,
        said=f"From {months[0]} to {months[-1]}, month by month. {said}." if months else "Nothing to show.",
        bars=tuple(found),
        across=_across(months, room),
        up=up,
        legend=tuple((name, COLOURS[k]) for k, (name, _) in enumerate(series)),
    )


def line(id_: str, title: str, months: Sequence[str], numbers: Sequence[int]) -> Chart:
    months, numbers = months[-MOST_MONTHS:], numbers[-MOST_MONTHS:]
    scale, up = _scale(max(numbers, default=0))
    room = (WIDTH - LEFT) / max(len(months), 1)
    places = [
        Label(
            x=round(LEFT + room * (i + 0.5), 1),
            y=round(HEIGHT - BOTTOM - n * scale, 1),
            text=f"{months[i]}: {n}",
        )
        for i, n in enumerate(numbers)
    ]
    told = ", ".join(map(str, numbers))
    return Chart(
        id=id_,
        title=title,
        said=f"From {months[0]} to {months[-1]}, month by month: {told}." if months else "Nothing to show.",
        points=" ".join(f"{each.x},{each.y}" for each in places),
        marks=tuple(places),
        across=_across(months, room),
        up=up,
    )


def _scale(most: int) -> tuple[float, tuple[Label, ...]]:
    """How high one is, and the lines with their numbers."""
    each = step(max(most, 1))
    top = each * max(-(-most // each), 1)
    scale = (HEIGHT - BOTTOM - TOP) / top
    lines = tuple(
        Label(x=LEFT - 8, y=round(HEIGHT - BOTTOM - n * scale, 1), text=f"{n:,}")
        for n in range(0, top + 1, each)
    )
    return scale, lines


def _across(months: Sequence[str], room: float) -> tuple[Label, ...]:
    """At most twelve names of months fit."""
    every = -(-len(months) // 12) or 1
    return tuple(
        Label(x=round(LEFT + room * (i + 0.5), 1), y=HEIGHT - BOTTOM + 20, text=month)
        for i, month in enumerate(months)
        if i % every == 0
    )

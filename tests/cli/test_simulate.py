"""`sharecase simulate`: two years, every rung of silence, in seconds."""

import json
import time
from datetime import date
from typing import Any

import pytest

from tests.cli.processes import sharecase


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    began = time.monotonic()
    done = sharecase(tmp_path_factory.mktemp("simulated"), "simulate", "--json")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 60
    return json.loads(done.stdout)


def happened(simulated: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(line["who"], line["level"], line["what"]) for line in simulated["timeline"]]


@pytest.mark.slow
def test_the_story(simulated: dict[str, Any]) -> None:
    story = [(who.split(", ")[-1], level, what) for who, level, what in happened(simulated)]
    assert [(who, level) for who, level, _ in story] == [
        ("the requesting team", 0),  # submits
        ("the clock", 1),  # the risk owner is late
        ("the risk owner", 0),
        ("the clock", 1),  # the sending team is silent
        ("the clock", 2),  # and so is its leader 1
        ("leader 2 of the sending body", 0),  # decides
        ("the sending team", 0),  # delivers
        ("the requesting team", 0),
        ("the clock", 0),  # the review is due
        ("the clock", 1),
        ("the clock", 2),
        ("the clock", 3),  # suspended
        ("the reviewer", 0),  # reinstated
        ("the reviewer", 0),  # 24 months
        ("the requesting team", 0),  # the data is gone
    ]
    assert "suspended" in " ".join(simulated["timeline"][11]["then"])
    assert story[12][2] == "Review at 12 months concluded: continue, which reinstates the share"
    assert story[13][2] == "Review at 24 months concluded: end"
    assert simulated["stage"] == "ended"


@pytest.mark.slow
def test_the_days(simulated: dict[str, Any]) -> None:
    lines = simulated["timeline"]
    days = [line["working_day"] for line in lines]
    assert days == sorted(days) and days[0] == 0
    on = [date.fromisoformat(line["date"]) for line in lines]
    assert 365 <= (on[8] - on[7]).days <= 372  # twelve months, and on to a working day
    assert 40 <= (on[11] - on[8]).days <= 50  # thirty working days
    assert all(day.weekday() < 5 for day in on)


@pytest.mark.slow
def test_the_cost_is_counted(simulated: dict[str, Any]) -> None:
    cost, plain = simulated["cost"], simulated["plain_case"]["cost"]
    assert simulated["plain_case"]["goal"] == {"actions": 14, "events": 56}
    assert plain["updates"] == 7 and cost["updates"] == 8
    for each in (cost, plain):
        assert each["actions"] >= each["runs"] + each["updates"] + each["timers"]
        assert each["largest_payload"] <= 8 * 1024
    # Seven times a silence: each costs a timer and the writing of what came of it.
    assert cost["actions"] - plain["actions"] <= 3 * 7

"""`sharecase simulate`: two years, every rung of silence, in seconds."""

import json
import time
from datetime import date
from pathlib import Path
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


def lane_story(folder: Path, lane: str) -> dict[str, Any]:
    done = sharecase(folder, "simulate", "--lane", lane, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "plain_case" not in told and told["cost"]["actions"] > 5
    assert told["cost"]["largest_payload"] <= 8 * 1024
    return told


@pytest.mark.slow
def test_silence_in_a_cluster_lets_it_pass(tmp_path: Path) -> None:
    """C5."""
    lines = lane_story(tmp_path, "cluster")["timeline"]
    silent = next(line for line in lines if line["who"] == "the clock")
    assert any("approved by presumption, rule" in each for each in silent["then"])
    assert "travels by the cluster's agreement" in lines[0]["then"][0] and silent["level"] == 0


@pytest.mark.slow
def test_silence_to_a_reliance_moves_up(tmp_path: Path) -> None:
    """C7, under today's law."""
    told = lane_story(tmp_path, "reliance")
    silent = next(line for line in told["timeline"] if line["who"] == "the clock")
    assert silent["level"] == 1 and told["stage"] == "active"
    assert "leader 1 of the sending body" in told["timeline"][3]["who"]


@pytest.mark.slow
def test_an_urgent_life_is_told_by_the_hour(tmp_path: Path) -> None:
    """C21: a day for the sending team, looked back at always, published later."""
    told = lane_story(tmp_path, "urgent")
    assert " at 1:" in told["timeline"][0]["then"][1], "due at an hour"
    assert [line["level"] for line in told["timeline"]][2] == 1
    assert told["timeline"][-1]["what"] == "The entry that was kept back is published by itself"
    assert any(line["what"] == "Urgent use looked back at" for line in told["timeline"])


@pytest.mark.slow
def test_a_test_ends_by_itself_and_is_reviewed_in_weeks(tmp_path: Path) -> None:
    """C22."""
    told = lane_story(tmp_path, "exploratory")
    what = [line["what"] for line in told["timeline"]]
    assert "Review at 13 weeks concluded: continue" in what and "Review at 26 weeks concluded: end" in what
    assert "The agreed end has come" in what and told["stage"] == "ended"


def test_an_unknown_lane_is_told(tmp_path: Path) -> None:
    done = sharecase(tmp_path, "simulate", "--lane", "fast")
    assert done.returncode == 2
    assert done.stderr == "sharecase: --lane fast: give one of cluster, reliance, urgent, exploratory.\n"

"""`sharecase screen`: one JSON line for each record, whatever the file holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.screen import screen
from cli.settings import Settings
from tests.domain.test_records import RECORD

RECORDS = Path(__file__).parents[1] / "fixtures" / "records.jsonl"
ROUTES = {"in_cluster", "reliance", "standard", "out_of_scope", "needs_review"}


async def screened(
    folder: Path, capsys: pytest.CaptureFixture[str], *lines: Any
) -> tuple[int, list[dict[str, Any]]]:
    file = folder / "cases.jsonl"
    encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    file.write_bytes(b"\n".join(encoded))
    code = await screen(Settings(state=folder / "state"), file)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_the_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, [answer] = await screened(tmp_path, capsys, RECORD)
    assert code == 0 and list(answer) == ["id", "route", "reviews", "reasons"]
    assert answer["id"] == "HS-001" and answer["route"] in ROUTES and answer["reviews"] is True
    assert (answer["route"], answer["reasons"]) == (
        "in_cluster",
        ["every team and the task are in human services"],
    )


@pytest.mark.parametrize(
    ("category", "use_type", "reviewed"),
    [
        ("prevention", "transactional", True),
        ("proactive", "bulk", True),
        ("emergent", "transactional", True),
        ("fraud_error_debt", "bulk", False),
        ("fraud_error_debt", "transactional", False),
        ("service_delivery", "bulk", False),
        ("commercial", "bulk", False),
    ],
)
async def test_reviews_by_the_rule_of_real_requests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], category: str, use_type: str, reviewed: bool
) -> None:
    _, [answer] = await screened(tmp_path, capsys, {**RECORD, "category": category, "use_type": use_type})
    assert answer["reviews"] is reviewed


async def test_pilots_against_fraud_are_looked_back_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fraud = {**RECORD, "category": "fraud_error_debt"}
    power = {**fraud, "legal_gateway": "Digital Economy Act 2017 s.56"}
    word = {**fraud, "title": "A pilot against overpayments"}
    singly = {**power, "use_type": "transactional"}
    _, answers = await screened(tmp_path, capsys, fraud, power, word, singly)
    assert [each["reviews"] for each in answers] == [False, True, True, False]


async def test_what_the_directory_lacks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = {**RECORD, "requesting_org": "Ruritania Wellbeing Collective"}
    one_of_two = {
        **RECORD,
        "supplying_orgs": ["Collective of Nowhere", "DEPARTMENT for Work & Pensions (DWP)"],
    }
    _, [unknown, beside] = await screened(tmp_path, capsys, nobody, one_of_two)
    assert unknown["route"] == "needs_review" and unknown["reasons"][0].startswith(
        "Ruritania Wellbeing Collective"
    )
    assert beside["route"] == "in_cluster"
    assert "Collective of Nowhere is in no directory: the case with it waits until it is" in beside["reasons"]


async def test_a_loaded_directory_goes_before_the_shipped_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The made-up world says that this team of Leeds sits in no cluster, whatever a council's teams usually do."""
    _, [answer] = await screened(tmp_path, capsys, {**RECORD, "receiving_team": "Insight and assurance"})
    assert answer["route"] == "standard" and "Leeds City Council is in no cluster" in answer["reasons"]


async def test_records_of_many_kinds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty records of our own making, with the lane and the reviews a reader of the rules would expect."""
    lines = RECORDS.read_bytes().splitlines()
    told = [json.loads(line) for line in lines]
    code, answers = await screened(tmp_path, capsys, *lines)
    assert code == 0 and len(answers) >= 30
    for record, answer in zip(told, answers, strict=True):
        expected = (record["id"], record["expected_route"], record["expected_ex_post_reviews"])
        assert (answer["id"], answer["route"], answer["reviews"]) == expected, answer["reasons"]
        assert answer["reasons"]


async def test_the_order_of_records_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = RECORDS.read_bytes().splitlines()
    _, forwards = await screened(tmp_path, capsys, *lines)
    _, backwards = await screened(tmp_path, capsys, *reversed(lines))
    assert forwards == backwards[::-1]


async def test_the_answers_in_a_record_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        "expected_route": "out_of_scope",
        "expected_ex_post_reviews": False,
        "tags": ["canary"],
        "outcome": "withdrawn",
    }
    _, [plain, primed] = await screened(tmp_path, capsys, RECORD, {**RECORD, **told})
    assert plain == primed


BAD = [
    b"not json",
    b"[1, 2]",
    b'"text"',
    b"null",
    b'{"id": "A", "title": NaN}',
    b'{"id": "A"',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    json.dumps({"id": "A-1"}).encode(),
    json.dumps({**RECORD, "category": None}).encode(),
    json.dumps({**RECORD, "purpose": "x" * 1_000_001}).encode(),
]


async def test_bad_lines_get_a_sentence_and_the_others_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answers = await screened(
        tmp_path, capsys, RECORD, *BAD, b"", b"   ", b"\xef\xbb\xbf" + json.dumps(RECORD).encode()
    )
    assert code == 1 and len(answers) == len(BAD) + 2
    assert "route" in answers[0] and "route" in answers[-1]
    for number, answer in enumerate(answers[1:-1], start=2):
        assert set(answer) == {"id", "line", "error"} and answer["line"] == number
        assert answer["error"].endswith(".") and "Error" not in answer["error"]
    assert answers[9]["id"] == "A-1"


async def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await screen(Settings(state=tmp_path), tmp_path / "none.jsonl") == 1
    assert "cannot be read" in capsys.readouterr().err

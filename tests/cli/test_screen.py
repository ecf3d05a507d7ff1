"""`sharecase screen`: one JSON line for each record, whatever the file holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.screen import screen
from cli.settings import Settings
from tests.domain.test_records import RECORD

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
    assert answer["reasons"] == ["the sending team decides: no other lane is open yet"]


@pytest.mark.parametrize(
    ("category", "use_type", "reviewed"),
    [
        ("prevention", "transactional", True),
        ("proactive", "bulk", True),
        ("emergent", "transactional", True),
        ("fraud_error_debt", "bulk", True),
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


async def test_what_the_directory_lacks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {
        "requesting_org": "DEPARTMENT for Work & Pensions (DWP)",
        "supplying_orgs": ["Ministry of Silly Walks"],
    }
    _, [answer] = await screened(tmp_path, capsys, {**RECORD, **names})
    assert [each for each in answer["reasons"] if "directory" in each] == [
        "not in the directory: Ministry of Silly Walks"
    ]


async def test_the_answers_in_a_record_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"expected_route": "out_of_scope", "expected_ex_post_reviews": False, "tags": ["canary"]}
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

"""S6: what cannot work is refused at the start, in one sentence that names the setting."""

import re
import subprocess
import sys
from itertools import product

import pytest

from cli.settings import BadSetting, Settings, read

GOOD = {
    "SHARECASE_MODE": "production",
    "DATABASE_URL": "postgresql+psycopg://sharecase:pw@db/sharecase",
    "TEMPORAL_ADDRESS": "temporal:7233",
    "SHARECASE_PUBLIC_URL": "https://sharecase.example.gov.uk",
}
NAMES = {str(field.validation_alias) for field in Settings.model_fields.values()}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def reading(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read()


def test_nothing_set_is_a_demonstration_on_this_computer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = reading(monkeypatch)
    assert settings.embedded and settings.listens_on == "127.0.0.1" and settings.port == 8000
    assert settings.address == "http://localhost:8000"
    assert settings.database.startswith("sqlite:///") and settings.state.is_absolute()


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading(monkeypatch, PORT="", DATABASE_URL="", SLACK_BOT_TOKEN="").port == 8000


def test_production_with_everything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = reading(monkeypatch, **GOOD)
    assert not settings.embedded and settings.listens_on == "0.0.0.0"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///sharecase.db"),
        ("DATABASE_URL", "sqlite+aiosqlite:////state/sharecase.db"),
        ("TEMPORAL_ADDRESS", ""),
        ("SHARECASE_PUBLIC_URL", ""),
        ("SHARECASE_PUBLIC_URL", "http://sharecase.example.gov.uk"),
        ("SHARECASE_PUBLIC_URL", "http://localhost.example.gov.uk"),
        ("SHARECASE_PUBLIC_URL", "sharecase.example.gov.uk"),
        ("SHARECASE_PUBLIC_URL", "https://[broken"),
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("SHARECASE_MODE", "demo"),
        ("SHARECASE_LEGAL_PROFILE", "wishful"),
        ("SLACK_BASE_URL", "http://slack.example"),
    ],
)
def test_each_refusal_names_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        reading(monkeypatch, **{**GOOD, "SLACK_BOT_TOKEN": "xoxb-1", name: value})
    sentence = str(refused.value)
    assert sentence.startswith(name) and sentence.endswith(".") and "\n" not in sentence
    assert not value or value not in sentence.replace(name, "")  # what was typed may be a secret


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_production_may_be_tried_out_over_http_on_this_computer(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert reading(monkeypatch, **{**GOOD, "SHARECASE_PUBLIC_URL": url}).address == url


# 2 modes x 4 hosts x 2 databases x 2 addresses: who may sign in as anybody, and from where
MATRIX = list(
    product(
        ("embedded", "production"),
        ("", "127.0.0.1", "0.0.0.0", "10.1.2.3"),
        ("", GOOD["DATABASE_URL"]),
        ("", "https://s.example"),
    )
)


@pytest.mark.parametrize(("mode", "host", "database", "url"), MATRIX)
def test_seeded_people_are_never_within_reach_of_another_computer(
    monkeypatch: pytest.MonkeyPatch, mode: str, host: str, database: str, url: str
) -> None:
    environment = {"SHARECASE_MODE": mode, "SHARECASE_HOST": host, "DATABASE_URL": database}
    environment |= {"SHARECASE_PUBLIC_URL": url, "TEMPORAL_ADDRESS": "temporal:7233"}
    starts = host in ("", "127.0.0.1") if mode == "embedded" else bool(database and url)
    if not starts:
        with pytest.raises(BadSetting, match=r"^(SHARECASE_HOST|DATABASE_URL|SHARECASE_PUBLIC_URL) "):
            reading(monkeypatch, **environment)
        return
    settings = reading(monkeypatch, **environment)
    assert not settings.embedded or settings.listens_on == "127.0.0.1"


def test_a_refusal_is_one_line_and_exit_78() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "web"],
        env={"PATH": "/usr/bin:/bin", "SHARECASE_MODE": "production", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 78 and done.stdout == ""
    assert re.fullmatch(r"sharecase: DATABASE_URL is missing: [^\n]+\.\n", done.stderr)


@pytest.mark.parametrize("command", [["run"], ["load-cases", "x.jsonl"]])
def test_what_belongs_to_the_demonstration_is_refused_in_production(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *command],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ".", **GOOD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 78 and "SHARECASE_MODE" in done.stderr

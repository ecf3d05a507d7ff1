"""S6: what cannot work is refused at the start, in one sentence that names the setting."""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cli.contradictions import SignIn
from cli.settings import BadSetting, Settings, read
from cli.wiring import services
from tests.cli.processes import sharecase

SIGNING = "8f14e45fceea167a5a36dedd4bea2543"
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": SIGNING,
    "SLACK_TEAM_ID": "T0123ABC",
    "SLACK_APP_ID": "A0123ABC",
}
ACCOUNTS = {
    "OIDC_ISSUER": "https://id.example.gov.uk",
    "OIDC_CLIENT_ID": "sharecase",
    "OIDC_CLIENT_SECRET": "c20ad4d76fe97759aa27a0c99bff6710",
}
GOOD = {
    "SHARECASE_MODE": "production",
    "DATABASE_URL": "postgresql+psycopg://sharecase:pw@db/sharecase",
    "TEMPORAL_ADDRESS": "temporal:7233",
    "SHARECASE_PUBLIC_URL": "https://sharecase.example.gov.uk",
    "SHARECASE_SEAL": "Zm9yIHRlc3RzIGFuZCBub3RoaW5nIGVsc2U6IHNlYWw",
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
    settings = reading(monkeypatch, **GOOD, **ACCOUNTS)
    assert not settings.embedded and settings.listens_on == "0.0.0.0"


def test_production_needs_a_way_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        BadSetting, match=r"^OIDC_ISSUER and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are missing"
    ):
        reading(monkeypatch, **GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHARECASE_SEAL", ""),
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
        reading(monkeypatch, **{**GOOD, **ACCOUNTS, "SLACK_BOT_TOKEN": "xoxb-1", name: value})
    sentence = str(refused.value)
    assert sentence.startswith(name) and sentence.endswith(".") and "\n" not in sentence
    assert not value or value not in sentence.replace(name, "")  # what was typed may be a secret


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_production_may_be_tried_out_over_http_on_this_computer(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert reading(monkeypatch, **{**GOOD, **ACCOUNTS, "SHARECASE_PUBLIC_URL": url}).address == url


# --- who may sign in as anybody (S6): all 32 combinations of the five settings that have to agree -----------------

# name: (the value with which nobody else can come, the one with which somebody could)
FIVE = {
    "SHARECASE_MODE": ("embedded", "production"),
    "SHARECASE_HOST": ("127.0.0.1", "0.0.0.0"),
    "SHARECASE_PUBLIC_URL": ("http://localhost:8000", GOOD["SHARECASE_PUBLIC_URL"]),
    "DATABASE_URL": ("sqlite:///state/sharecase.db", GOOD["DATABASE_URL"]),
    "SHARECASE_ENVIRONMENT": ("development", "production"),
}
COMBINATIONS = list(product((False, True), repeat=len(FIVE)))


def five(opens: tuple[bool, ...]) -> dict[str, str]:
    chosen = {name: values[is_open] for (name, values), is_open in zip(FIVE.items(), opens, strict=True)}
    return {**chosen, "TEMPORAL_ADDRESS": "temporal:7233", "SHARECASE_SEAL": GOOD["SHARECASE_SEAL"]}


@pytest.mark.parametrize("opens", COMBINATIONS)
@pytest.mark.parametrize("said", ["dev", ""])
def test_choosing_whom_to_be_exists_only_where_all_five_agree(
    monkeypatch: pytest.MonkeyPatch, opens: tuple[bool, ...], said: str
) -> None:
    against = {name for name, is_open in zip(FIVE, opens, strict=True) if is_open}
    if not said and "SHARECASE_MODE" in against:
        said = "dev"  # left alone it would be oidc, which is the next test
    if not against:
        assert reading(monkeypatch, **five(opens), SHARECASE_SIGN_IN=said).signs_in is SignIn.DEV
        return
    with pytest.raises(BadSetting) as refused:
        reading(monkeypatch, **five(opens), SHARECASE_SIGN_IN=said)
    sentence = str(refused.value)
    assert sentence.startswith("SHARECASE_SIGN_IN") and "\n" not in sentence
    told, _, instead = sentence.partition("Mend that")
    assert {name for name in FIVE if name in told} == against
    assert told.count("unset it") + told.count("set it to embedded") == len(against)
    assert "SHARECASE_SIGN_IN=oidc" in instead and "OIDC_CLIENT_SECRET" in instead
    assert not any(value in sentence for value in five(opens).values() if "//" in value)


@pytest.mark.parametrize("opens", COMBINATIONS)
@pytest.mark.parametrize("said", ["oidc", ""])
def test_with_accounts_of_a_provider_nobody_chooses_whom_to_be(
    monkeypatch: pytest.MonkeyPatch, opens: tuple[bool, ...], said: str
) -> None:
    against = {name for name, is_open in zip(FIVE, opens, strict=True) if is_open}
    environment = {**five(opens), **ACCOUNTS, "SHARECASE_SIGN_IN": said}
    if "SHARECASE_MODE" in against:
        wrong = "" if "DATABASE_URL" in against else "DATABASE_URL"
    else:
        wrong = "SHARECASE_ENVIRONMENT" if "SHARECASE_ENVIRONMENT" in against else ""
    if wrong:
        with pytest.raises(BadSetting, match=f"^{wrong} "):
            reading(monkeypatch, **environment)
        return
    settings = reading(monkeypatch, **environment)
    assert settings.signs_in is SignIn.OIDC


def test_what_the_site_offers_is_what_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody: Any = None
    alone = services(reading(monkeypatch), nobody, nobody)
    assert alone.site.dev_sign_in and not alone.site.provider and alone.provider is None
    made = services(reading(monkeypatch, **ACCOUNTS, OIDC_NAME="Internal Access"), nobody, nobody)
    assert not made.site.dev_sign_in and made.site.provider == "Internal Access" and made.provider
    assert ACCOUNTS["OIDC_CLIENT_SECRET"] not in repr(made.provider)


@pytest.mark.parametrize(
    ("starts", "words", "more"),
    [
        ("OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are missing", "", {"OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""}),
        ("OIDC_CLIENT_SECRET is missing", "", {"OIDC_CLIENT_SECRET": ""}),
        ("OIDC_ISSUER is missing", "", {"OIDC_ISSUER": ""}),
        ("OIDC_ISSUER", "https://", {"OIDC_ISSUER": "http://id.example"}),
        ("OIDC_ISSUER", "https://", {"OIDC_ISSUER": "id.example"}),
        ("OIDC_ISSUER", "question mark", {"OIDC_ISSUER": "https://id.example/?tenant=7"}),
        ("OIDC_CLIENT_SECRET", "shorter", {"OIDC_CLIENT_SECRET": "hunter2"}),
        ("OIDC_CLIENT_SECRET", "placeholder", {"OIDC_CLIENT_SECRET": "please-change-me-soon"}),
        ("OIDC_CLIENT_SECRET", "placeholder", {"OIDC_CLIENT_SECRET": "xxxxxxxxxxxxxxxxxxxxxxxx"}),
        ("SHARECASE_SIGN_IN", "OIDC_ISSUER", {"SHARECASE_SIGN_IN": "dev"}),
        ("SHARECASE_SIGN_IN", "dev", {"SHARECASE_SIGN_IN": "password"}),
        ("SHARECASE_ENVIRONMENT", "development", {"SHARECASE_ENVIRONMENT": "staging"}),
        ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", {"SLACK_SIGNING_SECRET": SIGNING}),
        ("SLACK_SIGNING_SECRET_BEFORE", "SLACK_SIGNING_SECRET", {"SLACK_SIGNING_SECRET_BEFORE": SIGNING}),
        ("SLACK_SIGNING_SECRET", "shorter", {**SLACK, "SLACK_SIGNING_SECRET": "8f14e45f"}),
        ("SLACK_SIGNING_SECRET_BEFORE", "placeholder", {**SLACK, "SLACK_SIGNING_SECRET_BEFORE": "<your-secret-here>"}),
        ("SLACK_BOT_TOKEN", "placeholder", {"SLACK_BOT_TOKEN": "xoxb-your-token"}),
        ("SLACK_TEAM_ID", "SLACK_SIGNING_SECRET", {"SLACK_TEAM_ID": "T0123ABC"}),
        ("SLACK_TEAM_ID", "as Slack shows it", {**SLACK, "SLACK_TEAM_ID": "acme.slack.example"}),
        ("SLACK_TEAM_ID", "only this one workspace", {**SLACK, "SLACK_TEAM_ID": ""}),
        ("SLACK_APP_ID", "only this one workspace", {**SLACK, "SLACK_APP_ID": ""}),
        ("SLACK_APP_ID", "as Slack shows it", {**SLACK, "SLACK_APP_ID": "T0123ABC"}),
        ("SHARECASE_TRUSTED_PROXY", "10.0.0.5", {"SHARECASE_TRUSTED_PROXY": "the proxy"}),
        ("SHARECASE_TRUSTED_PROXY", "every address", {"SHARECASE_TRUSTED_PROXY": "0.0.0.0/0"}),
        ("SHARECASE_PUBLIC_URL", "https://", {"SHARECASE_PUBLIC_URL": "http://sharecase.example"}),
        ("SHARECASE_SEAL", "exactly 32 bytes", {"SHARECASE_SEAL": "Zm9yIHRlc3RzIGFuZCBub3RoaW5nIGVsc2U"}),
        ("SHARECASE_SEAL", "exactly 32 bytes", {"SHARECASE_SEAL": "+/9yIHRlc3RzIGFuZCBub3RoaW5nIGVsc2U6IHNlYWw"}),
        ("SHARECASE_SEAL", "placeholder", {"SHARECASE_SEAL": "A" * 43}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["embedded", "production"])
def test_half_a_setting_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, mode: str, starts: str, words: str, more: dict[str, str]
) -> None:
    before = {**GOOD, **ACCOUNTS} if mode == "production" else ACCOUNTS
    with pytest.raises(BadSetting) as refused:
        reading(monkeypatch, **{**before, "SHARECASE_MODE": mode, **more})
    sentence = str(refused.value)
    assert sentence.startswith(starts) and words in sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 700
    assert not any(value in sentence for value in more.values() if len(value) > 6)


def test_everything_for_accounts_and_slack_together_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = reading(monkeypatch, **GOOD, **ACCOUNTS, **SLACK, SLACK_SIGNING_SECRET_BEFORE=SIGNING[::-1])
    shown = repr(settings)
    assert settings.signs_in is SignIn.OIDC
    assert not any(
        secret in shown for secret in (SIGNING, SLACK["SLACK_BOT_TOKEN"], ACCOUNTS["OIDC_CLIENT_SECRET"])
    )


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9400", "http://localhost:9400/realms/x"])
def test_a_provider_on_this_computer_may_speak_http(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    assert reading(monkeypatch, **{**ACCOUNTS, "OIDC_ISSUER": issuer}).oidc_issuer == issuer


def test_a_demonstration_that_others_could_reach_does_not_start(tmp_path: Path) -> None:
    """The process itself: exit 78, one line, nothing made and nobody served."""
    done = sharecase(tmp_path / "state", "run", SHARECASE_HOST="0.0.0.0", PORT="0")
    assert done.returncode == 78 and done.stdout == ""
    assert re.fullmatch(r"sharecase: SHARECASE_SIGN_IN is dev[^\n]+SHARECASE_HOST opens[^\n]+\n", done.stderr)
    assert not (tmp_path / "state").exists()


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
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ".", **GOOD, **ACCOUNTS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 78 and "SHARECASE_MODE" in done.stderr

"""The first operator of an empty installation comes from the command line, once; everybody else by invitation (S6)."""

from pathlib import Path

import pytest
import typer
from sqlalchemy import select

from cli import invite, upkeep
from cli.invite import invite_first_operator, invite_person
from cli.settings import Settings
from domain.working_days import Nation
from store.database import Database
from store.tables import organisations, posts

BODY = "Office for Data Shares"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        state=tmp_path,
        oidc_issuer="https://provider.example",
        oidc_client_id="sharecase",
        oidc_client_secret="0123456789abcdef0123456789abcdef",
    )


async def test_the_first_operator_is_invited_once_and_then_anybody_in_the_directory(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await upkeep.migrate(settings, lambda _: None)
    england = Nation.ENGLAND_AND_WALES
    assert await invite_first_operator(settings, "Wilhelmina Ashgrove", "", england) == 1
    assert "give the name of a public body" in capsys.readouterr().err  # and nothing was made
    assert await invite_first_operator(settings, "Wilhelmina Ashgrove", BODY, england) == 0
    first = capsys.readouterr()
    assert first.out.startswith("http://localhost:8000/sign-in/invitation/") and first.out.count("\n") == 1
    assert "Wilhelmina Ashgrove is operator" in first.err and "in office-for-data-shares." in first.err
    person = first.err.partition("with the id ")[2].partition(",")[0]

    assert await invite_first_operator(settings, "Somebody Else", BODY, england) == 1
    second = capsys.readouterr()
    assert "there is an operator already" in second.err and not second.out
    assert await invite_person(settings, person) == 0
    again = capsys.readouterr()
    assert again.out.startswith("http") and again.out != first.out
    assert await invite_person(settings, "p-nobody") == 1
    assert "nobody in the directory" in capsys.readouterr().err

    database = Database(settings.database)
    async with database.read() as connection:
        [body] = await connection.execute(select(organisations))
        assert (body.name, body.nation, body.status, body.demo) == (BODY, england, "public", False)
        [post] = await connection.execute(select(posts))
        assert (post.person, post.role, post.organisation) == (person, "operator", body.id)
    await database.close()


async def test_somebody_is_found_by_e_mail_and_no_second_first_operator_is_made(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await upkeep.migrate(settings, lambda _: None)
    await upkeep.seed(settings, lambda _: None, demo=True)
    assert await invite_person(settings, "amara.okafor@dwp.example") == 0
    capsys.readouterr()
    assert await invite_first_operator(settings, "Another", "dwp", Nation.ENGLAND_AND_WALES) == 1
    assert "there is an operator already" in capsys.readouterr().err


async def test_without_a_provider_nobody_is_invited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await invite_person(Settings(state=tmp_path), "p-amara-okafor") == 1
    assert "OIDC_ISSUER is not set" in capsys.readouterr().err


def test_what_cannot_be_is_told_in_a_sentence() -> None:
    def finish(*_: object, **__: object) -> None:
        raise AssertionError("it was done")

    def fail(sentence: str, code: int = 1) -> None:
        raise ValueError(sentence)

    app = typer.Typer()
    invite.add_to(app, finish, fail)  # type: ignore[arg-type]
    command = app.registered_commands[0].callback
    assert command
    nation = Nation.SCOTLAND
    for person, operator, body, told in (
        ("", "", "", "give either a person"),
        ("p-x", "Wilhelmina", BODY, "give either a person"),
        ("", "Wilhelmina", "", "belong together"),
        ("p-x", "", BODY, "belong together"),
    ):
        with pytest.raises(ValueError, match=told):
            command(person=person, first_operator=operator, body=body, nation=nation)

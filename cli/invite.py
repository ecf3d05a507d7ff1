"""`sharecase invite`: a link by which somebody says which account is theirs; the first operator of an empty installation
comes from here, because there is nobody yet who could let them in.
"""

import re
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from secrets import token_hex
from typing import Annotated

import typer
from sqlalchemy import func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.commands_of_data import Fail, Finish
from cli.settings import Settings
from domain.working_days import Nation

BY = "command line"


def add_to(app: typer.Typer, finish: Finish, fail: Fail) -> None:
    @app.command()
    def invite(  # pyright: ignore[reportUnusedFunction]
        person: Annotated[str, typer.Argument(help="A person's id or e-mail address.")] = "",
        first_operator: Annotated[
            str, typer.Option("--first-operator", help="Instead: the name of the first operator of all.")
        ] = "",
        body: Annotated[str, typer.Option(help="Their body, by id or name; made if need be.")] = "",
        nation: Annotated[Nation, typer.Option(help="Of a body that is made.")] = Nation.ENGLAND_AND_WALES,
    ) -> None:
        """A link, shown once, by which somebody says which account they sign in with."""
        if bool(person) == bool(first_operator):
            fail("give either a person, or --first-operator with a name.", code=2)
        if bool(first_operator) != bool(body):
            fail("--first-operator and --body belong together: whose post is it, and in which body.", code=2)
        if first_operator:
            finish(lambda settings: invite_first_operator(settings, first_operator, body, nation))
        finish(lambda settings: invite_person(settings, person))


async def invite_person(settings: Settings, person: str) -> int:
    """Prints the link; 1 and a sentence where nobody is known by that id or e-mail address, or an account is linked."""
    from store import posts

    async def who(connection: AsyncConnection, now: datetime) -> str:
        found = await posts.by_email(connection, person) if "@" in person else None
        return found or person

    return await _invite(settings, who)


async def invite_first_operator(settings: Settings, name: str, body: str, nation: Nation) -> int:
    """Makes the body, the person and the post as needed, then prints the link. Only where no operator ever was."""
    from domain.people import Role
    from domain.permissions import Post
    from domain.working_days import london_date
    from store import identities, posts

    async def who(connection: AsyncConnection, now: datetime) -> str:
        await posts.lock(connection)
        if await identities.has_operator(connection):
            raise CannotInvite(
                "there is an operator already: ask them for an invitation, or give the id of a person to invite."
            )
        if not 0 < len(name.strip()) <= 200 or not name.isprintable():
            raise CannotInvite("--first-operator: give a name of at most 200 characters.")
        where = await _body(connection, body.strip(), nation)
        made = f"p-{token_hex(10)}"
        await posts.add_person(connection, made, name.strip(), "")
        post = Post(role=Role.OPERATOR, organisation=where, team=None)
        await posts.appoint(connection, made, post, london_date(now))
        print(f"{name.strip()} is operator, with the id {made}, in {where}.", file=sys.stderr)
        return made

    return await _invite(settings, who)


class CannotInvite(Exception):
    """A sentence that says what to do instead."""


async def _invite(settings: Settings, who: Callable[[AsyncConnection, datetime], Awaitable[str]]) -> int:
    from api.desk import utc_now
    from api.invitations import new_invitation
    from cli.upkeep import opened
    from domain.refusals import Refusal
    from store import posts, schema

    if not settings.oidc_issuer:
        print(
            "sharecase: OIDC_ISSUER is not set, so nobody can sign in with an account yet.", file=sys.stderr
        )
        return 1
    now = utc_now()
    async with opened(settings) as database:
        await schema.check(database)
        try:
            async with database.write() as connection:
                person = await who(connection, now)
                if not await posts.people_of(connection, {person}):
                    raise CannotInvite("nobody in the directory has this id or e-mail address: check it.")
                invited = await new_invitation(connection, person, by=BY, at=now)
        except (CannotInvite, Refusal) as refusal:
            print(f"sharecase: {refusal}", file=sys.stderr)
            return 1
    print(f"{settings.address}/sign-in/invitation/{invited.code}")
    print("It can be used once, within 7 days. It is shown only now.", file=sys.stderr)
    return 0


async def _body(connection: AsyncConnection, told: str, nation: Nation) -> str:
    """The id of a body by its id or name; one that is not there yet is made."""
    from store.tables import organisations as table

    same = or_(table.c.id == told, func.lower(table.c.name) == told.lower())
    if found := await connection.scalar(select(table.c.id).where(same).order_by(table.c.id).limit(1)):
        return found
    made = re.sub(r"[^a-z0-9]+", "-", told.lower()).strip("-")[:40].strip("-")
    if not made or len(told) > 200 or not told.isprintable() or nation is Nation.UNION:
        raise CannotInvite("--body: give the name of a public body, in letters, and --nation where it is.")
    values = {
        "id": made, "name": told, "kind": "public body", "nation": nation.value, "status": "public",
        "identifiers": {}, "demo": False, "tiny": False,
    }  # fmt: skip
    await connection.execute(insert(table).values(values))
    return made

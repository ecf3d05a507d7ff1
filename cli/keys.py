"""`sharecase keys`: the keys that tokens of grants are signed with. Their private halves are never shown."""

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from cli.commands_of_data import Finish
from cli.settings import Settings

if TYPE_CHECKING:
    from api.key_acts import KeyActs, Turned
    from store.directory import Person

Operator = Annotated[str, typer.Option(help="The operator who does it: a person's id.")]


def add_to(app: typer.Typer, finish: Finish) -> None:
    keys = typer.Typer(help="The keys that sign tokens of grants.", no_args_is_help=True)
    app.add_typer(keys, name="keys")

    @keys.command("list")
    def list_() -> None:  # pyright: ignore[reportUnusedFunction]
        """Every key there ever was: which one signs, which is next, and until when the others are published."""
        finish(list_keys)

    @keys.command()
    def rotate(operator: Operator) -> None:  # pyright: ignore[reportUnusedFunction]
        """Publish the next key, or a day later let it sign. By itself that happens every 90 days."""
        finish(lambda settings: _act(settings, operator, _rotate))

    @keys.command()
    def revoke(  # pyright: ignore[reportUnusedFunction]
        kid: Annotated[str, typer.Argument(help="The key's id, as `sharecase keys list` shows it.")],
        operator: Operator,
    ) -> None:
        """Take out a key that somebody else may have, at once: nothing that it signed is taken any more."""
        finish(
            lambda settings: _act(
                settings, operator, lambda acts, person: _revoke(acts, person, kid), opens=False
            )
        )


async def list_keys(settings: Settings) -> int:
    from api.desk import utc_now
    from cli.serve import opened
    from store import schema, signing_keys

    async with opened(settings) as database:
        await schema.check(database)
        async with database.read() as connection:
            found = await signing_keys.all_of(connection)
            live = await signing_keys.live_tokens(connection, utc_now())
    if not found:
        print("There is no key yet: the first start of Sharecase makes it.")
    for each in found:
        key = each.key
        shown = "published" if key.is_published(utc_now()) else "gone"
        print(
            f"{key.kid}  {key.state.value:8} {shown:9}  signs from {key.signs_from:%Y-%m-%d %H:%M} UTC, "
            f"{live.get(key.kid, 0)} live tokens"
        )
    return 0


async def _act(
    settings: Settings,
    operator: str,
    do: Callable[["KeyActs", "Person"], Awaitable[None]],
    *,
    opens: bool = True,
) -> int:
    """`opens`: whether the seal must fit the keys there are."""
    from api.desk import utc_now
    from api.key_acts import KeyActs
    from cli.serve import opened
    from cli.wiring import keyring_of, unlocked
    from domain.refusals import NotYours, Refusal
    from domain.working_days import london_date
    from store import directory, schema

    async with opened(settings) as database:
        await schema.check(database)
        keyring = await unlocked(settings, database) if opens else keyring_of(settings)
        async with database.read() as connection:
            person = await directory.person(connection, operator, london_date(utc_now()))
        try:
            if person is None:
                raise NotYours
            await do(KeyActs(database, utc_now, keyring), person)
        except Refusal as refusal:
            print(f"sharecase: {refusal.message}", file=sys.stderr)
            return 1
    return 0


async def _rotate(acts: "KeyActs", person: "Person") -> None:
    done: Turned = await acts.rotate(person, command=uuid4().hex, via="cli")
    if done.is_next:
        print(f"{done.kid} is published, and may sign from {done.signs_from:%Y-%m-%d %H:%M} UTC.")
    else:
        print(f"{done.kid} signs from now on.")


async def _revoke(acts: "KeyActs", person: "Person", kid: str) -> None:
    done: Turned = await acts.revoke(person, kid, command=uuid4().hex, via="cli")
    print(f"{kid} is revoked: {done.lost} live tokens are worth nothing any more. {done.kid} signs.")

"""`sharecase what-if` as a command: light, because every start of the program reads it."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from cli.settings import Settings

Finish = Callable[[Callable[[Settings], Coroutine[Any, Any, int]]], None]
ANY_NUMBER = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_to(app: typer.Typer, finish: Finish) -> None:
    @app.command("what-if", context_settings=ANY_NUMBER)
    def what_if(  # pyright: ignore[reportUnusedFunction]
        context: typer.Context,
        json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
        demo: Annotated[
            bool, typer.Option("--demo", help="Made-up bodies too, as in a demonstration.")
        ] = False,
        most: Annotated[int, typer.Option(min=0, help="The newest so many cases; 0 for all.")] = 0,
    ) -> None:
        """What other numbers of the policy would have meant for past cases: --decide 15 --leader 7. Reads only."""
        from cli.what_if import what_if

        finish(lambda settings: what_if(settings, context.args, as_json=json, demo=demo, most=most))

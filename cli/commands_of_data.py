"""What comes in from files, and what is counted, as commands: light, because every start of the program reads it."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, Protocol

import typer

from cli.settings import Settings


class Finish(Protocol):
    def __call__(
        self, command: Callable[[Settings], Coroutine[Any, Any, int]], *, embedded_only: str = ""
    ) -> NoReturn: ...


class Fail(Protocol):
    def __call__(self, sentence: str, code: int = 1) -> NoReturn: ...


def add_to(app: typer.Typer, finish: Finish, fail: Fail) -> None:
    @app.command("import")
    def import_(  # pyright: ignore[reportUnusedFunction]
        file: Annotated[Path, typer.Argument(help="A CSV file, or requests of the Data Marketplace (JSON).")],
        as_: Annotated[str, typer.Option("--as", help="Whose drafts they become: a person's id.")],
        format_: Annotated[
            str, typer.Option("--format", help="csv or marketplace; else told by the name.")
        ] = "",
        yes: Annotated[
            bool, typer.Option("--yes", help="Keep them; without it they are only looked at.")
        ] = False,
    ) -> None:
        """Bring in requests from a file as drafts of one person; the same file twice makes nothing new."""
        from cli.import_requests import import_requests

        if format_ not in ("", "csv", "marketplace"):
            fail(f"--format {format_}: give csv or marketplace.", code=2)
        finish(lambda settings: import_requests(settings, file, as_, format_, yes=yes))

    @app.command("import-directory")
    def import_directory(  # pyright: ignore[reportUnusedFunction]
        file: Annotated[
            Path, typer.Argument(help="CSV: bodies, teams, people, posts, contacts, bank holidays.")
        ],
        operator: Annotated[
            str, typer.Option(help="The operator who brings it: a person's id. Not while there is none.")
        ] = "",
        yes: Annotated[
            bool, typer.Option("--yes", help="Do it; without it the file is only looked at.")
        ] = False,
    ) -> None:
        """Fill or change the directory from a file, all of it or nothing; the same file twice changes nothing."""
        from cli.import_directory import import_directory

        finish(lambda settings: import_directory(settings, file, operator, yes=yes))

    @app.command("load-reliers")
    def load_reliers(  # pyright: ignore[reportUnusedFunction]
        root: Annotated[str, typer.Option(help="The decision they rely on, such as SC-7K3M-P2QX.")] = "",
        file: Annotated[
            Path | None, typer.Option(help="CSV: team, and if need be risk_owner, region, area.")
        ] = None,
        as_: Annotated[str, typer.Option("--as", help="Who asks for all of them: a person's id.")] = "",
        demo: Annotated[int, typer.Option(help="Instead of a file: so many made-up hospitals.")] = 0,
        confirm: Annotated[
            bool, typer.Option("--confirm", help="With --demo: let everybody act until it is in use.")
        ] = False,
    ) -> None:
        """One decision for many bodies: a request that relies on it for each team in a file."""
        from cli.load_reliers import load_reliers

        if bool(file) == bool(demo):
            fail("give either --file, or --demo with a number.", code=2)
        if file and (confirm or not root or not as_):
            fail(
                "--file needs --root and --as, and nobody confirms by program: --confirm belongs to --demo.",
                code=2,
            )
        if demo and not 1 <= demo <= 1000:
            fail(f"--demo {demo}: give a number from 1 to 1000.", code=2)
        finish(
            lambda settings: load_reliers(settings, root, file, as_, demo=demo, confirm=confirm),
            embedded_only="load-reliers --demo" if demo else "",
        )

    @app.command()
    def figures(  # pyright: ignore[reportUnusedFunction]
        from_: Annotated[str, typer.Option("--from", help="The first day, such as 2026-01-01.")] = "",
        to: Annotated[str, typer.Option(help="The last day; today when not given.")] = "",
        organisation: Annotated[str, typer.Option(help="A body on either side: its id.")] = "",
        cluster: Annotated[str, typer.Option(help="A cluster's id.")] = "",
        lane: Annotated[
            str, typer.Option(help="cluster, reliance, standard, urgent, exploratory or none.")
        ] = "",
        demo: Annotated[
            bool, typer.Option("--demo", help="The made-up bodies instead of real ones.")
        ] = False,
        json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
        recompute: Annotated[
            bool,
            typer.Option("--recompute", help="Count again from the events, by other means, and compare."),
        ] = False,
        rebuild: Annotated[
            bool, typer.Option("--rebuild", help="First write the kept figures anew from the events.")
        ] = False,
        note: Annotated[
            str,
            typer.Option(help="Publish what was corrected in these figures, beside them; name no person."),
        ] = "",
    ) -> None:
        """The public figures: what came in, what became of it, how long it took."""
        from cli.figures import show

        asked = {"from": from_, "to": to, "organisation": organisation, "cluster": cluster, "lane": lane}
        asked["demo"] = "yes" if demo else ""
        how = {"as_json": json, "recompute": recompute, "rebuild": rebuild}
        finish(lambda settings: show(settings, asked, **how, note=note))

    @app.command()
    def pack(  # pyright: ignore[reportUnusedFunction]
        quarter: Annotated[str, typer.Option(help="The quarter, such as 2026-Q4.")],
        out: Annotated[Path, typer.Option(help="The folder the files go to.")],
        demo: Annotated[
            bool, typer.Option("--demo", help="The made-up bodies instead of real ones.")
        ] = False,
    ) -> None:
        """The quarterly pack: CSV, JSON and the data dictionary."""
        from cli.pack import write_pack

        finish(lambda settings: write_pack(settings, quarter, out, demo=demo))

    @app.command("load-cases")
    def load_cases(  # pyright: ignore[reportUnusedFunction]
        file: Annotated[Path, typer.Argument(help="One record on each line (JSON).")],
    ) -> None:
        """Submit each record as a real request by the closest team of the demonstration."""
        from cli.load_cases import load_cases

        finish(lambda settings: load_cases(settings, file), embedded_only="load-cases")

"""`sharecase`: one program, many commands. Each command imports what it needs, so that the small ones stay quick."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from cli import commands_of_data, invite, keys, policy_command
from cli.settings import REFUSED, BadSetting, Settings, read
from domain.scopes import Scope
from domain.working_days import Nation

app = typer.Typer(
    name="sharecase",
    help="Data share requests between public bodies: silence moves up, a refusal answers for its harm.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Command = Callable[[Settings], Coroutine[Any, Any, int]]


@app.command()
def run(
    demo: Annotated[bool, typer.Option(help="Bring a request to every stage, to look at.")] = True,
) -> None:
    """Everything on this computer: database, workflow engine, worker and web."""
    from cli import serve

    _finish(lambda settings: serve.run(settings, _say, with_demo=demo), embedded_only="run")


@app.command()
def web() -> None:
    """Pages and API; the work is done by `sharecase worker`."""
    from cli import serve

    _finish(lambda settings: serve.web(settings, _say))


@app.command()
def worker() -> None:
    """Cases, deadlines and messages; several may run side by side."""
    from cli import serve

    _finish(lambda settings: serve.worker(settings, _say))


@app.command()
def migrate(
    write: Annotated[str, typer.Option(help="Developers: write a new migration with this message.")] = "",
) -> None:
    """Bring the database's tables to this version."""
    from cli import upkeep

    _finish(lambda settings: upkeep.migrate(settings, _say, write))


@app.command()
def seed(
    demo: Annotated[
        bool, typer.Option("--demo", help="In production too: the made-up bodies and people.")
    ] = False,
) -> None:
    """Fill an empty database: bank holidays, and in embedded mode the made-up bodies and people."""
    from cli import upkeep

    _finish(lambda settings: upkeep.seed(settings, _say, demo=demo))


@app.command()
def token(
    person: Annotated[str, typer.Argument(help="A person's id, such as p-amara-okafor.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    days: Annotated[int, typer.Option(min=1, max=365)] = 90,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; again for more. All of it when not given.")
    ] = None,
) -> None:
    """Issue an API token for a person, and show it this once."""
    from cli import upkeep

    _finish(lambda settings: upkeep.token(settings, person, label, days, scope or []))


@app.command()
def reconcile() -> None:
    """Start the workflow of every open case that has none, from its record."""
    from cli import upkeep

    _finish(lambda settings: upkeep.reconcile(settings, _say))


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Option(help="Instead: the events of one case, as an auditor exported them.")
    ] = None,
) -> None:
    """Check that no recorded event was changed, added or taken out."""
    from cli import upkeep
    from cli.verify import verify_file

    if file:
        raise typer.Exit(verify_file(file))  # needs no installation
    _finish(upkeep.verify)


@app.command()
def simulate(
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    lane: Annotated[str, typer.Option(help="Instead: cluster, reliance, urgent or exploratory.")] = "",
) -> None:
    """Two years of one preventative share, in seconds: who was told, when silence moved it up, how it ended."""
    from cli.lane_stories import STORIES, simulate_lane
    from cli.simulate import simulate

    if lane and lane not in STORIES:
        _fail(f"--lane {lane}: give one of {', '.join(STORIES)}.", code=2)
    _finish(lambda settings: simulate_lane(lane, as_json=json) if lane else simulate(as_json=json))


@app.command()
def due(
    from_: Annotated[str, typer.Option("--from", help="The day it was received, such as 2026-07-10.")],
    days: Annotated[int, typer.Option(min=0, help="Working days.")],
    nation: Annotated[Nation, typer.Option(help="Whose bank holidays count.")] = Nation.ENGLAND_AND_WALES,
) -> None:
    """The date on which something is due."""
    from cli.due import due_date

    received = _day(from_, "--from")
    _finish(lambda settings: due_date(settings, received, days, nation))


@app.command("add-holiday")
def add_holiday(
    nation: Annotated[Nation, typer.Option(help="Where nobody works on that day.")],
    day: Annotated[str, typer.Option("--date", help="The day, such as 2027-05-14.")],
    title: Annotated[str, typer.Option(help="What it is called.")],
    operator: Annotated[str, typer.Option(help="The operator who adds it: a person's id.")],
) -> None:
    """Add a bank holiday; the deadlines that still run are worked out again, never earlier."""
    from cli import upkeep

    added = _day(day, "--date")
    if nation is Nation.UNION:
        _fail("--nation union: add the day to a nation; the union follows by itself.", code=2)
    _finish(lambda settings: upkeep.add_holiday(settings, _say, operator, nation, added, title))


@app.command()
def screen(file: Annotated[Path, typer.Argument(help="One record on each line (JSON).")]) -> None:
    """Say for each record which way it would go, one JSON line each."""
    from cli.screen import screen

    _finish(lambda settings: screen(settings, file))


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"{option} {text}: give a real date, like 2026-07-10.", code=2)


def _finish(command: Command, *, embedded_only: str = "") -> NoReturn:
    """Run a command to its exit code. What a person did not foresee is told in a sentence, never as a trace."""
    from cli.embedded import CannotStart
    from store.schema import WrongSchema

    code = 1
    try:
        settings = read()
        if embedded_only and not settings.embedded:
            raise BadSetting(
                f"SHARECASE_MODE is production, and `sharecase {embedded_only}` belongs to a demonstration on one "
                "computer: use `sharecase web` and `sharecase worker`."
            )
        _quiet_logs()
        code = _loop(command(settings))
    except BadSetting as refusal:
        code = REFUSED
        print(f"sharecase: {refusal}", file=sys.stderr)
    except (CannotStart, WrongSchema) as trouble:
        print(f"sharecase: {trouble}", file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    except (BrokenPipeError, SystemExit):
        code = 141  # who was reading has gone away, as `head` does; rich says it by SystemExit
    except BaseException:
        import traceback

        traceback.print_exc()
    # A process that used a Temporal client sometimes dies in the interpreter's own clearing up; nothing is left to do.
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def _loop(work: Coroutine[Any, Any, int]) -> int:
    factory = None
    if sys.platform != "win32":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


def _quiet_logs() -> None:
    """Logs go to stderr as lines for machines; stdout belongs to what a command has to say."""
    import logging

    import structlog
    from temporalio.runtime import (
        LogForwardingConfig,
        LoggingConfig,
        Runtime,
        TelemetryConfig,
        TelemetryFilter,
    )

    from cli.logs import QuietFormatter, without_values

    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(QuietFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[lines], level=logging.WARNING)
    # The SDK's Rust core would write to stdout by itself. What it warns of when a server comes or goes, it mends.
    core = LoggingConfig(
        filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger("temporalio.core")),
    )
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=core)))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _say(line: str) -> None:
    print(line, flush=True)


def _fail(sentence: str, code: int = 1) -> NoReturn:
    print(f"sharecase: {sentence}", file=sys.stderr)
    raise typer.Exit(code)


commands_of_data.add_to(app, _finish, _fail)
policy_command.add_to(app, _finish)
invite.add_to(app, _finish, _fail)
keys.add_to(app, _finish)


def main() -> None:
    app()


if __name__ == "__main__":
    main()

"""The commands and names that docker-compose.yml and the Dockerfile use are the program's own."""

import re
from pathlib import Path

from cli.main import app
from tests.cli.test_settings import NAMES

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMMANDS = {
    command.name or (command.callback and command.callback.__name__) for command in app.registered_commands
}


def test_the_program_has_the_commands_it_promises() -> None:
    assert {
        *("run", "web", "worker", "migrate", "seed", "token", "reconcile", "verify"),
        *("simulate", "due", "screen", "load-cases", "load-reliers", "import", "add-holiday", "figures"),
        *("what-if", "pack", "invite", "import-directory"),
    } == COMMANDS


def test_compose_starts_only_what_there_is() -> None:
    used = set(re.findall(r'^    command: \["([a-z-]+)"\]$', COMPOSE, re.MULTILINE))
    assert used == {"migrate", "worker", "web"} and used <= COMMANDS


def test_every_name_that_sharecase_is_given_is_one_it_reads() -> None:
    [block] = re.findall(r"environment: &sharecase-environment\n((?: {4}\S.*\n)+)", COMPOSE)
    given = set(re.findall(r"^    ([A-Z_]+):", block, re.MULTILINE))
    assert given <= NAMES
    # Everything there is to say, but what a container has no use for: where it listens, and what is embedded's own.
    assert {
        "SHARECASE_HOST",
        "PORT",
        "SHARECASE_STATE",
        "SHARECASE_SIGN_IN",
    } == NAMES - given


def test_the_health_check_asks_for_a_page_that_is_there() -> None:
    from api.health import router

    [path] = re.findall(r"127\.0\.0\.1:8000(/[a-z/]+)", COMPOSE)
    assert path in {getattr(route, "path", "") for route in router.routes}

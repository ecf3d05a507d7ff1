"""The whole world, listed both ways: what exists has its rule, and what has a rule exists."""

import ast
import csv
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import gate
from api.desk import utc_now
from api.services import Services, Site
from domain import access, acts, commands, decide, events, fold, notices, permissions, words
from domain.case import Case, Cause, Kind, Stage
from domain.policy import LegalProfile
from domain.refusals import all_refusals
from ui.app import create_app

HOUSE = Path(__file__).parent.parent
ROOMS = ("domain", "store", "activities", "workflows", "api", "ui", "cli")

EVENTS = get_args(events.Event)
ACTS = get_args(commands.Act)
BY_THE_CLOCK_OR_THE_FORM = {"submit", "deadline_passed", "adopt_calendar"}
BY_NO_FORM = {"continue_part", "replace_share", "root_changed"} | {
    "posts_changed",
    "move_party",
    "receive_rights_request",
    "find_fault",
    "clear_fault",
}


def kinds(types: tuple[Any, ...]) -> set[str]:
    return {each.__dataclass_fields__["kind"].default for each in types}


def sources(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((HOUSE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_every_event_has_a_fold_and_a_notice_decision_and_a_line_on_the_timeline() -> None:
    assert set(fold.FOLDS) == set(EVENTS) == set(notices.TELL)
    partials = {path.stem for path in (HOUSE / "ui/templates/parts/timeline").glob("*.html")}
    assert partials >= kinds(EVENTS)
    assert {name for name in partials if not name.startswith("_")} == kinds(EVENTS)


def test_every_command_has_a_rule_a_permission_row_and_a_form() -> None:
    assert set(decide.RULES) == kinds(ACTS) == set(permissions.TABLE)
    assert set(acts.FORMS) == kinds(ACTS) - BY_THE_CLOCK_OR_THE_FORM - BY_NO_FORM


def test_every_kind_of_task_can_be_done_and_is_named() -> None:
    named = set(words.TASKS)
    assert named == set(Kind) == set(permissions.SEATS_OF_KIND)
    entitles = {kind for rule in permissions.TABLE.values() for kind in rule.tasks}
    # These are closed by what happens elsewhere: the end of a share comes by itself, a late delivery by delivering.
    assert named - entitles == {Kind.EXPIRY}


def test_every_stage_and_cause_and_profile_is_named() -> None:
    assert set(words.STAGES) == set(words.STAGE_COLOURS) == set(Stage)
    assert set(words.CAUSES) == set(Cause)
    assert set(words.FAULTS) == set(commands.Fault)
    assert set(words.LEGAL) == set(LegalProfile)
    assert len({frozenset(each) for each in words.LEGAL.values()}) == 1


def test_current_law_claims_no_statutory_effect() -> None:
    """G0: the wording of both profiles is held here, so that changing it is a decision."""
    now, plan = words.LEGAL[LegalProfile.CURRENT_LAW], words.LEGAL[LegalProfile.PLAN]
    assert "Your duties as a controller are unchanged." in now["banner"]
    assert "does not change who is a controller in law" in now["risk_statement"]
    assert "responsible in law" in plan["risk_statement"]
    for sentence in now.values():
        assert "effect the law gives" not in sentence and "becomes responsible" not in sentence


def test_every_refusal_says_something_and_has_a_client_status() -> None:
    assert len(all_refusals()) >= 20
    for refusal in all_refusals():
        assert refusal.status in (403, 404, 409, 422), refusal
        assert refusal.sentence.endswith((".", "}")), refusal


def pages_and_api() -> list[tuple[str, APIRoute]]:
    """(path, route) of everything the live application serves, but its static files."""
    app = create_app(Services(database=None, desk=None, clock=utc_now, site=Site()))  # type: ignore[arg-type]
    return list(_routes(app.router.routes, ""))


def _routes(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, APIRoute]]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield prefix + route.path, route
        elif hasattr(route, "original_router"):  # what FastAPI keeps of an included router
            yield from _routes(route.original_router.routes, prefix + route.include_context.prefix)


# Open to everybody on purpose. Whatever is not listed asks who you are first.
PUBLIC = {
    "/",
    "/about",
    "/sign-in",
    "/sign-in/provider",
    "/sign-in/callback",
    "/sign-in/invitation/{code}",
    "/sign-in/ended",
    "/sign-out",
    "/register",
    "/register.csv",
    "/register.atom",
    "/exchange",
    "/exchange/services",
    "/exchange/services/{service}",
    "/exchange/who-holds",
    "/api/v1/services",
    "/api/v1/services/{service}",
    "/api/v1/who-holds",
    "/register/alarms",
    "/register/{ref}/agreement",
    "/register/{ref}/v/{version}/agreement",
    "/api/v1/register/{ref}/agreement",
    "/api/v1/register/{ref}/versions/{version}/agreement",
    "/overdue",
    "/counted",
    "/figures",
    "/figures.csv",
    "/figures/rows",
    "/figures/rows.csv",
    "/figures/restatements",
    "/figures/restatements.csv",
    "/programmes",
    "/programmes/{programme}",
    "/programmes/{programme}/bodies.csv",
    "/retired-questions",
    "/guards",
    "/guards/{rule}",
    "/register/{ref}",
    "/register/{ref}/v/{version}",
    "/register/{ref}/your-data",
    "/register/{ref}/use.csv",
    "/api/v1/register/{ref}/use",
    "/register/{ref}/concern",
    "/your-data",
    "/concerns",
    "/concerns/code",
    "/mediations",
    "/clusters",
    "/clusters/{ref}",
    "/clusters/{ref}/v/{version}",
    "/appetite",
    "/appetite/{ref}",
    "/appetite/{ref}/v/{version}",
    "/scorecards",
    "/scorecards/{ref}",
    "/canaries",
    "/friction",
    "/friction.csv",
    "/regulator/packs",
    "/regulator/packs/dictionary",
    "/regulator/packs/dictionary.csv",
    "/regulator/packs/dictionary.json",
    "/regulator/packs/{quarter}",
    "/regulator/packs/{quarter}.csv",
    "/regulator/packs/{quarter}.json",
    "/maturity",
    "/maturity/{ref}",
    "/government-changes",
    "/government-changes/{number}",
    "/exchange/grant_verifier.py",
    "/exchange/grant-vectors.json",
    "/slack/interactions",
    "/slack/commands",
    "/slack/events",
    "/health/live",
    "/health/ready",
    "/api/v1/openapi.json",
    "/api/v1/register",
    "/api/v1/overdue",
    "/api/v1/counted",
    "/api/v1/government-changes",
    "/api/v1/figures",
    "/api/v1/figures/restatements",
    "/api/v1/figures/rates",
    "/api/v1/programmes",
    "/api/v1/programmes/{programme}",
    "/api/v1/retired-questions",
    "/api/v1/alarms",
    "/api/v1/exemptions",
    "/api/v1/guards",
    "/api/v1/guards/counts",
    "/api/v1/register/{ref}",
    "/api/v1/register/{ref}/versions/{version}",
    "/api/v1/clusters",
    "/api/v1/clusters/{ref}",
    "/api/v1/appetite",
    "/api/v1/appetite/{ref}",
    "/api/v1/appetite/{ref}/versions/{version}",
    "/api/v1/maturity",
    "/api/v1/maturity/{ref}",
    "/api/v1/scorecards",
    "/api/v1/scorecards/{ref}",
    "/api/v1/canaries",
    "/api/v1/friction",
    "/api/v1/packs",
    "/api/v1/packs/dictionary",
    "/api/v1/packs/{quarter}",
    "/policy",
    "/policy/v/{version}",
    "/api/v1/policies",
    "/.well-known/jwks.json",
    "/exchange/keys",
    "/api/v1/grants/status/{which}",
    "/api/v1/grants/verify",
}


OPEN = (access.Who.EVERYBODY, access.Who.SLACK)


def asks_who_you_are(route: APIRoute) -> bool:
    def calls(dependant: Any) -> Iterator[str]:
        for each in dependant.dependencies:
            yield getattr(each.call, "__name__", "")
            yield from calls(each)

    return {"need_me", "_caller"} & set(calls(route.dependant)) != set()


def test_every_route_asks_who_you_are_or_is_public_on_purpose() -> None:
    routes = pages_and_api()
    assert len(routes) > 25
    open_to_all = {path for path, route in routes if not asks_who_you_are(route)}
    assert open_to_all == PUBLIC


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """S2: the table of who may come in is of what is served, and what it opens to everybody is what is public."""
    app = create_app(Services(database=None, desk=None, clock=utc_now, site=Site()))  # type: ignore[arg-type]
    assert {(method, path) for method, path, _ in gate.routes_of(app)} == set(access.TABLE)
    in_public = {path for (_, path), row in access.TABLE.items() if row.who in OPEN}
    assert in_public == PUBLIC | {"/static"}
    assert any(each.dependency is gate.at_the_door for each in app.router.dependencies)


def test_an_application_with_a_route_that_nobody_decided_about_does_not_start() -> None:
    app = FastAPI()
    app.add_api_route("/door/in/the/garden", lambda: None, methods=["GET"])
    with pytest.raises(gate.NoRow, match="GET /door/in/the/garden"):
        gate.install(app, None)  # type: ignore[arg-type]


def test_no_page_that_is_only_read_writes() -> None:
    """A GET handler never opens a writing transaction. (That a session was seen is kept once a minute, elsewhere.)

    But one: the way back from an OpenID provider is a link by the protocol. It takes a sign-in under way, once.
    """
    for path, route in pages_and_api():
        if route.methods == {"GET"} and path != "/sign-in/callback":
            tree = ast.parse(_source(route.endpoint))
            written = [
                node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "write"
            ]
            assert not written, f"{path} writes"


def _source(function: Any) -> str:
    return textwrap.dedent(inspect.getsource(function))


def test_rules_never_ask_the_time_or_chance_and_workflows_only_the_engine() -> None:
    """A replayed case must come to the same answer (house, F41)."""
    forbidden = re.compile(r"\b(datetime\.now|date\.today|time\.time|uuid4|random\.|os\.environ)")
    for path, _ in sources("domain", "workflows"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_every_workflow_makes_its_state_before_anything_arrives() -> None:
    """An update may come before `run` starts; without `@workflow.init` it would find nothing (F24)."""
    for path, tree in sources("workflows"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and "@workflow.update" in ast.unparse(node):
                inits = [
                    each
                    for each in node.body
                    if isinstance(each, ast.FunctionDef) and each.name == "__init__"
                ]
                assert inits and any("init" in ast.unparse(each) for each in inits[0].decorator_list), path


def test_no_signals_come_from_outside() -> None:
    """A failing signal would freeze a case until new code is deployed; acts are updates and nothing else."""
    for path, _ in sources("workflows"):
        assert "workflow.signal" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("room", ROOMS)
def test_our_rooms_are_ours(room: str) -> None:
    """A dependency that installs a folder of the same name must not shadow ours (tests, workflows ...)."""
    found = importlib.import_module(room).__file__
    assert found and Path(found).is_relative_to(HOUSE)


# A form for each act: data, of which one is looked up.
LOOKED_UP = {"domain/acts.py"}


def test_files_can_be_read_in_one_sitting() -> None:
    long = {
        path.relative_to(HOUSE).as_posix(): lines
        for path, _ in sources(*ROOMS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 360
    }
    assert set(long) <= LOOKED_UP, long


def test_a_payload_stays_small() -> None:
    """P4: what travels to the engine stays within 4 KB, also with two nations and many commands remembered."""
    from domain.policy import Policy
    from domain.working_days import Nation
    from tests.fixtures.calendar import calendar_for
    from workflows.payloads import size
    from workflows.share_request import REMEMBERED, Applied, Page

    calendar = calendar_for(Nation.SCOTLAND, Nation.NORTHERN_IRELAND, first_year=2026, last_year=2030)
    case = Case(ref="SC-AAAA-BBBB", policy=Policy(), calendar=calendar)
    seen = {f"{number:032x}": Applied(version=number, stage="with_sender") for number in range(8)}
    assert len(seen) <= REMEMBERED
    assert size(Page(case=case, seen=seen)) <= 4096


def test_the_seed_calendar_reaches_years_ahead() -> None:
    with (HOUSE / "store/seed/bank_holidays.csv").open(encoding="utf-8") as file:
        years = {row["date"][:4] for row in csv.DictReader(file)}
    assert {"2026", "2030", "2036"} <= years


def test_nothing_of_one_machine_is_in_the_house() -> None:
    """No paths of one computer and no addresses of package registries in anything that is kept."""
    here = re.compile(r"/(root|home)/|://[^ \"]*/simple\b|index-url")
    for path in [*HOUSE.glob("*"), *(HOUSE / "docs").rglob("*.md"), *(each for each, _ in sources(*ROOMS))]:
        if path.is_file() and path.suffix in {".md", ".py", ".toml", ".yml", ".txt", ".lock", ""}:
            found = here.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{path.name}: {found and found.group()}"

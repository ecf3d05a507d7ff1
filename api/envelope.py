"""A kept command becomes the envelope its case takes: who acts, what they ask, and what the case cannot look up."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import refusals
from domain.acts import FORMS
from domain.case import Case, Lane, Stage
from domain.commands import (
    Act,
    AdoptCalendar,
    Amended,
    ApprovePart,
    ClearFault,
    Command,
    ContinuePart,
    Fault,
    FindFault,
    MoveParty,
    PostsChanged,
    ReceiveRightsRequest,
    ReplaceShare,
    Right,
    RootChanged,
    Screening,
    StartMediation,
    Submit,
    Transfer,
    WhyMediated,
)
from domain.people import NOT_PEOPLE, Actor, Party, Side
from domain.permissions import acting_for, seats
from domain.policy import LegalProfile
from domain.questions import Answers
from domain.working_days import Calendar, london_date
from store import commands, directory, other_cases, policies, posts_changed, shapes, tables
from store.database import Database
from store.directory import Person
from workflows.share_request import Page

# Acts from which years are counted, or that may name other nations: they bring today's calendar along.
# The last three are about a share in use, which may run for longer than a case carries days.
LOOKS_AHEAD = frozenset(
    {"submit", "continue_part", "transfer", "confirm_receipt", "conclude_review", "move_party"}
    | {"start_mediation", "receive_rights_request", "extend_share"}
)


# A team may belong to another body now, and its case not know it yet: its people must not seem to have left.
FROM_THE_DIRECTORY = frozenset({"move_party", "posts_changed"})


# Acts with which a case begins.
FIRST = frozenset({"submit", "continue_part"})


class Envelopes:
    def __init__(
        self, database: Database, legal_profile: LegalProfile, clock: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.clock = clock
        self.legal_profile: LegalProfile = legal_profile
        self._calendar: Calendar | None = None  # read again only when a day was added

    async def fill(self, row: Row[Any]) -> tuple[Command, Page]:
        """The command, with who the person is and who holds office at this moment, and the case as the store has it.

        Authority is looked up here, when the act is brought to its case, and not when the form was drawn. It is that
        of the day on which the act was received (G3); who sits in the other seats is asked for today.
        """
        today = london_date(self.clock())
        async with self.database.read() as connection:
            person = await directory.person(connection, row.actor, london_date(row.received_at))
            state = await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == row.ref))
            case = shapes.case_from_json(state) if state else None
            if case is None and row.act not in FIRST and await commands.is_starting(connection, row.ref):
                raise TimeoutError("the request it is about is still on its way")
            receiving, sending = await _parties(connection, row, case)
            found = str(row.body.get("screening", {}).get("board", ""))
            board = found if case is None or row.act == "submit" else case.board  # it may be looked at anew
            table = self._calendar = await directory.full_calendar(connection, self._calendar)
            told = london_date(row.received_at).year
            submitted = london_date(case.submitted_at).year if case and case.submitted_at else told
            before = [party for party in (case.receiving, case.sending) if party] if case else []
            holding = sending
            if row.act == "transfer":  # another team's days count, and its posts, from now on (C16)
                holding = await directory.party(connection, row.body["to_team"]) or sending
                before.append(holding)
            calendar = directory.calendar_for(table, (receiving, sending, *before), submitted, told)
            command = Command(
                id=row.id,
                by=_actor(row.actor, person, receiving, sending, board),
                received_at=row.received_at,
                act=await _act(connection, row, case, receiving, sending, calendar, today),
                seen=row.seen,
                via=row.via,
                filled=await directory.filled_seats(connection, receiving, holding, board, today),
                calendar=calendar
                if row.act in LOOKS_AHEAD or _is_elsewhere(before, receiving, sending)
                else None,
            )
            if case is None:  # its policy is the one of the day on which it came in, for life
                day = london_date(row.received_at)
                policy = await policies.in_force(connection, day, self.legal_profile)
                case = Case(ref=row.ref, policy=policy, calendar=calendar)
        return command, Page(case=case)


def _is_elsewhere(before: list[Party], *now: Party) -> bool:
    """Whether a side has moved to a nation whose days the case does not carry yet (G3)."""
    return bool(before) and not {party.nation for party in now} <= {party.nation for party in before}


def _actor(name: str, person: Person | None, receiving: Party, sending: Party, board: str) -> Actor:
    """Who acts; what reaches a case from elsewhere was kept by our own code under a name that no person has."""
    if name in NOT_PEOPLE and person is None:
        return NOT_PEOPLE[name]
    posts = person.posts if person else ()
    return Actor(
        person=name,
        seats=seats(posts, receiving, sending, board),
        acting_for=acting_for(posts, receiving, sending),
    )


async def _parties(connection: AsyncConnection, row: Row[Any], case: Case | None) -> tuple[Party, Party]:
    if case and case.receiving and case.sending and row.act in FROM_THE_DIRECTORY:  # as it has them now
        moved = [await directory.party(connection, each.team) for each in (case.receiving, case.sending)]
        return moved[0] or case.receiving, moved[1] or case.sending
    if case and case.receiving and case.sending and row.act != "submit":
        return case.receiving, case.sending
    asked = row.body
    if row.act == "continue_part":  # the parties are those of the case it was a part of
        asked = await _whole(connection, str(row.body["parent"]))
    receiving = await directory.party(connection, asked["team"])
    sending = await directory.party(connection, asked["sending_team"])
    if receiving is None or sending is None:
        raise refusals.NoSuchCase
    return receiving, sending


async def _whole(connection: AsyncConnection, parent: str) -> dict[str, str]:
    c = tables.cases.c
    found = (
        await connection.execute(select(c.receiving_team, c.sending_team).where(c.ref == parent))
    ).one_or_none()
    if found is None:
        raise refusals.NoSuchCase
    return {"team": found.receiving_team, "sending_team": found.sending_team}


async def _act(
    connection: AsyncConnection,
    row: Row[Any],
    case: Case | None,
    receiving: Party,
    sending: Party,
    calendar: Calendar,
    today: date,
) -> Act:
    """The act as the rules know it. Some need more than was typed: another team, another case."""
    body: dict[str, Any] = row.body
    match row.act:
        case "adopt_calendar":
            return AdoptCalendar(calendar=calendar)
        case "submit":
            return await _submit(connection, body, receiving, sending)
        case "transfer":
            to = await directory.party(connection, body["to_team"])
            if to is None:
                raise refusals.NoSuchCase
            return Transfer(sending=to, screening=screening_of(body))
        case "approve_part":
            return ApprovePart(items=body["kept"], withheld=len(body["withheld"]), child=body["child"])
        case "continue_part":
            return await _continue_part(connection, row.ref, body, receiving, sending)
        case "posts_changed":
            return PostsChanged(
                owner_left=case is not None and await posts_changed.owner_left(connection, case, today)
            )
        case "move_party":
            side = Side(body["side"])
            return MoveParty(side=side, to=sending if side is Side.SENDING else receiving)
        case "start_mediation" if "why" in body:  # concerns reached the measure; a motion comes by its form
            return StartMediation(why=WhyMediated(body["why"]))
        case "receive_rights_request":
            return ReceiveRightsRequest(request=body["request"], right=Right(body["right"]))
        case "find_fault":
            return FindFault(fault=Fault(body["fault"]), about=body["about"])
        case "clear_fault":
            return ClearFault(fault=Fault(body["fault"]), about=body["about"])
        case "replace_share":
            return ReplaceShare(by=body["by"])
        case "root_changed":
            version = await other_cases.newest_version(connection, body["root"])
            return RootChanged(how=body["how"], root=body["root"], version=version)
        case _:
            build = FORMS[row.act].build
            assert build, f"{row.act} is built here"
            return build(_answers(body))


def _answers(body: dict[str, Any]) -> Answers:
    answers: Answers = {}
    for key, value in body.items():  # JSON has no tuples
        answers[key] = tuple(cast(list[str], value)) if isinstance(value, list) else value
    return answers


def screening_of(body: dict[str, Any]) -> Screening:
    """What looking at the request came to, as it was kept with the command."""
    return _SCREENING.validate_python(body.get("screening", {}))


_SCREENING = TypeAdapter(Screening)


async def _submit(
    connection: AsyncConnection, body: dict[str, Any], receiving: Party, sending: Party
) -> Submit:
    return Submit(
        receiving=receiving,
        sending=sending,
        form_version=body["form_version"],
        form_hash=body["form_hash"],
        use=body["use"],
        pattern=body["pattern"],
        duty=body["duty"],
        items=len(body["items"]),
        until=body["until"],
        screening=screening_of(body),
        amends=await _amended(connection, str(body.get("amends", "")), receiving),
    )


async def _amended(connection: AsyncConnection, ref: str, receiving: Party) -> Amended | None:
    """C18: the running share that this is to replace; its reviews are handed on, weeks of a trial are not."""
    state = (
        await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == ref))
        if ref
        else None
    )
    if state is None:
        return None
    case = shapes.case_from_json(state)
    if case.stage not in (Stage.ACTIVE, Stage.SUSPENDED) or case.receiving != receiving:
        return None
    if case.lane is Lane.EXPLORATORY:
        return Amended(ref=ref, time_limited=True)
    return Amended(
        ref=ref,
        time_limited=case.time_limited,
        review_month=case.review_month,
        review_base=(case.review_base or case.active_from) if case.time_limited else None,
    )


async def _continue_part(
    connection: AsyncConnection, ref: str, body: dict[str, Any], receiving: Party, sending: Party
) -> ContinuePart:
    form = (await connection.execute(select(tables.forms).where(tables.forms.c.ref == ref))).one()
    return ContinuePart(
        parent=body["parent"],
        receiving=receiving,
        sending=sending,
        form_version=form.version,
        form_hash=form.hash,
        use=body["use"],
        time_limited=body["time_limited"],
        duty=body["duty"],
        items=body["items"],
        until=body["until"],
        lane=Lane(body["lane"]),
        conditions=tuple(body["conditions"]),
        author=body["author"],
        co_authors=tuple(body["co_authors"]),
        risk_owner=body["risk_owner"],
        days_left=body["days_left"],
        submitted_at=datetime.fromisoformat(body["submitted_at"]),
        exempt_until=body.get("exempt_until", ""),
        back_level=body.get("back_level", 0),
        sign_level=body.get("sign_level", 0),
        owner_left=body.get("owner_left", False),
    )

"""The edge of the rulebook: proposing, confirming, questioning and answering; and the rules and counts as JSON (§4).

Each act is one transaction: the command, and what it changes. No case is touched, whatever is decided here (I12).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock
from api.invalid import Invalid
from api.known import Known, known
from api.problems import ProblemRoute, documented
from api.services import ServicesIn
from domain.case import Stage
from domain.guards import Rule
from domain.people import Seat
from domain.questions import check
from domain.refusals import OutsideCalendar
from domain.rulebook import (
    EFFECTS,
    AnsweredBefore,
    BoardOnly,
    NothingProposed,
    NotOutOfScope,
    NotYourQuestion,
    OwnProposal,
    OwnQuestion,
    ProposalOpen,
    QuestionedBefore,
    RuleMovedOn,
    history,
    in_force_from,
    may,
    months_up_to,
    version_of,
)
from domain.rulebook_forms import ANSWER_FORM, CONFIRM, check_proposal, decision_form, question_form
from domain.working_days import CalendarTooShort, london_date
from store import commands, directory
from store import rulebook as rows
from store.database import Database
from store.directory import Person

ASKERS = frozenset(
    {Seat.REQUESTER, Seat.RISK_OWNER}
)  # `governance.TABLE["question_block"]`, as seats of a case


class Rulebook:
    """Acts about the guards. Each raises `Invalid`, a `Refusal`, or nothing; a repeat changes nothing (G6)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def propose(
        self, me: Person, rule: str, raw: Mapping[str, Any], *, seen: int, command: str
    ) -> None:
        """`seen`: the version of the rule that the form was filled in from. One open proposal for a rule."""
        told = self._told(command, f"guard/{rule}", "propose_rule", me, {**raw, "seen": seen})

        async def take(connection: AsyncConnection) -> dict[str, Any]:
            for_board(me, "propose_rule")
            newest = history(await rows.confirmed(connection, rule), rule)[-1]
            change, reason, problems = check_proposal(newest, raw)
            if await rows.proposals(connection, rule):
                raise ProposalOpen
            if newest.version != seen:
                raise RuleMovedOn
            if problems:
                raise Invalid(problems)
            await rows.propose(connection, rule, change, reason, me.id, told.received_at)
            return {**change.to_json(), "reason": reason}

        await self._once(told, take)

    async def decide(
        self, me: Person, rule: str, raw: Mapping[str, Any], *, proposal: int, command: str
    ) -> None:
        """Confirm or drop the proposal that was read. Whoever made it may only drop it."""
        told = self._told(command, f"guard/{rule}", "confirm_rule", me, {**raw, "proposal": proposal})

        async def take(connection: AsyncConnection) -> dict[str, Any]:
            for_board(me, "confirm_rule")
            row = next(iter(await rows.proposals(connection, rule)), None)
            if row is None or row.id != proposal:
                raise NothingProposed
            own = row.proposed_by in me.stands_for
            if own and raw.get("decision") == CONFIRM:
                raise OwnProposal
            answers, problems = check(decision_form(own=own), raw)
            if problems:
                raise Invalid(problems)
            day = rows.DROPPED
            if answers["decision"] == CONFIRM:
                day = (await next_day(connection, told.received_at)).isoformat()
            await rows.decide(connection, row.id, me.id, told.received_at, day)
            return dict(answers) | {"proposal": row.id, "in_force_from": day}

        await self._once(told, take)

    async def question(self, me: Person, ref: str, raw: Mapping[str, Any], *, command: str) -> None:
        """Question a rule that stopped this request, once. Raises `NoSuchCase` for who may not see the case."""
        told = self._told(command, ref, "question_block", me, raw)

        async def take(connection: AsyncConnection) -> dict[str, Any]:
            seen = await known(connection, me, ref)
            if seen.case.stage is not Stage.BLOCKED:
                raise NotOutOfScope
            if not may_question(seen):
                raise NotYourQuestion
            stopped = dict(await rows.stopped_by(connection, ref))
            rules = {version.id: version for version in await stopped_rules(connection, ref)}
            if {row.rule for row in await rows.questions_of(connection, ref)} & {raw.get("rule")}:
                raise QuestionedBefore
            answers, problems = check(question_form(tuple(rules.values())), raw)
            if problems:
                raise Invalid(problems)
            rule, words = str(answers["rule"]), str(answers["question"])
            if not await rows.ask(connection, ref, (rule, stopped[rule]), words, me.id, told.received_at):
                raise QuestionedBefore
            return dict(answers)

        await self._once(told, take)

    async def answer(self, me: Person, key: str, raw: Mapping[str, Any], *, command: str) -> None:
        """Answer a question; with the tick, question and answer are published beside the rule."""
        told = self._told(command, key, "answer_question", me, raw)

        async def take(connection: AsyncConnection) -> dict[str, Any]:
            for_board(me, "answer_question")
            row = await rows.question(connection, key)
            if row.answered_at:
                raise AnsweredBefore
            if row.asked_by == me.id:
                raise OwnQuestion
            answers, problems = check(ANSWER_FORM, raw)
            if problems:
                raise Invalid(problems)
            words, publish = str(answers["answer"]), answers.get("publish") == "yes"
            if not await rows.answer(connection, key, words, me.id, told.received_at, publish=publish):
                raise AnsweredBefore
            return dict(answers)

        await self._once(told, take)

    def _told(
        self, command: str, ref: str, act: str, me: Person, raw: Mapping[str, Any]
    ) -> commands.Received:
        return commands.Received(
            id=command,
            ref=ref,
            act=act,
            actor=me.id,
            via="web",
            body={},
            seen=None,
            received_at=self.clock(),
            told=dict(raw),
        )

    async def _once(
        self,
        told: commands.Received,
        take: Callable[[AsyncConnection], Awaitable[dict[str, Any]]],
    ) -> None:
        async with self.database.write() as connection:
            await rows.one_at_a_time(connection)
            if not await commands.is_repeat(connection, told):
                body = await take(connection)
                await commands.keep(
                    connection, replace(told, body=body), told.received_at, state=commands.APPLIED
                )


def for_board(me: Person, act: str) -> None:
    if not may(act, me.roles):
        raise BoardOnly


def may_question(seen: Known) -> bool:
    return bool(ASKERS & set(seen.seats))


async def stopped_rules(connection: AsyncConnection, ref: str) -> list[Rule]:
    """The rules that stopped a request, each in the version that did."""
    changes = await rows.confirmed(connection)
    found = [version_of(changes, *each) for each in await rows.stopped_by(connection, ref)]
    return [each for each in found if each]


async def next_day(connection: AsyncConnection, now: datetime) -> date:
    """From when a change counts that is confirmed now. Raises `OutsideCalendar`."""
    try:
        return in_force_from(await directory.full_calendar(connection), now)
    except CalendarTooShort as short:
        raise OutsideCalendar(reason=str(short)) from short


# --- the same for machines ------------------------------------------------------------------------------------------

router = APIRouter(route_class=ProblemRoute, prefix="/guards", tags=["guards"])


class GuardOut(BaseModel):
    """`effect`: block (out of scope), ask (people look first) or condition. `since`: null for a rule never changed."""

    id: str
    about: str
    effect: str
    effect_in_words: str
    sentence: str
    version: int
    since: date | None
    also_looks_for: list[str]
    passes_over: list[str]


class GuardList(BaseModel):
    as_of: datetime
    guards: list[GuardOut]


class MonthOut(BaseModel):
    """Requests out of scope in a month (London). `rule`: only those that this rule stopped, null: all of them."""

    month: str
    rule: str | None
    requests: int
    demo: bool


class GuardCounts(BaseModel):
    """A request can be stopped by several rules, so the rules of a month may add up to more than its requests."""

    as_of: datetime
    first_month: str
    last_month: str
    counts: list[MonthOut]


@router.get("", responses=documented(503))
async def list_guards(own: ServicesIn) -> GuardList:
    """What is out of scope, or looked at first, today: each rule with its version."""
    now = own.clock()
    today = london_date(now)
    async with own.database.read() as connection:
        changes = await rows.confirmed(connection)
        in_force = await rows.in_force(connection, today)
    begun = {each.rule: each.in_force_from for each in changes if each.in_force_from <= today}
    found = [
        GuardOut(
            id=rule.id,
            about=rule.about,
            effect=rule.effect,
            effect_in_words=EFFECTS[rule.effect],
            sentence=rule.sentence,
            version=rule.version,
            since=begun.get(rule.id),
            also_looks_for=list(rule.more_words),
            passes_over=list(rule.fewer_words),
        )
        for rule in in_force
    ]
    return GuardList(as_of=now, guards=found)


@router.get("/counts", responses=documented(503))
async def count_guards(own: ServicesIn) -> GuardCounts:
    """How many requests were out of scope in the last 12 months. Made-up bodies count only in a demonstration."""
    now = own.clock()
    months = months_up_to(london_date(now))
    async with own.database.read() as connection:
        counted = await rows.counts(connection, months[0])
    found = [
        MonthOut(month=month, rule=rule, requests=number, demo=demo)
        for (rule, month, demo), number in (
            *(((None, *key), number) for key, number in counted.requests.items()),
            *counted.by_rule.items(),
        )
        if own.site.embedded or not demo
    ]
    found.sort(key=lambda each: (each.month, each.rule or "", each.demo))
    first, last = (day.isoformat()[:7] for day in (months[0], months[-1]))
    return GuardCounts(as_of=now, first_month=first, last_month=last, counts=found)

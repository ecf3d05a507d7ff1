"""Two years in the life of one case, at random and the same for the same number (R4): who acts, who is silent, who leaves.

The clock stands still for up to a fortnight at times, bank holidays are proclaimed in mid-life, and London changes its
clocks. A ledger of its own (`naive_ledger`) hears every event and says whether anything was owed and forgotten.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from domain import commands as c
from domain import working_days
from domain.case import Kind, Lane, Stage
from domain.decide.deadlines import counts_as
from domain.improvement import next_step
from domain.people import CLOCK, DIRECTORY, OTHER_CASE, PUBLIC, SYSTEM, Actor, Seat, Side
from domain.permissions import TABLE, allowed, may_do_task
from domain.policy import LegalProfile, in_force
from domain.refusals import Refusal
from tests.builders import (
    ANOTHER_TEAM,
    CHILD,
    MANIFEST,
    NEW_FORM,
    OTHER_MANIFEST,
    ROOT,
    Life,
    actor,
    exploratory,
    in_cluster,
    in_doubt,
    needing,
    relying,
    urgent,
)
from tests.domain.naive_ledger import Ledger
from tests.fixtures.calendar import EW, NI, SCT, calendar_for, with_holiday

LENGTH = timedelta(days=731)
NATIONS = (EW, SCT, NI)
MACHINES = (Seat.OPERATOR, Seat.CLOCK, Seat.OTHER_CASE, Seat.DIRECTORY, Seat.PUBLIC)
PEOPLE = tuple(seat for seat in Seat if seat not in MACHINES)
LANES: tuple[dict[str, Any], ...] = (
    {},
    {"use": "deliver_service"},
    {"duty": "safeguarding"},
    {"screening": c.Screening(back_level=1, sign_level=2)},
    in_cluster(),
    in_cluster(conditions=("health_in_bulk",)),
    relying(),
    {**relying(), "use": "deliver_service"},
    needing("service_data_for_enforcement"),
    in_doubt(),
    in_doubt(board="", cluster=""),
    urgent(),
    {**urgent(conditions=("health_in_bulk",)), "duty": "safeguarding"},
    exploratory(),
    {**exploratory(back_level=2), "until": "2028-03-31"},
)
# Whole lives in which one of these is as quiet as the other is busy.
HABITS = (0.0, 0.1, 0.4, 0.7, 0.9, 0.9, 0.95)
RARE = {"withdraw", "decline_risk", "rule_out", "end_share", "replace_share", "jump_step"}


class Decade:
    """A life driven by one number. `live()` gives what was counted on the way."""

    def __init__(self, number: int) -> None:
        self.random = rnd = Random(number)
        begins = datetime(2026, 11, 2, 9, 30, tzinfo=UTC) + timedelta(minutes=rnd.randrange(60 * 24 * 600))
        self.until = begins + LENGTH
        self.ledger = Ledger(self._outages(begins))
        nations = (rnd.choice(NATIONS), rnd.choice(NATIONS))
        settings = {"use": "prevent_harm", **rnd.choice(LANES)}
        self.life = Life(
            receiving_nation=nations[0],
            sending_nation=nations[1],
            policy=in_force(rnd.choice(tuple(LegalProfile))),
            now=begins,
            **settings,
        )
        known = calendar_for(*NATIONS, first_year=2026, last_year=2034)  # teams move between nations
        self.life.case = replace(self.life.case, calendar=known)
        self.habit = {seat: rnd.choice(HABITS) for seat in PEOPLE}
        if rnd.random() < 0.5:  # what is never signed has a short life
            self.habit |= {seat: max(HABITS) for seat in (Seat.REQUESTER, Seat.RISK_OWNER, Seat.SENDER)}
        if rnd.random() < 0.3:  # a body in which no leader ever answers
            side = rnd.choice((Side.RECEIVING, Side.SENDING))
            self.habit |= {seat: 0.0 for seat in PEOPLE if seat.level and seat.side is side}
        self.counted: Counter[str] = Counter()

    def _outages(self, begins: datetime) -> list[tuple[datetime, datetime]]:
        found: list[tuple[datetime, datetime]] = []
        at = begins
        for _ in range(self.random.choice((0, 0, 1, 2, 4))):
            at += timedelta(hours=self.random.uniform(1, 24 * 200))
            ends = at + timedelta(hours=self.random.uniform(0.1, 24 * 14))
            found.append((at, ends))
            at = ends + timedelta(hours=1)
        return found

    def live(self) -> Counter[str]:
        self.do(self.life.request, actor(Seat.REQUESTER))
        while self.life.now < self.until and not self.life.case.is_closed:
            pause = timedelta(hours=self.random.expovariate(1 / (4 if self._is_hasty() else 100)))
            self.clock_until(min(self.life.now + pause, self.until))
            self.something_happens()
        self.ledger.nothing_forgotten(self.life.now)
        self.counted += self.ledger.told
        self.counted["lives"] += 1
        self.counted[f"stage {self.life.case.stage}"] += 1
        self.counted[f"lane {self.life.case.lane}"] += 1
        self.counted["outages"] += len(self.ledger.outages)
        return self.counted

    def _is_hasty(self) -> bool:
        return self.life.case.lane == "urgent" and self.life.case.active_from is None

    # --- the clock ----------------------------------------------------------------------------------

    def clock_until(self, until: datetime) -> None:
        while (task := self.life.case.next_due()) and task.watch_at:
            wakes = self.awake(task.watch_at + timedelta(seconds=self.random.randrange(60)))
            if wakes > until:
                break
            self.life.now = max(self.life.now, wakes)
            told = counts_as(task.watch_at, self.life.now)
            self.do(c.DeadlinePassed(task=task.id), CLOCK, received_at=told)
        self.life.now = max(self.life.now, until)

    def awake(self, wakes: datetime) -> datetime:
        for begins, ends in self.ledger.outages:
            if begins <= wakes < ends:
                return ends + timedelta(seconds=self.random.randrange(60))
        return wakes

    # --- everybody else -----------------------------------------------------------------------------

    def something_happens(self) -> None:
        chance = self.random.random()
        if chance < 0.03:
            self.a_holiday_is_proclaimed()
        elif chance < 0.10:
            self.people_come_and_go()
        elif chance < 0.13:
            self.a_team_moves()
        elif chance < 0.20:
            self.somebody_outside_writes()
        elif chance < 0.45:
            self.somebody_does_what_they_may()
        else:
            self.somebody_does_what_waits()

    def a_holiday_is_proclaimed(self) -> None:
        calendar = self.life.case.calendar
        if calendar.version.count("+") > 3:
            return
        day = working_days.london_date(self.life.now) + timedelta(days=self.random.randrange(1, 60))
        where = self.random.sample(NATIONS, self.random.choice((1, 3)))
        for nation in where:
            self.ledger.days.proclaim(nation, day)
        self.do(c.AdoptCalendar(calendar=with_holiday(calendar, day, *where)), SYSTEM)
        self.counted["holidays"] += 1

    def people_come_and_go(self) -> None:
        seat = self.random.choice(PEOPLE)
        if seat in self.life.filled:
            self.life.filled.discard(seat)
        else:
            self.life.filled.add(seat)
        left = seat is Seat.RISK_OWNER or self.random.random() < 0.1
        self.do(c.PostsChanged(owner_left=left), DIRECTORY)

    def a_team_moves(self) -> None:
        team = self.random.choice(("records", "data"))
        to = replace(ANOTHER_TEAM, nation=self.random.choice(NATIONS), team=team)
        self.do(c.MoveParty(side=self.random.choice((Side.RECEIVING, Side.SENDING)), to=to), DIRECTORY)

    def somebody_outside_writes(self) -> None:
        number = self.life.case.version
        case = self.life.case
        right = self.random.choice(tuple(c.Right))
        how = self.random.choice(("amended", "amended", "withdrawn"))
        act, by = self.random.choice(
            (
                (c.ReceiveRightsRequest(request=f"rr-{number}", right=right), PUBLIC),
                (c.RootChanged(how=how, root=case.root or ROOT, version=number), OTHER_CASE),
                (c.StartMediation(why=c.WhyMediated.CONCERNS), OTHER_CASE),
            )
        )
        if len(case.tasks) < 20:
            self.do(act, by)

    def somebody_does_what_waits(self) -> None:
        case = self.life.case
        tasks = [
            task
            for task in case.tasks.values()
            if task.seat in self.life.filled and task.seat in self.habit and task.is_visible(self.life.now)
        ]
        if not tasks:
            return
        task = self.random.choice(tasks)
        if self.random.random() < self.habit[task.seat]:
            acts = [name for name, rule in TABLE.items() if task.kind in rule.tasks]
            likely = [name for name in acts if name not in RARE]
            if acts:
                self.try_act(self.random.choice(likely or acts), task.seat)

    def somebody_does_what_they_may(self) -> None:
        seat = self.random.choice(PEOPLE)
        if seat not in self.life.filled or self.random.random() > self.habit[seat]:
            return
        offers = allowed(self.life.case, actor(seat), self.life.now)
        likely = [name for name in offers if name not in RARE or self.random.random() < 0.15]
        if likely:
            self.try_act(self.random.choice(likely), seat)

    def try_act(self, name: str, seat: Seat) -> None:
        self.do(self.an_act(name, seat), actor(seat))

    def an_act(self, name: str, seat: Seat) -> c.Act:
        """What somebody in this seat would send, with choices at random."""
        case, pick, life = self.life.case, self.random.choice, self.life
        mine = [task.id for task in case.open(*TABLE[name].tasks) if may_do_task(task, actor(seat), life.now)]
        today = working_days.london_date(life.now)
        soon = (today + timedelta(days=self.random.randrange(1, 90))).isoformat()
        task = pick(mine) if mine else "t0"
        manifest = pick((MANIFEST, MANIFEST, MANIFEST, OTHER_MANIFEST))
        made: dict[str, Any] = {
            "submit": lambda: replace(life.request, form_version=case.form_version + 1),
            "choose_lane": lambda: c.ChooseLane(lane=pick((Lane.STANDARD, Lane.CLUSTER))),
            "rule_out": lambda: c.RuleOut(rule="company"),
            "sign_risk": lambda: c.SignRisk(form_hash=case.form_hash),
            "own_risk": lambda: c.OwnRisk(form_hash=case.form_hash),
            "approve": lambda: c.Approve(delivered_hash=pick(("", "", MANIFEST))),
            "approve_part": lambda: c.ApprovePart(items=max(case.items - 1, 0), withheld=1, child=CHILD),
            "refuse": lambda: c.Refuse(ground=c.Ground.SAFETY_HARM),
            "object": lambda: c.Object(ground=pick(tuple(c.ObjectionGround))),
            "distinguish": lambda: c.Distinguish(element=c.Element.PURPOSE),
            "transfer": lambda: c.Transfer(
                sending=replace(life.sending, team="other"), screening=c.Screening(sign_level=1)
            ),
            "answer": lambda: pick(
                (c.Answer(), c.Answer(material=True, form_version=case.form_version + 1, form_hash=NEW_FORM))
            ),
            "extend_time": lambda: c.ExtendTime(days=self.random.randrange(1, 13)),
            "record_delivery": lambda: c.RecordDelivery(manifest_hash=manifest),
            "confirm_receipt": lambda: c.ConfirmReceipt(manifest_hash=case.sent_hash),
            "narrow_share": lambda: c.NarrowShare(items=max(case.items - 1, 1)),
            "conclude_review": lambda: c.ConcludeReview(
                outcome=pick((*c.Outcome, c.Outcome.CONTINUE, c.Outcome.CONTINUE)),
                after=pick((c.AfterLast.YEARLY, c.AfterLast.NEW_CYCLE, c.AfterLast.END)),
                items=1,
            ),
            "conclude_urgent_use": lambda: c.ConcludeUrgentUse(justified=True),
            "extend_review": lambda: c.ExtendReview(days=self.random.randrange(1, 21)),
            "exempt_entry": lambda: c.ExemptEntry(until=soon),
            "extend_mediation": lambda: c.ExtendMediation(days=self.random.randrange(1, 21)),
            "conclude_mediation": lambda: c.ConcludeMediation(outcome=pick(tuple(c.MediationOutcome)[:3])),
            "answer_mediation": lambda: c.AnswerMediation(complies=pick((True, False))),
            "answer_rights": lambda: c.AnswerRights(task=task, outcome=pick(tuple(c.RightsOutcome))),
            "pass_on_correction": lambda: c.PassOnCorrection(task=task),
            "record_report": lambda: c.RecordReport(task=task),
            "complete_action": lambda: c.CompleteAction(task=task),
            "report_incident": lambda: c.ReportIncident(
                incident=f"in-{case.version}",
                breach=pick((True, False)),
                known_at=pick((None, life.now - timedelta(hours=self.random.randrange(100)))),
            ),
            "take_step": lambda: c.TakeStep(
                step=next_step(case) or c.Step.REVOKE, items=max(case.items - 1, 1), due_on=(soon,)
            ),
            "jump_step": lambda: c.JumpStep(step=pick((c.Step.SUSPEND, c.Step.REVOKE))),
            "extend_share": lambda: c.ExtendShare(days=self.random.randrange(1, 21)),
            "find_fault": lambda: c.FindFault(fault=pick(tuple(c.Fault)), about=pick(("", "1"))),
            "clear_fault": lambda: c.ClearFault(fault=pick(tuple(c.Fault)), about=pick(("", "1"))),
            "settle_fault": lambda: c.SettleFault(task=task),
            "settle_jump": lambda: c.SettleJump(confirm=pick((True, False))),
        }
        return made[name]() if name in made else PLAIN[name]()

    def do(self, act: c.Act, by: Actor, **extra: Any) -> None:
        life = self.life
        try:
            events = life._decide(life.command(act, by, **extra))
        except Refusal:
            self.counted["refused"] += 1
            life.steps.clear()
            return
        life.steps.clear()  # a ledger remembers; a life of two years is long
        self.counted["acts"] += 1
        self.ledger.read(events, life.case.last_at, life.now, by_clock=by is CLOCK)
        in_use = (Stage.ACTIVE, Stage.SUSPENDED)
        assert life.case.risk_owner or life.case.stage not in in_use or life.case.open(Kind.OWN_RISK)


PLAIN: dict[str, Any] = {
    kind.kind: kind
    for kind in (
        c.AskInTriage, c.DeclineRisk, c.BackRisk, c.SayNotHeld, c.Ask, c.AllowQuestion, c.Countersign, c.EscalateRefusal,
        c.UpholdRefusal, c.OverturnRefusal, c.DirectSender, c.TakeOver, c.SendToMediation, c.Withdraw, c.Reopen,
        c.SuspendShare, c.ReinstateShare, c.EndShare, c.CertifyDestruction, c.AdoptRoot, c.KeepDecision, c.DecideOwn,
        c.PublishEntry, c.WaiveSeparation, c.AskAdvice, c.GiveAdvice, c.StartMediation, c.CloseImprovement,
    )
}  # fmt: skip


def lived(number: int) -> Counter[str]:
    """For a pool of processes: what one life counted; the number is in the message when it goes wrong."""
    decade = Decade(number)
    try:
        counted = decade.live()
    except AssertionError as error:
        raise AssertionError(f"life {number}, {decade.life.now}: {error}") from error
    late = round(decade.ledger.latest.total_seconds())
    return counted + Counter({f"latest {late // 10 * 10} s": 1})

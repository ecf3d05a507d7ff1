"""Spec §10: what holds whatever anybody does, in whatever order, with any post empty and any holiday added.

A machine issues random acts by random people, most of them nonsense, some of them exactly what the case waits for;
lets time pass punctually and late; empties and fills posts; adds bank holidays. After each step it asks the laws.
"""

import os
import zlib
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from pydantic import TypeAdapter

from domain import commands as c
from domain import events as e
from domain import working_days
from domain.case import ENDS, ONE_PERSON_LANES, WINDOWS, Case, Cause, Kind, Lane, Stage
from domain.decide import decide
from domain.decide.deadlines import counts_as
from domain.decide.delivery import still_stopped
from domain.decide.owners import NEEDS_OWNER
from domain.decide.separation import held
from domain.fold import evolve
from domain.fold_care import BESIDE, OVERDUE_FOR, at_their_top
from domain.improvement import next_step
from domain.people import CLOCK, DIRECTORY, NOT_PEOPLE, SYSTEM, Actor, Party, Seat, Side
from domain.permissions import SEATS_OF_KIND, TABLE, allowed, may_do_task
from domain.policy import LegalProfile, in_force
from domain.refusals import Refusal
from domain.working_days import Nation
from tests.builders import (
    CHILD,
    FORM,
    MANIFEST,
    MONDAY,
    NEW_FORM,
    NEW_ROOT,
    OTHER_MANIFEST,
    PEOPLE,
    ROOT,
    Life,
    actor,
    exploratory,
    in_cluster,
    in_doubt,
    needing,
    out_of_scope,
    relying,
    urgent,
)
from tests.domain.naive_grant import NaiveGrant
from tests.fixtures.calendar import EW, NI, SCT, calendar_for, with_holiday

WALKS = os.environ.get("SHARECASE_WALKS", "")  # how many, by hand: fresh ones each time
CASE = TypeAdapter(Case)
EVENTS = TypeAdapter(tuple[e.Event, ...])
COMMAND = TypeAdapter(c.Command)
# What a case may weigh in every payload of its workflow, at its worst: two nations' holidays, and every leader of the
# receiving side asked twice. Squeezed, as it travels (workflows/payloads.py).
MOST_BYTES = 4096

PERSONS = sorted({*PEOPLE.values(), "zed"} - {CLOCK.person})
POSTS = [seat for seat in Seat if seat not in (Seat.OPERATOR, Seat.CLOCK)]
CHAIRS = [
    seat for seat in POSTS if seat not in (Seat.OTHER_CASE, Seat.DIRECTORY, Seat.PUBLIC, Seat.EXCHANGE)
]  # which may be empty
NO_CHAIRS = {Seat.OPERATOR, Seat.OTHER_CASE, Seat.DIRECTORY, Seat.PUBLIC, Seat.EXCHANGE}
COVERED = st.sampled_from(((), (), (), *((each,) for each in PERSONS if each not in NOT_PEOPLE)))
USES = ("prevent_harm", "deliver_service")
AMENDED = c.Amended(
    ref="SC-2024-0009", time_limited=True, review_month=12, review_base=MONDAY - timedelta(days=400)
)
HASHES = st.sampled_from((FORM, NEW_FORM))
MANIFESTS = st.sampled_from((MANIFEST, OTHER_MANIFEST))
SMALL = st.integers(0, 25)
DATES = st.sampled_from(("2026-11-20", "2026-12-24", "2027-01-04", "2027-06-30"))
ROOTS = st.sampled_from((ROOT, NEW_ROOT))
ABOUTS = st.sampled_from(("", "1"))
TASKS = st.integers(1, 40).map("t{}".format)
SIDES = (Side.RECEIVING, Side.SENDING)
NATIONS = (EW, SCT, NI)
TEAMS = tuple(Party(organisation="hmrc", team="records", nation=nation) for nation in NATIONS)
SCREENED: dict[str, c.Screening] = {
    "standard": c.Screening(),
    "cluster": in_cluster()["screening"],
    "signed off in a cluster": in_cluster(conditions=("health_in_bulk",))["screening"],
    "reliance": relying()["screening"],
    "signed off in reliance": relying(conditions=("service_data_for_enforcement",))["screening"],
    "urgent": urgent()["screening"],
    "signed off at once": urgent(conditions=("health_in_bulk",))["screening"],
    "exploratory": exploratory()["screening"],
    "doubt": in_doubt(root=ROOT, root_version=3)["screening"],
    "doubt without a board": in_doubt(board="", cluster="")["screening"],
    "urgent doubt": in_doubt(lane=Lane.URGENT)["screening"],
    "signed off": needing("health_in_bulk", "another")["screening"],
    "outside the appetite": c.Screening(back_level=1, sign_level=1),
    "far outside the appetite": c.Screening(back_level=3, sign_level=2),
    "a trial outside it": exploratory(back_level=2, sign_level=3)["screening"],
    "outside it in a cluster": in_cluster(back_level=2, sign_level=1)["screening"],
    "outside it in reliance": relying(back_level=1, sign_level=2)["screening"],
    "out of scope": out_of_scope()["screening"],
}

ACTS: dict[str, st.SearchStrategy[Any]] = {
    "sign_risk": st.builds(c.SignRisk, form_hash=HASHES),
    "decline_risk": st.just(c.DeclineRisk()),
    "approve": st.builds(c.Approve, delivered_hash=st.sampled_from(("", "", MANIFEST))),
    "refuse": st.builds(c.Refuse, ground=st.sampled_from(c.Ground)),
    "say_not_held": st.just(c.SayNotHeld()),
    "ask": st.just(c.Ask()),
    "answer": st.sampled_from((c.Answer(), c.Answer(material=True, form_version=2, form_hash=NEW_FORM))),
    "countersign": st.just(c.Countersign()),
    "escalate_refusal": st.just(c.EscalateRefusal()),
    "uphold_refusal": st.just(c.UpholdRefusal()),
    "overturn_refusal": st.just(c.OverturnRefusal()),
    "direct_sender": st.just(c.DirectSender()),
    "take_over": st.just(c.TakeOver()),
    "extend_time": st.builds(c.ExtendTime, days=SMALL),
    "withdraw": st.just(c.Withdraw()),
    "reopen": st.just(c.Reopen()),
    "record_delivery": st.builds(c.RecordDelivery, manifest_hash=MANIFESTS),
    "confirm_receipt": st.builds(c.ConfirmReceipt, manifest_hash=MANIFESTS),
    "suspend_share": st.just(c.SuspendShare()),
    "reinstate_share": st.just(c.ReinstateShare()),
    "narrow_share": st.builds(c.NarrowShare, items=st.integers(-1, 6)),
    "end_share": st.just(c.EndShare()),
    "certify_destruction": st.just(c.CertifyDestruction()),
    "conclude_review": st.builds(
        c.ConcludeReview,
        outcome=st.sampled_from(c.Outcome),
        after=st.sampled_from(c.AfterLast),
        items=st.integers(0, 6),
    ),
    "extend_review": st.builds(c.ExtendReview, days=SMALL),
    "waive_separation": st.just(c.WaiveSeparation()),
    "approve_part": st.builds(
        c.ApprovePart, items=st.integers(0, 5), withheld=st.integers(0, 3), child=st.just(CHILD)
    ),
    "object": st.builds(c.Object, ground=st.sampled_from(c.ObjectionGround)),
    "distinguish": st.builds(c.Distinguish, element=st.sampled_from(c.Element)),
    "transfer": st.builds(
        c.Transfer,
        sending=st.sampled_from(TEAMS),
        screening=st.sampled_from(sorted(SCREENED)).map(SCREENED.get),
    ),
    "choose_lane": st.builds(c.ChooseLane, lane=st.sampled_from(Lane)),
    "ask_in_triage": st.just(c.AskInTriage()),
    "rule_out": st.just(c.RuleOut(rule="company")),
    "allow_question": st.just(c.AllowQuestion()),
    "conclude_urgent_use": st.builds(c.ConcludeUrgentUse, justified=st.booleans(), end=st.booleans()),
    "exempt_entry": st.builds(c.ExemptEntry, until=DATES),
    "publish_entry": st.just(c.PublishEntry()),
    "adopt_root": st.just(c.AdoptRoot()),
    "keep_decision": st.just(c.KeepDecision()),
    "decide_own": st.just(c.DecideOwn()),
    "back_risk": st.just(c.BackRisk()),
    "own_risk": st.builds(c.OwnRisk, form_hash=HASHES),
    "ask_advice": st.just(c.AskAdvice()),
    "give_advice": st.just(c.GiveAdvice()),
    "send_to_mediation": st.just(c.SendToMediation()),
    "start_mediation": st.builds(c.StartMediation, why=st.sampled_from(c.WhyMediated)),
    "extend_mediation": st.builds(c.ExtendMediation, days=SMALL),
    "conclude_mediation": st.builds(c.ConcludeMediation, outcome=st.sampled_from(c.MediationOutcome)),
    "answer_mediation": st.builds(c.AnswerMediation, complies=st.booleans()),
    "receive_rights_request": st.builds(
        c.ReceiveRightsRequest, request=st.sampled_from(("rr-1", "rr-2")), right=st.sampled_from(c.Right)
    ),
    "answer_rights": st.builds(c.AnswerRights, task=TASKS, outcome=st.sampled_from(c.RightsOutcome)),
    "pass_on_correction": st.builds(c.PassOnCorrection, task=TASKS),
    "report_incident": st.builds(
        c.ReportIncident,
        incident=st.sampled_from(("in-1", "in-2")),
        breach=st.booleans(),
        known_at=st.sampled_from((None, MONDAY, MONDAY + timedelta(days=30))),
    ),
    "record_report": st.builds(c.RecordReport, task=TASKS),
    "take_step": st.builds(
        c.TakeStep, step=st.sampled_from(c.Step), items=st.integers(0, 5), due_on=st.lists(DATES).map(tuple)
    ),
    "jump_step": st.builds(c.JumpStep, step=st.sampled_from(c.Step)),
    "settle_jump": st.builds(c.SettleJump, confirm=st.booleans()),
    "complete_action": st.builds(c.CompleteAction, task=TASKS),
    "close_improvement": st.just(c.CloseImprovement()),
    "extend_share": st.builds(c.ExtendShare, days=SMALL),
    "find_fault": st.builds(c.FindFault, fault=st.sampled_from(c.Fault), about=ABOUTS),
    "clear_fault": st.builds(c.ClearFault, fault=st.sampled_from(c.Fault), about=ABOUTS),
    "settle_fault": st.builds(c.SettleFault, task=TASKS),
    "posts_changed": st.builds(c.PostsChanged, owner_left=st.booleans()),
    "move_party": st.builds(c.MoveParty, side=st.sampled_from(SIDES), to=st.sampled_from(TEAMS)),
    "root_changed": st.builds(
        c.RootChanged,
        how=st.sampled_from(("amended", "amended", "withdrawn", "overturned")),
        root=ROOTS,
        version=st.integers(1, 9),
    ),
    "replace_share": st.just(c.ReplaceShare(by=CHILD)),
    "fill_post": st.builds(c.FillPost, task=TASKS),
    "deadline_passed": st.builds(c.DeadlinePassed, task=TASKS),
}
GETTING_ON: dict[Kind, Any] = {
    Kind.SIGN_RISK: c.SignRisk(form_hash=""),
    Kind.FIND_OWNER: c.SignRisk(form_hash=""),
    Kind.DECIDE: c.Approve(),
    Kind.LEADER_DECIDE: c.Approve(),
    Kind.ANSWER: c.Answer(),
    Kind.MAY_ESCALATE: c.EscalateRefusal(),
    Kind.MAY_REOPEN: c.Reopen(),
    Kind.PROVIDE: c.RecordDelivery(manifest_hash=MANIFEST),
    Kind.CONFIRM_RECEIPT: c.ConfirmReceipt(manifest_hash=MANIFEST),
    Kind.REVIEW: c.ConcludeReview(outcome=c.Outcome.CONTINUE, after=c.AfterLast.YEARLY),
    Kind.LATE_REVIEW: c.ConcludeReview(outcome=c.Outcome.CONTINUE, after=c.AfterLast.NEW_CYCLE),
    Kind.DECIDE_PAUSED: c.ReinstateShare(),
    Kind.TRIAGE: c.ChooseLane(lane=Lane.STANDARD),
    Kind.OBJECT: c.Object(ground=c.ObjectionGround.SAFETY_HARM),
    Kind.CONFIRM: c.Approve(),
    Kind.SIGN_OFF: c.Approve(),
    Kind.COUNTERSIGN: c.Countersign(),
    Kind.JUDGE_REFUSAL: c.OverturnRefusal(),
    Kind.RECONSIDER: c.AdoptRoot(),
    Kind.REVIEW_URGENT: c.ConcludeUrgentUse(justified=True),
    Kind.BACK_RISK: c.BackRisk(),
    Kind.OWN_RISK: c.OwnRisk(form_hash=""),
    Kind.ADVISE: c.GiveAdvice(),
    Kind.MEDIATE: c.ConcludeMediation(outcome=c.MediationOutcome.RECOMMENDED),
    Kind.COMPLY_OR_EXPLAIN: c.AnswerMediation(complies=True),
    Kind.ANSWER_RIGHTS: c.AnswerRights(task="", outcome=c.RightsOutcome.MET),
    Kind.SPREAD_CORRECTION: c.PassOnCorrection(task=""),
    Kind.TELL_REGULATOR: c.RecordReport(task=""),
    Kind.DO_ACTION: c.CompleteAction(task=""),
    Kind.CONFIRM_JUMP: c.SettleJump(confirm=False),
    Kind.MEND_EXCHANGE: c.SettleFault(task=""),
    Kind.MEND_SERVICE: c.SettleFault(task=""),
}
# Where a life may begin, so that late stages are walked in as often as early ones.
SIGNED = (c.SignRisk(form_hash=FORM),)
REFUSED = (*SIGNED, c.Refuse(ground=c.Ground.SAFETY_HARM))
ACTIVE = (*SIGNED, c.Approve(delivered_hash=MANIFEST), c.ConfirmReceipt(manifest_hash=MANIFEST))
STARTS: dict[str, tuple[Any, ...]] = {
    "submitted": (),
    "signed": SIGNED,
    "asked": (*SIGNED, c.Ask()),
    "refused": REFUSED,
    "approved": (*SIGNED, c.Approve()),
    "active": ACTIVE,
    "paused": (*ACTIVE, c.SuspendShare()),
    "root withdrawn": (*ACTIVE, c.RootChanged(how="withdrawn", root=ROOT, version=4)),
    "asked twice": (*SIGNED, c.Ask(), c.Answer(), c.Ask(), c.Answer()),
    "objected": (*SIGNED, c.Object(ground=c.ObjectionGround.SAFETY_HARM)),
    "kept back": (*SIGNED, c.ExemptEntry(until="2027-01-04"), c.Approve()),
    "owner left": (*SIGNED, c.PostsChanged(owner_left=True)),
    "owner of a share left": (*ACTIVE, c.PostsChanged(owner_left=True)),
    "in mediation": (*ACTIVE, c.StartMediation()),
    "asked by citizens": (
        *ACTIVE,
        c.ReceiveRightsRequest(request="rr-1", right=c.Right.RECTIFICATION),
        c.ReceiveRightsRequest(request="rr-2", right=c.Right.OBJECTION),
        c.ReportIncident(incident="in-1", breach=True),
    ),
    "improving": (
        *ACTIVE,
        c.TakeStep(step=c.Step.ADVISE),
        c.TakeStep(step=c.Step.PLAN, due_on=("2026-12-24", "2027-01-04")),
    ),
    "something is wrong with the grant": (
        *ACTIVE,
        c.FindFault(fault=c.Fault.SILENT),
        c.FindFault(fault=c.Fault.UNDELIVERED, about="1"),
    ),
    "stopped for live harm": (*ACTIVE, c.JumpStep(step=c.Step.SUSPEND)),
}
UNDECIDED = (Stage.WITH_SENDER, Stage.INFO_REQUESTED)
IN_USE = (Stage.ACTIVE, Stage.SUSPENDED)
LIVE = (Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED)
# I8, in words of the domain: every stage is somebody's to act in, and no task outlives its own.
STAGES_OF: dict[Kind, tuple[Stage, ...]] = {
    Kind.REVISE: (Stage.DRAFT, Stage.TRIAGE),
    Kind.TRIAGE: (Stage.TRIAGE,),
    Kind.SIGN_RISK: (Stage.RISK_ACCEPTANCE,),
    Kind.FIND_OWNER: (Stage.RISK_ACCEPTANCE,),
    Kind.DECIDE: (Stage.WITH_SENDER,),
    Kind.OBJECT: (Stage.WITH_SENDER,),
    Kind.CONFIRM: (Stage.WITH_SENDER,),
    Kind.LEADER_DECIDE: (*UNDECIDED, Stage.LEADER_DECISION),
    Kind.ANSWER: (Stage.INFO_REQUESTED,),
    Kind.COUNTERSIGN: (Stage.LEADER_DECISION,),
    Kind.SIGN_OFF: (Stage.LEADER_DECISION,),
    Kind.JUDGE_REFUSAL: (Stage.LEADER_DECISION,),
    Kind.MAY_ESCALATE: (Stage.REFUSED,),
    Kind.MAY_REOPEN: (Stage.LAPSED,),
    Kind.PROVIDE: (Stage.APPROVED,),
    Kind.CONFIRM_RECEIPT: (Stage.APPROVED,),
    Kind.LATE_DELIVERY: (Stage.APPROVED,),
    Kind.PUBLISH: tuple(Stage),
    Kind.REVIEW: (Stage.ACTIVE, Stage.SUSPENDED, Stage.ENDED),
    Kind.LATE_REVIEW: (Stage.ACTIVE, Stage.SUSPENDED, Stage.ENDED),
    Kind.REVIEW_URGENT: (Stage.ACTIVE, Stage.SUSPENDED, Stage.ENDED),
    Kind.RECONSIDER: LIVE,
    Kind.DECIDE_PAUSED: (Stage.SUSPENDED,),
    Kind.EXPIRY: (Stage.ACTIVE, Stage.SUSPENDED),
    Kind.CERTIFY_DESTRUCTION: (Stage.ENDED,),
    Kind.LATE_DESTRUCTION: (Stage.ENDED,),
    Kind.FILL_POST: tuple(Stage),
    Kind.BACK_RISK: (Stage.RISK_ACCEPTANCE,),
    Kind.OWN_RISK: tuple(NEEDS_OWNER),
    Kind.ADVISE: (Stage.RISK_ACCEPTANCE, Stage.WITH_SENDER),
    Kind.MEDIATE: (Stage.WITH_SENDER, Stage.LEADER_DECISION, *IN_USE),
    Kind.COMPLY_OR_EXPLAIN: IN_USE,
    Kind.ANSWER_RIGHTS: (*IN_USE, Stage.ENDED),
    Kind.SPREAD_CORRECTION: (*IN_USE, Stage.ENDED),
    Kind.TELL_REGULATOR: (*IN_USE, Stage.ENDED),
    Kind.DO_ACTION: IN_USE,
    Kind.CONFIRM_JUMP: (Stage.SUSPENDED,),
    Kind.MEND_EXCHANGE: (*IN_USE, Stage.ENDED),
    Kind.MEND_SERVICE: (*IN_USE, Stage.ENDED),
}
# Which role of the four an event puts somebody in, and whom they must not be (G2). Leaders who judge together decide.
NOT_BOTH: dict[type, tuple[str, ...]] = {
    e.RequestSubmitted: ("risk_owner", "decider", "reviewer"),
    e.RiskTakenOn: ("author", "decider", "reviewer"),
    e.RequestRefused: ("author", "risk_owner"),
    e.ObjectionRaised: ("author", "risk_owner"),
    e.ReviewConcluded: ("author", "risk_owner", "decider"),
    e.UrgentUseReviewed: ("author", "risk_owner", "decider"),
}
# What rarely ends a case, so that walks get far: picked again when chance first says one of these.
ENDING = (
    "withdraw",
    "end_share",
    "decline_risk",
    "rule_out",
    "replace_share",
    "refuse",
    "say_not_held",
    "jump_step",
)


def days_of(act: Any) -> working_days.Calendar | None:
    """The other team's days ride along with a request that is passed on, and with a team that moves (G3)."""
    return calendar_for(*NATIONS) if isinstance(act, c.Transfer | c.MoveParty) else None


def with_what_is_there(life: Life, act: Any, seat: Seat, data: st.DataObject | None = None) -> Any:
    """The act as somebody in this seat would send it: about the text, the step or the task that is before them."""
    case = life.case
    if isinstance(act, c.SignRisk | c.OwnRisk):
        return replace(act, form_hash=case.form_hash)
    if isinstance(act, c.ApprovePart):
        return replace(act, items=max(case.items - act.withheld, 0))
    if isinstance(
        act, c.AnswerRights | c.PassOnCorrection | c.RecordReport | c.CompleteAction | c.SettleFault
    ):
        mine = [
            task.id for task in case.open(*TABLE[act.kind].tasks) if may_do_task(task, actor(seat), life.now)
        ]
        return replace(act, task=data.draw(st.sampled_from(mine)) if data else mine[0]) if mine else act
    if isinstance(act, c.TakeStep):
        tomorrow = working_days.london_date(life.now) + timedelta(days=act.items + 1)
        step = next_step(case) or c.Step.REVOKE
        return replace(
            act, step=step, items=min(act.items, case.items - 1), due_on=(tomorrow.isoformat(),) * 2
        )
    return act


class AnyLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.life = Life()

    @initialize(
        start=st.sampled_from(sorted(STARTS)),
        nations=st.tuples(st.sampled_from((EW, SCT, NI)), st.sampled_from((EW, SCT))),
        use=st.sampled_from(USES),
        lane=st.sampled_from(sorted(SCREENED)),
        profile=st.sampled_from(LegalProfile),
        amends=st.sampled_from((None, None, AMENDED)),
        duty=st.sampled_from(("none", "safeguarding")),
        until=st.sampled_from(("", "", "2026-12-01", "2029-06-30")),
        tiny=st.sampled_from((None, None, Side.RECEIVING, Side.SENDING)),
        filled=st.sets(st.sampled_from(CHAIRS), min_size=4),
        everybody=st.booleans(),
    )
    def begin(
        self,
        nations: tuple[Nation, Nation],
        filled: set[Seat],
        everybody: bool,
        start: str,
        lane: str,
        profile: LegalProfile,
        **form: Any,
    ) -> None:
        self.life = Life(
            filled=Seat if everybody else {*filled, *NO_CHAIRS},
            receiving_nation=nations[0],
            sending_nation=nations[1],
            screening=SCREENED[lane],
            policy=in_force(profile),
            **form,
        )
        for act in (self.life.request, *STARTS[start]):
            self.do_if_possible(act)

    def do_if_possible(self, act: Any) -> None:
        """By whoever may; in a lane that knows no such act, nothing happens."""
        life = self.life
        for seat in POSTS:
            if act.kind in allowed(life.case, actor(seat), life.now):
                self.step(life.command(act, seat))
                return

    # --- what may happen ----------------------------------------------------------------------------

    @rule(data=st.data())
    def somebody_does_something(self, data: st.DataObject) -> None:
        """Anybody, in any seats, tries anything."""
        held = data.draw(st.lists(st.sampled_from(POSTS), min_size=1, max_size=3, unique=True))
        who = Actor(
            person=data.draw(st.sampled_from(PERSONS)), seats=tuple(held), acting_for=data.draw(COVERED)
        )
        name = data.draw(st.sampled_from(sorted(ACTS)))
        act = data.draw(ACTS[name])
        seen = data.draw(st.sampled_from((None, self.life.case.version, 1)))
        self.step(self.life.command(act, who, seen=seen, calendar=days_of(act)))

    @rule(data=st.data())
    def people_are_busy(self, data: st.DataObject) -> None:
        for _ in range(3):
            self.somebody_does_what_they_may(data)

    def somebody_does_what_they_may(self, data: st.DataObject) -> None:
        """One of the acts that the pages offer to the person of some seat, the rare ones as often as the others."""
        life, offers = self.life, dict[str, list[Seat]]()
        for seat in POSTS:
            for name in allowed(life.case, actor(seat), life.now) if seat in life.filled else ():
                if name not in ENDING or life.case.version % 4 == 0:
                    offers.setdefault(name, []).append(seat)
        if not offers:
            return
        name = data.draw(st.sampled_from(sorted(offers)))
        seat = data.draw(st.sampled_from(offers[name]))
        act = life.request if name == "submit" else data.draw(ACTS[name])
        if name == "submit" and data.draw(st.booleans()):
            act = replace(
                life.request, screening=data.draw(st.sampled_from(sorted(SCREENED)).map(SCREENED.get))
            )
        act = with_what_is_there(life, act, seat, data)
        who = replace(actor(seat), acting_for=data.draw(COVERED))
        as_they_were = (life.case.receiving, life.case.sending) in (
            (None, None),
            (life.receiving, life.sending),
        )
        older = life.born.calendar if as_they_were else None
        known = data.draw(st.sampled_from((None, None, life.case.calendar, older)))
        self.step(life.command(act, who, calendar=days_of(act) or known))

    @rule(data=st.data())
    def somebody_gets_on_with_it(self, data: st.DataObject) -> None:
        """The people whom the case waits for do what it waits for."""
        life, hurry = self.life, data.draw(st.sampled_from((1, 2, 4)))
        for _ in range(hurry):
            for task in life.case.tasks.values():
                act = GETTING_ON.get(task.kind)
                if act and task.is_visible(life.now) and task.seat in life.filled:
                    self.step(life.command(with_what_is_there(life, act, task.seat), task.seat))
                    break

    @rule(lag=st.sampled_from((0, 0, 0, 20, 60 * 50)))
    def the_next_deadline_passes(self, lag: int) -> None:
        """Noticed on the second, after twenty minutes, or after two days of being down."""
        task = self.life.case.next_due()
        if task is None or task.watch_at is None:
            return
        self.life.now = max(self.life.now, task.watch_at + timedelta(minutes=lag))
        told = counts_as(task.watch_at, self.life.now)
        self.step(self.life.command(c.DeadlinePassed(task=task.id), CLOCK, received_at=told))

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        target = self.life.now + timedelta(hours=hours)
        while (task := self.life.case.next_due()) and task.watch_at and task.watch_at <= target:
            self.the_next_deadline_passes(0)
        self.life.now = max(self.life.now, target)

    @precondition(lambda self: self.life.case.open(Kind.REVIEW))
    @rule()
    def the_review_opens(self) -> None:
        """Nobody waits a year by hours."""
        opens = self.life.task(Kind.REVIEW).visible_from
        if opens and opens > self.life.now:
            self.time_passes((opens - self.life.now) // timedelta(hours=1) + 1)

    @rule(post=st.sampled_from(CHAIRS), told=st.booleans(), owner=st.booleans())
    def somebody_leaves(self, post: Seat, told: bool, owner: bool) -> None:
        self.life.filled.discard(post)
        if told:
            self.the_directory_tells(owner_left=owner and post is Seat.RISK_OWNER)

    @rule(owner_left=st.booleans())
    def the_directory_tells(self, owner_left: bool) -> None:
        """G5: from then on nothing waits on an empty seat without a vacancy, and no vacancy stands for a filled one."""
        life = self.life
        self.step(life.command(c.PostsChanged(owner_left=owner_left), DIRECTORY))
        if life.case.stage is Stage.BLOCKED:
            return
        vacancies = {task.post for task in life.case.open(Kind.FILL_POST)}
        waited_on = {task.seat for task in life.case.tasks.values()} - {Seat.OPERATOR}
        assert waited_on - life.filled <= vacancies
        assert not vacancies & life.filled

    @rule(data=st.data())
    def somebody_is_appointed(self, data: st.DataObject) -> None:
        empty = sorted(set(CHAIRS) - self.life.filled)
        if not empty:
            return
        post = data.draw(st.sampled_from(empty))
        self.life.filled.add(post)
        for task in self.life.case.open(Kind.FILL_POST):
            if task.post is post:
                self.step(self.life.command(c.FillPost(task=task.id), SYSTEM))

    @rule(days=st.integers(1, 40), by=st.sampled_from((CLOCK, SYSTEM)))
    def a_bank_holiday_is_proclaimed(self, days: int, by: Actor) -> None:
        day = working_days.london_date(self.life.now) + timedelta(days=days)
        calendar = with_holiday(self.life.case.calendar, day)
        if self.life.case.calendar.version.count("+") < 3:
            self.step(self.life.command(c.AdoptCalendar(calendar=calendar), by))

    @precondition(lambda self: self.life.case.is_closed)
    @rule()
    def another_request_comes_in(self) -> None:
        """A closed case stays closed (I12); the machine goes on with a new one."""
        everybody = Actor(person="zed", seats=tuple(POSTS))
        assert set(allowed(self.life.case, everybody, self.life.now)) <= {"posts_changed", "move_party"}
        filled = self.life.filled
        self.life = Life(filled={*filled, *NO_CHAIRS}, now=self.life.now, use="prevent_harm")
        self.step(self.life.command(self.life.request, Seat.REQUESTER))

    # --- what always holds --------------------------------------------------------------------------

    def step(self, command: c.Command) -> None:
        life, before = self.life, self.life.case
        kept = CASE.dump_json(before)
        try:
            events = decide(before, command, life.now)
        except Refusal as refusal:
            assert refusal.message and "{" not in refusal.message
            assert CASE.dump_json(before) == kept
            return
        assert decide(before, command, life.now) == events and CASE.dump_json(before) == kept, (
            "decide is pure"
        )
        life._decide(command)
        step = life.steps[-1]
        at = life.case.last_at
        self.check_grant(before, step.events, at)
        self.check_history(before, at)
        self.check_serialisation(step.events)
        self.check_tasks(step.events)
        self.check_people()
        self.check_hands(before, command, step.events)
        self.check_care()
        if command.by is CLOCK:
            self.check_silence(before, step.events)

    def check_grant(self, before: Case, events: tuple[e.Event, ...], at: Any) -> None:
        """I4: what machines are told of the grant is what the case says, after every transition."""
        if len(self.life.steps) == 1:
            self.grant = NaiveGrant()
        steps, after = list[tuple[e.Event, Case]](), before
        for event in events:
            after = evolve(after, event, at)
            steps.append((event, after))
        self.grant.hears(before, steps)

    def check_history(self, before: Case, at: Any) -> None:
        """The version counts the events, and time never runs backwards."""
        life = self.life
        assert life.case.version == len(life.events)
        assert before.last_at <= at <= life.now

    def teardown(self) -> None:
        """The events alone make the case again."""
        life = self.life
        again = life.born
        for done in life.steps:
            moment = max(again.last_at, min(done.command.received_at, done.now))
            for event in done.events:
                again = evolve(again, event, moment)
        assert again == life.case

    def check_serialisation(self, events: tuple[e.Event, ...]) -> None:
        life = self.life
        payload = CASE.dump_json(life.case)
        assert CASE.validate_json(payload) == life.case
        weight = len(zlib.compress(payload))
        assert weight <= MOST_BYTES, f"{weight} bytes"
        assert EVENTS.validate_json(EVENTS.dump_json(events)) == events
        command = life.steps[-1].command
        assert COMMAND.validate_json(COMMAND.dump_json(command)) == command

    def check_tasks(self, events: tuple[e.Event, ...]) -> None:
        case, filled = self.life.case, self.life.filled
        tasks = list(case.tasks.values())
        # I1 (G5)
        if case.stage not in ENDS:
            assert tasks, f"an open case in {case.stage} waits for nobody"
            assert case.next_due() or case.at_top, "nobody is watching, and nobody is counted"
        vacancies = {task.post for task in case.open(Kind.FILL_POST)}
        for opened in (event.task for event in events if isinstance(event, e.TaskOpened)):
            # P9: 72 hours after a breach became known may be over when it is told
            known = opened.kind is Kind.TELL_REGULATOR and opened.counts_from
            assert opened.due_at >= (known or opened.opened_at), "late before it was asked for"
            if opened.id in case.tasks:
                assert opened.seat in {*filled, Seat.OPERATOR} | vacancies, f"nobody sits on {opened.seat}"
        # I2
        asked = [(task.kind, task.seat, task.post, task.about) for task in tasks]
        assert len(asked) == len(set(asked)), f"asked twice: {asked}"
        # I5
        reviews = case.open(Kind.REVIEW)
        if case.time_limited and case.stage in (Stage.ACTIVE, Stage.SUSPENDED):
            assert len(reviews) == 1 and case.review_month
        elif case.stage is not Stage.ENDED or case.lane is not Lane.EXPLORATORY:
            assert not reviews
        for review in reviews:  # §6: once suspended for want of a review, only a review releases the share
            assert review.passes <= len(case.policy.review_ladder) or case.stage is not Stage.ACTIVE
        # I11: nothing but the security of its own service comes back to the sending body
        if case.active_from:
            of_sender = [task for task in tasks if task.seat.side is Side.SENDING]
            assert {task.kind for task in of_sender} <= {Kind.MEND_SERVICE}
            vacant = {task.post for task in tasks if task.post and task.post.side is Side.SENDING}
            assert not vacant or of_sender or Cause.EXCHANGE in case.overdue
        # a closed case can be left alone
        if case.stage in ENDS and case.stage is not Stage.ENDED:
            assert {task.kind for task in tasks} <= WINDOWS | {Kind.FILL_POST}
            assert case.open(*WINDOWS) or not tasks, "nothing but a vacancy keeps it open"
        # I12
        if case.stage is Stage.BLOCKED:
            assert case.is_closed
        # C1a, C13: leaders decide on nothing that no risk owner has signed
        if case.stage in (Stage.TRIAGE, Stage.DRAFT, Stage.RISK_ACCEPTANCE):
            assert {task.seat.side for task in tasks} <= {Side.RECEIVING, Side.SYSTEM}
        for task in tasks:
            assert task.seat in SEATS_OF_KIND[task.kind], task
            assert case.stage in STAGES_OF[task.kind], (task.kind, case.stage)
        self.check_publication()
        self.check_urgency(events)
        self.check_root()
        # G3: both values are kept, and no deadline moves earlier
        for moved in (event for event in events if isinstance(event, e.DueMoved)):
            assert moved.now > moved.was

    def check_publication(self) -> None:
        """P2r: what was approved is in the register, or has a day on which it will be; that is never lost."""
        case, life = self.life.case, self.life
        approved = any(isinstance(event, e.RequestApproved) for event in life.events)
        assert approved == bool(case.register_version or case.open(Kind.PUBLISH))
        published = [event.version for event in life.events if isinstance(event, e.EntryPublished)]
        assert published == list(range(1, case.register_version + 1))
        for task in case.open(Kind.PUBLISH):
            assert case.exempt_until or case.lane is Lane.URGENT
            assert task.watch_at == task.due_at and not case.register_version

    def check_urgency(self, events: tuple[e.Event, ...]) -> None:
        """C21: clock hours until it is delivered; then it is looked back at, whatever became of it."""
        case = self.life.case
        if case.lane is Lane.URGENT:
            for task in (event.task for event in events if isinstance(event, e.TaskOpened)):
                known_in_days = (
                    Kind.REVISE,
                    Kind.MAY_ESCALATE,
                    Kind.MAY_REOPEN,
                    Kind.FILL_POST,
                    Kind.PUBLISH,
                    Kind.MEDIATE,
                )
                reopened = any(isinstance(event, e.CaseReopened) for event in events)
                if case.active_from is None and task.kind not in known_in_days and not reopened:
                    assert task.hours and task.due_at - task.opened_at == timedelta(hours=task.hours), task
        if case.lane is Lane.URGENT and case.active_from:
            looked_back = any(isinstance(event, e.UrgentUseReviewed) for event in self.life.events)
            assert looked_back != bool(case.open(Kind.REVIEW_URGENT))
        for moved in (event for event in events if isinstance(event, e.DueMoved) and not event.counts_from):
            assert not case.tasks[moved.task].hours, "hours know no holidays"

    def check_root(self) -> None:
        """P2: a running share whose root is gone has a clock, or has run out of it."""
        case = self.life.case
        if case.root_gone and case.stage in (Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED):
            asked = [task for task in case.open(Kind.RECONSIDER) if task.seat is Seat.RISK_OWNER]
            assert asked and (asked[0].watch_at or case.stage in (Stage.SUSPENDED, Stage.APPROVED))
        assert case.root or not case.root_version

    def check_people(self) -> None:
        """I6: author, risk owner, decider and reviewer are four people, unless a waiver says otherwise.

        In two lanes the author may own the risk, and that is flagged (G2).
        """
        case = self.life.case
        if case.separation_waived:
            return
        people = {
            "author": case.author,
            "owner": case.risk_owner,
            "decider": case.decider,
            "reviewer": case.reviewer,
        }
        for one, other in combinations([role for role, who in people.items() if who], 2):
            if people[one] != people[other]:
                continue
            signed = [event for event in self.life.events if isinstance(event, e.RiskSigned)]
            assert (one, other) == ("author", "owner") and signed[-1].one_person, people
            assert case.lane in ONE_PERSON_LANES or case.stage in (*ENDS, Stage.LEADER_DECISION), people

    def check_hands(self, before: Case, command: c.Command, events: tuple[e.Event, ...]) -> None:
        """I6, through cover: nobody acts for somebody who stands in the case as what they must not be."""
        if before.separation_waived:
            return
        hands = {command.by.person, *command.by.acting_for}
        for event in events:
            for role in NOT_BOTH.get(type(event), ()):
                assert not hands & held(before, role), (type(event), role)
        if isinstance(command.act, c.SettleJump):
            assert before.jumped_by not in hands
        if isinstance(command.act, c.BackRisk):
            assert before.risk_owner not in hands

    def check_care(self) -> None:
        """P5, P9, E: who answers for it, why it has stopped, and what runs beside it, each say the same as the tasks."""
        case = self.life.case
        asked = case.open(Kind.OWN_RISK)
        if case.stage in NEEDS_OWNER:
            assert bool(case.risk_owner) != bool(asked)
        if case.stage in (Stage.ACTIVE, Stage.SUSPENDED):
            assert (case.stage is Stage.SUSPENDED) == still_stopped(case), case.cause
        assert bool(case.jump) == bool(case.stage is Stage.SUSPENDED and case.jumped_by and case.jump)
        assert case.jump in (0, 4, 5) and case.step in range(6)
        assert not case.open(Kind.CONFIRM_JUMP) or case.jump
        assert bool(case.mediation) == bool(case.open(Kind.MEDIATE))
        assert not (case.mediation and case.open(Kind.COMPLY_OR_EXPLAIN))
        for cause in case.overdue:
            waits = any(each.missed and OVERDUE_FOR.get(each.kind) is cause for each in case.tasks.values())
            assert cause not in BESIDE or waits or at_their_top(case, cause), (cause, case.tasks)
        for task in case.tasks.values():  # who was silent has moved up, and who moved up is asked or counted
            if (
                task.kind in OVERDUE_FOR
                and task.missed
                and not task.watch_at
                and task.kind is not Kind.REVIEW
            ):
                alike = [
                    each
                    for each in case.tasks.values()
                    if OVERDUE_FOR.get(each.kind) is OVERDUE_FOR[task.kind] and each.about == task.about
                ]
                assert any(each.watch_at or each.level for each in alike) or case.at_top, task

    def check_silence(self, before: Case, events: tuple[e.Event, ...]) -> None:
        """I3: silence moves up and never refuses. It approves only where an agreement, or the plan, presumes it."""
        told = {type(event) for event in events}
        assert not told & {e.RequestRefused, e.RefusalProposed, e.RequestBlocked}
        plan = before.policy.legal_profile is LegalProfile.PLAN
        if told & {e.RequestApproved, e.ApprovalProposed}:
            assert (
                before.open(Kind.OBJECT)
                or (plan and before.open(Kind.CONFIRM))
                or (plan and before.cause is Cause.OBJECTION)
            )
        for approved in (event for event in events if isinstance(event, e.RequestApproved)):
            assert approved.presumption and not approved.decider and approved.seat is Seat.CLOCK
        if self.life.case.stage is Stage.REFUSED:
            assert before.stage is Stage.REFUSED


TestWhateverAnybodyDoes = AnyLife.TestCase
TestWhateverAnybodyDoes.settings = settings(
    max_examples=int(WALKS or 200),
    stateful_step_count=45,
    deadline=None,
    derandomize=not WALKS,  # the same walks on every machine, unless somebody asks to look further
    database=None,
    phases=(
        Phase.generate,
    ),  # shrinking a long walk takes minutes, and the traceback names the law and the step
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

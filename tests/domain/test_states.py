"""docs/states.md is explored, not drawn: every stage, every act that changes something there, and what can follow."""

import os
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from domain import commands as c
from domain.case import BEFORE_ACTIVE, ENDS, ONE_PERSON_LANES, Case, Kind, Lane, Stage
from domain.decide import decide
from domain.decide.deadlines import counts_as
from domain.fold import evolve
from domain.people import CLOCK, Seat
from domain.permissions import TABLE, allowed
from domain.policy import LegalProfile, in_force
from domain.refusals import Refusal
from tests.builders import (
    CHILD,
    MANIFEST,
    NEW_FORM,
    OTHER_MANIFEST,
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

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
UNDECIDED = {*BEFORE_ACTIVE, Stage.LAPSED} - {Stage.APPROVED}
SILENCE = "silence"  # the clock's act, in words

# From where to look: every lane, with and without a duty, looked back at or not, under both legal profiles.
PLAN = in_force(LegalProfile.PLAN)
BEGINNINGS: tuple[dict[str, Any], ...] = (
    {"use": "prevent_harm"},
    {"use": "prevent_harm", "duty": "safeguarding"},
    {"use": "deliver_service"},
    in_cluster(),
    {**in_cluster(), "policy": PLAN, "use": "deliver_service"},
    {**relying(), "use": "deliver_service"},
    {**relying(), "policy": PLAN, "use": "deliver_service"},
    {**in_doubt(), "use": "deliver_service"},
    {**needing("health_in_bulk"), "use": "deliver_service"},
    urgent(),
    exploratory(),
    out_of_scope(),
)

# What goes on beside the decision is looked at by itself: together it would only multiply the ways to the same place.
BESIDE: tuple[tuple[dict[str, Any], frozenset[str]], ...] = (
    ({"use": "deliver_service"}, frozenset({"posts_changed", "own_risk"})),
    (
        {"use": "deliver_service", "screening": c.Screening(back_level=2)},
        frozenset({"back_risk", "posts_changed", "own_risk"}),
    ),
    (in_cluster(), frozenset({"send_to_mediation", "conclude_mediation"})),
    ({"use": "deliver_service"}, frozenset({"send_to_mediation", "conclude_mediation"})),
    ({"use": "deliver_service"}, frozenset({"start_mediation", "conclude_mediation", "answer_mediation"})),
    (
        {"use": "deliver_service"},
        frozenset({"take_step", "jump_step", "settle_jump", "close_improvement", "complete_action"}),
    ),
)
STRAIGHT_ON = frozenset(
    {
        "sign_risk",
        "approve",
        "object",
        "record_delivery",
        "confirm_receipt",
        "suspend_share",
        "reinstate_share",
    }
    | {"conclude_review", "withdraw", "end_share", "certify_destruction"}
)
ALL_BESIDE = frozenset[str]().union(*(acts for _, acts in BESIDE))

# Not asked here: acts that never change the stage, and would only multiply the ways to the same place.
SAME_STAGE = {
    "extend_time",
    "extend_review",
    "waive_separation",
    "fill_post",
    "adopt_calendar",
    "narrow_share",
    "exempt_entry",
    "publish_entry",
    "conclude_urgent_use",
    "allow_question",
    "transfer",
    "adopt_root",
    "keep_decision",
    "decide_own",
    "move_party",
    "ask_advice",
    "give_advice",
    "extend_mediation",
    "receive_rights_request",
    "answer_rights",
    "pass_on_correction",
    "report_incident",
    "record_report",
    "extend_share",
    "find_fault",
    "clear_fault",
    "settle_fault",
}

Follows = dict[tuple[Stage, str], set[Stage]]


def sensible_acts(name: str, life: Life, case: Case) -> Iterator[c.Act]:
    """The act with every choice that could lead somewhere else."""
    match name:
        case "submit":
            yield life.request
            yield replace(life.request, **out_of_scope())
        case "choose_lane":
            yield c.ChooseLane(lane=Lane.STANDARD)
        case "rule_out":
            yield c.RuleOut(rule="company")
        case "approve_part":
            yield c.ApprovePart(items=case.items - 1, withheld=1, child=CHILD)
        case "object":
            yield c.Object(ground=c.ObjectionGround.STATUTORY_BAR)
            yield c.Object(ground=c.ObjectionGround.OUTSIDE_TASK)
        case "distinguish":
            yield c.Distinguish(element=c.Element.PURPOSE)
        case "replace_share":
            yield c.ReplaceShare(by=CHILD)
        case "root_changed":
            yield c.RootChanged(how="withdrawn", root=case.root, version=4)
        case "sign_risk":
            yield c.SignRisk(form_hash=case.form_hash)
        case "approve":
            yield c.Approve()
            yield c.Approve(delivered_hash=MANIFEST)
        case "refuse":
            yield c.Refuse(ground=c.Ground.SAFETY_HARM)
        case "answer":
            yield c.Answer()
            yield c.Answer(material=True, form_version=2, form_hash=NEW_FORM)
        case "record_delivery":
            yield c.RecordDelivery(manifest_hash=MANIFEST)
        case "confirm_receipt":
            yield c.ConfirmReceipt(manifest_hash=MANIFEST)
            yield c.ConfirmReceipt(manifest_hash=OTHER_MANIFEST)
        case "posts_changed":
            yield c.PostsChanged(owner_left=True)
        case "own_risk":
            yield c.OwnRisk(form_hash=case.form_hash)
        case "conclude_mediation":
            yield c.ConcludeMediation(outcome=c.MediationOutcome.RECOMMENDED)
        case "answer_mediation":
            yield c.AnswerMediation(complies=True)
        case "take_step":
            yield c.TakeStep(step=tuple(c.Step)[case.step], items=case.items - 1, due_on=("2027-03-01",))
        case "jump_step":
            yield c.JumpStep(step=c.Step.SUSPEND)
            yield c.JumpStep(step=c.Step.REVOKE)
        case "settle_jump":
            yield c.SettleJump(confirm=True)
            yield c.SettleJump(confirm=False)
        case "complete_action":
            yield c.CompleteAction(task=case.open(Kind.DO_ACTION)[0].id)
        case "conclude_review":
            for outcome in c.Outcome:
                for after in c.AfterLast:
                    yield c.ConcludeReview(outcome=outcome, after=after, items=1)
        case _:
            kinds: dict[str, Any] = {
                kind.kind: kind
                for kind in (
                    c.DeclineRisk, c.SayNotHeld, c.Ask, c.Countersign, c.EscalateRefusal, c.UpholdRefusal,
                    c.OverturnRefusal, c.DirectSender, c.TakeOver, c.Withdraw, c.Reopen, c.SuspendShare,
                    c.ReinstateShare, c.EndShare, c.CertifyDestruction, c.AskInTriage, c.BackRisk,
                    c.SendToMediation, c.StartMediation, c.CloseImprovement,
                )
            }  # fmt: skip
            yield kinds[name]()


def likeness(case: Case, now: datetime) -> tuple[object, ...]:
    """Two cases that are alike in this have the same future, as far as stages go."""
    reviews = tuple((task.passes, task.is_visible(now)) for task in case.open(Kind.REVIEW))
    once = (
        case.stage,
        case.cause,
        case.level,
        case.at_top,
        frozenset(task.kind for task in case.tasks.values()),
    )
    beside = (
        bool(case.risk_owner),
        tuple(task.passes for task in case.open(Kind.OWN_RISK)),
        case.mediated,
        case.step,
        case.jump,
    )
    once = (*once, *beside)
    if case.stage in UNDECIDED:
        presumed = (case.policy.legal_profile, case.ground) if case.lane in ONE_PERSON_LANES else ()
        said = (case.refusal_escalated, case.reopened, case.upheld, case.overturned, case.lapsed_from)
        return (*once, *said, case.lane, presumed, case.duty, case.conditions, case.time_limited)
    ran_out = tuple(task.passes for task in case.open(Kind.RECONSIDER)) if case.root_gone else ()
    trial = case.lane is Lane.EXPLORATORY
    relies = bool(case.root) and case.stage not in ENDS
    return (
        *once,
        reviews,
        case.refusal_escalated,
        min(case.review_month, 24),
        case.time_limited,
        trial,
        relies,
        ran_out,
    )


def steps(
    life: Life, case: Case, now: datetime, beside: frozenset[str]
) -> Iterator[tuple[str, Case, datetime]]:
    """Everything that anybody, or time, can do to this case: (act, case after, instant)."""
    asked = STRAIGHT_ON | beside if beside else set(TABLE) - ALL_BESIDE - SAME_STAGE - {"deadline_passed"}
    for seat in Seat:
        for name in allowed(case, actor(seat), now):
            if name not in asked:
                continue
            for act in sensible_acts(name, life, case):
                command = c.Command(id="x", by=actor(seat), received_at=now, act=act, filled=tuple(Seat))
                try:
                    events = decide(case, command, now)
                except Refusal:
                    continue
                yield name, folded(case, events, now), now
    task = case.next_due()
    if task and task.watch_at:
        when = max(now, task.watch_at)
        told = counts_as(task.watch_at, when)
        command = c.Command(
            id="x", by=CLOCK, received_at=told, act=c.DeadlinePassed(task=task.id), filled=tuple(Seat)
        )
        yield SILENCE, folded(case, decide(case, command, when), max(case.last_at, told)), when
    for review in case.open(Kind.REVIEW):
        if not review.is_visible(now) and review.visible_from:
            yield "", case, review.visible_from  # time alone: the review opens


def folded(case: Case, events: tuple[Any, ...], at: datetime) -> Case:
    for event in events:
        case = evolve(case, event, at)
    return case


@cache
def explored() -> dict[tuple[Stage, str], frozenset[Stage]]:
    """Breadth first from a submitted request of every kind."""
    follows: Follows = defaultdict(set)
    seen: set[tuple[object, ...]] = set()
    for number, (settings, beside) in enumerate(
        (*((each, frozenset[str]()) for each in BEGINNINGS), *BESIDE)
    ):
        life = Life(**settings)
        life.submit()
        follows[Stage.DRAFT, "submit"].add(life.case.stage)
        queue = deque([(life.case, life.now)])
        while queue:
            case, now = queue.popleft()
            mark = (number if beside else -1, *likeness(case, now))
            if mark in seen:
                continue
            seen.add(mark)
            for name, after, when in steps(life, case, now, beside):
                if name:
                    follows[case.stage, name].add(after.stage)
                queue.append((after, when))
    return {key: frozenset(stages) for key, stages in follows.items()}


def plainly(word: str) -> str:
    return word.replace("_", " ")


def states_page() -> str:
    follows = explored()
    edges: dict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    for (stage, act), after in sorted(follows.items(), key=in_order):
        for other in after - {stage}:
            edges[stage, other].append(plainly(act))
    order = list(Stage)
    lines = [
        "# Stages of a case",
        "",
        "Explored by `tests/domain/test_states.py`: it tries every act, by everybody who may do it, in every kind of",
        "case it can reach, and lets time pass. Do not edit by hand. *Silence* is a deadline that passes with nothing",
        "done. Escalation is not a stage: the first task stays open, and a leader's is added (spec §1).",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> draft",
    ]
    for (stage, other), acts in sorted(edges.items(), key=lambda item: [order.index(one) for one in item[0]]):
        lines.append(f"    {stage} --> {other}: {' / '.join(acts)}")
    reached = {stage for stage, _ in follows} | {stage for after in follows.values() for stage in after}
    lines += [f"    {stage} --> [*]" for stage in order if stage in ENDS and stage in reached]
    lines += ["```", "", "| stage | act | what can follow |", "|---|---|---|"]
    for (stage, act), after in sorted(follows.items(), key=in_order):
        said = ["stays" if other is stage else plainly(other) for other in order if other in after]
        lines.append(f"| {plainly(stage)} | {plainly(act)} | {', '.join(said)} |")
    assert reached == set(order), "a stage that no case reaches"
    lines += [
        "",
        "In any stage a calendar may be adopted and a vacancy filled; where the table of [permissions](permissions.md)",
        "says so, time may be given, a question allowed, a request passed on, an entry kept back or published, an",
        "urgent use looked back at, a changed decision adopted or not, a share narrowed, a team moved to another body,",
        "advice asked and given, a citizen's request received and answered, and an incident reported. None of these",
        "changes the stage. *Silence* approves only in a cluster, and under the plan in the reliance lane or after an",
        "objection that leaders left unanswered.",
        "",
    ]
    return "\n".join(lines)


def in_order(item: tuple[tuple[Stage, str], frozenset[Stage]]) -> tuple[int, bool, str]:
    (stage, act), _ = item
    return list(Stage).index(stage), act == SILENCE, act


def test_the_page_of_stages_is_what_the_rules_do() -> None:
    """docs/states.md; SHARECASE_WRITE_DOCS=1 writes it."""
    if os.environ.get("SHARECASE_WRITE_DOCS"):
        PAGE.write_text(states_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run again with SHARECASE_WRITE_DOCS=1"


def test_silence_never_refuses_or_starts_a_share() -> None:
    """I3, G4: wherever it is kept. It approves, or goes to be signed off, only where something presumes it."""
    presumed = {Stage.WITH_SENDER, Stage.LEADER_DECISION}
    for (stage, act), after in explored().items():
        if act == SILENCE:
            assert after - {stage} <= {
                Stage.LAPSED, Stage.SUSPENDED, Stage.ENDED, *((Stage.APPROVED,) if stage in presumed else ()),
            }  # fmt: skip


def test_nothing_leads_out_of_out_of_scope() -> None:
    """I12, §4."""
    assert not [act for stage, act in explored() if stage is Stage.BLOCKED]


def test_an_end_is_left_only_through_its_window() -> None:
    """C12, C20: a refusal may be escalated and a lapsed case reopened; nothing else leads out of an end."""
    ways = {(stage, act) for (stage, act), after in explored().items() if stage in ENDS and after - {stage}}
    assert ways == {(Stage.REFUSED, "escalate_refusal"), (Stage.LAPSED, "reopen")}


def test_every_case_can_always_come_to_an_end() -> None:
    """§1: no stage is a trap."""
    follows = explored()
    leads = {
        stage: {other for (one, _), after in follows.items() if one is stage for other in after}
        for stage, _ in follows
    }
    good = set(ENDS)
    while more := {stage for stage, after in leads.items() if stage not in good and after & good}:
        good |= more
    assert set(leads) <= good


def test_a_share_is_active_only_after_both_receipts() -> None:
    """C17, I4."""
    into = {(stage, act) for (stage, act), after in explored().items() if Stage.ACTIVE in after - {stage}}
    assert into == {
        (Stage.APPROVED, "confirm_receipt"),
        (Stage.SUSPENDED, "reinstate_share"),
        (Stage.SUSPENDED, "conclude_review"),
        (Stage.SUSPENDED, "own_risk"),
        (Stage.SUSPENDED, "settle_jump"),
    }

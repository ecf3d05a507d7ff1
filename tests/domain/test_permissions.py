"""One table says who may do what: pages draw buttons from it, the rules obey it, and docs/permissions.md is it."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import get_args

import pytest

from domain import commands as c
from domain import governance
from domain.case import BEFORE_ACTIVE, Kind, Lane, Stage
from domain.decide import RULES, decide
from domain.events import Event
from domain.fold import FOLDS
from domain.people import Actor, Role, Seat, Side
from domain.permissions import (
    OWN_SIDE,
    SEATS_OF_KIND,
    SHARED,
    TABLE,
    allowed,
    could_ever,
    may,
    task_for,
)
from domain.refusals import Refusal, all_refusals, seat_in_words
from tests.builders import (
    ANOTHER_TEAM,
    CHILD,
    ROOT,
    Building,
    Life,
    a_case,
    actor,
    exploratory,
    in_cluster,
    in_doubt,
    needing,
    out_of_scope,
    relying,
    urgent,
)
from tests.domain import access_page

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def active() -> Building:
    return a_case().submitted().risk_signed().approved().delivered()


def bogged_down() -> Building:
    building = a_case().submitted().risk_signed().asked().answered().asked().answered()
    building.life().act(c.AllowQuestion(), Seat.SENDING_LEADER_1)
    return building.asked()


LIVES: dict[str, Building] = {
    "declined": a_case().submitted().risk_declined(),
    "submitted": a_case().submitted(),
    "nobody signs": a_case().submitted().after_deadlines(2),
    "with the sender": a_case().submitted().risk_signed(),
    "sender silent": a_case().submitted().risk_signed().after_deadlines(3),
    "asked": a_case().submitted().risk_signed().asked(),
    "countersign": a_case(duty="safeguarding").submitted().risk_signed().refused(),
    "refused": a_case().submitted().risk_signed().refused(),
    "joint": a_case().submitted().risk_signed().refused().escalated(),
    "approved": a_case().submitted().risk_signed().approved(),
    "late": a_case().submitted().risk_signed().approved().after_deadlines(1),
    "sent": a_case().submitted().risk_signed().approved().sent(),
    "active": a_case().submitted().risk_signed().approved().delivered(),
    "at review": a_case().submitted().risk_signed().approved().delivered().at_review(),
    "paused": a_case().submitted().risk_signed().approved().delivered().paused(),
    "ended": a_case().submitted().risk_signed().approved().delivered().ended(),
    "lapsed": a_case().submitted().after_deadlines(3),
    "withdrawn": a_case().submitted().withdrawn(),
    "in doubt": a_case(**in_doubt()).submitted(),
    "in doubt, and the board silent": a_case(**in_doubt()).submitted().after_deadlines(1),
    "out of scope": a_case(**out_of_scope()).submitted(),
    "in a cluster": a_case(**in_cluster()).submitted().risk_signed(),
    "objected": a_case(**in_cluster()).submitted().risk_signed().objected(),
    "presumed": a_case(**in_cluster()).submitted().risk_signed().after_deadlines(1),
    "relying": a_case(**relying()).submitted().risk_signed(),
    "nobody confirmed": a_case(**relying()).submitted().risk_signed().after_deadlines(1),
    "root changed": a_case(**relying()).submitted().risk_signed().approved().delivered().root_changed(),
    "root gone": a_case(**relying())
    .submitted()
    .risk_signed()
    .approved()
    .delivered()
    .root_changed("withdrawn"),
    "signed off": a_case(**needing("health_in_bulk")).submitted().risk_signed().approved(),
    "asked twice": a_case().submitted().risk_signed().asked().answered().asked().answered(),
    "bogged down": bogged_down(),
    "urgent": a_case(**urgent()).submitted().risk_signed(),
    "urgent and delivered": a_case(**urgent()).submitted().risk_signed().approved().delivered(),
    "kept back": a_case().submitted().risk_signed().exempted().approved(),
    "exploratory": a_case(**exploratory()).submitted().risk_signed().approved().delivered(),
    "to be backed": a_case(screening=c.Screening(back_level=2)).submitted().risk_signed(),
    "owner left": active().then(lambda life: life.owner_leaves()),
    "advice asked": a_case().submitted().risk_signed().then(lambda life: life.asks_advice()),
    "sent to mediation": a_case()
    .submitted()
    .risk_signed()
    .after_deadlines(1)
    .then(lambda life: life.sends_to_mediation(Seat.SENDING_LEADER_1)),
    "in mediation": active().then(lambda life: life.mediation_begins()),
    "mediated": active()
    .then(lambda life: life.mediation_begins())
    .then(lambda life: life.mediator_concludes()),
    "asked by a citizen": active().then(lambda life: life.is_asked_by_a_citizen()),
    "to be corrected": active()
    .then(lambda life: life.is_asked_by_a_citizen())
    .then(lambda life: life.answers_rights()),
    "breached": active().then(lambda life: life.reports_incident(breach=True)),
    "advised": active().then(lambda life: life.takes_step(c.Step.ADVISE)),
    "planned": active()
    .then(lambda life: life.takes_step(c.Step.ADVISE))
    .then(lambda life: life.takes_step(c.Step.PLAN, due_on=("2027-01-29",))),
    "stopped at once": active().then(lambda life: life.jumps()),
}


def acts_of(life: Life) -> Iterator[c.Act]:
    """One of each kind, as sensible as can be."""
    case = life.case
    yield life.request
    yield c.SignRisk(form_hash=case.form_hash)
    yield c.Refuse(ground=c.Ground.SAFETY_HARM)
    yield c.ExtendTime(days=1)
    yield c.RecordDelivery(manifest_hash="m")
    yield c.ConfirmReceipt(manifest_hash="m")
    yield c.NarrowShare(items=1)
    yield c.ApprovePart(items=case.items - 1, withheld=1, child=CHILD)
    yield c.ContinuePart(
        parent="SC-2026-0100", receiving=life.receiving, sending=life.sending, form_version=1, form_hash="f",
        use="prevent_harm", time_limited=True, duty="none", items=1, until="", lane=case.lane, conditions=(),
        author="amy", co_authors=(), risk_owner="ruth", days_left=2, submitted_at=life.now,
    )  # fmt: skip
    yield c.Object(ground=c.ObjectionGround.SAFETY_HARM)
    yield c.Distinguish(element=c.Element.ITEMS)
    yield c.Transfer(sending=ANOTHER_TEAM)
    yield c.ChooseLane(lane=Lane.STANDARD)
    yield c.RuleOut(rule="company")
    yield c.ConcludeUrgentUse(justified=True)
    yield c.ExemptEntry(until="2027-02-26")
    yield c.RootChanged(how="amended", root=ROOT, version=9)
    yield c.ReplaceShare(by=CHILD)
    yield c.ConcludeReview(outcome=c.Outcome.CONTINUE)
    yield c.ExtendReview(days=1)
    task = case.next_due()
    yield c.FillPost(task="t1")
    yield c.DeadlinePassed(task=task.id if task else "t1")
    yield c.AdoptCalendar(calendar=case.calendar)
    yield c.MoveParty(side=Side.SENDING, to=ANOTHER_TEAM)
    yield c.OwnRisk(form_hash=case.form_hash)
    yield c.ExtendMediation(days=5)
    yield c.ConcludeMediation(outcome=c.MediationOutcome.RECOMMENDED)
    yield c.AnswerMediation(complies=True)
    yield c.ReceiveRightsRequest(request="rr-9", right=c.Right.OBJECTION)
    yield c.ReportIncident(incident="in-9", breach=True)
    yield c.TakeStep(step=tuple(c.Step)[min(case.step, 4)], items=case.items - 1, due_on=("2027-02-26",))
    yield c.JumpStep(step=c.Step.REVOKE)
    yield c.SettleJump(confirm=True)
    yield c.ExtendShare(days=5)
    for fault in (c.Fault.SILENT, c.Fault.UNDELIVERED):
        yield c.FindFault(fault=fault, about="9")
        yield c.ClearFault(fault=fault)
    for kind, act in (
        (Kind.ANSWER_RIGHTS, lambda key: c.AnswerRights(task=key, outcome=c.RightsOutcome.MET)),
        (Kind.SPREAD_CORRECTION, lambda key: c.PassOnCorrection(task=key)),
        (Kind.TELL_REGULATOR, lambda key: c.RecordReport(task=key)),
        (Kind.DO_ACTION, lambda key: c.CompleteAction(task=key)),
        (Kind.MEND_EXCHANGE, lambda key: c.SettleFault(task=key)),
        (Kind.MEND_SERVICE, lambda key: c.SettleFault(task=key)),
    ):
        yield act(next((each.id for each in case.open(kind)), "t1"))
    plain = (
        c.DeclineRisk, c.Approve, c.SayNotHeld, c.Ask, c.Answer, c.Countersign, c.EscalateRefusal,
        c.UpholdRefusal, c.OverturnRefusal, c.DirectSender, c.TakeOver, c.Withdraw, c.Reopen,
        c.SuspendShare, c.ReinstateShare, c.EndShare, c.CertifyDestruction, c.WaiveSeparation,
        c.AskInTriage, c.AllowQuestion, c.PublishEntry, c.AdoptRoot, c.KeepDecision, c.DecideOwn, c.BackRisk,
        c.AskAdvice, c.GiveAdvice, c.SendToMediation, c.StartMediation, c.CloseImprovement, c.PostsChanged,
    )  # fmt: skip
    yield from (kind() for kind in plain)


# --- the table is whole -------------------------------------------------------------------------------


def test_every_command_has_a_permission_and_a_rule_and_nothing_else_has() -> None:
    """House rules: the whole world, both ways."""
    acts = {kind.kind for kind in get_args(c.Act)}
    assert acts == set(TABLE) == set(RULES) == {act.kind for act in acts_of(LIVES["active"].life())}


def test_every_event_has_a_fold() -> None:
    """House rules."""
    assert set(FOLDS) == set(get_args(Event))


def test_every_kind_of_task_waits_on_known_seats_and_entitles_to_something() -> None:
    """G5: nobody is asked for what nobody may do. The agreed end comes by itself."""
    assert set(SEATS_OF_KIND) == set(Kind)
    entitling = {kind for rule in TABLE.values() for kind in rule.tasks}
    assert set(Kind) - entitling == {Kind.EXPIRY}


@pytest.mark.parametrize("name", LIVES)
def test_tasks_wait_only_on_seats_the_table_knows(name: str) -> None:
    """G5: `could_ever` tells 403 from 409 by it."""
    for task in LIVES[name].build().tasks.values():
        assert task.seat in SEATS_OF_KIND[task.kind]


# --- buttons and rules agree --------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIVES)
@pytest.mark.parametrize("seat", Seat)
def test_what_is_not_offered_is_refused(name: str, seat: Seat) -> None:
    """E4: and the other way round, an offered act is never refused as somebody else's."""
    life = LIVES[name].life()
    offered = allowed(life.case, actor(seat), life.now)
    for act in acts_of(life):
        before = life.case
        try:
            decide(before, life.command(act, seat), life.now)
        except Refusal as refusal:
            assert refusal.message and "{" not in refusal.message
            if act.kind in offered:
                assert refusal.status in (409, 422)
        else:
            assert act.kind in offered
        assert life.case is before


def test_nobody_in_no_seat_may_do_anything() -> None:
    """G1: advisers, boards, regulators and auditors hold no seat in a case."""
    for built in LIVES.values():
        assert allowed(built.build(), Actor(person="auditor"), built.life().now) == ()


@pytest.mark.parametrize("name", LIVES)
def test_the_operator_has_no_powers_in_a_case(name: str) -> None:
    """G1: the operator fills posts and brings calendars."""
    life = LIVES[name].life()
    assert set(allowed(life.case, actor(Seat.OPERATOR), life.now)) <= {"fill_post", "adopt_calendar"}


@pytest.mark.parametrize("kind", sorted(SHARED))
def test_the_risk_owner_may_do_the_requesting_teams_work(kind: Kind) -> None:
    """G2: where the same hands do no harm; writing the request is not among it."""
    assert [seat for seat in SEATS_OF_KIND[kind] if not seat.level] == list(OWN_SIDE)
    assert kind not in (Kind.REVISE, Kind.SIGN_RISK)


def test_a_person_in_two_seats_acts_at_the_lowest_level_first() -> None:
    """C15: nobody climbs over a colleague, not even in person."""
    life = LIVES["sender silent"].life()
    both = actor(Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_1, Seat.SENDER)
    task = task_for(life.case, both, "approve", life.now)
    assert task and task.seat is Seat.SENDER
    assert not may(life.case, actor(Seat.RECEIVING_LEADER_1), "approve", life.now)


def test_could_ever_tells_not_yours_from_not_now() -> None:
    """E4."""
    assert could_ever(actor(Seat.SENDING_LEADER_3), "countersign")
    assert not could_ever(actor(Seat.RECEIVING_LEADER_3), "countersign")
    assert could_ever(actor(Seat.RISK_OWNER), "withdraw")
    assert not could_ever(actor(Seat.SENDER), "withdraw")


# --- refusals -----------------------------------------------------------------------------------------

DETAILS = {
    "already": "the author of the request", "rounds": 2, "what": "Giving more time", "most": 10, "now": 5,
    "team": "Adult social care", "cluster": "Health and social care",
    "post": "the risk owner", "reason": "The calendar ends in 2032. Ask an operator to add a year.",
}  # fmt: skip
WHAT_TO_DO = (
    "go back", "go to", "ask", "read", "start", "enter", "decide", "approve", "appoint", "name", "conclude",
    "open", "check", "the case page says", "there is nothing to do", "add", "remove", "change", "choose", "give",
    "mend", "raise", "say", "sign", "select", "send", "use", "wait", "write",
)  # fmt: skip


@pytest.mark.parametrize("kind", all_refusals())
def test_every_refusal_is_a_sentence_that_says_what_to_do(kind: type[Refusal]) -> None:
    """E4."""

    class AnyDetail(dict[str, object]):
        def __missing__(self, key: str) -> str:
            return f"some {key}"

    message = kind.sentence.format_map(AnyDetail(DETAILS))
    assert message[0].isupper() and message.endswith("."), message
    assert any(word in message.lower() for word in WHAT_TO_DO), message
    assert kind.status in (403, 404, 409, 422)


@pytest.mark.parametrize("seat", Seat)
def test_every_seat_has_words(seat: Seat) -> None:
    """A refusal names a seat as a person would."""
    assert "_" not in seat_in_words(seat) and "." not in seat_in_words(seat)


def test_every_act_outside_a_case_belongs_to_somebody() -> None:
    """G1, §4: an operator keeps the directory, accounts and machines; what they propose is for leaders to confirm."""
    assert all(governance.TABLE.values())
    theirs = {act for act, roles in governance.TABLE.items() if Role.OPERATOR in roles}
    posts = {"set_cover", "end_cover", "name_deputy", "end_deputy", "appoint", "end_post", "leave"}
    directory = {"add_person", "change_person", "add_body", "change_body", "add_team", "change_team"}
    directory |= {"name_contacts", "add_holiday", "import_directory", "propose_change"}
    accounts = {"end_sessions", "revoke_token", "invite_person", "forget_account"}
    machines = {each for each in governance.TABLE if "webhook" in each or "x_road" in each} | {
        "rotate_secret",
        "rotate_key",
        "revoke_key",
    }
    assert theirs <= posts | directory | accounts | machines | {"prepare_request"}, theirs
    assert Role.OPERATOR not in governance.TABLE.get("confirm_change", ())


# --- docs/permissions.md ------------------------------------------------------------------------------


def plainly(word: str) -> str:
    return word.replace("_", " ")


def seats_in_words(seats: Collection[Seat]) -> str:
    """The seats in the order of the table of seats; all leaders of a side in one breath, and last."""
    held = [seat for seat in Seat if seat in seats]
    said = [seat_in_words(seat) for seat in held if not seat.level]
    for side in (Side.RECEIVING, Side.SENDING):
        leaders = [seat for seat in held if seat.level and seat.side is side]
        said += (
            [f"leaders 1 to 3 of the {side} body"]
            if len(leaders) == 3
            else [seat_in_words(seat) for seat in leaders]
        )
    return ", ".join(said)


def roles_in_words(roles: tuple[Role, ...]) -> str:
    said = "leaders 1 to 3 of the body" if roles == governance.LEADERS else ", ".join(map(plainly, roles))
    return said.replace("board", "a member of the cluster board")


def stages_in_words(stages: tuple[Stage, ...]) -> str:
    if set(stages) == set(Stage):
        return "in any stage"
    if set(stages) == set(Stage) - {Stage.BLOCKED}:
        return "in any stage but blocked"
    if set(stages) == BEFORE_ACTIVE:
        return "in any stage before active"
    return "in " + ", ".join(map(plainly, stages))


def permissions_page() -> str:
    lines = [
        "# Who may do what",
        "",
        "Written by `tests/domain/test_permissions.py` from `domain.permissions.TABLE`; do not edit by hand.",
        "",
        "A person may act because a task that asks for the act is open on a seat they hold, or because their seat",
        "may do it for as long as the case is in certain stages. Separation of roles (G2) is asked afterwards.",
        "",
        "| act | open task that entitles to it | who | when |",
        "|---|---|---|---|",
    ]
    for act, rule in TABLE.items():
        tasks = ", ".join(plainly(kind) for kind in rule.tasks) or "none needed"
        who = seats_in_words({*rule.seats, *(seat for kind in rule.tasks for seat in SEATS_OF_KIND[kind])})
        when = stages_in_words(rule.stages) if rule.stages else "while such a task is open on their seat"
        lines.append(f"| {plainly(act)} | {tasks} | {who} | {when} |")
    lines += [
        "",
        "## Whose tasks they are",
        "",
        "| task | may wait on | the risk owner may do it for the team |",
        "|---|---|---|",
    ]
    for kind in Kind:
        shared = "yes" if kind in SHARED else "–"
        lines.append(f"| {plainly(kind)} | {seats_in_words(SEATS_OF_KIND[kind])} | {shared} |")
    lines += [
        "",
        "The first submission needs no task: any requester of the receiving team may make it.",
        "A review, and the notice of an agreed end, can be acted on only once they have opened.",
        "",
        "## Acts outside a case",
        "",
        "From `domain.governance.TABLE`. What one board member proposes, another one confirms.",
        "",
        "| act | who |",
        "|---|---|",
        *(f"| {plainly(act)} | {roles_in_words(roles)} |" for act, roles in governance.TABLE.items()),
        "",
        *access_page.lines(),
    ]
    return "\n".join(lines)


def test_the_page_of_permissions_is_what_the_table_says() -> None:
    """docs/permissions.md; SHARECASE_WRITE_DOCS=1 writes it."""
    if os.environ.get("SHARECASE_WRITE_DOCS"):
        PAGE.write_text(permissions_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == permissions_page(), "run again with SHARECASE_WRITE_DOCS=1"

"""Whose turn it is (I8): at every instant an open case has exactly one holder."""

from enum import StrEnum

from domain.case import Case, Cause, Kind, Stage, Task
from domain.people import Seat, Side


class Holder(StrEnum):
    """Whose turn it is (I8). WHOLE: the days of the request before a part of it became a case of its own (C9)."""

    RECEIVING_TEAM = "receiving_team"
    RECEIVING_LEADERS = "receiving_leaders"
    SENDING_TEAM = "sending_team"
    SENDING_LEADERS = "sending_leaders"
    JOINT_LEADERS = "joint_leaders"
    BOARD = "board"
    MEDIATOR = "mediator"
    WHOLE = "whole"


# What delivery or a decision waits for. Other tasks (a publication, a vacancy, a window) hold nobody's turn.
TURNS = frozenset(
    {
        Kind.REVISE,
        Kind.TRIAGE,
        Kind.SIGN_RISK,
        Kind.BACK_RISK,
        Kind.FIND_OWNER,
        Kind.DECIDE,
        Kind.OBJECT,
        Kind.CONFIRM,
        Kind.SIGN_OFF,
        Kind.LEADER_DECIDE,
        Kind.ANSWER,
        Kind.COUNTERSIGN,
        Kind.JUDGE_REFUSAL,
        Kind.MEDIATE,
        Kind.PROVIDE,
        Kind.CONFIRM_RECEIPT,
        Kind.LATE_DELIVERY,
    }
)


def holder_of(case: Case) -> Holder:
    """The one holder of an open case: of several who are asked, the highest; both bodies' leaders when they decide jointly.

    Where every seat is empty and only vacancies wait, the stage says whose turn it would be.
    """
    asked = case.open(*TURNS)
    if any(task.kind is Kind.JUDGE_REFUSAL for task in asked):
        return Holder.JOINT_LEADERS
    if asked:
        return _holder(max(asked, key=_height))
    if case.stage is Stage.LEADER_DECISION:
        joint = case.cause in (Cause.APPEAL, Cause.OBJECTION)
        return Holder.JOINT_LEADERS if joint else Holder.SENDING_LEADERS
    if case.stage is Stage.TRIAGE and case.board:
        return Holder.BOARD
    with_sender = case.stage is Stage.WITH_SENDER or (case.stage is Stage.APPROVED and not case.sent_hash)
    return Holder.SENDING_TEAM if with_sender else Holder.RECEIVING_TEAM


def _height(task: Task) -> tuple[int, int]:
    return task.seat.level, -int(task.id[1:])  # of two equally high the one asked first


def _holder(task: Task) -> Holder:
    beside = {Seat.BOARD: Holder.BOARD, Seat.REGULATOR: Holder.MEDIATOR}
    if task.seat in beside:
        return beside[task.seat]
    receiving = task.seat.side is Side.RECEIVING
    if task.seat.level:
        return Holder.RECEIVING_LEADERS if receiving else Holder.SENDING_LEADERS
    return Holder.RECEIVING_TEAM if receiving else Holder.SENDING_TEAM

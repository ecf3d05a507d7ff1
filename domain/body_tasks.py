"""What a body has to do that belongs to no case. Silence about it moves up from level to level, like anything here."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from domain import clear_numbers
from domain.governance import LEADERS
from domain.people import Role
from domain.permissions import Post
from domain.questions import Answers, Problem, Question, check
from domain.refusals import Refusal


class BodyKind(StrEnum):
    SERVICE_CONTACTS = "service_contacts"  # P3: a service has fewer than two people to reach (G5)
    UNAUTHORISED_USE = (
        "unauthorised_use"  # D: somebody used a grant that nobody knows, or whose case is closed
    )
    UNDELIVERED = "undelivered"  # P3: a revocation has not arrived, and its case is closed
    NATIONAL_DATASET = "national_dataset"  # §7 C: for a board, shares that add up


WORDS: dict[BodyKind, str] = {
    BodyKind.SERVICE_CONTACTS: "Name people to reach for a service of your team",
    BodyKind.UNAUTHORISED_USE: "Find out who used a grant that was not theirs to use",
    BodyKind.UNDELIVERED: "See that a machine hears of a revocation",
    BodyKind.NATIONAL_DATASET: "Look at shares that add up to a national dataset",
}
DAYS: dict[BodyKind, int] = {
    BodyKind.SERVICE_CONTACTS: 5,
    BodyKind.UNAUTHORISED_USE: 5,
    BodyKind.UNDELIVERED: 1,
    BodyKind.NATIONAL_DATASET: 20,
}
"""Working days, for the first who is asked and for each leader after."""

WHY: dict[BodyKind, str] = {
    BodyKind.SERVICE_CONTACTS: (
        "A service that others use needs two people who can be reached. This one has fewer: name somebody, or take the "
        "service out of use."
    ),
    BodyKind.UNAUTHORISED_USE: (
        "The use log shows that a grant was used that nobody knows, or whose share is over. Find out which system did "
        "it, and see that it stops."
    ),
    BodyKind.UNDELIVERED: (
        "A machine was to hear that a share is stopped or covers less, and it has not. Until it hears, it may go on as "
        "before: see that it stops, and that its endpoint answers again."
    ),
    BodyKind.NATIONAL_DATASET: (
        "One body receives the same item from three regions and three senders or more. Each decision may be right; "
        "together they may be a national dataset. Look at them, and say what follows."
    ),
}

# Several bodies are asked about one and the same thing, and one of them is enough; else each answers for itself.
SETTLED_FOR_ALL = frozenset({BodyKind.NATIONAL_DATASET, BodyKind.UNDELIVERED})

SETTLE: tuple[Question, ...] = (
    Question(
        id="said",
        label="Say what you did about it",
        ask="Enter what you did about it",
        kind="text",
        hint="People of your body read it. Name no person, and nobody's number or address.",
    ),
)


class SettledAlready(Refusal):
    sentence = "Somebody has settled this already. There is nothing left to do about it."


def next_leader(role: Role, level: int, appointed: Collection[Role]) -> tuple[int, Role] | None:
    """(level, role) of whoever is asked after a silence of `role` at `level` (C15); None at the top.

    A level in which nobody is appointed is skipped. What leader 1 was asked first goes on to leader 2.
    """
    reached = max(level, LEADERS.index(role) + 1 if role in LEADERS else 0)
    return next(
        (
            (number, leader)
            for number, leader in enumerate(LEADERS, start=1)
            if number > reached and leader in appointed
        ),
        None,
    )


def is_mine(posts: Iterable[Post], organisation: str, team: str, role: str) -> bool:
    """Whose inbox a task is in: the role in that body, and in that team where one is named."""
    return any(
        post.organisation == organisation and post.role == role and (not team or post.team == team)
        for post in posts
    )


def may_settle(posts: Iterable[Post], organisation: str, team: str, role: str) -> bool:
    """Whoever was asked, and the leaders of their body."""
    mine = tuple(posts)
    leads = any(post.organisation == organisation and post.role in LEADERS for post in mine)
    return leads or is_mine(mine, organisation, team, role)


def check_said(raw: Mapping[str, Any]) -> tuple[Answers, tuple[Problem, ...]]:
    """What was done about it. No number that tells who somebody is, and no way to reach them."""
    answers, problems = check(SETTLE, raw)
    told = clear_numbers.problems(
        (question.id, question.label, str(answers[question.id]))
        for question in SETTLE
        if question.id in answers
    )
    return answers, (*problems, *told)


def what_next(role: Role, level: int, *, missed: bool) -> str:
    """What silence leads to, and has led to."""
    reached = max(level, LEADERS.index(role) + 1 if role in LEADERS else 0)
    if reached == len(LEADERS):
        return "There is no higher leader in this body: it stays open until somebody does it."
    if missed:
        return "Its time is over. The next leader of this body is asked as well, and whoever settles it first settles it for all."
    if role is Role.BOARD:
        return "If nobody does it by then, leader 1 of the receiving body is asked as well; if there is none, the next one above."
    return f"If nobody does it by then, leader {reached + 1} of this body is asked as well; if there is none, the next one above."

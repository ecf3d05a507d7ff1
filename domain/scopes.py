"""What a machine's token may be used for. A token never can more than its person, and only what it was made for."""

from collections.abc import Iterable
from enum import StrEnum

from domain.refusals import Refusal


class Scope(StrEnum):
    READ = "read"
    REQUEST = "request"
    ACT = "act"
    WEBHOOKS = "webhooks"
    GRANTS = "grants"
    USE = "use"


ABOUT: dict[Scope, str] = {
    Scope.READ: "Read the cases, tasks and lists that you may see",
    Scope.REQUEST: "Write, save and submit requests as you",
    Scope.ACT: "Do what you may do in cases: sign, decide, answer, deliver, review",
    Scope.GRANTS: "Read your team's grants, get their short-lived tokens, and record deliveries",
    Scope.USE: "Send the use log of your body's systems, and look up use by pseudonym",
    Scope.WEBHOOKS: "See and replay what was sent to your body's endpoints",
}
EVERYTHING = tuple(Scope)

LONGEST = 365  # days a token may live
USUAL = 90
OVERLAP = 24  # hours for which a token that was rotated still works
MOST = 20  # live tokens of one person
WARNED = 14  # days before its end from which its owner is told


def known(names: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes of a stored token, in our order. A name that means nothing any more opens nothing."""
    told = set(names)
    return tuple(each for each in Scope if each in told)


class MissingScope(Refusal):
    """Asked before anything else: it says nothing about whether what was asked for is there."""

    status = 403
    sentence = "This token was not made for this: it needs the scope {scope}. Go to Settings, API tokens, to make another."


class TooManyTokens(Refusal):
    status = 409
    sentence = "You have {most} API tokens that work, and there cannot be more. Go to Settings, API tokens, and revoke one that you no longer need."


class NoSuchToken(Refusal):
    status = 404
    sentence = "There is no such API token, or it is not yours. Go to Settings, API tokens to see those that you have."


class TokenIsOver(Refusal):
    status = 409
    sentence = "This API token no longer works, or was replaced already. Go to Settings, API tokens, and make another one."

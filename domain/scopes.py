"""What a machine's token may be used for. A token never can more than its person, and only what it was made for."""

from enum import StrEnum


class Scope(StrEnum):
    READ = "read"
    REQUEST = "request"
    ACT = "act"
    WEBHOOKS = "webhooks"


ABOUT: dict[Scope, str] = {
    Scope.READ: "Read the cases, tasks and lists that you may see",
    Scope.REQUEST: "Write, save and submit requests as you",
    Scope.ACT: "Do what you may do in cases: sign, decide, answer, deliver, review",
    Scope.WEBHOOKS: "See and replay what was sent to your body's endpoints",
}
EVERYTHING = tuple(Scope)

LONGEST = 365  # days a token may live
USUAL = 90
OVERLAP = 24  # hours for which a token that was rotated still works
MOST = 20  # live tokens of one person

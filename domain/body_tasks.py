"""What a body has to do that belongs to no case. Silence about it moves up from level to level, like anything here."""

from enum import StrEnum


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

"""Who takes part in a case (spec G1): organisations and teams on two sides, and the seats people hold."""

from dataclasses import dataclass
from enum import StrEnum

from domain.working_days import Nation


class Role(StrEnum):
    REQUESTER = "requester"
    RISK_OWNER = "risk_owner"
    SENDER_DECIDER = "sender_decider"
    ADVISER = "adviser"
    LEADER_1 = "leader_1"
    LEADER_2 = "leader_2"
    LEADER_3 = "leader_3"
    BOARD = "board"
    REVIEWER = "reviewer"
    REGULATOR = "regulator"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Side(StrEnum):
    RECEIVING = "receiving"
    SENDING = "sending"
    SYSTEM = "system"


class Seat(StrEnum):
    """A role on one side of one case. Tasks wait on seats, never on names, so people can come and go (G5)."""

    REQUESTER = "receiving.requester"
    RISK_OWNER = "receiving.risk_owner"
    REVIEWER = "receiving.reviewer"
    RECEIVING_ADVISER = "receiving.adviser"
    RECEIVING_LEADER_1 = "receiving.leader_1"
    RECEIVING_LEADER_2 = "receiving.leader_2"
    RECEIVING_LEADER_3 = "receiving.leader_3"
    SENDER = "sending.sender_decider"
    SENDING_ADVISER = "sending.adviser"
    SENDING_LEADER_1 = "sending.leader_1"
    SENDING_LEADER_2 = "sending.leader_2"
    SENDING_LEADER_3 = "sending.leader_3"
    BOARD = "system.board"
    REGULATOR = "system.regulator"  # mediates (E), and moves improvement on (P9)
    OPERATOR = "system.operator"
    CLOCK = "system.clock"
    OTHER_CASE = "system.other_case"
    DIRECTORY = "system.directory"  # people come and go, teams move (P5)
    PUBLIC = "system.public"  # somebody the data is about (A)
    EXCHANGE = "system.exchange"  # what machines tell of a grant (P3, D)

    @property
    def side(self) -> Side:
        return Side(self.value.partition(".")[0])

    @property
    def role(self) -> str:
        return self.value.partition(".")[2]

    @property
    def level(self) -> int:
        """1, 2 or 3 for a leader, 0 for anybody else."""
        return int(self.value[-1]) if self.role.startswith("leader_") else 0


def leader(side: Side, level: int) -> Seat:
    return Seat(f"{side}.leader_{level}")


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side of a case. Identifiers only: names are looked up where a page is drawn (S5)."""

    organisation: str
    team: str
    nation: Nation  # whose working days count when this party must act (G3)
    tiny: bool = False  # may ask leader 2 to waive separation (G2)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who issues a command, with the seats this person holds in this case at this moment.

    `acting_for`: whose absence they cover, or whose deputy they are, in this case. Separation holds for those too (G2).
    """

    person: str
    seats: tuple[Seat, ...] = ()
    acting_for: tuple[str, ...] = ()


CLOCK = Actor(person="clock", seats=(Seat.CLOCK,))
SYSTEM = Actor(person="system", seats=(Seat.OPERATOR,))
OTHER_CASE = Actor(person="other-case", seats=(Seat.OTHER_CASE,))  # what happened in one case reaches another
DIRECTORY = Actor(person="directory", seats=(Seat.DIRECTORY,))
PUBLIC = Actor(person="public", seats=(Seat.PUBLIC,))
EXCHANGE = Actor(person="exchange", seats=(Seat.EXCHANGE,))

# What is nobody's hand: it is not counted among people, and no page names it.
NOT_PEOPLE = {each.person: each for each in (CLOCK, SYSTEM, OTHER_CASE, DIRECTORY, PUBLIC, EXCHANGE)}

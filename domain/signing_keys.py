"""The keys that grants' tokens are signed with: when one signs, and for how long it is published (P3).

A key is published a day before it signs, so that whoever keeps the list of keys knows it by then; and it stays published
after it signed for the last time, for as long as what it signed can live.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.grant_claims import LONGEST
from domain.refusals import Refusal


class KeyState(StrEnum):
    NEXT = "next"  # published, and not yet used
    CURRENT = "current"
    RETIRED = "retired"  # published until `gone_at`
    REVOKED = "revoked"  # taken out at once: what it signed is worth nothing


BEFORE = timedelta(days=1)  # published for at least so long before it signs
EVERY = timedelta(days=90)  # a key signs for so long, then the next one does
AFTER = LONGEST + timedelta(hours=1)  # published for so long after it signed last: clocks differ


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """One key, without its halves. `signs_from`: when it began to sign; of the next one the earliest it may."""

    kid: str
    state: KeyState
    made_at: datetime
    signs_from: datetime
    retired_at: datetime | None = None
    gone_at: datetime | None = None

    def is_published(self, now: datetime) -> bool:
        if self.state is KeyState.RETIRED:
            return self.gone_at is not None and now < self.gone_at
        return self.state is not KeyState.REVOKED

    def is_ripe(self, now: datetime) -> bool:
        """Whether it has been published for long enough to sign."""
        return self.state is KeyState.NEXT and now >= self.signs_from


def one(keys: Sequence[SigningKey], state: KeyState) -> SigningKey | None:
    """The current key, or the next one: of these there is one at most."""
    return next((each for each in keys if each.state is state), None)


def needs_next(keys: Sequence[SigningKey], now: datetime) -> bool:
    """Whether it is time to publish the key that takes over when the current one has signed for `EVERY`."""
    current = one(keys, KeyState.CURRENT)
    return bool(current and not one(keys, KeyState.NEXT) and now >= current.signs_from + EVERY - BEFORE)


class NextKeyIsTooYoung(Refusal):
    status = 409
    sentence = "The next key is published and may sign from {when}: by then everybody who keeps the list of keys has it. It takes over by itself on the first working morning after that, or rotate again then."


class NoSuchKey(Refusal):
    status = 404
    sentence = "There is no signing key with this id. Check it against the list of keys."


class KeyIsOver(Refusal):
    status = 409
    sentence = "This key was revoked, or went out of the list of keys before. Nothing that it signed is taken any more."


class NoKeysForYou(Refusal):
    status = 403
    sentence = "Only operators exchange or revoke signing keys. Ask one of them, at once where you think that somebody else has a key."

"""How often somebody may come: a bucket that holds so many goes and fills again with time (S5).

Pure: instants are seconds of some clock that never goes back, handed in.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """`burst`: how many at once by somebody who was quiet before. `per_minute`: how many go on like that."""

    per_minute: int
    burst: int


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What was left at an instant."""

    left: float
    at: float


def full(allowance: Allowance, at: float) -> Bucket:
    return Bucket(left=float(allowance.burst), at=at)


def take(bucket: Bucket | None, allowance: Allowance, at: float) -> tuple[Bucket, float]:
    """The bucket after one go, and for how many seconds to wait: 0 when there was one.

    Who has to wait is charged nothing, so that asking again too early makes the wait no longer.
    """
    now = refilled(bucket or full(allowance, at), allowance, at)
    if now.left >= 1:
        return Bucket(left=now.left - 1, at=at), 0
    return now, (1 - now.left) * 60 / allowance.per_minute


def refilled(bucket: Bucket, allowance: Allowance, at: float) -> Bucket:
    passed = max(0.0, at - bucket.at)
    left = min(float(allowance.burst), bucket.left + passed * allowance.per_minute / 60)
    return Bucket(left=left, at=at)

"""S5: who is counted as whom, and that counting holds no more than it may. The layer itself: tests/ui/test_front.py."""

from collections.abc import Mapping
from typing import Any

import pytest

from api.limits import USUAL, Figures, Limits
from api.peers import Peers, name_of, place_of
from domain.buckets import Allowance

PROXY = "10.0.0.5"


def asking(
    path: str = "/register", method: str = "GET", peer: str = "192.0.2.1", **headers: str
) -> dict[str, Any]:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "method": method, "client": (peer, 5000), "headers": raw}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def few(**changes: Allowance) -> Figures:
    """Two of anything, then one a second."""
    figures: Mapping[str, Allowance] = dict.fromkeys(
        ("reads", "writes", "anonymous", "sign_ins", "slack"), Allowance(per_minute=60, burst=2)
    )
    return Figures(**{**figures, **changes})


class Asked:
    """Whether a session holds: every one that begins with 'good'."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, scope: Any) -> bool:
        self.times += 1
        return any(b"good" in value for _, value in scope["headers"])


async def got(limits: Limits, *scopes: Any, peers: Peers | None = None, holds: Any = None) -> list[bool]:
    return [not await limits.wait(scope, peers or Peers(), holds or Asked()) for scope in scopes]


async def test_each_address_has_its_own() -> None:
    limits = Limits(figures=few(), clock=Clock())
    assert await got(limits, *[asking()] * 3) == [True, True, False]
    assert await got(limits, asking(peer="192.0.2.2")) == [True]
    limits.clock.now = 1  # type: ignore[attr-defined]
    assert await got(limits, *[asking()] * 2) == [True, False]


async def test_people_behind_one_address_do_not_stand_in_each_others_way() -> None:
    limits, asked = Limits(figures=few(anonymous=Allowance(per_minute=60, burst=4)), clock=Clock()), Asked()
    amy, ben = (asking("/inbox", cookie=f"sharecase_session=good-{name}") for name in ("amy", "ben"))
    # The first of each is charged to the address, where it is found to hold; then each has two.
    assert await got(limits, *[amy] * 4, holds=asked) == [True, True, True, False]
    assert await got(limits, *[ben] * 4, holds=asked) == [True, True, True, False]
    assert asked.times == 2


async def test_made_up_sessions_and_tokens_count_for_their_address() -> None:
    limits, asked = Limits(figures=few(), clock=Clock()), Asked()
    made_up = [asking("/inbox", cookie=f"sharecase_session=bad-{number}") for number in range(3)]
    assert await got(limits, *made_up, holds=asked) == [True, True, False]
    tokens = [
        asking("/api/v1/tasks", peer="192.0.2.9", authorization=f"Bearer bad-{number}") for number in range(3)
    ]
    assert await got(limits, *tokens, holds=asked) == [True, True, False]
    assert asked.times == 4, "who has to wait is not looked up"


async def test_one_token_written_in_many_ways_is_one_token() -> None:
    limits = Limits(figures=few(anonymous=Allowance(per_minute=60, burst=50)), clock=Clock())
    ways = [
        asking("/api/v1/tasks", authorization=way)
        for way in ("Bearer good", "bearer good", "BEARER  good ", "bEarer good", "Bearer good")
    ]
    assert await got(limits, *ways) == [True, True, True, False, False]


async def test_writing_is_counted_apart_from_reading() -> None:
    limits = Limits(figures=few(), clock=Clock())
    read = asking("/inbox", cookie="sharecase_session=good")
    write = asking("/requests/new", "POST", cookie="sharecase_session=good")
    assert await got(limits, *[read] * 4) == [True, True, True, False]
    assert await got(limits, *[write] * 3) == [True, True, False]


async def test_a_machine_is_not_known_by_a_cookie_nor_a_person_by_a_token() -> None:
    limits = Limits(figures=few(), clock=Clock())
    assert await got(limits, *[asking("/api/v1/tasks", cookie="sharecase_session=good")] * 3) == [
        True,
        True,
        False,
    ]


async def test_beginning_to_sign_in_is_rarer_than_reading() -> None:
    limits = Limits(figures=few(anonymous=Allowance(per_minute=60, burst=50)), clock=Clock())
    assert await got(limits, *[asking("/sign-in", "POST")] * 3) == [True, True, False]
    assert await got(limits, *[asking("/sign-in")] * 3) == [True, True, True]
    assert await got(limits, *[asking("/sign-in/callback")] * 3) == [True, True, True]
    assert await got(limits, *[asking("/sign-in/ended")] * 3) == [True, True, True]
    assert await got(limits, asking("/sign-in/provider")) == [False]


async def test_health_and_files_are_never_counted_and_slack_is_counted_by_itself() -> None:
    limits = Limits(figures=few(), clock=Clock())
    free = [asking("/health/live"), asking("/health/ready"), asking("/static/vendor/app.css")]
    assert all(await got(limits, *free * 20)) and not limits.size
    assert await got(limits, *[asking("/slack/events", "POST")] * 3) == [True, True, False]
    assert await got(limits, asking()) == [True]


async def test_a_session_is_looked_up_again_after_a_while() -> None:
    limits, asked = Limits(figures=few(), clock=Clock()), Asked()
    mine = asking("/inbox", cookie="sharecase_session=good")
    await got(limits, mine, mine, holds=asked)
    limits.clock.now = 301  # type: ignore[attr-defined]
    await got(limits, mine, holds=asked)
    assert asked.times == 2


async def test_what_is_kept_is_bounded_and_the_longest_away_goes_first() -> None:
    limits = Limits(figures=few(), clock=Clock(), most=100)
    for number in range(1000):
        await got(limits, asking(peer=f"10.{number // 250}.{number % 250}.1"))
    assert limits.size == 100
    limits.clock.now = 0.1  # type: ignore[attr-defined]
    assert await got(limits, *[asking(peer="10.3.249.1")] * 2) == [True, False], (
        "who was here just now is kept"
    )


def test_the_usual_figures_do_not_hurt_somebody_who_works_fast() -> None:
    """An act a second for a minute, and two and a half pages a second at the start."""
    assert USUAL.writes.burst >= 60 and USUAL.reads.burst >= 150
    assert USUAL.reads.per_minute >= 300 and USUAL.anonymous.per_minute == 300


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # no proxy of ours: it may say what it likes
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what the caller made up stands before
        (PROXY, "203.0.113.9, 10.0.0.77", "203.0.113.9"),  # two proxies
        (PROXY, "", PROXY),
        (PROXY, "nonsense", PROXY),
        (PROXY, "203.0.113.9, <script>", PROXY),
        (PROXY, "10.0.0.8", PROXY),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", ""),
    ],
)
def test_only_a_trusted_proxy_says_where_somebody_comes_from(peer: str, told: str, address: str) -> None:
    peers = Peers.of("https://sharecase.example", embedded=False, proxies=("10.0.0.0/24",))
    assert peers.address(asking(peer=peer, x_forwarded_for=told)) == address


def test_ipv6_is_counted_by_subscriber() -> None:
    assert place_of("2001:db8:0:1::5") == place_of("2001:db8:0:1:ffff::9") != place_of("2001:db8:0:2::5")
    assert place_of("192.0.2.1") == "192.0.2.1" and place_of("") == ""


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("sharecase.example", "sharecase.example"),
        ("ShareCase.Example:8443", "sharecase.example"),
        ("sharecase.example.", "sharecase.example"),
        ("[::1]:8000", "::1"),
        ("", ""),
        ("evil.example/sharecase.example", ""),
        ("sharecase.example@evil.example", ""),
        ("evil.example?sharecase.example", ""),
        ("sharecase.example:80x", ""),
        ("[broken", ""),
    ],
)
def test_the_name_in_a_host_header(host: str, name: str) -> None:
    assert name_of(host) == name


def test_only_the_public_name_is_ours_and_this_computer_in_a_demonstration() -> None:
    real = Peers.of("https://sharecase.example", embedded=False)
    assert real.is_us("sharecase.example:443") and not real.is_us("localhost") and not real.is_us("")
    assert not real.is_us("sharecase.example.evil.example")
    here = Peers.of("http://localhost:8000", embedded=True)
    assert all(here.is_us(each) for each in ("localhost:8000", "127.0.0.1:8917", "[::1]:8000"))
    assert not here.is_us("rebound.example:8000"), "a name of somebody else's that leads to this computer"

"""The app's own list: the same notices, for the same people as the inbox, with or without Slack (§9)."""

from sqlalchemy import insert, select

from domain.people import Role
from domain.permissions import Post
from store import notices
from store.database import Database
from store.directory import Person
from store.tables import notices as rows
from tests.activities.recorded import RecordedLife


def person(role: Role, organisation: str = "dwp", team: str | None = "dwp-pension-credit") -> Person:
    return Person(id="p", name="P", posts=(Post(role=role, organisation=organisation, team=team),))


async def heard(database: Database, who: Person, limit: int = 50) -> list[str]:
    async with database.read() as connection:
        return [row.headline for row in await notices.for_person(connection, who, limit)]


async def test_a_person_reads_the_notices_of_their_posts_newest_first(
    life: RecordedLife, database: Database
) -> None:
    life.sign_risk()
    life.ask()
    life.answer()
    await life.keep()
    requester = await heard(database, person(Role.REQUESTER))
    assert requester[-1] == "We received your request"
    assert "Answer the sending team" in requester
    sender = await heard(database, person(Role.SENDER_DECIDER, "hmrc", "hmrc-paye-records"))
    assert "Your question was answered" in sender
    assert "Answer the sending team" not in sender
    assert len(await heard(database, person(Role.REQUESTER), limit=1)) == 1


async def test_a_risk_owner_also_reads_what_they_may_do_for_the_team(
    life: RecordedLife, database: Database
) -> None:
    life.sign_risk()
    life.ask()
    await life.keep()
    owner = await heard(database, person(Role.RISK_OWNER))
    assert "Answer the sending team" in owner
    assert "We received your request" not in owner, "news for the requester is news for the requester"


async def test_other_teams_and_bodies_read_nothing(life: RecordedLife, database: Database) -> None:
    assert await heard(database, person(Role.REQUESTER, team="dwp-benefit-records")) == []
    assert await heard(database, person(Role.SENDER_DECIDER, "hmrc", "hmrc-paye-records")) == [], (
        "not yet (C2)"
    )
    assert await heard(database, person(Role.AUDITOR, "dwp", None)) == []
    assert await heard(database, Person(id="p", name="P")) == []


async def test_a_reviewer_reads_only_of_other_teams_shares(life: RecordedLife, database: Database) -> None:
    async with database.write() as connection:
        (held,) = (
            await connection.execute(select(rows).where(rows.c.headline == "We received your request"))
        ).all()
        review = {**held._mapping, "id": "r", "role": "reviewer", "team": "", "headline": "Review"}
        await connection.execute(insert(rows).values(review))
    assert await heard(database, person(Role.REVIEWER, team="dwp-service-review")) == ["Review"]
    assert await heard(database, person(Role.REVIEWER)) == []


async def test_an_operator_reads_of_empty_posts_everywhere(database: Database) -> None:
    from domain.people import Seat
    from tests.builders import without

    life = RecordedLife(database, filled=without(Seat.RISK_OWNER))
    life.submit()
    await life.keep()
    assert await heard(database, person(Role.OPERATOR, "dwp", None)) == ["Fill an empty post: the risk owner"]


async def test_it_says_how_the_task_of_a_notice_ended(life: RecordedLife, database: Database) -> None:
    life.sign_risk()
    await life.keep()
    async with database.read() as connection:
        found = await notices.for_person(connection, person(Role.RISK_OWNER))
    (asked,) = [row for row in found if row.kind == "sign_risk"]
    assert (asked.how, asked.closed_at) == ("done", life.now)
    assert notices.standing(asked) == "waiting", "nothing pretends to have been sent"


async def test_the_relay_is_given_each_state_of_a_notice_once(life: RecordedLife, database: Database) -> None:
    async with database.write() as connection:
        every = await notices.to_start(connection)
        assert {wanted for _, wanted in every} == {1}
        for notice, wanted in every:
            await notices.started(connection, notice, wanted)
        assert await notices.to_start(connection) == []
    life.sign_risk()
    await life.keep()
    ask = await life.notice("Sign for the risk")
    async with database.write() as connection:
        again = await notices.to_start(connection)
        assert (ask.id, 2) in again and len(again) > 1
        assert len(await notices.to_start(connection, most=1)) == 1
        await notices.started(connection, ask.id, 2)
        await notices.started(connection, ask.id, 1)  # late, from the relay of another process
        assert ask.id not in dict(await notices.to_start(connection))

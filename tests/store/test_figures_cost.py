"""Cost, use and programmes through the tables (P10): kept with each transition, and a second count agrees."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain import commands as c
from domain.figure_asked import Asked
from domain.people import Party, Seat, Side
from domain.programmes import Programme
from domain.working_days import london_date
from store import figures, figures_again, figures_read, programmes, tables
from store.database import Database
from tests import figured
from tests.activities.recorded import RecordedLife
from tests.builders import MONDAY
from tests.domain import lives_of_care as care
from tests.store.test_figures import bodies_of_builders
from tests.store.test_figures import keep as keep_life

LATER = MONDAY + timedelta(days=300)
YEAR = Asked(since=london_date(MONDAY), until=london_date(LATER), demo=True)
SAID = {
    "sign_risk": {"residual": "A letter could go astray.", "agree": "yes", "form_hash": "not typed"},
    "ask": {"reason": "Which income band do you mean"},
    "answer": {"reason": "The lowest one", "material": "no"},
    "approve": {"delivered": "no", "note": "Good luck"},
    "record_delivery": {"rows": 1200, "checksum": "sha256:4be1", "minutes": 40},
    "confirm_receipt": {"rows": 1200, "checksum": "sha256:4be1", "minutes": 25},
}
# title and purpose of the recorded form (4 + 3 words) and its five items (3 + 2 + 3 + 1 + 1)
OF_THE_FORM = 7 + 10


def lived(database: Database, ref: str, **settings: object) -> RecordedLife:
    life = RecordedLife(database, ref=ref, **settings)  # type: ignore[arg-type]
    life.submit()
    life.sign_risk()
    life.working_days_pass(2)
    life.ask()
    life.answer()
    life.approve()
    life.deliver()
    life.confirm()
    return life


async def agree(database: Database) -> None:
    async with database.read() as connection:
        assert await figures_again.compare(connection, YEAR, LATER) == []


async def test_words_and_minutes_of_every_act_until_the_first_delivery(database: Database) -> None:
    life = lived(database, "SC-COST-0001")
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    await figured.keep(life, {**SAID, "suspend_share": {"reason": "not counted any more"}})
    async with database.read() as connection:
        told = await figures_read.read(connection, YEAR, LATER)
    typed = 5 + 6 + 3 + 2 + 1 + 1  # each checksum is one word
    assert told["cost"]["words"]["total"] == OF_THE_FORM + typed
    assert told["cost"]["words_of_forms"] == OF_THE_FORM
    assert (told["cost"]["minutes"]["total"], told["cost"]["declared"]) == (65, 1)
    assert told["cost"]["pounds"] == 27  # 65 minutes at £25
    nothing_called = {"calls": 0, "calls_flagged": 0, "grants": 0, "unused": 0}
    delivered = {"active": 0, "active_long": 0, "shares": 1, "rows": 1200, "few_rows": False}
    assert told["use"] == {**delivered, "questions_retired": 0, **nothing_called}
    await agree(database)


async def test_minutes_said_again_replace_what_was_said(database: Database) -> None:
    """A receipt that did not match is given again; the time of a team is not added up twice."""
    life = RecordedLife(database, ref="SC-COST-0001")
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.act(c.ConfirmReceipt(manifest_hash="another"), Seat.REQUESTER)
    life.deliver()
    life.confirm()
    await figured.keep(life, SAID)
    async with database.read() as connection:
        told = await figures_read.read(connection, YEAR, LATER)
    assert told["cost"]["minutes"]["total"] == 65 and told["use"]["active"] == 1
    await agree(database)


async def test_counting_anew_finds_the_same_words(database: Database) -> None:
    for number in range(3):
        await figured.keep(lived(database, f"SC-COST-000{number}"), SAID)
    async with database.write() as connection:
        kept = await figures_read.every_case(connection)
        told = await figures_read.read(connection, YEAR, LATER)
        await figures.rebuild(connection, LATER)
        assert await figures_read.every_case(connection) == kept
        assert await figures_read.read(connection, YEAR, LATER) == told
    await agree(database)


async def test_the_comparison_finds_a_wrong_word_a_wrong_row_and_a_wrong_rollout(database: Database) -> None:
    await figured.keep(lived(database, "SC-COST-0001"), SAID)
    n = tables.figure_counts.c
    for family, name in (
        ("cost", "words_exactly"),
        ("use", "rows"),
        ("rollout", "delivered:none:prevent_harm"),
    ):
        here = (n.family == family, n.name == name)
        async with database.write() as connection:
            done = await connection.execute(update(tables.figure_counts).where(*here).values(n=n.n + 1))
            assert done.rowcount
            told = await figures_again.compare(connection, YEAR, LATER)
            await connection.execute(update(tables.figure_counts).where(*here).values(n=n.n - 1))
        assert any(
            {"cost": "words.total", "use": "use.rows", "rollout": "programmes"}[family] in line
            for line in told
        )
    await agree(database)


async def test_a_programme_reads_how_its_bodies_stand(database: Database) -> None:
    await figured.keep(lived(database, "SC-COST-0001", duty="safeguarding"), {})
    begun = RecordedLife(database, ref="SC-COST-0002", team="leeds-benefits", organisation="leeds", duty="safeguarding")  # fmt: skip
    begun.submit()
    await begun.keep()
    this = Programme(
        id="p", version=1, name="P", purpose="p", citation="c", duties=("safeguarding",), uses=("prevent_harm",),
        bodies=("dwp", "leeds", "hmrc", "newham"), demo=True,
    )  # fmt: skip
    async with database.read() as connection:
        told = await programmes.rollout(connection, this)
        assert [stand for _, stand, _ in told.bodies] == ["delivered", "under_way", "not_asked", "not_asked"]
        real = await programmes.rollout(connection, replace(this, demo=False))
        elsewhere = await programmes.rollout(connection, replace(this, cluster="nowhere"))
    assert real.count("not_asked") == elsewhere.count("not_asked") == 4
    await agree(database)


async def test_a_team_that_moves_takes_its_shares_to_the_new_body(database: Database) -> None:
    life = lived(database, "SC-COST-0001", duty="safeguarding")
    moved = Party(organisation="home-office", team="hmrc-paye-records", nation=life.sending.nation)
    life.moves(Side.SENDING, moved)
    await figured.keep(life, SAID)
    async with database.read() as connection:
        there = await figures_read.read(connection, replace(YEAR, organisation="home-office"), LATER)
        left = await figures_read.read(connection, replace(YEAR, organisation="hmrc"), LATER)
    assert there["identity"]["delivered"] == 1 and left["identity"]["delivered"] == 0
    assert there["cost"]["words"]["total"] and left["cost"]["words"]["total"] == 0
    assert date.fromisoformat(there["from"]) == YEAR.since
    await agree(database)


async def test_the_days_of_a_mediation_are_the_mediator_s(database: Database) -> None:
    """I8 with a holder who belongs to neither body."""
    life = RecordedLife(database, ref="SC-COST-0001", use="deliver_service")
    life.submit()
    life.sign_risk()
    life.refuse()
    life.escalate_refusal()
    life.working_days_pass(2)
    life.sends_to_mediation(Seat.RECEIVING_LEADER_1)
    life.working_days_pass(4)
    await life.keep()
    async with database.read() as connection:
        now = (await figures_read.read(connection, YEAR, life.now))["open_now"]["by_holder"]
    assert now["mediator"]["cases"] == 1 and now["mediator"]["days"] >= 3
    assert now["joint_leaders"] == {"cases": 0, "days": 2}
    await agree(database)
    life.mediator_concludes()
    life.overturn(Seat.RECEIVING_LEADER_1)
    life.overturn(Seat.SENDING_LEADER_1)
    life.deliver()
    life.confirm()
    await life.keep()
    async with database.read() as connection:
        told = (await figures_read.read(connection, YEAR, LATER))["holders"]
    assert told["by_holder"]["mediator"] >= 3 and sum(told["by_holder"].values()) == told["days"]
    await agree(database)


@pytest.mark.parametrize("name", sorted(care.LIVES))
async def test_both_counts_agree_on_lives_in_which_people_come_and_go(database: Database, name: str) -> None:
    await bodies_of_builders(database)
    life = care.LIVES[name]()
    await keep_life(database, life, "SC-CARE-0001")
    until = max(life.now, LATER) + timedelta(days=30)
    async with database.read() as connection:
        asked = replace(YEAR, until=london_date(until))
        assert await figures_again.compare(connection, asked, until) == []
        told = await figures_read.read(connection, asked, until)
    assert told["identity"]["received"] == 1

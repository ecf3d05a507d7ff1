"""E and C14, on a real engine: concerns begin a mediation; the lead body complies or explains; who relies on it hears."""

import secrets

from sqlalchemy import select

from api.concerns import ConcernActs
from domain.case import Case, Kind, Stage
from domain.commands import MediationOutcome
from store import mediations
from store.codes import new_code
from store.commands import APPLIED
from store.database import Database
from store.mediations import EXPLAINED
from store.tables import concerns
from tests.engine import Story, story
from tests.registered import put, row

REGULATOR = "p-bronagh-whitlock"
RECOMMENDED = {"outcome": "recommended", "reason": "Telephone before writing."}


async def publishes(told: Story, ref: str, *bodies: str) -> None:
    """Each of these bodies raises a concern, and the regulator publishes it."""
    for body in bodies:
        await told.tick()
        acts = ConcernActs(told.database, told.desk, lambda: told.now)
        raw = {"text": f"{body} is worried about letters.", "speaks_for": "charity", "organisation": body}
        command = secrets.token_hex(16)
        await acts.raise_(None, ref, raw, command=command, code=new_code(), via="web")
        regulator = await told.person(REGULATOR)
        await acts.settle(
            regulator, command, {"decision": "publish"}, command=secrets.token_hex(16), via="web"
        )


async def mediated(told: Story, ref: str) -> Case:
    """A share in use about which three bodies were concerned, with a mediation that runs."""
    await publishes(told, ref, "Age Concern", "Pensioners' Voice", "Digital Rights Watch")
    case = await told.case(ref)
    assert case.mediation == "concerns" and case.stage is Stage.ACTIVE
    return case


async def test_an_explanation_after_silence_is_published_and_moves_nobody(database: Database) -> None:
    """Three concerns of different bodies, mediation, silence up to leader 1, who explains; the relier is told, once."""
    async with story(database) as told:
        ref = await told.active()
        relier = await told.signed(path="reliance", root=ref)
        await told.approves(relier)
        await told.delivers(relier)
        await mediated(told, ref)
        assert await told.open_tasks(ref) == sorted(
            [
                ("expiry", "receiving.risk_owner"),
                ("mediate", "system.regulator"),
                ("review", "receiving.reviewer"),
            ]
        ), "and no vacancy: the regulator sits there"
        assert (await told.does(REGULATOR, ref, "conclude_mediation", **RECOMMENDED)).state == APPLIED
        answer = await told.task(ref, Kind.COMPLY_OR_EXPLAIN)
        await told.until(answer.due_at)
        assert [each.level for each in (await told.case(ref)).open(Kind.COMPLY_OR_EXPLAIN)] == [0, 1]
        leader = told.people.receiving_leaders[1]
        said = {"complies": "no", "reason": "Half of them have no telephone."}
        assert (await told.does(leader, ref, "answer_mediation", **said)).state == APPLIED
        [public] = (await told.entry(ref))["mediations"]
        assert (public["complies"], public["answered_in_time"]) == (False, False)
        assert (public["said"], public["answer"]) == (
            "Telephone before writing.",
            "Half of them have no telephone.",
        )
        await told.news_travels()
        assert [seat for seat, headline in await told.told(relier) if headline == EXPLAINED] == [
            "receiving.risk_owner"
        ]
        assert not (await told.case(relier)).open(Kind.RECONSIDER)


async def test_who_complies_reaches_everybody_who_relies_on_it(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        relier = await told.signed(path="reliance", root=ref)
        await told.approves(relier)
        await told.delivers(relier)
        await mediated(told, ref)
        extended = await told.does(
            REGULATOR, ref, "extend_mediation", days=20, reason="Both sides ask for it."
        )
        assert extended.state == APPLIED
        assert (await told.does(REGULATOR, ref, "extend_mediation", days=1, reason="More.")).state != APPLIED
        await told.does(REGULATOR, ref, "conclude_mediation", **RECOMMENDED)
        said = {"complies": "yes", "reason": "We telephone from March on."}
        assert (await told.does(told.people.risk_owner, ref, "answer_mediation", **said)).state == APPLIED
        await told.news_travels()
        [task] = (await told.case(relier)).open(Kind.RECONSIDER)
        assert task.level == 0
        assert EXPLAINED not in [headline for _, headline in await told.told(relier)]
        [public] = (await told.entry(ref))["mediations"]
        assert (public["complies"], public["answered_in_time"], public["extended_by"]) == (True, True, 20)
        # What was heard does not count again; only three new bodies do.
        await publishes(told, ref, "A fourth", "A fifth")
        assert not (await told.case(ref)).mediation
        await publishes(told, ref, "A sixth")
        assert (await told.case(ref)).mediation == "concerns"
        await told.does(REGULATOR, ref, "conclude_mediation", **RECOMMENDED)
        await publishes(told, ref, "A seventh", "An eighth", "A ninth")
        assert not (await told.case(ref)).mediation, "the last one waits for its answer"
        await told.does(told.people.risk_owner, ref, "answer_mediation", **said)
        await told.news_travels()
        assert (await told.case(ref)).mediation == "concerns", "and then they are heard"
        await told.does(told.people.risk_owner, ref, "end_share", reason="It is over.")
        async with database.read() as connection:
            told_of = [each.standing(told.now).value for each in await mediations.of(connection, ref)]
        assert told_of == ["complies", "complies", "left"]
        async with database.read() as connection:
            assert len((await connection.execute(select(concerns.c.id))).all()) == 9


async def test_the_tenth_that_relies_on_a_share_begins_it(database: Database) -> None:
    """One concern was not enough before; the relier's own entry makes the measure."""
    async with story(database) as told:
        ref = await told.active()
        await publishes(told, ref, "Pensioners' Voice")
        await put(database, [row(number, root=ref) for number in range(9)])
        assert not (await told.case(ref)).mediation
        relier = await told.signed(path="reliance", root=ref)
        await told.approves(relier)
        assert await told.on_its_way(ref)
        await told.news_travels()
        assert (await told.case(ref)).mediation == "concerns"
        await told.delivers(relier)
        await told.news_travels()
        assert not await told.on_its_way(ref) and len(await told.events(ref, "mediation_started")) == 1


async def test_a_regulator_who_stays_silent_ends_it_without_an_outcome(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        await mediated(told, ref)
        await told.until((await told.task(ref, Kind.MEDIATE)).due_at)
        case = await told.case(ref)
        assert not case.mediation and not case.open(Kind.COMPLY_OR_EXPLAIN) and case.stage is Stage.ACTIVE
        async with database.read() as connection:
            [over] = await mediations.of(connection, ref)
        assert (over.outcome, over.said) == (MediationOutcome.NONE, "")


async def test_a_stuck_decision_goes_to_mediation_and_back_to_the_same_leader(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed()
        await told.working_days_pass(10)
        leader = told.people.sending_leaders[1]
        assert (await told.task(ref, Kind.LEADER_DECIDE)).level == 1
        stuck = {"reason": "Both sides read the power differently."}
        assert (await told.does(leader, ref, "send_to_mediation", **stuck)).state == APPLIED
        assert not (await told.case(ref)).open(Kind.LEADER_DECIDE, Kind.DECIDE)
        await told.does(REGULATOR, ref, "conclude_mediation", outcome="agreed", reason="One year first.")
        back = await told.task(ref, Kind.LEADER_DECIDE)
        assert back.level == 1
        assert (await told.does(leader, ref, "send_to_mediation", **stuck)).state != APPLIED, "once"
        await told.approves(ref, who=leader)
        assert (await told.entry(ref))["mediations"] == []

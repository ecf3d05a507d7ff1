"""What an act or a request carries that nobody typed: frozen forms, looks at the guards, signatures given in one go."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.known import Known
from domain.act_in_case import check_act
from domain.acts import FORMS
from domain.case import ONE_PERSON_LANES, Case, Lane
from domain.commands import Screening, Step
from domain.improvement import next_step
from domain.questions import Answers, Problem
from domain.screening import Finding
from domain.working_days import london_date
from store import commands, drafts, screening
from store.directory import Person

# Of a submission that is signed for in one go (G2).
SIGNING = ("sign_now", "residual", "agree")


async def split(
    connection: AsyncConnection, seen: Known, told: commands.Received, answers: Answers
) -> Answers:
    """C9: the form of the case that goes on with what is withheld is frozen with the act that withholds it."""
    withheld = answers.get("withheld", ())
    assert isinstance(withheld, tuple)
    before = await drafts.form(connection, seen.case.ref, seen.case.form_version) or {}
    child = await drafts.ref_for(connection, f"{told.id}.part", told.actor)
    title = f"{before.get('title', '')}: what is still to be decided"[:200]
    await drafts.freeze(connection, child, {**before, "title": title, "items": list(withheld)})
    await screening.carry(connection, seen.case.ref, seen.case.form_version, child)
    return {"child": child, "kept": len(seen.items) - len(withheld)}


async def screened_again(
    connection: AsyncConnection, case: Case, to_team: str, now: datetime
) -> dict[str, Any]:
    """C16: how a request travels to another team is looked at anew; what stops it there leaves it to that team."""
    before = await drafts.form(connection, case.ref, case.form_version) or {}
    assert case.submitted_at
    asked, today = {**before, "sending_team": to_team}, london_date(now)
    came_in = london_date(case.submitted_at)
    found = await screening.screen(connection, case.ref, asked, today, stated_on=came_in)
    stood = await screening.kept_stances(connection, case.ref, case.form_version)
    found, way = replace(found, stances=(*stood[:1], *found.stances[1:])), found.screening
    if way.route != "lane":
        way = Screening(conditions=case.conditions, sign_level=way.sign_level)
    return {"screening": asdict(way), "finding": found.as_json()}


async def changed_form(connection: AsyncConnection, case: Case, answers: Answers) -> Answers:
    """A material answer becomes part of the form, as its next version, to be signed again (C10).

    No guard is passed by it either (§4): it is looked at by the rules of the day on which the request came in.
    """
    assert case.sending and case.submitted_at
    before = await drafts.form(connection, case.ref, case.form_version) or {}
    changed = {**before, "addenda": [*before.get("addenda", []), answers["reason"]]}
    asked, day = {**changed, "sending_team": case.sending.team}, london_date(case.submitted_at)
    found = await screening.screen(connection, case.ref, asked, day)
    if found.screening.route == "blocked":
        sentence = f"With this answer the request would be out of scope. {found.reasons[0]}"
        raise Invalid((Problem("reason", sentence),))
    stood = await screening.kept_stances(connection, case.ref, case.form_version)
    version, digest = await drafts.freeze(connection, case.ref, changed)
    await screening.keep(connection, case.ref, version, replace(found, stances=stood))
    return {"form_version": version, "form_hash": digest}


def minted(case: Case, told: commands.Received) -> Answers:
    """What nobody types: an incident is called like the report of it, and a step of improvement is the next one (P9)."""
    if told.act == "report_incident":
        return {"incident": told.id}
    return {"step": (next_step(case) or Step.REVOKE).value} if told.act == "take_step" else {}


def without_signature(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps: a signature is for one version of the form, and is kept as an act of its own."""
    return {key: value for key, value in raw.items() if key not in SIGNING}


def signed_at_once(raw: Mapping[str, Any], person: Person, answers: Answers) -> Answers | None:
    """G2: the signature of an author who owns the risk too and signs in one go; None when somebody else will sign."""
    if raw.get("sign_now") != "yes" or answers.get("risk_owner") != person.id:
        return None
    signed, problems = check_act(FORMS["sign_risk"], raw)
    if problems:
        raise Invalid(problems)
    return signed


def require_path(found: Finding, answers: Answers, author: str) -> None:
    """What was asked in few questions, or signed for by its author, must travel by a lane that allows it (§8, G2)."""
    way = found.screening
    if way.route != "lane":
        return
    if answers.get("path") == "reliance" and way.lane is Lane.STANDARD:
        why = "; ".join(found.differences) or "the decision is not on the register"
        raise Invalid(
            (Problem("root", f"You cannot rely on this decision: {why}. Ask all twelve questions instead"),)
        )
    if answers.get("risk_owner") == author and way.lane not in ONE_PERSON_LANES:
        sentence = (
            "The sending team decides on this request, so somebody else must sign for the risk: select who"
        )
        raise Invalid((Problem("risk_owner", sentence),))

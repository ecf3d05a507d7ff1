"""Clusters over the API (P1): what was agreed and which teams are members. Public, and no person's name (I10)."""

from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.callers import Ref
from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.register import MINUTE, UNCHANGED, kept
from api.services import ServicesIn
from domain import agreements as rules
from domain.agreements import Agreement
from domain.working_days import london_date
from store import agreements, directory
from store.agreements import Member

router = APIRouter(route_class=ProblemRoute, prefix="/clusters", tags=["clusters"])

NO_CLUSTER = "There is no such cluster. Check its name in the list of clusters."


class SharedTaskOut(BaseModel):
    code: str
    sentence: str


class TermsOut(BaseModel):
    """What the members signed. `uses`: kinds of use as in a request. `regime`: uk_gdpr or part_3."""

    aim: str
    tasks: list[SharedTaskOut]
    uses: list[str]
    classes: list[str]
    exclusions: list[str]
    safeguards: list[str]
    gateway: str
    legal_basis: str
    regime: str
    special_category: str
    retention: str
    retention_months: int
    impact_assessment: str
    privacy_notice: str
    reason: str


class AgreementOut(BaseModel):
    """One confirmed version. `in_force`: whether it is the one that counts today."""

    version: int
    name: str
    in_force_from: date
    in_force: bool
    terms: TermsOut


class MemberOut(BaseModel):
    """`leaves_on`: the last day on which the team may start new cases, null while no notice was given."""

    team: str
    team_name: str
    body: str
    body_name: str
    since: date
    signed_version: int
    leaves_on: date | None
    demo: bool = Field(description="Made-up data of a demonstration, counted in no figure.")


class ClusterSummary(BaseModel):
    """`version` and `in_force_from` are null while no version is in force."""

    id: str
    name: str
    board: str
    board_name: str
    version: int | None
    in_force_from: date | None
    members: int
    href: str


class ClusterOut(ClusterSummary):
    versions: list[AgreementOut] = Field(
        description="Confirmed versions, newest first. None is ever deleted."
    )
    teams: list[MemberOut]


class ClusterList(BaseModel):
    clusters: list[ClusterSummary]


@router.get("", response_model=ClusterList, responses={**UNCHANGED, **documented(503)})
async def list_clusters(request: Request, own: ServicesIn) -> Response:
    """Every cluster, with the version of its terms in force today."""
    today = london_date(own.clock())
    async with own.database.read() as connection:
        found = await agreements.every_version(connection)
        members = await agreements.members_of(connection, today)
        names = await directory.organisation_names(connection)
    rows = [_summary(versions, members, names, today) for versions in found.values() if _confirmed(versions)]
    return kept(request, ClusterList(clusters=[ClusterSummary(**row) for row in rows]), MINUTE)


@router.get("/{ref}", response_model=ClusterOut, responses={**UNCHANGED, **documented(404, 503)})
async def read_cluster(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """One cluster: every confirmed version of its terms, and the teams that are members today."""
    today = london_date(own.clock())
    async with own.database.read() as connection:
        versions = await agreements.versions_of(connection, ref)
        members = await agreements.members_of(connection, today, ref)
        names = await directory.organisation_names(connection)
    confirmed = _confirmed(versions)
    if not confirmed:
        raise Missing("NoSuchCluster", NO_CLUSTER)
    now = rules.in_force(versions, today)
    out = ClusterOut(
        **_summary(versions, members, names, today),
        versions=[_version(each, now) for each in reversed(confirmed)],
        teams=[_member(each) for each in members],
    )
    return kept(request, out, MINUTE)


def _confirmed(versions: list[Agreement]) -> list[Agreement]:
    """What is public: a proposal is the board's own business until a second member has agreed."""
    return [each for each in versions if each.is_confirmed]


def _summary(
    versions: list[Agreement], members: list[Member], names: dict[str, str], today: date
) -> dict[str, Any]:
    newest, now = versions[-1], rules.in_force(versions, today)
    return {
        "id": newest.id,
        "name": now.name if now else rules.newest_name(versions),
        "board": newest.board,
        "board_name": names[newest.board],
        "version": now.version if now else None,
        "in_force_from": now.in_force_from if now else None,
        "members": sum(each.cluster == newest.id for each in members),
        "href": f"{V1}/clusters/{newest.id}",
    }


def _version(agreement: Agreement, now: Agreement | None) -> AgreementOut:
    assert agreement.in_force_from
    return AgreementOut(
        version=agreement.version,
        name=agreement.name,
        in_force_from=agreement.in_force_from,
        in_force=agreement == now,
        terms=TermsOut(**asdict(agreement.terms)),
    )


def _member(member: Member) -> MemberOut:
    return MemberOut(
        team=member.team,
        team_name=member.team_name,
        body=member.body,
        body_name=member.body_name,
        since=member.since,
        signed_version=member.signed_version,
        leaves_on=member.leaves_on,
        demo=member.demo,
    )

"""The grant of a case for those who may read it: how it stands, what it covers, who was told of each change (P3)."""

from fastapi import APIRouter, Request, Response

from api.known import known
from api.services import ServicesIn
from domain.grant_claims import list_uri, place
from domain.grants import Mode, State
from domain.people import Seat
from domain.refusals import NoSuchCase
from store import grant_receipts, grant_tokens, grants, reads, service_directory
from ui import grant_view as view
from ui import x_road_view
from ui.cases import keeps_directory_only, teams_of
from ui.session import Me, PagesIn, Ref

router = APIRouter(include_in_schema=False)


@router.get("/cases/{ref}/grant")
async def of_case(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """404 while there is no grant, and for whoever may not see the case."""
    async with services.database.read() as connection:
        seen = await known(connection, me, ref)
        grant = await grants.of_case(connection, ref)
        if grant is None or keeps_directory_only(me, seen):
            raise NoSuchCase
        row = await reads.case_row(connection, ref)
        versions = await grant_tokens.versions_of(connection, grant.id)
        told = await grant_receipts.receipts(connection, ref)
        parties = [
            (grant.receiving_organisation, grant.receiving_team),
            (grant.sending_organisation, grant.sending_team),
        ]
        without = await grant_receipts.without_machine(connection, parties)
        service = await service_directory.one(connection, grant.service) if grant.service else None
        teams = await teams_of(connection, seen)
        on_x_road = await x_road_view.of_grant(connection, grant)
    assert row
    state, case = State(grant.state), seen.case
    which, index = place(grant.place)
    public_url = services.site.public_url.rstrip("/")
    return pages.page(
        request,
        "case_grant.html",
        me,
        ref=ref,
        heading=row.title,
        case=case,
        grant=grant,
        state=view.STATES[state],
        means=view.MEANS[state],
        over=state in (State.REVOKED, State.EXPIRED),
        mode=view.MODES[Mode(grant.mode)],
        bulk=grant.mode == Mode.BULK,
        versions=view.version_rows(versions, grant.version),
        receipts=view.receipt_rows(told),
        without=[teams[team].label for _, team in without],
        receiving=teams[grant.receiving_team],
        sending=teams[grant.sending_team],
        service=service,
        may_bind=Seat.SENDER in seen.seats and state not in (State.REVOKED, State.EXPIRED),
        list_uri=list_uri(public_url, which),
        index=index,
        public_url=public_url,
        x_road=on_x_road,
        faults=view.fault_rows(seen, teams),
        receives=any(seat in (Seat.REQUESTER, Seat.RISK_OWNER) for seat in seen.seats),
    )

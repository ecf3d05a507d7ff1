"""Grants as machines are told them: no person, no words of the case beyond what the register says (P3)."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Row

from api.receipts import V1
from api.views import Sent
from domain.grant_claims import list_uri, place
from domain.grants import Mode, State, Status
from domain.people import Side
from store.grant_receipts import Receipt


class StatusPlace(BaseModel):
    """Where the status list of `uri` says how a version stands."""

    uri: str
    idx: int


class GrantOut(BaseModel):
    """`items`: what the newest version covers. `max_subjects`: people in one delivery, null for no limit.

    `service`: the service of the sending team that it opens, null while none is named. `register_version` is null while
    the register entry is kept back. `token`: where a short-lived token is got while the state is `active`.
    """

    id: str
    ref: str
    state: State
    version: int
    items: list[str]
    mode: Mode
    use: str
    max_subjects: int | None
    receiving_organisation: str
    receiving_team: str
    sending_organisation: str
    sending_team: str
    service: str | None
    register_version: int | None
    issued_at: datetime
    active_from: datetime | None
    ends_at: datetime | None = Field(description="When the share ends by itself.")
    changed_at: datetime
    status_list: StatusPlace
    token: str


class GrantList(BaseModel):
    grants: list[GrantOut]
    next: str | None = Field(description="The address of the next page, null on the last.")


class VersionOut(BaseModel):
    """What one version covers, or covered, and what the status list says of it."""

    version: int
    items: list[str]
    since: datetime
    status: Status
    status_list: StatusPlace


class ReceiptOut(BaseModel):
    """One change that was pushed to one body's machine. `delivered_at`: when it said that it has it, null while it has not."""

    kind: str
    your_side: Side = Field(description="Of the body whose machine it is.")
    organisation: str
    made_at: datetime
    delivered_at: datetime | None
    attempts: int
    last_status: int | None
    next_try_at: datetime | None


class GrantWithVersions(GrantOut):
    versions: list[VersionOut]
    pushed: list[ReceiptOut] = Field(description="The newest 200, newest first.")


class TokenOut(BaseModel):
    """`token` is a compact JWS to be shown to the sending team's service as `Authorization: Bearer`. It is shown once:
    the same Idempotency-Key gets it again while it holds. `version`: of what the grant covers."""

    token: str
    expires_at: datetime
    grant: str
    version: int


class VerifyIn(Sent):
    """`audience`: the id of the service that was called, or of the sending team. `item`, `purpose`: what is asked for."""

    token: str = Field(max_length=10_000)
    audience: str = Field(max_length=200)
    item: str | None = Field(default=None, max_length=400)
    purpose: str | None = Field(default=None, max_length=100)


class Verified(BaseModel):
    """`claims`: what the token says, where it is valid. `reason`: one word for machines; `sentence`: the same for people."""

    valid: bool
    reason: str
    sentence: str
    claims: dict[str, Any] | None


def grant_out(row: Row[Any], public_url: str) -> GrantOut:
    """Of a row of `store.grants.by_id`."""
    return GrantOut(
        id=row.id,
        ref=row.ref,
        state=State(row.state),
        version=row.version,
        items=row.items,
        mode=Mode(row.mode),
        use=row.use,
        max_subjects=row.cap or None,
        receiving_organisation=row.receiving_organisation,
        receiving_team=row.receiving_team,
        sending_organisation=row.sending_organisation,
        sending_team=row.sending_team,
        service=row.service or None,
        register_version=row.register_version or None,
        issued_at=row.issued_at,
        active_from=row.active_from,
        ends_at=row.ends_at,
        changed_at=row.changed_at,
        status_list=status_place(row.place, public_url),
        token=f"{V1}/grants/{row.id}/token",
    )


def version_out(row: Row[Any], public_url: str) -> VersionOut:
    return VersionOut(
        version=row.version,
        items=row.items,
        since=row.since,
        status=Status(row.status),
        status_list=status_place(row.number, public_url),
    )


def status_place(number: int, public_url: str) -> StatusPlace:
    which, index = place(number)
    return StatusPlace(uri=list_uri(public_url, which), idx=index)


def receipt_out(receipt: Receipt) -> ReceiptOut:
    return ReceiptOut(
        kind=receipt.kind,
        your_side=receipt.side,
        organisation=receipt.organisation,
        made_at=receipt.made_at,
        delivered_at=receipt.delivered_at,
        attempts=receipt.attempts,
        last_status=receipt.last_status,
        next_try_at=receipt.next_try_at,
    )

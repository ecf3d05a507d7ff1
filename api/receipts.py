"""The answer to something sent: a receipt when it is kept, a problem when it is refused. Never one for the other."""

from fastapi import Response

from api.desk import Answer
from api.problems import PresentState, Refused
from api.services import Services
from api.views import PENDING, Receipt
from domain.case import Stage
from domain.words import STAGES
from store import commands, outcomes

V1 = "/api/v1"


async def receipt(
    own: Services, answer: Answer, response: Response, *, href: str, created: bool = False
) -> Receipt:
    """200 (201 when `created`) once applied, 202 while pending, both with a Location. Raises `Refused`."""
    if answer.is_refused:
        raise Refused(
            answer.refusal, answer.status, answer.sentence, await present(own, answer.ref, answer.status)
        )
    async with own.database.read() as connection:
        row = await commands.get(connection, answer.command)
        after = await outcomes.outcome(connection, answer.ref, answer.command)
    assert row, "a command is kept before it is answered"
    is_pending = row.state == commands.PENDING
    response.status_code = 202 if is_pending else 201 if created else 200
    response.headers["Location"] = f"{V1}/commands/{answer.command}" if is_pending else href
    return Receipt(
        command=answer.command,
        ref=answer.ref,
        state="pending" if is_pending else "applied",
        received_at=row.received_at,
        sentence=PENDING if is_pending else "",
        version=after.version if after else None,
        stage=after.stage if after else None,
        stage_in_words=STAGES[Stage(after.stage)] if after else None,
        href=href,
    )


async def present(own: Services, ref: str, status: int) -> PresentState | None:
    """With a 409: where the case stands now, so that the caller can read it and decide again (G6)."""
    if status != 409:
        return None
    async with own.database.read() as connection:
        now = await outcomes.present(connection, ref)
    if now is None:
        return None
    return PresentState(
        ref=ref, version=now.version, stage=now.stage, stage_in_words=STAGES[Stage(now.stage)]
    )

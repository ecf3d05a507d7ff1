"""Drafts: what somebody has typed so far. Saving never fails; nobody has been asked anything yet."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.request_form import form_hash
from store.tables import cases, commands, drafts, forms

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on the telephone


def new_ref() -> str:
    """A case reference such as SC-7K3M-P2QX: short enough to say, too many to guess, telling nothing."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"SC-{letters[:4]}-{letters[4:]}"


async def create(connection: AsyncConnection, author: str, now: datetime, answers: Mapping[str, Any]) -> str:
    ref = new_ref()
    await connection.execute(
        insert(drafts).values(ref=ref, author=author, answers=dict(answers), created_at=now, saved_at=now)
    )
    return ref


async def get(connection: AsyncConnection, ref: str, author: str) -> Row[Any] | None:
    """A draft of this author; anybody else's is not there."""
    query = select(drafts).where(drafts.c.ref == ref, drafts.c.author == author)
    return (await connection.execute(query)).one_or_none()


async def save(connection: AsyncConnection, ref: str, answers: Mapping[str, Any], now: datetime) -> None:
    await connection.execute(update(drafts).where(drafts.c.ref == ref).values(answers=dict(answers), saved_at=now))


async def mark_submitted(connection: AsyncConnection, ref: str) -> None:
    await connection.execute(update(drafts).where(drafts.c.ref == ref).values(submitted=True))


async def unsubmitted(connection: AsyncConnection, author: str) -> Sequence[Row[Any]]:
    """Drafts still to be sent: never submitted, or submitted and refused, so that no case came of it."""
    on_its_way = select(commands.c.ref).where(commands.c.ref == drafts.c.ref, commands.c.state == "pending")
    became_a_case = select(cases.c.ref).where(cases.c.ref == drafts.c.ref)
    query = (
        select(drafts)
        .where(drafts.c.author == author)
        .where(or_(~drafts.c.submitted, and_(~on_its_way.exists(), ~became_a_case.exists())))
        .order_by(drafts.c.saved_at.desc())
    )
    return (await connection.execute(query.limit(50))).all()


async def freeze(connection: AsyncConnection, ref: str, answers: Mapping[str, Any]) -> tuple[int, str]:
    """Keep these answers as a numbered version of the form: (version, hash). The same answers keep their version."""
    content = {key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()}
    digest = form_hash(content)
    held = (
        await connection.execute(
            select(forms.c.version).where(forms.c.ref == ref, forms.c.hash == digest).order_by(forms.c.version.desc())
        )
    ).first()
    if held:
        return held.version, digest
    version = (await connection.scalar(select(func.max(forms.c.version)).where(forms.c.ref == ref)) or 0) + 1
    await connection.execute(insert(forms).values(ref=ref, version=version, hash=digest, answers=content))
    return version, digest


async def form(connection: AsyncConnection, ref: str, version: int) -> Mapping[str, Any] | None:
    return await connection.scalar(select(forms.c.answers).where(forms.c.ref == ref, forms.c.version == version))

"""Drafts: what somebody has typed so far. Saving never fails; nobody has been asked anything yet."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.request_form import form_hash
from store.database import insert_into
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


def ref_from(seed: str) -> str:
    """A case reference that follows from a seed, so that a repeated command finds the case it made."""
    number = int.from_bytes(sha256(seed.encode()).digest())
    letters = "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(8))
    return f"SC-{letters[:4]}-{letters[4:]}"


async def ref_for(connection: AsyncConnection, command: str, author: str) -> str:
    """The reference of the request that this command starts: the same for a repeat, whatever became of the first."""
    for attempt in range(9):  # somebody else's request may have that reference; nine times is not chance
        ref = ref_from(f"{command}/{attempt}")
        if await connection.scalar(select(drafts.c.author).where(drafts.c.ref == ref)) in (None, author):
            return ref
    raise RuntimeError("no free reference was found")


async def put(
    connection: AsyncConnection, ref: str, author: str, now: datetime, answers: Mapping[str, Any]
) -> None:
    """This author's draft under a given reference, made or replaced. Anybody else's is left as it is."""
    fresh = {"answers": dict(answers), "saved_at": now}
    query = insert_into(connection, drafts).values(ref=ref, author=author, created_at=now, **fresh)
    mine = drafts.c.author == author
    await connection.execute(query.on_conflict_do_update(index_elements=["ref"], set_=fresh, where=mine))


async def get(connection: AsyncConnection, ref: str, author: str) -> Row[Any] | None:
    """A draft of this author; anybody else's is not there."""
    query = select(drafts).where(drafts.c.ref == ref, drafts.c.author == author)
    return (await connection.execute(query)).one_or_none()


async def save(connection: AsyncConnection, ref: str, answers: Mapping[str, Any], now: datetime) -> None:
    await connection.execute(
        update(drafts).where(drafts.c.ref == ref).values(answers=dict(answers), saved_at=now)
    )


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


@dataclass(frozen=True, kw_only=True)
class Template:
    """A typical request to start from: answers that its author looks over and changes."""

    key: str
    name: str
    about: str
    answers: Mapping[str, Any]


@cache
def templates() -> tuple[Template, ...]:
    rows = json.loads((Path(__file__).parent / "seed" / "templates.json").read_text(encoding="utf-8"))
    return tuple(Template(**row) for row in rows)


async def give(
    connection: AsyncConnection, ref: str, author: str, answers: Mapping[str, Any], now: datetime
) -> None:
    """The draft changes hands: from now on it is this author's, and nobody else's."""
    await connection.execute(
        update(drafts)
        .where(drafts.c.ref == ref, ~drafts.c.submitted)
        .values(author=author, answers=dict(answers), saved_at=now)
    )


async def freeze(connection: AsyncConnection, ref: str, answers: Mapping[str, Any]) -> tuple[int, str]:
    """Keep these answers as a numbered version of the form: (version, hash). The same answers keep their version."""
    content = {key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()}
    digest = form_hash(content)
    same = (
        select(forms.c.version)
        .where(forms.c.ref == ref, forms.c.hash == digest)
        .order_by(forms.c.version.desc())
    )
    while (held := (await connection.execute(same)).first()) is None:
        version = (
            await connection.scalar(select(func.max(forms.c.version)).where(forms.c.ref == ref)) or 0
        ) + 1
        values = {"ref": ref, "version": version, "hash": digest, "answers": content}
        # Sent twice at the same moment: whoever comes second finds the number taken and looks again.
        await connection.execute(insert_into(connection, forms).values(values).on_conflict_do_nothing())
    return held.version, digest


async def form(connection: AsyncConnection, ref: str, version: int) -> Mapping[str, Any] | None:
    return await connection.scalar(
        select(forms.c.answers).where(forms.c.ref == ref, forms.c.version == version)
    )

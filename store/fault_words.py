"""What is wrong with a grant, in a line that tells several alike apart (P3). No address, no key, no person."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Fault
from domain.words import FAULTS
from store import undelivered


async def called(connection: AsyncConnection, abouts: Collection[str]) -> dict[str, str]:
    """What each task is about -> what is wrong. `abouts`: as tasks have them, '<fault>:<which>'."""
    parted = {about: about.partition(":")[::2] for about in abouts}
    ends = [which for fault, which in parted.values() if fault == Fault.UNDELIVERED]
    machines = await undelivered.whose(connection, ends) if ends else {}
    return {
        about: f"A change of the grant has not reached the machine of {machines[which]}"
        if fault == Fault.UNDELIVERED and which in machines
        else FAULTS[Fault(fault)].rstrip(".")
        for about, (fault, which) in parted.items()
    }

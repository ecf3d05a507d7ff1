"""Reads behind the pages: keyset pages lose nobody's work."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from store import reads
from store.database import Database
from store.tables import tasks
from tests.engine import story


async def test_pages_of_the_inbox_show_every_task_once(database: Database) -> None:
    """Two tasks of one case are due in the same second, on the edge of a page (P8)."""
    async with story(database, skips=False) as told:
        refs = [(await told.submits()).ref for _ in range(3)]
        operator = await told.person(told.people.operator)
        due = datetime(2027, 1, 29, 23, 59, 59, tzinfo=UTC)
        async with database.write() as connection:
            [row] = (
                await connection.execute(select(tasks).where(tasks.c.ref == refs[0]).limit(1))
            ).mappings()
            for ref in refs:
                for number in range(30):
                    vacancy = {
                        **row,
                        "ref": ref,
                        "task": f"t{100 + number}",
                        "kind": "fill_post",
                        "due_at": due,
                    }
                    vacancy |= {"role": "operator", "organisation": "", "team": "", "post": f"post {number}"}
                    await connection.execute(tasks.insert().values(vacancy))
        found: list[str] = []
        async with database.read() as connection:
            after = None
            while page := await reads.inbox(connection, operator, due + timedelta(days=1), after=after):
                found += [reads.task_place(each) for each in page[: reads.PAGE]]
                if len(page) <= reads.PAGE:
                    break
                after = (page[reads.PAGE - 1].due_at, reads.task_place(page[reads.PAGE - 1]))
        assert len(found) == len(set(found)) == 90

"""The rows of a file one by one, each against the directory as it would be after the rows before it (G1, G7).

Every bad row is told, with its line, its column and what to do; a row is not bad because another one is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from domain import holidays
from domain.bodies import plain
from domain.directory_plan import CHANGE, SAME, Fault, Line, Plan
from domain.directory_rows import (
    BODY,
    COLUMNS,
    HOLIDAY,
    ID,
    KINDS,
    NATIONS,
    PERSON,
    TEAM,
    Body,
    Contact,
    Held,
    Known,
    Someone,
    Team,
    identifiers_text,
)
from domain.directory_table import Record, shown
from domain.imports import DAYS, chosen
from domain.questions import Choice, tidy

MOST = {"name": 200, "email": 200, "type": 80, "identifiers": 400}  # characters; 80 elsewhere
YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
A_DAY = "Write a real date, like 31/03/2027 or 2027-03-31"
Cells = Mapping[str, str]


class Wrong(Exception):
    """One thing to mend in a row: (column, sentence)."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column
        self.sentence = sentence


class Elsewhere(Exception):
    """What this row names stands in a bad row: that one is to be mended, and this one cannot be told yet."""


Reader = Callable[["Planner", int, Cells], Line]


class Planner:
    """The directory as it would be after the rows read so far; ids and names of bad rows are remembered as such."""

    def __init__(self, known: Known, today: date) -> None:
        self.known = known
        self.today = today
        self.bodies: dict[str, Body] = dict(known.bodies)
        self.teams: dict[str, Team] = dict(known.teams)
        self.people: dict[str, Someone] = dict(known.people)
        self.body_names = {plain(body.name): id for id, body in known.bodies.items()}
        for name, id in known.former:
            self.body_names.setdefault(plain(name), id)
        self.team_names = {(team.body, plain(team.name)): id for id, team in known.teams.items()}
        self.emails: dict[str, str] = {}
        for id, person in known.people.items():
            self.emails.setdefault(person.email.casefold(), id)
        self.slack_users = {each.slack_user: id for id, each in known.people.items() if each.slack_user}
        self.posts: dict[tuple[str, ...], list[Held]] = {}
        for post in known.posts:
            self.posts.setdefault(post.of, []).append(post)
        self.contacts: dict[tuple[str, ...], list[Contact]] = {}
        for contact in known.contacts:
            self.contacts.setdefault(contact.of, []).append(contact)
        self.bad: set[tuple[str, str]] = set()  # (kind, id, name or e-mail) of rows that have to be mended
        self.seen: dict[tuple[Any, ...], int] = {}
        self.terms: dict[tuple[str, ...], list[Held | Contact]] = {}  # posts and contacts the file adds
        self.whole: tuple[int, ...] = ()
        self.faults: list[Fault] = []
        self.lines: list[Line] = []

    def read(self, records: Sequence[Record], readers: Mapping[str, Reader]) -> Plan:
        """`readers`: what reads a row of each kind."""
        sorted_out = [(each, self._kind(each)) for each in records]
        self.whole = holidays.whole_years(self._holidays(sorted_out), self.known.last_year)
        for kind in KINDS:
            for record, its in sorted_out:
                if its == kind:
                    self._row(readers[kind], kind, record)
        faults = sorted(self.faults, key=lambda each: each.line)
        lines = sorted(self.lines, key=lambda each: each.line)
        return Plan(lines=tuple(lines), faults=tuple(faults))

    def _kind(self, record: Record) -> str:
        """The kind of a row that can be looked at further; '' for one that is bad already."""
        kind = plain(record.cells.get("kind", ""))
        kind = (
            kind
            if kind in KINDS
            else kind.removesuffix("s").replace("bodie", "body").replace("people", PERSON)
        )
        wrong: list[tuple[str, str]] = []
        if record.too_long:
            wrong.append(
                ("", "The row has more cells than there are columns: put text with commas in quotation marks")
            )
        if kind not in KINDS:
            wrong.append(("kind", f"Write one of {', '.join(KINDS[:-1])} or {KINDS[-1]}"))
        for column, cell in record.cells.items():
            if kind in KINDS and column != "kind" and column not in COLUMNS[kind]:
                wrong.append((column, f"A {kind} has no {column}: empty this cell"))
                continue
            text = tidy(cell)
            if text is None:
                wrong.append((column, "Remove hidden or broken characters"))
            elif "\n" in text or "\t" in text:
                wrong.append((column, "Write it on one line"))
            elif len(text) > MOST.get(column, 80):
                wrong.append((column, f"Shorten it to {MOST.get(column, 80)} characters or fewer"))
        for column, sentence in wrong:
            self.fault(record.line, column, sentence)
        if wrong:
            self._remember(kind, record.cells)
            return ""
        return kind

    def _row(self, reader: Reader, kind: str, record: Record) -> None:
        cells = {column: tidy(cell) or "" for column, cell in record.cells.items() if column != "kind"}
        before = len(self.faults)
        try:
            line = reader(self, record.line, cells)
        except Wrong as wrong:
            self.fault(record.line, wrong.column, wrong.sentence)
        except Elsewhere:
            pass
        else:
            if len(self.faults) == before:
                self.lines.append(line)
                return
        self._remember(kind, cells)

    def _remember(self, kind: str, cells: Cells) -> None:
        for column in ("id", "name", "email"):
            if cells.get(column):
                said = cells[column]
                self.bad.add((kind, said.casefold() if column == "email" else plain(said)))

    def fault(self, line: int, column: str, sentence: str) -> None:
        self.faults.append(Fault(line=line, column=column, sentence=sentence + "."))

    def _holidays(self, records: Sequence[tuple[Record, str]]) -> list[tuple[str, date]]:
        found: list[tuple[str, date]] = []
        for record, kind in records:
            day = day_of(record.cells.get("date", "")) if kind == HOLIDAY else None
            if day:
                found.append((chosen(NATIONS, record.cells.get("nation", "")), day))
        return list(dict.fromkeys(found))

    # --- what readers ask ------------------------------------------------------------------------------------

    def once(self, line: int, what: str, *key: Any) -> None:
        """Raises `Wrong` where an earlier line of the file is about the same thing."""
        first = self.seen.setdefault((what, *key), line)
        if first != line:
            raise Wrong("", f"Line {first} is about the same {what}: take one of the two out")

    def must(self, line: int, cells: Cells, *columns: str) -> None:
        """A fault for each cell that is empty and may not be; raises `Elsewhere` then, so that no more is said."""
        missing = [column for column in columns if not cells.get(column)]
        for column in missing:
            self.fault(line, column, f"Fill in {column}: a row for something new needs it")
        if missing:
            raise Elsewhere

    def body(self, text: str) -> Body:
        id = text if text in self.bodies else self.body_names.get(plain(text), "")
        if id:
            return self.bodies[id]
        if (BODY, plain(text)) in self.bad:
            raise Elsewhere
        raise Wrong("body", f"No body is called '{shown(text)}': check it, or add a row for the body")

    def team(self, text: str, body: Body | None) -> Team:
        id = text if text in self.teams else self.team_names.get((body.id, plain(text)), "") if body else ""
        if id and (body is None or self.teams[id].body == body.id):
            return self.teams[id]
        if (TEAM, plain(text)) in self.bad:
            raise Elsewhere
        where = f"{body.name} has no team called" if body else "No team has the id"
        raise Wrong("team", f"{where} '{shown(text)}': check it, or add a row for the team")

    def person(self, email: str) -> Someone:
        id = self.emails.get(email.casefold(), "")
        if id:
            return self.people[id]
        if (PERSON, email.casefold()) in self.bad:
            raise Elsewhere
        raise Wrong(
            "email", f"Nobody has the address '{shown(email)}': check it, or add a row for the person"
        )


# --- cells -----------------------------------------------------------------------------------------------------------


def an_id(cells: Cells) -> str:
    id = cells.get("id", "")
    if id and not ID.fullmatch(id):
        raise Wrong(
            "id", "Write an id of small letters, digits and hyphens, 2 to 60 of them, or leave it empty"
        )
    return id


def one_of(at: Planner, line: int, cells: Cells, column: str, choices: Sequence[Choice]) -> str:
    given = cells.get(column, "")
    found = chosen(choices, given) if given else ""
    if given and not found:
        at.fault(line, column, f"Write one of {', '.join(each.value for each in choices)}")
    return found


def yes_or_no(at: Planner, line: int, cells: Cells, column: str) -> bool | str:
    """'' for an empty cell."""
    given = cells.get(column, "").casefold()
    if given and given not in YES | NO:
        at.fault(line, column, "Write yes or no")
    return given in YES if given else ""


def day_of(text: str) -> date | None:
    """A date as people in this country write it, or as machines do."""
    for shape in ("%Y-%m-%d", *DAYS):
        try:
            found = datetime.strptime(text, shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return found if 1990 <= found.year <= 2100 else None
    return None


def changed(
    at: Planner, id: str, kind: str, line: int, what: str, was: Mapping[str, Any], given: Mapping[str, Any]
) -> Line:
    """The line of something that is there. What the file leaves empty stays as it is."""
    new = {key: value for key, value in given.items() if value not in ("", was[key])}
    changes = tuple((key, in_cell(was[key]), in_cell(value)) for key, value in new.items())
    return Line(
        line=line, kind=kind, verb=CHANGE if new else SAME, what=what, key=id, values=new, changes=changes
    )


def in_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return identifiers_text(value) if isinstance(value, dict) else str(value)  # pyright: ignore[reportUnknownArgumentType]

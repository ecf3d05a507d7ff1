"""`sharecase load-cases`: each record of a file becomes real requests, sent in by teams of the demonstration.

They travel by the lanes that looking at them finds. A record that relies on another one of the file is tried as such:
the other is brought into use first, by the people of the demonstration, if by the records themselves it may be relied
on. What the demonstration's teams make of it then is the program's answer, and is told.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.desk import Answer
from api.invalid import Invalid
from api.services import Services
from cli.at_work import at_work, one_after_another, settled
from cli.lines import Bad, read_records
from cli.load_reliers import TO_THE_END, Refused, act_in_turn, by_lane_and_stage
from cli.screen import precedents_of
from cli.settings import Settings
from cli.stand_ins import NoStandIn, Pair, Team, all_teams, pairs
from domain.bodies import Directory
from domain.questions import LINE, LONG_TEXT
from domain.records import Facts
from domain.refusals import Refusal
from domain.reliance import Precedent, may_rely
from domain.request_choices import region_code
from domain.screened import look_up
from domain.working_days import london_date
from store import bodies, commands, directory


@dataclass
class Tally:
    requests: Counter[str] = field(default_factory=Counter[str])  # by the record's kind of use
    records: Counter[str] = field(default_factory=Counter[str])
    before: int = 0
    refs: dict[str, dict[str, str]] = field(
        default_factory=dict[str, dict[str, str]]
    )  # record -> holder -> case
    by_reliance: list[tuple[str, str]] = field(
        default_factory=list[tuple[str, str]]
    )  # record, what became of it
    not_loaded: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    bad: list[Bad] = field(default_factory=list[Bad])


async def load_cases(settings: Settings, file: Path) -> int:
    """Print what became of every record. 1 when a line could not be read."""
    try:
        found = list(read_records(file))
    except OSError as trouble:
        print(f"sharecase: {file} cannot be read ({trouble.strerror}): check the path.", file=sys.stderr)
        return 1
    tally = Tally(bad=[each for each in found if isinstance(each, Bad)])
    records = [each for each in found if not isinstance(each, Bad)]
    async with at_work(settings) as made:
        today = london_date(made.clock())
        async with made.database.read() as connection:
            known = await all_teams(connection)
            listed = await bodies.directory(connection, today)
        roots = _roots(records, listed, precedents_of(records, listed), made)
        first = set(roots.values())

        async def one(record: Facts) -> None:
            try:
                await _load_one(made, known, record, roots.get(record.id), tally)
                if record.id in first:
                    await _into_use(made, record, tally)
            except NoStandIn as why:
                tally.not_loaded.append((record.id, str(why)))
            except (Refusal, Invalid) as why:
                tally.not_loaded.append((record.id, f"refused: {why}"))

        for label, those in (
            ("cited by others", [each for each in records if each.id in first]),
            ("sending in", [each for each in records if each.id not in first]),
        ):
            if those:
                await one_after_another(label, those, one)
        await _report(made, tally)
    return 1 if tally.bad else 0


def _roots(
    records: list[Facts], listed: Directory, precedents: dict[str, Precedent], made: Services
) -> dict[str, str]:
    """Record -> the record it may rely on, by what both say."""
    found: dict[str, str] = {}
    for record in records:
        if record.relies_on:
            relied = may_rely(look_up(record, listed), precedents, london_date(made.clock()))
            if relied.root:
                found[record.id] = relied.root
    return found


async def _load_one(made: Services, known: list[Team], record: Facts, root: str | None, tally: Tally) -> None:
    if record.use is None:
        raise NoStandIn(f"the form has no kind of use for '{record.category}'")
    sent = 0
    for pair in pairs(record, known):
        command = f"load.{sha256(f'{record.id} {pair.holding.id}'.encode()).hexdigest()[:32]}"
        author, owner = _signers(record, pair.asking)
        async with made.database.read() as connection:
            if before := await commands.get(connection, command):
                tally.before += 1
                tally.refs.setdefault(record.id, {})[pair.holding.id] = before.ref
                continue
            person = await directory.person(connection, author, london_date(made.clock()))
        assert person
        form = _form(made, record, pair, owner)
        answer = await _relying(made, person, form, command, record, root, tally)
        answer = answer or await made.intake.start(person, form, command=command, via="cli")
        if answer.is_refused:
            raise NoStandIn(f"refused: {answer.sentence}")
        await settled(made.desk, answer)
        tally.refs.setdefault(record.id, {})[pair.holding.id] = answer.ref
        sent += 1
    tally.requests[record.category] += sent
    tally.records[record.category] += bool(sent)


async def _relying(
    made: Services,
    person: directory.Person,
    form: dict[str, Any],
    command: str,
    record: Facts,
    root: str | None,
    tally: Tally,
) -> Answer | None:
    """Tried by reliance; None when there is nothing to rely on, or when what stands in does not carry it."""
    if root is None or not (cases := tally.refs.get(root)):
        return None
    cited = cases.get(form["sending_team"]) or next(iter(cases.values()))
    try:
        answer = await made.intake.start(
            person, {**form, "path": "reliance", "root": cited}, command=command, via="cli"
        )
    except Invalid as why:
        tally.by_reliance.append((record.id, f"not on {root}: {why}"))
        return None
    tally.by_reliance.append((record.id, f"on {root}, here {cited}"))
    return answer


async def _into_use(made: Services, record: Facts, tally: Tally) -> None:
    """What others rely on has to be a decision that is in use."""
    for ref in tally.refs.get(record.id, {}).values():
        try:
            for act in TO_THE_END:
                await act_in_turn(made, ref, act)
        except (Refused, Refusal, Invalid) as why:
            tally.by_reliance.append((record.id, f"{ref} did not come into use: {why}"))


def _signers(record: Facts, team: Team) -> tuple[str, str]:
    """An author and another person to own the risk; several authors take turns."""
    able = [(a, o) for a in team.authors for o in team.owners if a != o]
    return able[int(sha256(record.id.encode()).hexdigest(), 16) % len(able)]


def _form(made: Services, record: Facts, pair: Pair, owner: str) -> dict[str, Any]:
    """The record as its author would type it. What a case file does not say is said to be unknown, not made up."""
    today = london_date(made.clock())
    return {
        "team": pair.asking.id,
        "risk_owner": owner,
        "title": record.title[:120],
        "purpose": record.purpose[:LONG_TEXT],
        "harm_of_withholding": "The case file does not say what happens to people without the data.",
        "people_per_day": "0",
        "severity": "moderate",
        "use": record.use,
        "learning_question": record.title[:LINE],
        "subject_cap": "10000",
        "no_adverse": "yes",
        "subjects": record.subjects[:LINE] or "Not stated in the case file",
        "people_band": "under_100" if record.pattern == "one_by_one" else "10k_to_1m",
        "sending_team": pair.holding.id,
        "items": list(record.items),
        "pattern": record.pattern,
        "until": (
            today + (timedelta(weeks=26) if record.use == "test_new" else timedelta(days=730))
        ).isoformat(),
        "needed_by": (today + timedelta(days=60)).isoformat(),
        "needed_why": "The case file names no date; this one was set when it was loaded.",
        "region": region_code(record.region),
        "area": record.region[:LINE],
        **_others(record),
        "power": record.power[:LINE] or "Not sure",
        "duty": "none",
        "surprises": _note(record, pair)[:LONG_TEXT],
        "already_held": "not_enough",
        "already_held_why": "Loaded from a case file; other records may ask the same team for the same.",
    }


def _others(record: Facts) -> dict[str, Any]:
    """Who else gets to see it, by name, so that the guards look at them (§4)."""
    if not record.processors and not record.onward:
        return {"others_see": "no"}
    both = record.processors and record.onward
    return {
        "others_see": "both" if both else "contractor" if record.processors else "organisation",
        "processors": list(record.processors),
        "onward": list(record.onward),
        "others_detail": "The case file names them and does not say what they see the data for.",
    }


def _note(record: Facts, pair: Pair) -> str:
    asked_for = f"{record.asking}, {record.asking_team}" if record.asking_team else record.asking
    return (
        f"Loaded from a case file on behalf of {asked_for} (record {record.id}). In the record the data is held by "
        f"{pair.holder}. The severity, the number of people and the dates are placeholders."
    )


async def _report(made: Services, tally: Tally) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("kind of use", "records", "requests", title="Loaded", title_justify="left")
    for kind, count in sorted(tally.requests.items()):
        if count:
            table.add_row(kind, str(tally.records[kind]), str(count))
    table.add_section()
    table.add_row("all", str(tally.records.total()), str(tally.requests.total()))
    console.print(table)
    async with made.database.read() as connection:
        stands = await by_lane_and_stage(
            connection, [ref for refs in tally.refs.values() for ref in refs.values()]
        )
    table = Table("lane", "stage", "requests", title="How they travel", title_justify="left")
    travelled: Counter[tuple[str, str]] = Counter()
    for lane, stage, count in stands:
        # Out of scope and being sorted come before any lane, whatever the case carries.
        travelled["none" if stage in ("blocked", "triage") else lane, stage.replace("_", " ")] += count
    for (lane, stage), count in sorted(travelled.items()):
        table.add_row(lane, stage, str(count))
    console.print(table)
    if tally.before:
        console.print(f"{tally.before} requests were loaded before and are untouched.")
    for label, those in (("relies", tally.by_reliance), ("not loaded", tally.not_loaded)):
        for record, why in sorted(those):
            console.print(f"{label}: {record}: {why}", soft_wrap=True, highlight=False, markup=False)
    for bad in tally.bad:
        console.print(
            f"not loaded: line {bad.line}: {bad.error}", soft_wrap=True, highlight=False, markup=False
        )

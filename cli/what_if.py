"""`sharecase what-if`: what other numbers would have meant for the cases there were. Reads only."""

import json
import sys

from api.desk import utc_now
from api.policies import what_if_out
from cli.held import loaded
from cli.settings import Settings
from domain.policy_versions import BY_FIELD, LENGTHS, check_what_if
from domain.policy_what_if import CANNOT_SAY, Line
from store.what_if import Looked, look

ALL = 10**9


def options(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Field -> what was typed, of `--decide 15` or `--sign-risk=7`; and what is none of them."""
    found: dict[str, str] = {}
    wrong: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        field = name.removeprefix("--").replace("-", "_")
        if not name.startswith("--") or field not in BY_FIELD:
            wrong.append(word)
            continue
        found[field] = value if equals else next(rest, "")
    return found, wrong


async def what_if(settings: Settings, words: list[str], *, as_json: bool, demo: bool, most: int) -> int:
    """0, or 2 for what cannot be asked. `most`: 0 for all cases."""
    typed, wrong = options(words)
    changes, problems = check_what_if(typed)
    said = [f"{word}: there is no such number." for word in wrong]
    said += [problem.sentence for problem in problems]
    said += [f"--{field.replace('_', '-')}: give a number." for field, value in typed.items() if not value]
    if said or not changes:
        for sentence in said or ["Give at least one number, such as --decide 15."]:
            print(f"sharecase: {sentence}", file=sys.stderr)
        names = ", ".join(f"--{each.field.replace('_', '-')}" for each in LENGTHS)
        print(f"sharecase: there are {names}.", file=sys.stderr)
        return 2
    now = utc_now()
    async with loaded(settings) as database:
        looked = await look(database, changes, now, demo=demo or settings.embedded, most=most or ALL)
    if as_json:
        print(json.dumps(what_if_out(looked, now).model_dump(mode="json"), indent=2))
    else:
        print(_written(looked))
    return 0


def _written(looked: Looked) -> str:
    head = f"{looked.found.cases} cases looked at"
    if looked.is_cut:
        head += f", the newest of {looked.of}"
    body = [text for line in looked.found.lines() for text in _line(line)]
    not_told = looked.found.not_told()
    if not_told:
        body.append(f"Past events say nothing about: {'; '.join(not_told)}.")
    return "\n".join([f"{head}.", *body, "", *CANNOT_SAY])


def _line(line: Line) -> list[str]:
    was = " or ".join(map(str, line.was)) or "none"
    took = line.took
    told = f"{took.n} done"
    if took.median is not None:
        told += f": half within {took.median}, nine of ten within {took.p90} {line.unit}"
    return [
        "",
        f"{line.label}: {line.new} {line.unit} instead of {was}",
        f"  tasks {line.tasks}, missed as it was {line.missed_before}, certain to be missed {line.would_miss}",
        f"  fall away {line.avoided}, come {line.added}, not known {line.untold}, left aside {line.aside}",
        f"  {told}; {line.longer} took longer than {line.new}",
    ]

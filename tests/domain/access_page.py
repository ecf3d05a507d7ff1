"""The part of docs/permissions.md that says who may open what, from the table of addresses."""

from collections.abc import Iterator

from domain.access import TABLE, Row, Who
from domain.governance import LEADERS
from domain.people import Role

WHO = {
    Who.SIGNED_IN: "whoever is signed in",
    Who.PARTY: "whoever may see the case",
    Who.PARTY_OR_KEEPER: "whoever may see the case; operators while a post of it is empty",
    Who.OWNER: "whose it is",
    Who.SLACK: "Slack, by its signature; then whoever clicked, as on the web",
}


def who_in_words(row: Row) -> str:
    if not row.roles:
        return WHO[row.who]
    roles = [each for each in Role if each in row.roles]
    said = [
        each.replace("_", " ") for each in roles if not row.roles.issuperset(LEADERS) or each not in LEADERS
    ]
    said += ["leaders 1 to 3"] if row.roles.issuperset(LEADERS) else []
    return ", ".join(said) + (f": {WHO[row.who]}" if row.who is not Who.SIGNED_IN else "")


def otherwise(row: Row) -> str:
    if row.say:
        return "told whom to ask"
    return "not there" if row.roles or row.who not in (Who.SIGNED_IN, Who.SLACK) else "–"


def lines() -> Iterator[str]:
    yield from (
        "## Who may open what",
        "",
        "From `domain.access.TABLE`, in which every address that is served has a row; `api/gate.py` asks it before",
        "anything else, and an application with a route that has none does not start. To somebody who may not come in an",
        "address is *not there*, with the same words as for one that does not exist; or they are *told whom to ask* (403),",
        "where its existence is no secret. Nobody signed in is sent to sign in first, a machine without a token gets 401.",
        "",
        "| address | who | others | asked further | scope of a token |",
        "|---|---|---|---|---|",
    )
    for path, row, methods in _merged():
        if row.who is not Who.EVERYBODY:
            scope = row.scope or ("–" if path.startswith("/api/") else "")
            yield f"| {' '.join(methods)} `{path}` | {who_in_words(row)} | {otherwise(row)} | {row.then or '–'} | {scope} |"
    yield from ("", "Open to everybody on purpose:", "")
    yield from (
        f"* {' '.join(methods)} `{path}`" for path, row, methods in _merged() if row.who is Who.EVERYBODY
    )
    yield ""


def _merged() -> list[tuple[str, Row, list[str]]]:
    """(address, row, methods), in the order of the table."""
    found: list[tuple[str, Row, list[str]]] = []
    for (method, path), row in TABLE.items():
        same = next((each for each in found if each[:2] == (path, row)), None)
        if same:
            same[2].append(method)
        else:
            found.append((path, row, [method]))
    return found

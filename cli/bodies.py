"""Names that people write, matched to bodies of the directory."""

from collections.abc import Iterable

from domain.bodies import plain

NOT_NAMES = frozenset(["the", "of", "and", "for", "in", "a", "an", "on", "to"])


def words(name: str) -> set[str]:
    return set(plain(name).split()) - NOT_NAMES


def match(name: str, bodies: dict[str, str]) -> str | None:
    """The id of the body of exactly this name, spelling apart; None when the directory has none. `bodies`: id -> name."""
    wanted = plain(name)
    return next((key for key, held in bodies.items() if plain(held) == wanted), None)


def closest(name: str, candidates: Iterable[tuple[str, str]]) -> str | None:
    """Of (id, description), the one that shares most words with `name`; None when it shares none."""
    mine = words(name)
    ranked = sorted((-len(mine & words(text)), key) for key, text in candidates)
    return ranked[0][1] if ranked and ranked[0][0] < 0 else None

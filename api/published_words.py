"""What people write for publication is looked at before it is kept: it names nobody, and holds no clear number (I10)."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import clear_numbers
from domain.appetite import NAME_NO_PERSON
from domain.questions import Answers, Problem, Question
from store import appetite

# The answers of acts in a case that the register shows, and those that a person outside reads.
PUBLISHED: dict[str, tuple[str, ...]] = {
    "conclude_mediation": ("reason",),
    "answer_mediation": ("reason",),
}
READ_OUTSIDE: dict[str, tuple[str, ...]] = {
    **PUBLISHED,
    "answer_rights": ("reason",),
    "pass_on_correction": ("receipts",),
}


async def names_in(connection: AsyncConnection, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """A problem for the first text that holds the name of somebody in the directory."""
    if field := await appetite.names_somebody(connection, texts):
        return (Problem(field, f"{NAME_NO_PERSON} Take the name out, and say the post instead."),)
    return ()


async def problems_in_act(
    connection: AsyncConnection, act: str, questions: tuple[Question, ...], answers: Answers
) -> tuple[Problem, ...]:
    """What is wrong with the words of an act that leave the case."""
    if act not in READ_OUTSIDE:
        return ()
    labels = {question.id: question.label for question in questions}
    texts = {key: _text(answers.get(key)) for key in READ_OUTSIDE[act]}
    clear = clear_numbers.problems((key, labels[key], text) for key, text in texts.items())
    if clear or act not in PUBLISHED:
        return clear
    return await names_in(connection, texts)


def _text(given: object) -> str:
    if isinstance(given, tuple):
        return "\n".join(str(each) for each in given)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(given or "")

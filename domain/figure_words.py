"""P10, cost: how many words people typed. Words are what stands between spaces in a box that is typed into.

What is chosen, ticked, dated or numbered is none, and so is what only the software added.
"""

from collections.abc import Iterable, Mapping

from domain.questions import Question

TYPED = ("line", "text", "lines")
TO_THE_NEAREST = (
    10  # of a share, where shares are compared: so that what is kept grows with sizes, not with cases
)


def words_typed(questions: Iterable[Question], answers: Mapping[str, object]) -> int:
    """Words in the clean answers to these questions."""
    return sum(_words(answers.get(question.id)) for question in questions if question.kind in TYPED)


def _words(answer: object) -> int:
    if isinstance(answer, str):
        return len(answer.split())
    if isinstance(answer, list | tuple):
        return sum(len(str(each).split()) for each in answer)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return 0


def rounded(words: int) -> int:
    """To the nearest ten, five upwards."""
    return (words + TO_THE_NEAREST // 2) // TO_THE_NEAREST * TO_THE_NEAREST

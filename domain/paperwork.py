"""How much was written (P7, P10): words and answers of a form, and documents it points to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.figure_words import TYPED, words_typed
from domain.questions import Question

ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Weight:
    words: int = 0
    answers: int = 0
    documents: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            self.words + other.words, self.answers + other.answers, self.documents + other.documents
        )


def weigh(questions: Iterable[Question], answers: Mapping[str, Any]) -> Weight:
    """What was answered of these questions. Other keys of `answers` were put there by no person."""
    asked = list(questions)
    given = {
        each.id: answers.get(each.id) for each in asked if answers.get(each.id) not in (None, "", [], ())
    }
    typed = (str(given[each.id]) for each in asked if each.id in given and each.kind in TYPED)
    return Weight(
        words=words_typed(asked, answers),
        answers=len(given),
        documents=sum(len(ADDRESS.findall(text)) for text in typed),
    )

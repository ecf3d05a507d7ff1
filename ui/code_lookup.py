"""The page on which somebody types the code they were given, to read what became of what they sent (A, E)."""

from dataclasses import dataclass

from fastapi import Request, Response

from domain.questions import Problem, Question
from store.directory import Person
from ui.forms import FormView
from ui.session import Pages

NO_SUCH_CODE = "Nothing was found under this code. Check it: four groups of five letters and digits"
TYPED_CODE = Question(id="code", label="Your code", ask="Enter the code you were given")


@dataclass(frozen=True, kw_only=True)
class CodePage:
    heading: str
    action: str

    def draw(
        self, request: Request, pages: Pages, me: Person | None, typed: str = "", wrong: str = ""
    ) -> Response:
        """The form; with `wrong`, what was typed and why it is of no use (422)."""
        problems = (Problem("code", wrong),) if wrong else ()
        return pages.page(
            request,
            "code_lookup.html",
            me,
            status=422 if wrong else 200,
            heading=self.heading,
            action=self.action,
            form=FormView(questions=(TYPED_CODE,), typed={"code": typed}, problems=problems),
        )

"""What every edge raises for answers that cannot be taken."""

from domain.questions import Problem


class Invalid(Exception):
    """Answers that cannot be taken, one problem a field. Nothing was kept; show them with what was typed (422)."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = problems

"""What the API takes and gives, as pydantic models: the public JSON surface and nothing else.

Instants are ISO 8601 in UTC. Wherever there is a code, the words that pages show for it stand beside it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

from api.problems import FieldProblem
from domain.questions import Problem

PENDING = "We have recorded your decision and are applying it. You do not need to send it again."

ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Answers by question id: text, a whole number, or for lists a list of texts.",
    "additionalProperties": {
        "anyOf": [
            {"type": "string"},
            {"type": "integer"},
            {"type": "array", "items": {"type": "string"}},
            {"type": "null"},
        ]
    },
}
# Whatever is in it: its values are checked by the questions themselves, whose sentences are the pages'.
Answers = Annotated[dict[str, Any], WithJsonSchema(ANSWER_SCHEMA)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The case version you were looking at.")]
Token = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9._-]*$")]


class Sent(BaseModel):
    """A body: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class RequestIn(Sent):
    """The answers of a request form."""

    answers: Answers


class SubmitIn(Sent):
    """`answers`: to send instead of the ones saved. `version`: with a request that was returned to you."""

    answers: Answers | None = None
    version: Version | None = None


class ActIn(Sent):
    """`form_hash`: with sign_risk, of the request you read. `task`: where you have several alike, the one you mean."""

    answers: Answers = Field(default_factory=dict)
    version: Version | None = None
    form_hash: Token | None = None
    task: Token | None = None


class ChoiceOut(BaseModel):
    value: str
    label: str
    hint: str


class OnlyWhen(BaseModel):
    question: str
    values: list[str]


class QuestionOut(BaseModel):
    """`kind`: line and text are words, lines is a list of texts, pick is a list of `choices`, tick is "yes"."""

    id: str
    label: str
    kind: Literal["line", "text", "lines", "number", "date", "choice", "pick", "tick"]
    hint: str
    required: bool
    choices: list[ChoiceOut]
    only_when: OnlyWhen | None


class ActOut(BaseModel):
    """An act you may do now. `also_send`: what goes beside the answers."""

    name: str
    title: str
    lead: str
    warning: str
    questions: list[QuestionOut]
    also_send: dict[str, str]
    href: str


class PartyOut(BaseModel):
    organisation: str
    organisation_name: str
    team: str
    team_name: str


class HarmOut(BaseModel):
    """The harm meter (P4): people affected on each working day, times the working days it has been waiting.

    Null where the table of bank holidays does not reach that far: nothing is guessed.
    """

    working_days: int | None
    people_per_day: int
    person_days: int | None
    sentence: str


class TaskOut(BaseModel):
    """Who must act, by when, and what happens if nobody does (G5)."""

    id: str
    kind: str
    kind_in_words: str
    seat: str
    who: str
    level: int
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    what_next: str
    is_mine: bool


class WordOut(BaseModel):
    label: str
    answer: str | int | list[str]


class EventOut(BaseModel):
    """`words`: what was written in the act, with the first event that it caused."""

    seq: int
    at: datetime
    kind: str
    act: str
    by: str
    words: list[WordOut]


class PendingOut(BaseModel):
    """An act that is recorded and being applied."""

    command: str
    act: str
    received_at: datetime


class CaseSummary(BaseModel):
    ref: str
    title: str
    version: int
    stage: str
    stage_in_words: str
    level: int
    cause: str
    cause_in_words: str
    overdue_at_top: bool
    closed: bool
    submitted_at: datetime
    updated_at: datetime
    receiving: PartyOut
    sending: PartyOut
    href: str


class CaseOut(CaseSummary):
    """`request` and `timeline` are empty for an operator, who sees only that a post is empty."""

    lane: str
    form_version: int
    form_hash: str
    request: dict[str, Any]
    items_shared: list[str]
    harm: HarmOut
    tasks: list[TaskOut]
    acts: list[ActOut]
    bundle: list[str] = Field(description="The other cases of the same request that you may see.")
    pending: list[PendingOut]
    register_entry: str | None
    timeline: list[EventOut]


class CaseList(BaseModel):
    cases: list[CaseSummary]
    next: str | None = Field(description="The address of the next page, null on the last.")


class InboxTask(TaskOut):
    ref: str
    title: str
    stage: str
    stage_in_words: str
    harm: HarmOut
    href: str


class BodyTaskOut(BaseModel):
    """What a body has to do that belongs to no case. `about`: which of several alike; `case`: what it is about, if any."""

    id: str
    kind: str
    what: str
    about: str
    case: str
    organisation: str
    team: str = Field(description="'' where the whole body is asked.")
    role: str
    level: int
    opened_at: datetime
    due_at: datetime
    what_happens_next: str
    settled_at: datetime | None
    href: str


class TaskList(BaseModel):
    tasks: list[InboxTask]
    body_tasks: list[BodyTaskOut] = Field(
        description="Those that belong to no case, due within the span of this page."
    )
    next: str | None = Field(description="The address of the next page, null on the last.")


class RequestOut(BaseModel):
    """`to_mend`: what submitting would complain about now. `case`: the address of the case it has become."""

    ref: str
    state: Literal["draft", "being_submitted", "returned", "submitted"]
    answers: dict[str, Any]
    saved_at: datetime | None
    to_mend: list[FieldProblem]
    case: str | None
    href: str


class Receipt(BaseModel):
    """What became of what you sent. `pending` means recorded and being applied: never a refusal.

    `version` and `stage` are those of the case right after it, null while it is pending and for a draft.
    """

    command: str
    ref: str
    state: Literal["applied", "pending"]
    received_at: datetime
    sentence: str
    version: int | None
    stage: str | None
    stage_in_words: str | None
    href: str


class CommandOut(BaseModel):
    command: str
    ref: str
    act: str
    state: Literal["applied", "pending", "refused"]
    received_at: datetime
    sentence: str
    refusal: str | None
    status: int | None
    href: str


def mend_out(problems: Sequence[Problem]) -> list[FieldProblem]:
    return [FieldProblem(field=each.field, detail=each.sentence) for each in problems]

"""Endpoints and their messages in words, and the forms of what can be done with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from domain import webhook_rules as rules
from domain.questions import Question
from domain.webhook_rules import Because, Sending, State
from ui.owners_act import Form
from ui.views import Tag

HERE = "/settings/webhooks"
CAPTION = "Webhooks"
ALWAYS = "Revocations are still sent: that a share is suspended, reinstated, narrowed, replaced or ended."
DONE = {
    "add_webhook": "Added. The secret of this endpoint was shown once; exchange it if you do not have it.",
    "change_webhook": "Changed. The list below says how the endpoint stands now.",
    "rotate_secret": "Exchanged. The new secret was shown once; exchange it again if you do not have it.",
    "close_webhook": "Closed. Nothing is sent there any more. Its messages stay to be looked at.",
    "test_webhook": "A test message is on its way. Load this page again to see what came of it.",
    "replay_webhook": "They wait to be sent again, in the order of each case, under the same ids.",
}
STATES = {
    State.ON: Tag(text="On", colour="green"),
    State.PAUSED: Tag(text="Paused", colour="yellow"),
    State.CLOSED: Tag(text="Closed", colour="grey"),
}
FAILING = Tag(text="Failing", colour="red")
SENDINGS = {
    Sending.WAITING: Tag(text="Waiting", colour="blue"),
    Sending.DELIVERED: Tag(text="Delivered", colour="green"),
    Sending.PARKED: Tag(text="Parked", colour="orange"),
}
PARKED = {
    Because.NONE: "",
    Because.FAILED: "It could not be delivered in the time there was",
    Because.GAVE_WAY: "It failed, and a revocation was behind it",
    Because.PAUSED: "The endpoint was paused",
    Because.CLOSED: "The endpoint was closed",
}
LABELS = {choice.value: choice.label.partition(":")[0] for choice in rules.CHOICES}


def endpoint_view(row: Row[Any], counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    state = State(row.state)
    is_failing = row.failing_since is not None and state is not State.CLOSED
    return {
        "id": row.id,
        "href": f"{HERE}/{row.id}",
        "url": row.url,
        "body": row.body,
        "whose": f"{row.team_name}, {row.body}" if row.team else f"The whole of {row.body}",
        "tags": [STATES[state], *([FAILING] if is_failing else [])],
        "is_open": state is not State.CLOSED,
        "is_paused": state is State.PAUSED,
        "is_gone": row.gone and state is State.PAUSED,
        "failing_since": row.failing_since if is_failing else None,
        "last_success_at": row.last_success_at,
        "last_failure_at": row.last_failure_at,
        "last_reason": row.last_reason,
        "groups": [*(LABELS[each] for each in row.groups if each in LABELS), "Revocations, always"],
        "made_at": row.made_at,
        "before_until": row.secret_before_until,
        "counts": [
            {"text": SENDINGS[each].text, "state": each.value, "many": counts.get((row.id, each), 0)}
            for each in Sending
        ],
    }


def message_view(row: Row[Any], now: datetime) -> dict[str, Any]:
    sending = Sending(row.state)
    next_try = row.next_try_at if row.next_try_at and row.next_try_at > now else None
    return {
        "id": row.id,
        "kind": row.kind,
        "ref": row.ref,
        "at": row.at,
        "tag": SENDINGS[sending],
        "attempts": row.attempts,
        "why": PARKED[Because(row.because)],
        "reason": row.reason,
        "delivered_at": row.delivered_at if sending is Sending.DELIVERED else None,
        "next_try_at": next_try if sending is Sending.WAITING else None,
        "can_replay": sending is not Sending.WAITING,
    }


def adding(body: str, name: str, questions: tuple[Question, ...]) -> Form:
    return Form(
        title=f"Add an endpoint for {name}",
        button="Add it and show its secret",
        here=f"{HERE}/add/{body}",
        back=HERE,
        caption=CAPTION,
        questions=questions,
        lead="Sharecase sends a signed message there whenever something happens in the cases of this body or team. The "
        "next page shows the secret that the messages are signed with, once.",
    )


def form_of(act: str, row: Row[Any], *, shares: int = 0, others: int = 0) -> Form:
    """The form of one act on an endpoint."""
    told: dict[str, Any] = {
        "change": {"title": "Change where and what is sent", "button": "Save", "questions": rules.CHANGING},
        "pause": {
            "title": "Pause this endpoint",
            "button": "Pause it",
            "lead": f"Messages are kept until you resume, and are sent then. {ALWAYS}",
        },
        "resume": {
            "title": "Resume this endpoint",
            "button": "Resume it",
            "lead": "Messages that were kept while it was paused are sent now, in the order of each case.",
        },
        "rotate": {
            "title": "Exchange the secret",
            "button": "Make a new secret and show it",
            "lead": "The next page shows a new secret, once. For 24 hours every message is signed with both, so that "
            "nothing is lost while you exchange it where messages are received.",
            "warning": "A secret that was exchanged before this one stops working now.",
        },
        "close": {
            "title": "Close this endpoint",
            "button": "Close it",
            "lead": _closing(shares, others),
            "warning": "It cannot be opened again.",
        },
        "test": {
            "title": "Send a test message",
            "button": "Send it",
            "lead": "A signed message of the type sharecase.test, about no case. It is tried once, and you see what came "
            "of it among the messages.",
        },
        "replay": {
            "title": "Send messages again",
            "button": "Send them again",
            "questions": rules.REPLAY_WHAT,
            "lead": "They are sent in the order of each case and keep their ids, so that whoever received one before "
            "knows it.",
        },
    }[act]
    here = f"{HERE}/{row.id}"
    return Form(here=f"{here}/{act}", back=here, caption=f"{CAPTION}: {row.url}", **told)


def _closing(shares: int, others: int) -> str:
    what = "Nothing is sent there any more, not even that a share is suspended or ended."
    if not shares:
        return f"{what} No share in use is told there now."
    some = "1 share in use is" if shares == 1 else f"{shares} shares in use are"
    if others:
        left = "Another endpoint is" if others == 1 else f"{others} other endpoints are"
        return f"{what} {some} told there. {left} still told of them."
    return f"{what} {some} told there, and no other endpoint is told of them: your machines will not hear of their end."

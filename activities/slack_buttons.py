"""The buttons under a message that asks for a task. What they carry is opaque: the notice and the act, no words (§9)."""

from typing import Any

from domain.slack_acts import offered
from store.notices import Message

ACT, LINK = "act", "link"  # how the action of a button begins
MOST = 75  # characters on a button


def buttons(message: Message, link: str) -> dict[str, Any] | None:
    """A block of buttons, 'Open the case' the last; None where nothing is asked or nothing can be offered.

    `link`: the case page.
    """
    case = message.case
    task = case.tasks.get(message.task) if case else None
    if case is None or task is None:
        return None
    elements: list[dict[str, Any]] = []
    for offer in offered(case, task):
        label = f"{offer.button}: finish on the web" if offer.on_the_web else offer.button
        button = _button(label)
        if offer.on_the_web:
            button |= {
                "action_id": f"{LINK}:{offer.act}",
                "url": f"{link}/acts/{offer.act}?task={task.id}",
            }
        else:
            button |= {"action_id": f"{ACT}:{offer.act}", "value": f"{message.id}|{offer.act}"}
        elements.append(button)
    elements.append(_button("Open the case") | {"action_id": f"{LINK}:case", "url": link})
    return {"type": "actions", "block_id": "acts", "elements": elements}


def _button(text: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": text[:MOST], "emoji": False}}

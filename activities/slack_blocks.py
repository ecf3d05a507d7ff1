"""A notice as Slack blocks. Pure, and careful: plain text everywhere, no person, and no words of the case (S5, I10)."""

import unicodedata
from datetime import date, datetime
from typing import Any

from activities.slack_buttons import buttons
from domain.harm import Harm
from domain.working_days import london_date
from store.notices import REPLACED, Message

Block = dict[str, Any]

# Slack's limits, in characters (and blocks).
HEADER, FIELD, SECTION, TEXT, BLOCKS = 150, 2000, 3000, 4000, 50

ROLES = {
    "requester": "Requesting team",
    "risk_owner": "Risk owner",
    "reviewer": "Reviewer",
    "sender_decider": "Sending team",
    "leader_1": "Leader 1",
    "leader_2": "Leader 2",
    "leader_3": "Leader 3",
    "operator": "Operator of Sharecase",
}

ENDINGS = {
    "done": ("Done", "It was done."),
    "overtaken": ("Overtaken", "Another step in the case has settled it."),
    "expired": ("No longer needed", "Its time is over."),
}


def compose(message: Message, harm: Harm | None, today: date, link: str) -> tuple[str, list[Block]]:
    """(fallback text, blocks) of a message as it is wanted now: the ask or the news, or what replaces it after the act.

    `harm`: the meter as of `today`, None when it cannot be worked out. `link`: the case page, an http(s) address
    without a bar ("|", which would end it).
    """
    if message.wanted >= REPLACED:
        return _assemble(*_over(message), link=link)
    actions = buttons(message, link)
    return _assemble(
        message.headline, _facts(message), _harm(message, harm, today), link=link, actions=actions
    )


def _facts(message: Message) -> list[tuple[str, str]]:
    facts = [
        ("Case", message.ref),
        ("Data", f"from {message.sending} to {message.receiving}"),
        ("Who must act" if message.asks else "For information", whose(message)),
    ]
    return [*facts, ("By", by_the_end_of(message.due_at))] if message.asks and message.due_at else facts


def _harm(message: Message, harm: Harm | None, today: date) -> str:
    if harm is None:
        return ""
    if message.waited_until:
        return f"Harm of waiting, while it lasted: {harm.sentence()}"
    return f"Harm of waiting, as of {in_words(today)}: {harm.sentence()}"


def _over(message: Message) -> tuple[str, list[tuple[str, str]], str]:
    word, why = ENDINGS.get(message.how, ENDINGS["overtaken"])
    return f"{word}: {message.headline}", [("Case", message.ref)], f"{why} No action is needed."


def whose(message: Message) -> str:
    """The seat in words: its role, team and body."""
    role = ROLES.get(message.role, message.role.replace("_", " ").capitalize())
    return ", ".join(part for part in (role, message.team, message.organisation) if part)


def by_the_end_of(due: datetime) -> str:
    """'the end of Friday 4 December 2026': the London day on which the time is over."""
    day = london_date(due)
    return f"the end of {day:%A} {in_words(day)}"


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _assemble(
    headline: str,
    facts: list[tuple[str, str]],
    sentence: str,
    *,
    link: str,
    actions: Block | None = None,
) -> tuple[str, list[Block]]:
    blocks: list[Block] = [
        {"type": "header", "text": plain(headline, HEADER)},
        {"type": "section", "fields": [plain(f"{label}\n{value}", FIELD) for label, value in facts]},
    ]
    if sentence:
        blocks.append({"type": "context", "elements": [plain(sentence, FIELD)]})
    # The only markup, and all of it is ours.
    opens = {"type": "section", "text": {"type": "mrkdwn", "text": f"<{escape(link)}|Open the case>"}}
    blocks.append(actions or opens)
    # Screen readers and phone notifications read the text alone, so it says everything too.
    said = [headline, *(f"{label}: {value}" for label, value in facts), sentence]
    text = ". ".join(part.rstrip(".") for part in said if part)
    assert len(blocks) <= BLOCKS
    return escape(clean(text, TEXT)), blocks


def plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": clean(text, most), "emoji": False}


def clean(text: str, most: int) -> str:
    """Without control and direction marks, which could make a name read as something else, and no longer than allowed."""
    kept = "".join(
        c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def escape(text: str) -> str:
    """Slack's three: without them `<!channel>` in a name would wake a whole channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

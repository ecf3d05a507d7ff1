"""Whose Slack account may speak for somebody here, and for how long that is believed (§9, S4). Standard library only."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.refusals import Refusal

LINK_LASTS = timedelta(minutes=10)
CHECK_AFTER = timedelta(days=1)  # so old, Slack is asked again whether the account is still one of its people
TRUSTED_FOR = timedelta(days=7)  # where Slack does not answer

ONLY_ITS_PEOPLE = "Ask for an account of your own there, or use Sharecase on the web."
WHY_NOT: dict[str, str] = {
    "deleted": f"This Slack account is switched off. {ONLY_ITS_PEOPLE}",
    "is_bot": "Bots cannot act in Sharecase. Use a Slack account of a person.",
    "is_ultra_restricted": f"Guests of a Slack workspace cannot act in Sharecase. {ONLY_ITS_PEOPLE}",
    "is_restricted": f"Guests of a Slack workspace cannot act in Sharecase. {ONLY_ITS_PEOPLE}",
    "is_stranger": f"People of another Slack workspace cannot act in Sharecase from here. {ONLY_ITS_PEOPLE}",
}


class SlackLinkOver(Refusal):
    sentence = (
        "This link has been used, or is more than 10 minutes old. Type /sharecase in Slack to get a new one."
    )


class SlackAccountTaken(Refusal):
    sentence = (
        "This Slack account is linked to somebody else. Sign in to Slack with your own account, and type /sharecase "
        "there. If this account is yours, ask the operator to look."
    )


class OneSlackAccountOnly(Refusal):
    sentence = (
        "You have linked another account of this Slack workspace. Go to your Slack settings here and unlink it first, "
        "then type /sharecase in Slack to get a new link."
    )


class NotASlackMember(Refusal):
    status = 403
    sentence = "Use another Slack account, or none. {because}."


class SlackIsSilent(Refusal):
    sentence = (
        "Slack did not answer, so we could not check the account. Open the link again in a few minutes: nothing was "
        "changed."
    )


def why_not(user: Mapping[str, Any], team: str) -> str:
    """Why this account of `users.info` may not act for anybody, as a sentence; '' when it may.

    `team`: the workspace the click came from. A member of several workspaces of one organisation names them all.
    """
    if user.get("id") == "USLACKBOT":
        return WHY_NOT["is_bot"]
    for flag, sentence in WHY_NOT.items():
        if user.get(flag):
            return sentence
    return "" if team in _teams(user) else WHY_NOT["is_stranger"]


def _teams(user: Mapping[str, Any]) -> set[str]:
    found = {str(user.get("team_id") or "")}
    inside = user.get("enterprise_user")
    if isinstance(inside, Mapping):
        more: Any = inside.get("teams")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        found |= {str(each) for each in more} if isinstance(more, list) else set()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return found - {""}

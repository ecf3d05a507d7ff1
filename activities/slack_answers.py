"""What an answer from Slack, or none, means for a message: was it taken, was it not, or can nobody say?"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

# Slack says these may have worked in part.
UNCERTAIN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
# Slack knows no such place, or lets nobody write there: asking again changes nothing until somebody mends the directory.
NO_WAY_THERE = frozenset(
    {
        "as_user_not_supported",
        "cannot_dm_bot",
        "channel_not_found",
        "channel_type_not_supported",
        "ekm_access_denied",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
# Slack takes no such message: it is this one's fault, and nobody can mend it, so it must not hold up the next.
CANNOT_BE_SAID = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
# The channel's past cannot be read, however often one asks.
CANNOT_LOOK_BACK = NO_WAY_THERE | {"missing_scope", "no_permission", "not_allowed_token_type"}
# The message is there and stays as it is.
CANNOT_BE_REPLACED = NO_WAY_THERE | {"cant_update_message", "edit_window_closed", "message_not_found"}

Response = TypeVar("Response")


class SlackTrouble(Exception):
    """Slack did not do what it was asked."""


class NotTaken(SlackTrouble):
    """Slack was not reached, so it did nothing."""


class Limited(SlackTrouble):
    """429: Slack did nothing and names the time to wait."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Slack asks us to wait {wait.total_seconds():.0f} s")
        self.wait = wait


class Declined(SlackTrouble):
    """Slack did nothing and said why (`error`, a word of Slack's)."""

    def __init__(self, error: str) -> None:
        super().__init__(f"Slack answered {error}")
        self.error = error


class Unknown(SlackTrouble):
    """No answer, or one that leaves open whether it was done: look before doing it again."""


async def answered(call: Awaitable[Response]) -> Response:
    """Await a call of the Slack client. Raises one of the four kinds of `SlackTrouble`, and nothing else of Slack's."""
    try:
        return await call
    except SlackApiError as error:
        # Not the error itself: its text repeats the whole answer, which nobody needs in a history.
        raise _meaning(error.response) from None
    except aiohttp.ClientConnectorError as error:
        raise NotTaken(f"Slack cannot be reached ({type(error).__name__})") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unknown(f"no answer from Slack ({type(error).__name__})") from None
    except (AttributeError, TypeError, ValueError) as error:  # the client stumbles over a gateway's page
        raise Unknown(f"an answer that is not Slack's ({type(error).__name__})") from None


def _meaning(response: Any) -> SlackTrouble:
    """The client hands over its own response, or the bare one of aiohttp when the body could not be read."""
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    error = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or error == "ratelimited":
        return Limited(_wait(getattr(response, "headers", None) or {}))
    if error and status < 500 and error not in UNCERTAIN:
        return Declined(error)
    return Unknown(f"Slack answered {error or status}")


def _wait(headers: Any) -> timedelta:
    try:
        return timedelta(seconds=max(1, int(headers.get("Retry-After"))))
    except (TypeError, ValueError):
        return timedelta(seconds=30)

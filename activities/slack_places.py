"""Where in Slack a notice goes, and whether it is there already. The directory has names; Slack's methods want ids."""

import asyncio
import time
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from activities.slack_answers import Declined, answered

EVENT_TYPE = "sharecase_notice"  # with the ids of its notices, in the metadata of every message
LOOK_BACK_PAGES, LOOK_BACK_MESSAGES = 5, 200
LIST_AGAIN_AFTER = 60.0  # seconds: Slack lets the list of channels be read only some twenty times a minute


class Places:
    """Ids are kept for as long as they work: asking for them each time would cost more than the message itself."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._ids: dict[str, str] = {}
        self._listed_at = float("-inf")
        self._listing = asyncio.Lock()

    async def id_of(self, destination: str) -> str:
        """The id of a channel (#name, or its id already) or of the direct messages with a person (a Slack user id).

        Raises `SlackTrouble`; `Declined("channel_not_found")` for a name the app cannot see.
        """
        if destination[:1] in ("U", "W") and destination not in self._ids:
            opened = await answered(self.client.api_call("conversations.open", data={"users": destination}))
            self._ids[destination] = _text(opened.get("channel"), "id")
        if destination.startswith("#") and destination not in self._ids:
            async with self._listing:  # at boot a hundred notices may ask at once
                await self._list_channels()
            if destination not in self._ids:
                raise Declined("channel_not_found")
        return self._ids.get(destination, destination)

    def forget(self, destination: str) -> None:
        """It did not work: a channel may be a new one under an old name."""
        self._ids.pop(destination, None)

    async def find(self, destination: str, notice: str) -> tuple[str, str] | None:
        """(channel, ts) of a notice's message among the latest of its channel. Raises `SlackTrouble`."""
        channel, cursor = await self.id_of(destination), ""
        for _ in range(LOOK_BACK_PAGES):
            page = await self._page(
                "conversations.history",
                cursor,
                channel=channel,
                limit=LOOK_BACK_MESSAGES,
                include_all_metadata="true",
            )
            for each in page.get("messages") or []:
                metadata = each.get("metadata") or {}
                is_ours = metadata.get("event_type") == EVENT_TYPE
                payload = metadata.get("event_payload")
                if is_ours and notice in (_text(payload, "notice_id"), *_text(payload, "notice_ids").split()):
                    return channel, _text(each, "ts")
            cursor = _text(page.get("response_metadata"), "next_cursor")
            if not cursor:
                break
        return None

    async def _list_channels(self) -> None:
        if time.monotonic() - self._listed_at < LIST_AGAIN_AFTER:
            return
        cursor, more = "", True
        while more:
            page = await self._page(
                "conversations.list",
                cursor,
                types="public_channel,private_channel",
                exclude_archived="true",
                limit=1000,
            )
            for each in page.get("channels") or []:
                self._ids[f"#{each['name']}"] = each["id"]
            cursor = _text(page.get("response_metadata"), "next_cursor")
            more = bool(cursor)
        self._listed_at = time.monotonic()

    async def _page(self, method: str, cursor: str, **asked: Any) -> Any:
        # As a form and not as a query: the client's own methods for these use GET, which not every server answers.
        return await answered(self.client.api_call(method, data={**asked, "cursor": cursor}))


def _text(of: Any, key: str) -> str:
    return str((of or {}).get(key) or "")

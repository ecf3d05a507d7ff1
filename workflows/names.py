"""Names shared by whoever starts, serves or looks for workflows."""

TASK_QUEUE = "sharecase"
SCHEDULE_MORNING = "sharecase-morning"


def workflow_id(ref: str) -> str:
    """One workflow per case, for all of its life (house: `share-<ref>`)."""
    return f"share-{ref}"


def delivery_id(notice: str, wanted: int) -> str:
    """One delivery per message and per state it should reach."""
    return f"notice-{notice}-{wanted}"


def x_road_id(grant: str, round_: int) -> str:
    """One run for each wish about the X-Road rights of a grant."""
    return f"x-road-{grant}-{round_}"


def push_id(message: str, round_: int) -> str:
    """One run for a message of a webhook, and another each time it is sent again by hand."""
    return f"push-{message}-{round_}"

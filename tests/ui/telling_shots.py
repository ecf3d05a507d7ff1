"""What people choose about being told in Slack, for the browser: as it opens, and with what does not go together."""

HERE = "/settings/notifications"
AMY = "p-amara-okafor"
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


def telling_shots() -> list[Sight]:
    """(name, path, who, press)."""
    return [("preferences", HERE, AMY)]

"""How long somebody stays signed in, and what the list of their own sessions calls each of them."""

from datetime import datetime, timedelta

from domain.refusals import Refusal

IDLE = timedelta(minutes=30)  # without a page being asked for
LONGEST = timedelta(hours=8)  # whatever is asked for


class NoSuchSession(Refusal):
    status = 404
    sentence = "You have no such session, or it has ended already. Go to Settings, Sessions to see those that you have."


NOBODY_KNOWS = "Unknown browser"

# In the order they are looked for: most browsers name the older ones they can stand in for as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
_COMPUTERS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def is_live(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    return now - seen_at <= IDLE and now - created_at <= LONGEST


def device(user_agent: str) -> str:
    """A browser's own description of itself in our words, such as 'Firefox on Linux'. Nothing it says is repeated."""
    browser = _first(_BROWSERS, user_agent)
    computer = _first(_COMPUTERS, user_agent)
    return f"{browser or NOBODY_KNOWS} on {computer}" if computer else browser or NOBODY_KNOWS


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in known if mark in text[:1000]), "")

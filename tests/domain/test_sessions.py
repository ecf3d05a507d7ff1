"""What a list of sessions calls a browser: our words only, whatever the browser says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sessions import device

KNOWN = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Safari/537.36 Edg/140.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Safari/605.1.15": "Safari on Mac",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/140.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 "
    "Chrome/125.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
    "curl/8.5.0": "Unknown browser",
    "": "Unknown browser",
    "<script>alert(1)</script> Linux": "Unknown browser on Linux",
}


@pytest.mark.parametrize("user_agent", KNOWN)
def test_a_browser_is_named_in_plain_words(user_agent: str) -> None:
    assert device(user_agent) == KNOWN[user_agent]


@given(st.text(max_size=2000))
def test_nothing_a_browser_says_is_repeated(user_agent: str) -> None:
    words = set(device(user_agent).split())
    assert words <= set(
        [
            "Unknown",
            "browser",
            "on",
            "Edge",
            "Opera",
            "Samsung",
            "Internet",
            "Firefox",
            "Chrome",
            "Safari",
            "iPhone",
            "iPad",
            "Android",
            "Windows",
            "ChromeOS",
            "Mac",
            "Linux",
        ]
    )
    assert len(device(user_agent)) <= 80

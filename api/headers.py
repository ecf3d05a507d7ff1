"""Which headers every answer carries, by what kind of answer it is: a page, a file, or something for machines (ASVS V3.4)."""

from starlette.datastructures import MutableHeaders

MACHINES = ("/api/", "/slack/", "/health", "/metrics", "/.well-known/")
STATIC = "/static/"
A_YEAR = 31_536_000

# What is no page loads nothing and is put in no frame, whoever opens it by itself.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
UPGRADE = "; upgrade-insecure-requests"
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join(f"{feature}=()" for feature in FEATURES)


def is_for_machines(path: str) -> bool:
    return path.startswith(MACHINES)


def page_policy(nonce: str, *, https: bool) -> str:
    policy = PAGE.format(nonce=nonce)
    return policy + UPGRADE if https else policy


def add(headers: MutableHeaders, *, path: str, status: int, policy: str, https: bool) -> None:
    """`policy`: the content policy of pages. What an answer says itself about being kept stands, unless it is an error."""
    is_page = not is_for_machines(path) and headers.get("content-type", "text/html").startswith("text/html")
    headers["Content-Security-Policy"] = policy if is_page else NOTHING
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # What every website may read, every website may also show.
    is_open = headers.get("access-control-allow-origin") == "*"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_open else "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    if https:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if status >= 400:
        headers["Cache-Control"] = "no-store"
    elif not is_kept(path):
        headers.setdefault("Cache-Control", "no-store")
    if status in (408, 413):
        headers["Connection"] = "close"  # the rest of what was too long or too slow is not waited for
    if "server" in headers:
        del headers["Server"]


def is_kept(path: str) -> bool:
    return path.startswith(STATIC)

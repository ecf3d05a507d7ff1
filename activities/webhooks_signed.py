"""What a message looks like on the wire, and how it is signed: Standard Webhooks, v1 (HMAC-SHA256)."""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from domain.webhooks import instant

PREFIX = "whsec_"
KEY_BYTES = 32


def body(kind: str, at: datetime, data: dict[str, Any], link: str) -> bytes:
    """The same bytes for every attempt. `link`: where a person can look, '' for nowhere."""
    told = {"type": kind, "timestamp": instant(at), "data": {**data, "link": link} if link else data}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()


def headers(secrets: tuple[str, ...], message: str, now: datetime, sent: bytes) -> dict[str, str]:
    """The three headers of the standard; one signature for each secret, while one is exchanged for another."""
    timestamp = str(int(now.timestamp()))
    signed = f"{message}.{timestamp}.".encode() + sent
    return {
        "webhook-id": message,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(each, signed)}" for each in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def key_of(secret: str) -> bytes:
    """The key in a secret as we make them. Raises `ValueError` for anything else, without repeating it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError("a webhook secret has another length")
    return key


def secret_of(key: bytes) -> str:
    """How a fresh key is shown to whoever receives with it."""
    return PREFIX + base64.b64encode(key).decode()

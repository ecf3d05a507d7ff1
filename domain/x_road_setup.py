"""Setting X-Road up: where a body's Security Server is managed, which subsystem a team is, and who may say so (P3).

A Security Server stands inside the network of its body, so the rule for webhooks (only the public internet) cannot be
the rule here. Instead the hosts are named where Sharecase is installed, and only an operator chooses among them.
"""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from domain.governance import TABLE
from domain.outside_addresses import LABEL, PLAIN, is_this_computer
from domain.people import Role
from domain.permissions import Post
from domain.questions import Choice, Question
from domain.refusals import Refusal

SETTING = "SHARECASE_X_ROAD_HOSTS"
LONGEST_URL = 200
KEY = re.compile(r"[!-~]{8,200}")


class NoXRoadForYou(Refusal):
    status = 403
    sentence = "Only leaders of a body and the operator set X-Road up. Ask a leader of your body."


class NotTheOperator(Refusal):
    status = 403
    sentence = "Only the operator says where a Security Server is and which key opens it. Ask the operator of Sharecase."


class NoXRoadService(Refusal):
    sentence = (
        "This grant opens no service with an X-Road client and service code. The sending team writes both in its service "
        "under Exchange, and says on the page of the grant which service it opens."
    )


class NoXRoadSubject(Refusal):
    sentence = "The receiving team has no X-Road subsystem yet. A leader of its body writes it under Settings, X-Road."


class NoServerYet(Refusal):
    sentence = "No Security Server is set up for this body. Ask the operator to set one up first."


def may(posts: tuple[Post, ...], act: str, organisation: str) -> bool:
    """Whether somebody with these posts may do this for this body."""
    return any(
        post.role in TABLE[act] and (post.role is Role.OPERATOR or post.organisation == organisation)
        for post in posts
    )


def hosts(setting: str) -> frozenset[str]:
    """'ss1.example.gov.uk, 10.0.0.5' -> both. Empty: rights are exported, and applied nowhere."""
    return frozenset(each for part in setting.split(",") if (each := part.strip().lower()))


def url_problem(url: str, allowed: Collection[str], *, here: bool) -> str | None:
    """What is wrong with the address of a management API, as a sentence; None when nothing is.

    `here`: whether this computer may be called without TLS, as in tests.
    """
    if len(url) > LONGEST_URL:
        return f"use {LONGEST_URL} characters or fewer"
    if not PLAIN.fullmatch(url) or "\\" in url:
        return "remove spaces, backslashes and characters that do not belong in an address"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "check it; it cannot be read"
    if "@" in parts.netloc:
        return "leave out the user name and password"
    if parts.path not in ("", "/") or "?" in url or "#" in url:
        return "write only https://, the host and its port, such as https://ss1.example.gov.uk:4000"
    plain_here = here and parts.scheme == "http" and is_this_computer(host)
    if parts.scheme != "https" and not plain_here:
        return "start it with https://"
    if not _is_host(host):
        return "check the host; it cannot be a name or an address"
    if not allowed:
        return f"X-Road rights are applied nowhere in this installation. Set {SETTING} where Sharecase is installed first"
    if host not in allowed:
        return f"this host is not among those in the setting {SETTING}"
    return None


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return 0 < len(host) <= 253 and all(LABEL.fullmatch(each) for each in host.split("."))
    return True


def key_problem(key: str) -> str | None:
    if not KEY.fullmatch(key):
        return "copy the key as the Security Server showed it: 8 to 200 letters, digits and signs without a space"
    return None


def certificate_problem(pem: str) -> str | None:
    """Only what it looks like; whether it can be read is found where there is a library for it."""
    if pem and not (pem.startswith("-----BEGIN CERTIFICATE-----") and "-----END CERTIFICATE-----" in pem):
        return "paste it whole, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"
    if "PRIVATE KEY" in pem:
        return "this holds a private key; paste only the certificate, and exchange that key"
    return None


# --- what is asked ---------------------------------------------------------------------------------------------------

SERVER = (
    Question(
        id="url",
        label="Address of the management API",
        ask="Enter the address of the management API",
        hint="https://, the host and its port, such as https://ss1.example.gov.uk:4000. The host must be among those in "
        f"the setting {SETTING}.",
    ),
    Question(
        id="api_key",
        label="API key",
        ask="Enter the API key",
        hint="Of a key with the role of service administrator. It is kept sealed and never shown again. Leave it empty "
        "to keep the one that is there, if the address stays the same.",
        required=False,
    ),
    Question(
        id="certificate",
        label="Certificate",
        ask="Paste the certificate",
        kind="text",
        hint="In PEM, of the server or of whoever issued it. Leave it empty when the server’s certificate is one that is "
        "publicly trusted.",
        required=False,
        most=8000,
    ),
)
SWITCH = (
    Question(
        id="turned",
        label="Rights on X-Road",
        ask="Select whether they are applied",
        kind="choice",
        choices=(
            Choice(value="on", label="Apply them: what each active grant stands for is added now"),
            Choice(value="off", label="Do not apply them: nothing more is added or removed"),
        ),
    ),
)
SUBJECT = (
    Question(
        id="subject",
        label="X-Road subsystem",
        ask="Enter the subsystem",
        hint="The one that this team’s systems call others with, such as GB:GOV:1001:Benefits. Leave it empty when the "
        "team uses X-Road no more.",
        required=False,
        most=300,
    ),
)

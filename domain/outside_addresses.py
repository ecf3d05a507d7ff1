"""Which addresses we may call because somebody typed them (SSRF). Names are checked when typed, addresses when dialled.

Only names: what they stand for is looked up for every attempt, and an address that is not of the public internet is
refused then, so that a name that changes its mind leads nowhere either.
"""

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST = 500
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
PLAIN = re.compile(r"[!-~]+")  # printable ASCII without a space
# Python 3.11 takes these for public, or nobody else would.
NOT_PUBLIC = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # inside every machine of one cloud
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in another coat
        "3fff::/20",
    )
)
GLOBAL_UNICAST = ipaddress.ip_network(
    "2000::/3"
)  # so neither NAT64, nor mapped, nor site-local, nor multicast
INTERNAL = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "test",
    "invalid",
    "arpa",
    "onion",
)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet. Anything that is no address does not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and (ip.scope_id or ip not in GLOBAL_UNICAST):
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip in network for network in NOT_PUBLIC if network.version == ip.version)


def is_this_computer(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def url_problem(url: str, *, here: bool) -> str | None:
    """What is wrong with an address that somebody wants us to call, as a sentence; None when nothing is.

    `here`: whether this computer may be called too, without TLS: in a demonstration, and in tests.
    """
    if len(url) > LONGEST:
        return f"use {LONGEST} characters or fewer"
    if not PLAIN.fullmatch(url) or "\\" in url:
        return "remove spaces, backslashes and characters that do not belong in an address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "check it; it cannot be read"
    host = parts.hostname or ""
    if here and parts.scheme in ("http", "https") and (host == "localhost" or is_this_computer(host)):
        return _extras(url)
    if parts.scheme != "https":
        return "start it with https://"
    if "[" in parts.netloc:
        host = f":{host}"  # whatever stands in brackets is no name
    return _extras(url) or _host_problem(host) or _port_problem(port)


def _extras(url: str) -> str | None:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "leave out the user name and password"
    if "#" in url:
        return "leave out everything from the # on"
    if "%" in parts.netloc:
        return "check the host; it cannot be read"
    return None


def _host_problem(host: str) -> str | None:
    labels = host.removesuffix(".").split(".")
    if ":" in host or labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        return "use the name of a host, not a number"
    if not host or len(host) > 253 or not all(LABEL.fullmatch(each) for each in labels):
        return "check the host; it cannot be a name on the internet"
    if len(labels) < 2 or labels[-1] in INTERNAL:
        return "use a host that can be reached from the internet"
    return None


def _port_problem(port: int | None) -> str | None:
    if port is None or port in (443, 8443) or 1024 <= port <= 65535:
        return None
    return "use port 443, 8443, or one above 1023"

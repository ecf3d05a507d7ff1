"""Who is at the other end of a connection, and by which name they called us. Neither is believed without reason."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_FORWARDED = 20  # names in one header that are looked at, from the end
THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Peers:
    """`hosts`: the names we answer to, without a port; empty for any. `proxies`: whose X-Forwarded-For counts."""

    hosts: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()

    @classmethod
    def of(cls, public_url: str, *, embedded: bool, proxies: Sequence[str] = ()) -> "Peers":
        """Raises ValueError for a proxy that is neither an address nor a network."""
        name = urlsplit(public_url).hostname or ""
        own = {name, *THIS_COMPUTER} if embedded else {name}
        return cls(
            hosts=frozenset(own - {""}),
            proxies=tuple(ipaddress.ip_network(each, strict=False) for each in proxies),
        )

    def is_us(self, host: str) -> bool:
        """Whether a Host header names us. The port is left alone: a proxy may listen on another than we do."""
        return not self.hosts or name_of(host) in self.hosts

    def address(self, scope: Scope) -> str:
        """Where a request comes from: the socket's peer, or whom a trusted proxy says it speaks for."""
        peer = str((scope.get("client") or ("", 0))[0])
        if not self._is_proxy(_address(peer)):
            return peer
        told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        for each in reversed(told[-MOST_FORWARDED:]):
            address = _address(each.strip())
            if address is None:
                return peer
            if not self._is_proxy(address):
                return str(address)
        return peer

    def _is_proxy(self, address: Address | None) -> bool:
        return address is not None and any(address in each for each in self.proxies)


def name_of(host: str) -> str:
    """'example.org:8000' -> 'example.org', '[::1]:80' -> '::1'; '' for what is no host."""
    try:
        parts = urlsplit(f"//{host}")
        has_more = parts.path or parts.query or parts.fragment or parts.username is not None
        _ = parts.port  # raises for what is no number
    except ValueError:
        return ""
    return "" if has_more else (parts.hostname or "").rstrip(".")


def place_of(address: str) -> str:
    """What counts as one place: an address, or the /64 in which one subscriber has all that IPv6 gives."""
    found = _address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found

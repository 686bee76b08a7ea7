"""Host names and IP addresses: as URLs and the Host header write them, and the networks they belong to."""

import ipaddress
import re

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+")
"""As some proxies write an address into X-Forwarded-For."""


class LiteralHost(str):
    """An IPv6 address in brackets as a trusted host: Werkzeug would cut it at its first colon."""

    def partition(self, _separator: str, /) -> tuple[str, str, str]:
        return str(self), "", ""


def in_url(host: str) -> str:
    """The host as a URL has it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def trusted_host(name: str) -> str:
    """A host name or address that the Host header may have."""
    host = in_url(name.strip("[]"))
    return LiteralHost(host) if ":" in host else host


def networks_of(address: str) -> tuple[str, str]:
    """What one household has (IPv4 /32, IPv6 /64), and what one office or provider shares (/24, /48)."""
    found = _WITH_PORT.fullmatch(address)
    bare = (found["six"] or found["four"]) if found else address
    try:
        ip = ipaddress.ip_address(bare.split("%")[0])
    except ValueError:
        return "unknown", "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    narrow, wide = (32, 24) if ip.version == 4 else (64, 48)
    return (
        str(ipaddress.ip_network((ip, narrow), strict=False)),
        str(ipaddress.ip_network((ip, wide), strict=False)),
    )

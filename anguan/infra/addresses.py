"""Host names and IP addresses as URLs, servers and the check of the Host header write them."""


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

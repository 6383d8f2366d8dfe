"""Whom an address counts as, where so much is allowed from one."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

_NETWORK_BITS = 64
"""Of an IPv6 address: whoever has one has a network of 2^64 of them."""


def neighbourhood(request: Request) -> str:
    """The caller's IPv4 address, or the network of its IPv6 address; empty for what is no address."""
    try:
        address = ip_address(request.client.host if request.client is not None else "")
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _NETWORK_BITS), strict=False))

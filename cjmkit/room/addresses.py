"""By which of this machine's addresses a phone can come in."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
VIRTUAL = (
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vbox",
    "vEthernet",
    "tun",
    "tap",
    "utun",
    "wg",
    "zt",
    "tailscale",
)


@dataclass(frozen=True)
class Address:
    """An address and the name of its network card; a virtual one leads to no phone."""

    ip: str
    card: str
    virtual: bool = False


def addresses() -> list[Address]:
    """This machine's addresses in the networks around it, the likeliest first; without loopback."""
    import psutil  # only a room needs it

    up = {name for name, card in psutil.net_if_stats().items() if card.isup}
    found = []
    for card, entries in psutil.net_if_addrs().items():
        for entry in entries:
            if entry.family == socket.AF_INET and card in up:
                ip = ipaddress.ip_address(entry.address)
                if not (ip.is_loopback or ip.is_link_local):
                    found.append(Address(entry.address, card, card.startswith(VIRTUAL)))
    return sorted(found, key=lambda a: (a.virtual, not ipaddress.ip_address(a.ip).is_private))


def names(host: str) -> set[str]:
    """The names by which a phone may call this address: itself, and this machine's name in its network."""
    own = socket.gethostname().lower().removesuffix(".local")
    return {host.lower(), own, f"{own}.local"} | ({"localhost"} if host == LOOPBACK else set())

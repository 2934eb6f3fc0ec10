"""By which of this machine's addresses a phone can come in."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

from cjmkit.language import Language

LOOPBACK = "127.0.0.1"
# How the cards of other networks inside this machine, and of tunnels through the company's, begin on one system or another.
VIRTUAL = re.compile(
    r"docker|podman|cni|br-|veth|vethernet|virbr|vmnet|vmware|vbox|virtualbox|lxc|lxd|hyper-v|bluetooth|bnep|"
    r"tun|tap|utun|ppp|wg|wireguard|zt|zerotier|tailscale|nordlynx|proton|cscotun|anyconnect|gpd|openvpn",
    re.IGNORECASE,
)
WIRELESS = re.compile(r"wl|wi-?fi|wireless", re.IGNORECASE)
CABLE = re.compile(r"eth|en[opsx]", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """An address and the name of its network card; a virtual one leads to no phone."""

    ip: str
    card: str
    virtual: bool = False

    def named(self, say: Language) -> str:
        """The card in words, with its name on this system."""
        if self.virtual:
            return say("virtual network or VPN, leads to no phone ({card})", card=self.card)
        if WIRELESS.match(self.card):
            return say("Wi-Fi ({card})", card=self.card)
        return say("cable ({card})", card=self.card) if CABLE.match(self.card) else self.card


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
                    found.append(Address(entry.address, card, bool(VIRTUAL.match(card))))
    return sorted(found, key=lambda a: (a.virtual, not ipaddress.ip_address(a.ip).is_private))


def names(host: str) -> set[str]:
    """The names by which a phone may call this address: itself, and this machine's name in its network."""
    own = socket.gethostname().lower().removesuffix(".local")
    return {host.lower(), own, f"{own}.local"} | ({"localhost"} if host == LOOPBACK else set())

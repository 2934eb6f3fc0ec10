"""By which of this machine's addresses phones can come in."""

import socket
from types import SimpleNamespace

import psutil
import pytest

from cjmkit.language import speak
from cjmkit.room.addresses import Address, addresses, names


def cards(monkeypatch, **ips):
    """A machine with these cards; one whose name ends in _down is switched off."""

    def entry(ip):
        return SimpleNamespace(family=socket.AF_INET6 if ":" in ip else socket.AF_INET, address=ip)

    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {name: [entry(ip) for ip in ips[name].split()] for name in ips})
    up = {name: SimpleNamespace(isup=not name.endswith("_down")) for name in ips}
    monkeypatch.setattr(psutil, "net_if_stats", lambda: up)


def test_the_likeliest_address_comes_first_virtual_ones_last(monkeypatch):
    cards(monkeypatch, docker0="172.17.0.1", wlan0="192.168.1.20", eth0="203.0.113.5", tun0="10.8.0.2")
    assert [a.ip for a in addresses()] == ["192.168.1.20", "203.0.113.5", "172.17.0.1", "10.8.0.2"]
    assert [a.virtual for a in addresses()] == [False, False, True, True]


def test_loopback_link_local_v6_and_cards_that_are_off_are_no_way_in(monkeypatch):
    cards(monkeypatch, lo="127.0.0.1 ::1", eth0="169.254.3.4 fd00::2", eth1_down="192.168.1.7")
    assert addresses() == []


@pytest.mark.parametrize(
    ("card", "virtual", "said"),
    [("wlp3s0", False, "Wi-Fi (wlp3s0)"), ("Wi-Fi", False, "Wi-Fi (Wi-Fi)"), ("enp0s31f6", False, "cable (enp0s31f6)"),
     ("en0", False, "en0"), ("bridge100", False, "bridge100"), ("vEthernet (WSL)", True, "virtual"),
     ("VirtualBox Host-Only Network", True, "virtual"), ("utun4", True, "virtual"), ("br-3f2a", True, "virtual")],
)  # fmt: skip
def test_a_card_is_told_in_words(monkeypatch, card, virtual, said):
    cards(monkeypatch, **{card: "192.168.1.20"})
    assert addresses() == [Address("192.168.1.20", card, virtual)]
    assert addresses()[0].named(speak("en")).startswith(said)


def test_a_phone_may_call_an_address_by_itself_and_by_this_machines_name_only():
    own = socket.gethostname().lower().removesuffix(".local")
    assert names("192.168.1.20") == {"192.168.1.20", own, f"{own}.local"}
    assert "localhost" in names("127.0.0.1")

"""`cjmkit room`: by which address, what it prints, and that the room goes on after it."""

import json
import sys

import pytest

from cjmkit.room.addresses import Address
from cjmkit.room.handle import voting_room
from cjmkit.workshop import open_workshop


@pytest.fixture(autouse=True)
def ended(workshops):
    yield
    room = voting_room(open_workshop("fridge", workshops, remember=False))
    if room.status():
        room.do("end")


@pytest.fixture
def terminal(monkeypatch):
    """A terminal at which this is typed; the addresses are those of a machine in two networks, one of them real here."""

    def typed(text):
        answers = iter([text])
        monkeypatch.setattr("cjmkit.cli.room.typer.prompt", lambda *_, default, type: type(next(answers) or default))
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        found = [Address("127.0.0.2", "wlan0"), Address("172.17.0.1", "docker0", virtual=True)]
        monkeypatch.setattr("cjmkit.room.addresses.addresses", lambda: found)

    return typed


def test_the_room_opens_for_this_machine_and_is_found_again_with_the_same_code_until_it_is_ended(cjmkit):
    code, told, _ = cjmkit("room", "fridge")
    assert code == 0
    assert "this machine only" in told
    first = json.loads(cjmkit("room", "fridge", "--json")[1])
    again = json.loads(cjmkit("room", "fridge", "--json")[1])
    assert first == again
    assert first["host"] == "127.0.0.1"
    assert first["only_here"]
    assert f"{first['code'][:4]} {first['code'][4:]}" in told
    assert first["desk"] in told
    assert first["wall"] in told
    assert cjmkit("room", "fridge", "--end")[:2] == (0, "The voting room is closed.\n")
    assert cjmkit("room", "fridge", "--end") == (2, "", "No voting room is open.\n")


@pytest.mark.parametrize(("typed", "host"), [("", "127.0.0.1"), ("2", "127.0.0.2")])
def test_at_a_terminal_it_asks_by_which_address_and_this_machine_only_is_the_default(cjmkit, terminal, typed, host):
    terminal(typed)
    code, told, _ = cjmkit("room", "fridge", "--no-browser")
    assert code == 0
    assert told.index("this machine only") < told.index("Wi-Fi (wlan0)") < told.index("leads to no phone (docker0)")
    assert f"http://{host}:" in told
    assert ("█" in told) == (host != "127.0.0.1")  # the QR code, where a phone can come in


def test_a_number_that_is_not_on_the_list_opens_nothing(cjmkit, terminal, workshops):
    terminal("7")
    assert cjmkit("room", "fridge")[::2] == (2, "There is no number 7. There are 1 to 3.\n")
    assert not (workshops / "fridge" / "room.json").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "203.0.113.9", "localhost", "::"])
def test_only_an_address_of_this_machine_is_listened_at_and_never_all_of_them(cjmkit, workshops, host):
    code, _, said = cjmkit("room", "fridge", "--host", host)
    assert code == 2
    assert said.startswith(f"{host} is no address of this machine. There are: 127.0.0.1")
    assert not (workshops / "fridge" / "room.json").exists()


def test_another_port_than_that_of_the_open_room_is_refused(cjmkit):
    port = json.loads(cjmkit("room", "fridge", "--json")[1])["port"]
    assert cjmkit("room", "fridge", "--port", port)[0] == 0
    code, _, said = cjmkit("room", "fridge", "--port", port - 1)
    assert (code, said) == (2, f"The voting room is open at port {port} already. End it first.\n")


def test_a_sample_and_a_client_that_is_not_there_are_refused_in_a_sentence(cjmkit, workshops):
    (workshops / "fridge" / ".sample").touch()
    code, _, said = cjmkit("room", "fridge")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("fridge is a sample")
    assert cjmkit("room", "frigde")[0] == 2


def test_without_the_extra_it_says_what_to_install(cjmkit, monkeypatch):
    monkeypatch.setattr("cjmkit.cli.room.find_spec", lambda name: None if name == "segno" else object())
    code, _, said = cjmkit("room", "fridge")
    assert code == 1
    assert said == "This needs segno, which is not installed. Install it with: pip install 'cjmkit[room]'\n"

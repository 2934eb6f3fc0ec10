"""The words of the facilitator's desk and of the wall, in the workshop's language."""

from __future__ import annotations

from cjmkit.language import Language


def desk_words(say: Language) -> dict[str, str]:
    """By the names that the two pages' scripts know them by; the gaps in braces are filled there."""
    return {**_steps(say), **_rounds(say), **_people(say), **_test(say), **_wall(say)}


def _steps(say: Language) -> dict[str, str]:
    return {
        "desk": say("The facilitator's desk"),
        "private": say("For your own screen, not for the projector."),
        "open_wall": say("Open the wall"),
        "wall_hint": say("It opens in a window of its own: move it to the projector and press F11."),
        "no_key": say("Open this page again from the notebook or with cjmkit room: it has no key here."),
        "gone": say("The room gives no answer. It comes back by itself in a few seconds; what was given is kept."),
        "over": say("The room is closed. What was counted is in the journey."),
        "next": say("Next"),
        "others": say("Other steps"),
        "test": say("Test with one phone"),
        "test_text": say("It finds the address by which the phones come in, before anybody waits for it."),
        "warm-up": say("Warm-up: one test vote"),
        "warm-up_text": say(
            "Put the wall on the projector: everybody scans the code and answers “How was your way here?”. It is never counted."
        ),
        "collect": say("Collect touchpoints"),
        "collect_text": say(
            "Everybody notes on their phone, alone, what the customer meets. You merge the notes afterwards."
        ),
        "score": say("Score, first round"),
        "score_text": say("Everybody scores every touchpoint alone; nobody sees the others' scores before the reveal."),
        "again": say("Score again: the three that divided the room"),
        "again_text": say("After the discussion: only those three are asked for, and what moved is shown."),
        "anew": say("A new first round"),
        "anew_text": say("All touchpoints are asked for, also those that were scored before."),
        "begun": say("Go on with the round that is open"),
        "begun_text": say(
            "A round is open in the journey, on paper perhaps. Its sheets are typed in and it is closed in notebook 05_scoring; or go on with phones here."
        ),
        "show": say("Show it on the wall"),
        "show_text": say(
            "The round is counted. Look at it alone first, while the others have a break; the wall shows nothing yet."
        ),
        "hide": say("Take it off the wall"),
        "shown_text": say("This is on the wall now. The arrow keys turn the pages there too."),
        "end": say("End the room"),
        "end_text": say("All phones are let go and the code is no longer good. What was counted stays."),
        "yes_end": say("End it"),
        "no": say("Not yet"),
        "three": say("Discuss these three"),
        "reveal": say("Everyone's scores"),
        "shift": say("What the second round moved"),
        "drawing": say("The pictures are being drawn …"),
    }


def _rounds(say: Language) -> dict[str, str]:
    return {
        "open_warm-up": say("The test vote is on"),
        "open_collect": say("Touchpoints are being collected"),
        "open_score": say("The round is on"),
        "close_warm-up": say("End the test vote"),
        "close_collect": say("Merge the notes"),
        "close_score": say("Close and count"),
        "sure": say("{done} of {all} are done. What the others have given is counted too, but they can give no more."),
        "yes_close": say("Close all the same"),
        "paper": say("Use paper instead"),
        "paper_text": say(
            "What came in is counted; the round stays open, and the score sheets are typed in beside it in notebook 05_scoring."
        ),
        "notes": say("Notes so far: {n}"),
        "merging": say("What becomes of the notes"),
        "merging_text": say(
            "Those that repeat something are marked as a proposal. Notes still come in until you take them in."
        ),
        "new": say("new"),
        "same": say("the same as: {name}"),
        "out": say("leave out"),
        "take": say("Take them in"),
        "collect_on": say("Back to collecting"),
        "options": say("Options for scoring"),
        "persona": say("Whose journey"),
        "importance": say("importance: five dots each"),
        "moment_of_truth": say("moments of truth: three dots each"),
        "customer_effort": say("the customer's effort"),
        "comment": say("a comment"),
        "rating": say("importance as a rating of each touchpoint, in place of dots"),
        "anonymous": say("anonymous: no name, no time and no order is kept, and no team of fewer than three"),
        "whole": say("all touchpoints, as a new first round"),
    }


def _people(say: Language) -> dict[str, str]:
    return {
        "who": say("Who is here"),
        "nobody": say("Nobody has joined yet."),
        "joined_n": say("Joined: {n}"),
        "done_n": say("Done: {done} of {all}"),
        "joined": say("joined"),
        "away": say("not heard of"),
        "late": say(
            "Came too late and was not counted: {who}. Reopen the round in 05_scoring, go on with it here, and ask them again."
        ),
        "busy": say("at it"),
        "done": say("done"),
        "no_team": say("no team"),
        "knocking": say(
            "Too many wrong codes came from one network. Let in whoever stands before you with this number on the phone:"
        ),
        "admit": say("Let in {number}"),
        "address": say("Address for the phones"),
        "code": say("Code"),
        "here": say("this machine only"),
        "change": say("Change the address"),
        "change_text": say("Whoever has joined must scan the new code and joins anew."),
        "use": say("Use this address"),
        "only_here": say("This room is open on this machine only: no phone can reach it."),
    }


def _test(say: Language) -> dict[str, str]:
    return {
        "test_how": say(
            "Scan with a phone that is in the same network as the others will be. If nothing happens, try the next code."
        ),
        "waiting": say("Waiting for the phone …"),
        "own": say("A browser on this computer does not count: take a real phone."),
        "reached": say("A phone came in by {address}, {card}. This is the address."),
        "stop": say("Stop the test"),
        "silent": say("This address does not answer even here; take another one."),
        "virtuals": say("Addresses that lead to no phone"),
        "nowhere": say(
            "This computer is in no network. Connect it to the room's Wi-Fi, or to the hotspot of a phone, and test again."
        ),
        "trouble": say("What does the phone say?"),
        "spins": say("It loads for a long time, then gives up"),
        "spins_text": say(
            "The computer answers here, but something between keeps the phone away. First the computer's firewall, see below: port {port} must be let in. If that is so, it is a guest network that keeps its devices apart: turn on a phone's hotspot, connect this computer and all phones to it, and test again."
        ),
        "windows": say(
            "Windows: when it asks, allow Python in private and public networks; later, as administrator: netsh advfirewall firewall add rule name=cjmkit dir=in action=allow protocol=TCP localport={port}"
        ),
        "macos": say("macOS: System Settings ▸ Network ▸ Firewall ▸ Options: let Python accept incoming connections."),
        "linux": say("Linux: sudo ufw allow {port}/tcp, or sudo firewall-cmd --add-port={port}/tcp"),
        "other": say("It says at once that there is no connection, or no such address"),
        "other_text": say(
            "The phone is in another network than this computer, or on mobile data. Put both into the same Wi-Fi, turn mobile data off on the phone, and scan again."
        ),
        "secure": say("It wants https, or warns of an insecure page"),
        "secure_text": say("Type the address with http:// in front: {url} – or choose to go on to the page."),
        "vpn": say("This computer is in a company network (VPN)"),
        "vpn_text": say(
            "A VPN often shuts out what is around it. Disconnect it for the workshop, on the phone too, and test again."
        ),
        "nothing": say("Nothing helps"),
        "nothing_text": say(
            "Use paper: print the score sheets with cjmkit export {client} score-sheet or in notebook 05_scoring. The figures come out the same."
        ),
    }


def _wall(say: Language) -> dict[str, str]:
    return {
        "wall_join": say("Join with your phone"),
        "wall_scan": say("Scan the code, choose your team. No name is asked."),
        "wall_type": say("Or type the address, then the code:"),
        "wall_warm-up": say("Try it: how was your way here?"),
        "wall_collect": say("Note what the customer meets: alone, in silence, one touchpoint a note"),
        "wall_score": say("Score alone, in silence"),
        "wall_again": say("After the discussion: score these again, each alone"),
        "wall_paper": say("We go on with paper. What your phone has sent is counted."),
        "wall_late": say("Not in yet? Scan."),
        "wall_closed": say("Counted. A short break, then we look at it together."),
        "wall_next": say("Well done. In a moment it goes on."),
        "wall_over": say("The room is closed. Thank you!"),
        "wall_keys": say("← → turn the pages, ↓ shows more"),
    }

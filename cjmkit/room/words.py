"""The words of the phones' page, in the workshop's language."""

from __future__ import annotations

from cjmkit.language import Language


def phone_words(say: Language) -> dict[str, str]:
    """By the names that the page's script knows them by."""
    return {
        "welcome": say("Everybody scores here, each on their own phone"),
        "code": say("The code on the wall"),
        "no_code": say("Type the code that stands on the wall."),
        "team": say("Choose your team, and you are in"),
        "other": say("Another team"),
        "other_name": say("Your team's name"),
        "none": say("No team"),
        "join": say("Join"),
        "private": say(
            "What you give goes to the facilitator's computer only. In this network it travels unencrypted. Nobody asks your name: you get a drawn one."
        ),
        "tries": say("This page tries again by itself."),
        "unreached": say("The room gives no answer. Is this phone in the workshop's Wi-Fi? Then try again."),
        "unreached_now": say("no connection, it tries by itself"),
        "you": say("You are {nickname}", nickname="{nickname}"),
        "dark": say("Dark"),
        "light": say("Light"),
        "n_of": say("{n} of {most}", n="{n}", most="{most}"),
        "notes_n": say("notes: {n}", n="{n}"),
        "all": say("all sent"),
        "sending": say("sending"),
        "waits": say("no connection · waiting: {n}, they go out by themselves", n="{n}"),
        "sent": say("sent"),
        "waiting": say("waiting"),
        "refused": say("not taken"),
        "late": say("Came too late and not counted: {n}", n="{n}"),
        "memory": say("This browser keeps nothing: leave this page open until all is sent."),
        "look": say("Look at the wall. What comes next appears here by itself."),
        "closed": say("Thank you. This round is counted."),
        "shown": say("The wall shows how the room scored."),
        "ended": say("This room has ended."),
        "thanks": say("Thank you for your answers. You can close this page."),
        "again": say("Join with a new code"),
        "anonymous": say(
            "This round is anonymous: no name, no time and no order is kept, and your team only where three or more of it take part."
        ),
        "second": say(
            "Only what was discussed, once more and alone. You may keep your score; agreeing is not the aim."
        ),
        "paper": say("We go on with paper: ask the facilitator for a sheet. What you have sent is counted."),
        "known": say("On the map already"),
        "by_name": say(
            "Your answers are kept under your drawn name and team. Nobody in the room sees them before the reveal."
        ),
        "steps": say("Steps"),
        "step_score": say("Score"),
        "step_importance": say("What matters"),
        "step_moment_of_truth": say("Where they decide"),
        "importance": say("What matters most to the customer? Put your dots there."),
        "moment_of_truth": say("Where does the customer decide to go on or leave? Put your dots there."),
        "rate": say("How important is this to the customer?"),
        "unimportant": say("not important"),
        "important": say("very important"),
        "worst": say("worst"),
        "best": say("best"),
        "effort": say("How much effort does it cost the customer?"),
        "comment": say("A comment, if you like"),
        "left": say("{n} of {most} dots left", n="{n}", most="{most}"),
        "more": say("one dot more"),
        "less": say("one dot less"),
        "next": say("Next"),
        "open": say("Not scored yet:"),
        "done": say("I am done"),
        "undone": say("You can change everything until the round closes."),
        "take_back": say("take back"),
        "collect": say("Where does the customer meet the firm?"),
        "collect_how": say(
            "One note for each touchpoint, in the customer's words. The facilitator puts them together."
        ),
        "stage": say("Stage"),
        "name": say("What happens there?"),
        "channel": say("Channel: where, by what"),
        "add": say("Add"),
        "notes": say("Your notes"),
        "no_stage": say("Choose the stage first."),
        "no_name": say("Say what happens there."),
    }

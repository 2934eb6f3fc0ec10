"""04_touchpoints in a real JupyterLab with the keyboard alone: enter, choose, edit, move, paste, undo; and with phones."""

import json
import secrets
from contextlib import suppress

import pytest
from lab import browser as browser
from lab import jupyterlab as jupyterlab

from cjmkit import voting_room
from cjmkit.errors import CJMError
from cjmkit.workshop import open_workshop

pytestmark = pytest.mark.browser


def tab_to(page, selector, *, back=False, most=90):
    """Press Tab until the focus is on what the selector names, as somebody without a mouse would."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def typed(page, *words):
    """Words and keys, one after the other; what begins with a < is a key."""
    for word in words:
        if word.startswith("<"):
            page.keyboard.press(word.strip("<>"))
        else:
            page.keyboard.type(word)


def names(journey):
    return [t.name for t in journey.touchpoints]


def test_touchpoints_are_entered_chosen_edited_moved_and_pasted_by_keys_alone(jupyterlab, browser):
    page = jupyterlab.open(browser, "04_touchpoints", until=".cjm-entry")
    before = jupyterlab.journey
    stages = [stage.id for stage in before.stages]

    tab_to(page, ".cjm-entry select[name=stage]")
    typed(page, "<ArrowDown>", "<ArrowDown>", "<Tab>")  # the third stage, then the words
    typed(page, "Asks a friend", "<Tab>", "phone", "<Enter>", "Sleeps on it", "<Enter>", "Żółta kartka", "<Enter>")
    journey = jupyterlab.until(lambda j: len(j.touchpoints) == len(before.touchpoints) + 3, page)
    new = journey.touchpoints[names(journey).index("Asks a friend") :][:3]
    assert [t.name for t in new] == ["Asks a friend", "Sleeps on it", "Żółta kartka"]
    assert {t.stage for t in new} == {stages[2]}
    assert [t.channel for t in new] == ["phone", "", ""]
    assert page.evaluate("document.activeElement.name") == "name"

    page.wait_for_selector(".cjm-card.cjm-chosen:has-text('Żółta kartka')")

    # On the board: arrows lead to another card, Enter opens it, the cursor is in its name.
    tab_to(page, ".cjm-card")
    typed(page, "<ArrowUp>", "<Enter>")
    page.wait_for_function("document.activeElement.value === 'Sleeps on it'")
    typed(page, "<End>", " for a week")
    jupyterlab.until(lambda j: "Sleeps on it for a week" in names(j), page)

    # Wrong input is said by its field, and what was typed stays; then it is put right.
    tab_to(page, ".jupyter-widget-Collapse-header")
    for _ in range(3):
        page.keyboard.press("Tab")
    typed(page, "<Enter>", "<Tab>", "soon")
    page.wait_for_selector("text=This must be a duration")
    assert page.evaluate("document.activeElement.value") == "soon"
    typed(page, "<Control+a>", "7 days")
    jupyterlab.until(lambda j: j.touchpoints[names(j).index("Sleeps on it for a week")].lasts == "P7D", page)

    # Up by one: Shift+Tab to the button, Enter.
    tab_to(page, "button[title='Move up']", back=True)
    typed(page, "<Enter>")
    moved = jupyterlab.until(
        lambda j: names(j).index("Sleeps on it for a week") < names(j).index("Asks a friend"), page
    )
    assert names(moved).index("Asks a friend") == names(moved).index("Sleeps on it for a week") + 1

    # Rows pasted into the line: what is right is added, what is wrong is told below.
    tab_to(page, ".cjm-entry input[name=name]", back=True)
    page.evaluate(
        """text => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }""",
        "Loyalty\t写评论\t网站\nLoyalti\tPasted wrong\tshop",
    )
    jupyterlab.until(lambda j: "写评论" in names(j), page)
    page.wait_for_selector("text=Did you mean “Loyalty”?")
    assert "Pasted wrong" not in names(jupyterlab.journey)

    # Ctrl+Z on a button of the screen takes the paste back, in one step.
    tab_to(page, ".cjm-entry button")
    typed(page, "<Control+z>")
    jupyterlab.until(lambda j: "写评论" not in names(j), page)
    assert len(jupyterlab.journey.touchpoints) == len(before.touchpoints) + 3
    assert page.outside == []

    # The control: folds as they are without our help, which only a mouse can press.
    page.evaluate("document.querySelectorAll('.jupyter-widget-Collapse-header').forEach(e => (e.tabIndex = -1))")
    with pytest.raises(AssertionError, match="Tab does not lead"):
        tab_to(page, ".jupyter-widget-Collapse-header", most=40)
    page.context.close()


def test_a_screen_whose_kernel_was_restarted_elsewhere_says_so_and_gives_back_what_was_typed(jupyterlab, browser):
    """Two tabs share one kernel: run again in the second, and the first looks alive but nobody hears it."""
    page = jupyterlab.open(browser, "04_touchpoints", until=".cjm-entry")
    line = page.locator("form.cjm-entry input[name=name]").first
    line.fill("Heard")
    line.press("Enter")
    jupyterlab.until(lambda j: "Heard" in names(j), page)
    assert not page.locator(".cjm-lost").count()
    for session in page.request.get(f"{jupyterlab.url}/api/sessions?token=t").json():
        page.request.post(f"{jupyterlab.url}/api/kernels/{session['kernel']['id']}/restart?token=t")
    line.fill("Not heard")
    line.press("Enter")
    page.wait_for_selector(".cjm-screen .cjm-fault:has-text('Not heard')", timeout=15_000)
    page.wait_for_selector(".cjm-lost .cjm-cut", timeout=10_000)
    assert "Not heard" not in names(jupyterlab.journey)
    page.context.close()


def noting_phone(browser, url, code):
    """A phone that has joined; the answer writes a note on it."""
    phone = browser.new_context().request
    base = url.partition("/#")[0]
    phone.get(base)
    xsrf = next(c["value"] for c in phone.storage_state()["cookies"] if c["name"] == "cjm_xsrf")

    def post(path, **data):
        answer = phone.post(
            base + path, data=json.dumps(data), headers={"Content-Type": "application/json", "X-Xsrftoken": xsrf}
        )
        assert answer.ok, answer.text()

    post("/join", code=code, team="Shop")

    def note(name, stage=0):
        asked = phone.get(f"{base}/state").json()["round"]
        value = {"name": name, "stage": asked["stages"][stage]["id"], "channel": ""}
        post(
            "/ballot",
            id=secrets.token_hex(12),
            n=asked["n"],
            column="note",
            touchpoint=secrets.token_hex(12),
            value=value,
        )

    return note


def test_what_phones_note_in_a_room_opened_here_comes_onto_the_board(jupyterlab, browser):
    room = voting_room(open_workshop("case", jupyterlab.project / "workshops"))
    try:
        page = jupyterlab.open(browser, "04_touchpoints", until=".cjm-entry")
        page.get_by_role("button", name="Open it on this machine only").click()
        page.get_by_role("button", name="Collect touchpoints").click()
        page.get_by_role("button", name="Take them in").wait_for()
        status = room.status()
        note = noting_phone(browser, status["url"], status["code"])
        note("The parcel is lost", 3)
        note("Keyboard mash", 1)
        page.locator("tr[data-choose]", has_text="Keyboard mash").click(timeout=30_000)
        page.wait_for_function("document.activeElement.matches('.cjm-field select')")
        typed(page, "<ArrowDown>")  # leave out
        page.locator("tr[data-choose]:has-text('Keyboard mash') td:has-text('leave out')").wait_for()
        page.get_by_role("button", name="Take them in").click()
        page.locator(".cjm-card", has_text="The parcel is lost").first.wait_for()
        assert names(jupyterlab.journey).count("The parcel is lost") == 1
        assert "Keyboard mash" not in names(jupyterlab.journey)
        page.get_by_role("button", name="End the room").click()
        page.get_by_text("The room is closed.").wait_for()
        assert room.status() is None
        page.context.close()
    finally:
        for do in ("close", "end"):
            with suppress(CJMError):
                room.do(do)

"""The field's words for the codes that stand in files and tables."""

from __future__ import annotations

from cjmkit.errors import N_

KIND = {"contact": N_("contact"), "own-step": N_("the customer's own step"), "wait": N_("wait")}
KIND_IN_A_LINE = {"contact": N_("contact"), "own-step": N_("own step"), "wait": N_("wait")}
PARTY = {
    "company": N_("the company"),
    "partner": N_("a partner"),
    "competitor": N_("a competitor"),
    "people": N_("other people"),
}
EVIDENCE = {"assumed": N_("assumed"), "observed": N_("observed"), "measured": N_("measured")}
ITEMS = {
    "needs": N_("Needs"),
    "goals": N_("Goals"),
    "challenges": N_("Challenges"),
    "preferences": N_("Preferences"),
    "habits": N_("Habits"),
    "hears_of_us": N_("Hears of us by"),
    "buys_how": N_("Buys by"),
}
RULE = {
    "continue-or-quit": N_("continue or quit"),
    "disproportionate-impact": N_("disproportionate impact"),
    "largest-gap": N_("largest gap"),
    "impression": N_("impression"),
}
FINDING = {"pain": N_("pain"), "success": N_("success"), "neutral": N_("neutral"), "": ""}
LEVEL = {"low": N_("low"), "middle": N_("middle"), "high": N_("high"), "": "–"}
STANDING = {"below": N_("below the others"), "level": N_("like the others"), "above": N_("above the others"), "": "–"}
NO_FIGURE = {
    "none": N_("nobody has scored yet"),
    "one rater": N_("not defined: no touchpoint was scored by two people"),
    "one touchpoint": N_("not defined: only one touchpoint was scored"),
    "equal": N_("not defined: all scores are the same"),
    "unlinked": N_("not defined: too few people scored the same touchpoints"),
}
PARTS = {
    "goal": N_("Goal"),
    "as_of": N_("Date"),
    "title": N_("Title"),
    "personas": N_("Personas"),
    "stages": N_("Stages"),
    "touchpoints": N_("Touchpoints"),
    "paths": N_("Paths"),
    "scale": N_("Scale"),
    "scores": N_("Scores"),
    "actions": N_("Actions"),
}
FIELDS = {
    "title": N_("title"),
    "owner": N_("owner"),
    "due": N_("date"),
    "impact": N_("impact"),
    "effort": N_("effort"),
    "kpi": N_("KPI"),
    "to": N_("target"),
}
STATUS = {
    "idea": N_("idea"),
    "agreed": N_("agreed"),
    "doing": N_("doing"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}
DECISION = {"improve": N_("improve"), "keep": N_("keep as it is"), "watch": N_("watch"), "drop": N_("drop")}
ACTION_KIND = {
    "procedure": N_("procedure"),
    "training": N_("training"),
    "message": N_("message"),
    "product": N_("product"),
    "tool": N_("tool"),
    "people": N_("people"),
}
QUADRANT = {
    "quick win": N_("quick win"),
    "big project": N_("big project"),
    "fill-in": N_("fill-in"),
    "thankless": N_("thankless"),
    "": "–",
}
JOURNEY_KIND = {
    "current": N_("current state: what customers do and feel now"),
    "future": N_("future state: how customers would meet what is planned"),
    "day-in-the-life": N_("day in the life: the customer's day, competitors included"),
}
TOUCHPOINT = {
    "stage": N_("Stage"),
    "name": N_("Name"),
    "channel": N_("Channel"),
    "owner": N_("Owner"),
    "kind": N_("Kind"),
    "device": N_("Device"),
    "party": N_("Party"),
    "party_name": N_("Name of the party"),
    "personas": N_("Personas"),
    "doing": N_("Doing"),
    "thinking": N_("Thinking"),
    "feeling": N_("Feeling"),
    "expects": N_("Expects"),
    "pain": N_("Pain"),
    "success": N_("Success"),
    "backstage": N_("Backstage"),
    "quotes": N_("Customers' words"),
    "lasts": N_("Lasts"),
    "after": N_("Comes after"),
    "evidence": N_("Rests on"),
    "reach": N_("Reach"),
}
# What else people write above a column.
TOUCHPOINT_TOO = {
    "name": (N_("Touchpoint"), N_("step"), N_("situation")),
    "owner": (N_("who answers for it"), N_("responsible")),
    "pain": (N_("pain point"),),
    "success": (N_("success point"),),
    "quotes": (N_("quote"),),
    "lasts": (N_("duration"),),
    "evidence": (N_("evidence"),),
}

"""The running-shoes sample's log of about 400 invented customers, written the same every time.

`python tests/invented_log.py` prints the file; what is planted stands in PLANTED and is what the review must find.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

CUSTOMERS = 400
DEVICES = {"phone": (240, 160, 29), "computer": (160, 105, 40)}  # customers, those with a basket, those who paid
WITH_INSTAGRAM = 248
PLANTED = {"skip_instagram": 0.38, "baskets": 265, "paid": 69, "basket_to_paid": 69 / 265, "basket_loop": 0.6}
HEADINGS = ["user", "event_time", "event_name", "channel", "device", "running", "value"]
MODELS = ("pace-2", "glide", "first-5k", "trail-lite")
Step = tuple[str, str, float]  # event, channel, minutes since the one before


def invented_log() -> str:
    """The file's text: rows in the order of time, as an analytics tool hands them over."""
    draw = random.Random(2026)
    rows = [row for n, plan in enumerate(_plans(draw)) for row in _customer(draw, f"u{n + 1:03}", **plan)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(sorted(rows, key=lambda row: (row[1], row[0])))
    return out.getvalue()


def _plans(draw: random.Random) -> list[dict[str, object]]:
    """What each customer is and does: the counts that are planted, handed out by lot."""
    plans: list[dict[str, object]] = []
    for device, (customers, baskets, paid) in DEVICES.items():
        for n in range(customers):
            plans.append({"device": device, "basket": n < baskets, "paid": n < paid})
    draw.shuffle(plans)
    looping = draw.sample([p for p in plans if p["basket"]], round(PLANTED["basket_loop"] * PLANTED["baskets"]))
    instagram = draw.sample(plans, WITH_INSTAGRAM)
    for plan in plans:
        plan["loops"] = any(plan is p for p in looping)
        plan["instagram"] = any(plan is p for p in instagram)
        plan["running"] = "new" if draw.random() < 0.62 else "returning"
    return plans


def _customer(
    draw: random.Random, user: str, *, device: object, running: object, basket: object, paid: object, loops: object,
    instagram: object,
) -> Iterator[list[str]]:  # fmt: skip
    at = datetime(2026, 9, 1) + timedelta(minutes=draw.randrange(60 * 24 * 60))
    at = at.replace(hour=9 + draw.randrange(11))
    model = draw.choice(MODELS)
    steps = [*_before(draw, running == "returning", bool(instagram)), *_web(draw, model)]
    if basket:
        steps += _basket(draw, model, bool(loops))
        steps += _paid(draw, model) if paid else _left(draw)
    for event, channel, minutes in steps:
        at += timedelta(minutes=minutes, seconds=draw.randrange(1, 60))
        value = f"{draw.choice((89, 109, 129))}.00" if event == "purchase" else ""
        yield [user, at.isoformat(" "), event, channel, str(device), str(running), value]


def _before(draw: random.Random, returning: bool, instagram: bool) -> list[Step]:
    """From the shop to the phone, some with a video first, and some round again."""
    steps: list[Step] = []
    if draw.random() < (0.7 if returning else 0.15):
        steps.append(("video_start", "video", 0))
        if draw.random() < 0.4:
            steps.append(("video_complete", "video", 4))
    if draw.random() < 0.8:
        steps.append(("shop_visit", "shop", draw.randrange(60, 6000)))
        if draw.random() < 0.65:
            steps.append(("try_on", "shop", 12))
        if draw.random() < 0.62:
            steps.append(("compare_prices", "web", 6))
        if draw.random() < 0.35:  # shop, phone, web, and back to the shop: the loop
            steps += [(f"view_item/{draw.choice(MODELS)}", "web", 3), ("shop_visit", "shop", draw.randrange(1500, 5000)),
                      ("compare_prices", "web", 9)]  # fmt: skip
    if instagram:
        steps.append(("instagram_view", "Instagram", draw.randrange(30, 3000)))
        if draw.random() < 0.3:
            steps.append(("instagram_click", "Instagram", 1))
    return steps


def _web(draw: random.Random, model: str) -> list[Step]:
    """Everybody in this log sees a shoe in the web shop; many look for a size that nobody tells them."""
    steps: list[Step] = [("page_view/home", "web", draw.randrange(60, 4000))]
    if draw.random() < 0.4:
        steps.append(("view_search_results", "web", 1))
    steps.append((f"view_item/{model}", "web", 2))
    if draw.random() < 0.45:
        steps += [("page_view/size-guide", "web", 1), (f"view_item/{model}", "web", 2)]
    if draw.random() < 0.3:
        steps.append((f"view_item/{draw.choice(MODELS)}", "web", 3))
    return steps


def _basket(draw: random.Random, model: str, loops: bool) -> list[Step]:
    """The basket; delivery cost appears, and most go back to the shoe and come again."""
    steps: list[Step] = [("add_to_cart", "web", 2), ("view_cart", "web", 1)]
    for _ in range(draw.choice((1, 1, 2)) if loops else 0):
        steps += [(f"view_item/{model}", "web", 1), ("view_cart", "web", draw.choice((2, 5, 1500)))]
    return steps


def _left(draw: random.Random) -> list[Step]:
    """Where those went who did not pay: to compare prices, to find a shop, or nowhere that is seen."""
    steps: list[Step] = [("begin_checkout", "web", 1)] if draw.random() < 0.5 else []
    where = draw.random()
    if where < 0.4:
        return [*steps, ("compare_prices", "web", 2)]
    return [*steps, ("page_view/find-a-shop", "web", 2)] if where < 0.55 else steps


def _paid(draw: random.Random, model: str) -> list[Step]:
    steps: list[Step] = [("begin_checkout", "web", 1), ("sign_up", "web", 3), ("purchase", "payment", 2)]
    steps += [("track_parcel", "parcel", draw.randrange(1200, 4000))] * (draw.random() < 0.94)
    if draw.random() < 0.2:
        steps.append(("exchange_request", "e-mail", draw.randrange(3000, 9000)))
    if draw.random() < 0.15:
        steps.append(("leave_review", "e-mail", draw.randrange(2900, 6000)))
    if draw.random() < 0.1:
        steps.append((f"view_item/again/{model}", "web", draw.randrange(6000, 12000)))
    return steps


if __name__ == "__main__":
    print(invented_log(), end="")

"""Small line drawings for the channels of touchpoints, found by the words that people type for them."""

from __future__ import annotations

from cjmkit.journey import Touchpoint

# Paths in a square from -1 to 1.
ICONS = {
    "wait": "M-.6,-.9H.6M-.6,.9H.6M-.5,-.9V-.6L0,0L-.5,.6V.9M.5,-.9V-.6L0,0L.5,.6V.9",
    "person": "M0,-.9C.221,-.9,.4,-.721,.4,-.5C.4,-.279,.221,-.1,0,-.1C-.221,-.1,-.4,-.279,-.4,-.5C-.4,-.721,-.221,-.9,0,-.9M-.8,.9C-.8,.2,.8,.2,.8,.9",
    "talk": "M-.9,-.7H.9V.4H-.1L-.5,.9V.4H-.9V-.7M-.5,-.3H.5M-.5,.05H.2",
    "phone": "M-.5,-.95H.5V.95H-.5V-.95M-.15,.7H.15",
    "call": "M-.8,-.8L-.35,-.9L-.1,-.35L-.35,-.1C-.2,.2,-.2,.2,.1,.35L.35,.1L.9,.35L.8,.8C-.1,1,-1,.1,-.8,-.8",
    "computer": "M-.9,-.75H.9V.45H-.9V-.75M-.4,.85H.4M0,.45V.85",
    "mail": "M-.9,-.65H.9V.65H-.9V-.65M-.9,-.65L0,.15L.9,-.65",
    "shop": "M-.9,-.2L-.7,-.85H.7L.9,-.2H-.9M-.75,-.2V.85H.75V-.2M-.2,.85V.25H.25V.85",
    "home": "M-.9,0L0,-.85L.9,0M-.65,-.2V.85H.65V-.2M-.2,.85V.3H.2V.85",
    "parcel": "M-.8,-.5H.8V.85H-.8V-.5M-.8,-.5L-.5,-.9H.5L.8,-.5M0,-.9V.1",
    "paper": "M-.65,-.9H.3L.65,-.5V.9H-.65V-.9M-.35,-.2H.35M-.35,.15H.35M-.35,.5H.1",
    "card": "M-.9,-.6H.9V.6H-.9V-.6M-.9,-.2H.9M-.6,.25H-.1",
    "star": "M0,-.9L.25,-.28L.9,-.22L.4,.2L.56,.85L0,.5L-.56,.85L-.4,.2L-.9,-.22L-.25,-.28Z",
}  # fmt: skip

# Stems of the words for a channel or device, English, Polish, Russian, Chinese; the first that fits counts.
STEMS = {
    "call": ("telephone", "call", "hotline", "telefon", "infolini", "звон", "电话"),
    "phone": ("phone", "mobile", "app", "sms", "text message", "smartfon", "komórk", "aplikac", "прилож", "手机"),
    "mail": ("mail", "letter", "newsletter", "list", "почт", "письм", "邮"),
    "talk": ("forum", "social", "chat", "instagram", "facebook", "opini", "społeczno", "форум", "соц", "论坛"),
    "computer": ("www", "web", "site", "online", "e-commerce", "computer", "stron", "internet", "сайт", "网"),
    "shop": ("shop", "store", "branch", "point of sale", "sklep", "salon", "oddział", "магазин", "店"),
    "parcel": ("parcel", "courier", "delivery", "carrier", "paczk", "kurier", "dostaw", "достав", "快递"),
    "home": ("home", "visit", "dom", "дом", "家"),
    "card": ("payment", "bank", "card", "płatno", "kart", "оплат", "支付"),
    "paper": ("leaflet", "catalog", "paper", "street", "print", "ulot", "katalog", "ulic", "papier", "катал", "листов"),
    "star": ("review", "rating", "recenzj", "отзыв", "评"),
    "person": ("people", "person", "neighbour", "friend", "ludzi", "sąsiad", "rozmow", "osob", "люди", "сосед", "人"),
}


def icon(touchpoint: Touchpoint) -> str | None:
    """The drawing of a touchpoint's channel; None where its word says nothing to us.

    >>> icon(Touchpoint(id="a", stage="s", channel="Forum")) == ICONS["talk"]
    True
    """
    if touchpoint.kind == "wait":
        return ICONS["wait"]
    for text in (touchpoint.channel.lower(), touchpoint.device.lower()):
        for name, stems in STEMS.items():
            if any(stem in text for stem in stems):
                return ICONS[name]
    return ICONS["person"] if touchpoint.kind == "own-step" else None

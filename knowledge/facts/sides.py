"""Whose a place is: the visitor's, the other side's, or where the thing happened."""

import re
from collections.abc import Iterator

from knowledge.facts.context import LOOK_BACK, before_of
from knowledge.facts.reading import Reading
from knowledge.places.regions import Place, Regions
from knowledge.slots import UNKNOWN, Facts

# In these matters a place without further words is the visitor's own: that is where the firm is
# seated.
OWN_PLACE = frozenset(
    {
        "preexam_need",
        "registration_exam",
        "support_need",
        "clearance",
        "overseas",
        "general_knowledge",
    }
)
# In these, and for everybody accused, what happens happens where the visitor is, unless he names
# another place.
AT_HOME = frozenset(
    {
        "malicious_suit",
        "squatted",
        "ownership",
        "license_contract",
        "agency_misconduct",
        "opposition_invalid_cancel",
    }
)

_OWN = re.compile(
    r"(?<![给帮替跟对向])(我|俺|咱|本人|自己)(?![的说讲听去])[^，。；,;被的]{0,8}$|(我们|咱们|本)(公司|厂|店|单位|家|企业)?[^，。；,;被的]{0,6}$"
)
_OWN_AFTER = re.compile(
    r"(的|这边的?|本地的?)?(我们|我家|我厂|我店|我公司|老家|注册地)|(这边|本地)?(做|搞|开|办|种|养|生产|加工|卖)[^，。；,;\s他被仿抄]{1,10}的(?=[，。；,;\s我咱]|$)"
)
# Where the firm is registered counts more than where it works.
_REGISTERED_AT = re.compile("注册(?:地址?)?(?:在|是|于|到)?$")
# A neighbour's place is one's own.
_NEAR_BY = re.compile(
    "隔壁|对面|对门|斜对|旁边|附近|同一条街|楼上|楼下|我们(?:这|镇|村|街|县|市|区)|本地|门口"
)
_THEIRS = re.compile(
    r"(对方|他|她|人家|对家|那家|被告|原告|同行|卖家)(?P<between>[^，。；,;]{0,8})$"
)
_THEIR_SEAT = re.compile("(?:公司|总部|厂子?|注册地?|单位|老家|企业|住)[^，。；,;]{0,3}$|是$")
_GOODS_GO = re.compile("货|[卖销发送运铺]到|销往|展")
_ACT_BEFORE = re.compile(
    r"(?:别人|有人|侵权|发现|看到|买到|货(?:就|都|是|也|主要)*在|[卖销发]到|销往)[^，。；,;]{0,8}$"
)
_ACT_AFTER = re.compile(
    r"(?:市|县|区|那边|这边|那里|这里|本地|的|某个?|一家|店|市场|超市|展会|里|上)*"
    "(?:发现|看到|看见|买到|刷到|碰到|查到|撞见|逛|有人|卖的?(?:假|仿|冒|我))"
)
_THEIRS_AFTER = re.compile(
    r"(市|那边|这边|那里|本地)?(有|一|某|好?几)(个|家|些)?(厂|店|家|公司|超市|作坊|商家|老板|同行)"
)
# 从~进货: where goods were bought is neither side's seat; ~ is the place.
_BOUGHT = re.compile(
    "(?:从|找|去)[^，。；~]{0,3}~[^，。；]{0,8}?(?:进|拿|批发?|采购)(?:来|了|过)*(?:货|的)"
    "|在[^，。；~]{0,3}~[^，。；]{0,3}(?:进|拿|采购)(?:来|了|过)*货"
    "|~(?:那边|那里|产区)?(?:收|进|拿|批|运|采购)(?:过|回)?来?的|(?:产自|来自|原料是|料是|货源在)~"
    "|(?:小票|收据|进货单|送货单|供货商?|供应商|上家|货源|进货渠道)(?:都|就)?[是在]~"
    "|~[^，。；我]{0,6}(?:(?:进|拿|批)的货?|的(?:供货商|供应商|上家|货源|批发市场|批发商|小票|收据))"
)
_NOT_THERE = re.compile("(?:不是|并非|不在|没在|不属于)(?:在|去|位于|什么)?$")
_ABOUT_A_PLACE = re.compile(
    r"^(就|是|在|我们?|他们?|对方)*(在|是)?|(那边|这边|那里|这里|的|吧|呢|啊|哦|。|，|!|！)+$"
)


def places_in(text: str, regions: Regions) -> Iterator[Reading]:
    """Every place that a text names, with whose it is by the words around it."""
    places = regions.find(text)
    roles = [_whose(text, place) for place in places]
    # where a denied place ends, and whose it was said not to be
    denied: tuple[int, str | None] | None = None
    for i, place in enumerate(places):
        # 南昌西湖区, 广东佛山
        joined = i + 1 < len(places) and place.end == places[i + 1].start
        role = roles[i] or (roles[i + 1] if joined else None)
        if _BOUGHT.search(
            f"{before_of(text, place.start)}~{text[place.end : place.end + LOOK_BACK]}"
        ):
            continue
        if _NOT_THERE.search(before_of(text, place.start)) or (denied and denied[0] == place.start):
            denied = (place.end, role or (denied[1] if denied else None))
            continue
        yield Reading("place", place, role=role or (denied[1] if denied else None))
        denied = None


def stated_places(
    places: list[Reading], before: Facts, asked: list[str], situation: str | None, near: bool
) -> Facts:
    """Where it happened, where the other side is and where the visitor is.

    Whose a place is, the words around it tell, else the question or the matter; else it is where it
    happened. Where only the other side's place is known, it happened there; where it was next door
    (`near`), at the visitor's, and so it is where the question for the place is answered with one's
    own.
    """
    said: Facts = {}
    acts: list[Place] = []
    theirs: list[Place] = []
    owns: list[Place] = []
    own_asked = situation in OWN_PLACE or ("own_city" in asked and "city" not in asked)
    # A city says more than its province; 我们公司在吉安，能到赣州办吗: one's own place more than
    # one that is only named.
    for reading in sorted(
        places,
        key=lambda one: (one.value.kind != "province", one.role is not None, one.role == "seated"),
    ):
        place: Place = reading.value
        if reading.role in ("own", "seated") or (reading.role is None and own_asked):
            owns.append(place)
            said |= {"own_city": named} if (named := place.city or place.province) else {}
        elif reading.role in ("theirs", "seat"):
            theirs.append(place)
            named = place.city or place.province or (place.name if place.kind == "abroad" else None)
            said |= {"their_city": named} if named and place.kind != "ambiguous" else {}
        else:
            acts.append(place)
    known = before.get("city") not in (None, UNKNOWN) and before.get("their_city") != before.get(
        "city"
    )
    apart = known and "city" not in asked and any(reading.role == "seat" for reading in places)
    unknown = before.get("city") in (None, UNKNOWN)
    here = (
        near
        or "city" in asked
        or (unknown and (situation in AT_HOME or (situation or "").startswith("accused")))
    )
    if here and not acts and not theirs and situation not in OWN_PLACE:
        acts = owns
    for place in [p for p in acts if _settles(p)] or (
        [] if apart else [p for p in theirs if _settles(p)]
    ):
        said.pop("county", None)
        said |= {"city": place.city} | ({"county": place.county} if place.county else {})
    # 我们在抚州很有名，临川区一家厂仿得一模一样
    nearer = next(
        (place.county for place in theirs if place.county and place.city == said.get("city")), None
    )
    return said if "county" in said or not nearer else said | {"county": nearer}


def _settles(place: Place) -> bool:
    return bool(place.city) and place.kind != "ambiguous"


def _whose(text: str, place: Place) -> str | None:
    """Whose place it is by the words around it (see Reading.role), None when they do not tell."""
    before, after = before_of(text, place.start), text[place.end : place.end + LOOK_BACK]
    if theirs := _THEIRS.search(before):
        if _GOODS_GO.search(theirs["between"]):
            return "act"
        return "seat" if _THEIR_SEAT.search(theirs["between"]) else "theirs"
    if _ACT_BEFORE.search(before):
        return "act"
    if _REGISTERED_AT.search(before):
        return "seated"
    if _OWN.search(before):
        return "act" if _ACT_AFTER.match(after) else "own"
    if _OWN_AFTER.match(after):
        return "own"
    return "theirs" if _THEIRS_AFTER.match(after) else None


def next_door(text: str) -> bool:
    """Whether a text says that it happened near the visitor, whose place is then his own."""
    return bool(_NEAR_BY.search(text))


def bare_place(text: str) -> str:
    """The answer to the question for a place without the words around it: 就在赣州那边 → 赣州."""
    return _ABOUT_A_PLACE.sub("", text)

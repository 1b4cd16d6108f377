"""The deadlines of a referral as a calendar file (RFC 5545) that telephones and computers can
read.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event

# So long before the day begins an alarm rings: at nine in the morning, a week and a day ahead.
ALARMS = (timedelta(days=6, hours=15), timedelta(hours=15))


def ics(referral: Mapping[str, Any], owner: str, at: datetime) -> str | None:
    """All-day events for the deadlines that lie ahead, each with the article it stands on; None
    when there is none.

    `referral`: as the chat API shows it. `owner` makes the UIDs: the same deadline of the same
    owner keeps its UID when its day changes, so that a calendar replaces the event instead of
    showing both.
    """
    today = at.date()
    events = [
        _event(deadline, day, owner, at)
        for deadline in _each(referral)
        if (day := _day_of(deadline)) and day >= today
    ]
    if not events:
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//江西知识产权维权援助热线//期限//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "知识产权期限")
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical().decode("utf-8")


def _each(referral: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every deadline once: several remedies may name the same one."""
    seen = set()
    for remedy in referral["remedies"]:
        for deadline in remedy["deadlines"]:
            if deadline["what"] not in seen:
                seen.add(deadline["what"])
                yield deadline


def _day_of(deadline: Mapping[str, Any]) -> date | None:
    """The day to act by, else the day from which one can act."""
    day = deadline.get("act_by") or deadline.get("due") or deadline.get("opens_on")
    return date.fromisoformat(day) if day else None


def _event(deadline: Mapping[str, Any], day: date, owner: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"urn:helpline:{owner}:{deadline['what']}")))
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{'可以办' if _opens(deadline) else '最晚今天'}：{deadline['what']}")
    event.add("description", _description(deadline))
    event.add("transp", "TRANSPARENT")
    begins = datetime.combine(day, time.min, at.tzinfo)
    for before in (one for one in ALARMS if begins - one > at):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{day}：{deadline['what']}")
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event


def _description(deadline: Mapping[str, Any]) -> str:
    lines = [f"期限：{deadline['period']}，从{deadline['from']}起算。"]
    if deadline.get("due") and deadline.get("act_by") not in (None, deadline["due"]):
        lines.append(f"按现行法最后一天是{deadline['due']}；法律有变动，请按较早的日期办。")
    if note := deadline.get("note"):
        lines.append(note)
    if basis := deadline["basis"]:
        lines.append(f"依据：《{basis['law']}》{basis['article']}")
    return "\n".join(lines)


def _opens(deadline: Mapping[str, Any]) -> bool:
    return bool(deadline.get("opens_on"))

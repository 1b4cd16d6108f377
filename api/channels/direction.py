"""The way to go, in one short bubble of own words. Pure.

Nothing is told that the turn's referral does not hold, nothing twice that its messages hold: what
is left out is left out by whole lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from api.channels.words import direction_words
from api.outgoing.plain import spoken

LONGEST = 300  # characters of the bubble without its link
MOST_ARTICLES = 3


def tells_way(referral: Mapping[str, Any]) -> bool:
    """Whether a referral holds a way to be told: not while the side or the situation is open."""
    remedies = referral["remedies"]
    is_settled = referral["scope"] == "in" and bool(remedies)
    return is_settled and remedies[0]["key"] not in direction_words().not_told


def direction(
    referral: Mapping[str, Any], before: Mapping[str, Any] | None, said: str, link: str | None
) -> str | None:
    """The bubble for a referral (as the chat API has it); None where there is nothing to tell.

    `before` is the last one of the conversation that told a way, `said` all that the turn's
    messages say, `link` where the whole card stands. A way that was told before is told again only
    where its body or its days changed.
    """
    if not tells_way(referral):
        return None
    words, first = direction_words(), referral["remedies"][0]
    former = before["remedies"][0] if before else None
    is_new = former is None or former["key"] != first["key"]
    if former is not None and not is_new and _changing(first) == _changing(former):
        return None
    lines = [*_changing_lines(first, date.fromisoformat(referral["as_of"]), said)]
    if is_new:
        lines += _lasting_lines(first, said)
    heading = (words.heading if is_new else words.again).format(name=first["name"])
    bubble = [heading, *_bounded(lines, LONGEST - len(heading))] if lines else []
    if link:
        bubble.append(words.card.format(link=link))
    return "\n".join(bubble) or None


def articles_of(citations: Sequence[Mapping[str, Any]], most: int) -> tuple[str, int]:
    """《商标法》第三十条、第三十四条 for the first so many articles, and how many there are."""
    cited = {(one["law"], one["article"]): None for one in citations if one["law"]}
    laws: dict[str, list[str]] = {}
    for law, article in list(cited)[:most]:
        laws.setdefault(law, []).extend([article] if article else [])
    named = "，".join(f"《{law}》{'、'.join(articles)}" for law, articles in laws.items())
    return named, len(cited)


def _changing(remedy: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes the same way worth telling again."""
    return (_body(remedy), *(one.get("act_by") for one in remedy["deadlines"]))


def _body(remedy: Mapping[str, Any]) -> str | None:
    name: str | None = (remedy["body"] or {}).get("name")
    return name


def _changing_lines(remedy: Mapping[str, Any], as_of: date, said: str) -> Iterator[str]:
    words, body = direction_words(), _body(remedy)
    if body and body not in said:
        note = remedy["body"].get("note")
        noted = words.body_note.format(body=body, note=note) if note else body
        yield words.body.format(body=noted)
    dated = _dated(remedy, as_of)
    if dated is not None and not _is_told(_day(dated["act_by"]), said):
        yield _due_line(dated)


def _lasting_lines(remedy: Mapping[str, Any], said: str) -> Iterator[str]:
    words = direction_words()
    period = _period(remedy)
    if period is not None and period["what"] not in said:
        yield _period_line(period)
    danger = _danger(remedy)
    if danger and danger not in said:
        yield words.danger.format(danger=danger)
    articles, count = articles_of(_fitting(remedy), MOST_ARTICLES)
    if count > MOST_ARTICLES:
        yield words.basis_more.format(articles=articles, count=count)
    elif count:
        yield words.basis.format(articles=articles)
    papers, fees = len(remedy["materials"]), remedy["fees"]
    if papers and fees:
        yield words.papers_fee.format(count=papers, fees=fees)
    elif papers:
        yield words.papers.format(count=papers)


def _dated(remedy: Mapping[str, Any], as_of: date) -> Mapping[str, Any] | None:
    """The deadline whose last day comes first of those that are ahead."""
    ahead = [
        one
        for one in remedy["deadlines"]
        if one.get("act_by") and date.fromisoformat(one["act_by"]) >= as_of
    ]
    return min(ahead, key=lambda one: str(one["act_by"])) if ahead else None


def _period(remedy: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first period that is worth a line; none where a day is known."""
    deadlines, worth = remedy["deadlines"], direction_words().periods
    if any(one.get("act_by") for one in deadlines):
        return None
    return next((one for one in deadlines if one["what"] in worth), None)


def _danger(remedy: Mapping[str, Any]) -> str | None:
    fits = (
        one.text
        for one in direction_words().dangers
        if one.remedy == remedy["key"]
        and (not one.rules or remedy.get("rule") in one.rules)
        and one.text in remedy.get("limits", "")
    )
    return next(fits, None)


def _fitting(remedy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The articles it stands on, those about courts only where one is gone to."""
    words, body = direction_words(), (remedy["body"] or {}).get("kind")
    is_court = body in words.courts
    return [one for one in remedy["basis"] if is_court or one["law"] not in words.at_court]


def _is_told(day: str, said: str) -> bool:
    return any(f"{before}{day}" in said for before in direction_words().last_days)


def _due_line(deadline: Mapping[str, Any]) -> str:
    words = direction_words()
    line = words.due.format(what=_thing(deadline), day=_day(deadline["act_by"]))
    if deadline["due"] != deadline["act_by"]:  # its article and note speak of the later day
        return words.due_two_laws.format(due=line)
    if deadline["basis"]:
        line = words.due_basis.format(due=line, article=articles_of([deadline["basis"]], 1)[0])
    note = deadline.get("note")
    return words.due_note.format(due=line, note=spoken(note).rstrip("。")) if note else line


def _period_line(deadline: Mapping[str, Any]) -> str:
    return direction_words().period.format(
        what=deadline["what"], period=deadline["period"], start=deadline["from"]
    )


def _thing(deadline: Mapping[str, Any]) -> str:
    """What is to be done, without the paper that it follows: 收到起诉状副本的：提交答辩."""
    return str(deadline["what"]).split("：")[-1]


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day:%Y年%-m月%-d日}"


def _bounded(lines: Sequence[str], room: int) -> Iterator[str]:
    """As many whole lines as have room, the most important first."""
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return
        yield line

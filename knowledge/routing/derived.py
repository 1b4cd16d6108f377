"""What follows from the facts on a day: numbers that rules compare, days, the act."""

from datetime import date
from typing import Any

from knowledge.chinese.amounts import amount_range
from knowledge.law import deadlines
from knowledge.law.applicable import Act
from knowledge.law.deadlines import Length
from knowledge.law.working_days import WorkingDays
from knowledge.slots import DATE_SLOTS, UNKNOWN, Facts

INVALIDATION_YEARS = 5  # within which earlier rights must be claimed against a registered mark


def derive(facts: Facts, on: date, workdays: WorkingDays) -> Facts:
    """The facts with what follows from them on that day.

    `amount_yuan` is the most that an amount can mean; `years_registered` are the full years since
    the registration; years that were only said stand until its day is known.
    """
    derived = dict(facts)
    span = amount_range(str(facts["amount"])) if known(facts.get("amount")) else None
    if span and span[1] is not None:
        derived["amount_yuan"] = span[1]
    registered = known(facts.get("registered_on"))
    if registered is not None:
        derived["years_registered"] = _years_since(date.fromisoformat(registered), on, workdays)
    return derived


def days_known(facts: Facts) -> dict[str, date]:
    """Date slot → the day, for the days that are known."""
    return {slot: date.fromisoformat(facts[slot]) for slot in DATE_SLOTS if known(facts.get(slot))}


def act_of(facts: Facts) -> Act | None:
    """The act that the facts speak of; None while its day is not known."""
    day = known(facts.get("acted_on"))
    if day is None:
        return None
    goes_on = "ongoing" in (facts.get("circumstances") or ())
    return Act(date.fromisoformat(day), goes_on, known(facts.get("right")))


def known(fact: Any) -> Any:
    """The fact, None where the visitor does not know it."""
    return None if fact == UNKNOWN else fact


def _years_since(start: date, on: date, workdays: WorkingDays) -> int:
    # The last day of a year still belongs to it: whoever files on the fifth anniversary is in time.
    year_not_over = (on.month, on.day) <= (start.month, start.day)
    years = max(0, on.year - start.year - year_not_over)
    # Only a period within which one must act runs on past a holiday, not one to be waited for.
    five_years = Length(years=INVALIDATION_YEARS)
    if years == INVALIDATION_YEARS and on <= deadlines.add(start, five_years, workdays):
        years -= 1
    return years

"""What a message states, laid over what was known before. Pure.

What the visitor says now wins over what was said before; what was only guessed never replaces what
was said.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.deciding.turn import PLACES, Does, Turn
from knowledge.facts.reader import stated
from knowledge.routing.rulebook import Rulebook
from knowledge.slots import LIST_SLOTS, OPPOSITES, SLOTS, UNKNOWN, YES_NO, Facts, as_listed

# Questions rather than problems: they never take the place of a problem that is being spoken of.
NO_PROBLEM = ("general_knowledge", "ticket_service", "out_of_scope")
_NEVER_REGISTERED = ("unfair_competition", "trade_secret")
# Bare questions about sums and days: what such a sentence sounds like is no hint at the right.
_QUESTIONS = ("ask_damages", "ask_threshold", "ask_deadline")


def known_facts(slots: Mapping[str, Any]) -> Facts:
    """The facts among a tracker's slots."""
    return {
        slot: as_listed(slot, slots[slot])
        for slot in SLOTS
        if slots.get(slot) not in (None, [], "")
    }


def in_progress(facts: Mapping[str, Any]) -> bool:
    """Whether a problem is being spoken of, so that a question of knowledge only interrupts it."""
    return facts.get("situation") not in (None, UNKNOWN, *NO_PROBLEM)


def in_known_words(facts: Mapping[str, Any]) -> bool:
    """Whether anything was understood that a remedy can be told by."""
    return any(facts.get(slot) not in (None, UNKNOWN) for slot in ("situation", "right"))


def changed(before: Mapping[str, Any], after: Facts) -> set[str]:
    """The slots whose earlier value was taken back, not merely added to or made more precise."""
    known = {slot: before[slot] for slot in SLOTS if before.get(slot) not in (None, UNKNOWN, [])}
    return {
        slot
        for slot, value in known.items()
        if slot in after and not _kept(slot, value, after[slot])
    }


def carried_by(turn: Turn, rules: Rulebook) -> Facts:
    """The facts that a button carries; a closed slot takes only values of its vocabulary."""
    facts: Facts = {}
    for slot, value in turn.carried:
        vocabulary = rules.vocabulary.get(slot)
        if slot in SLOTS and (vocabulary is None or value in vocabulary or value == UNKNOWN):
            facts[slot] = as_listed(slot, value)
    return facts


def told_by(
    turn: Turn, before: Facts, asked: Sequence[str], rules: Rulebook, *, guessed: bool = False
) -> Facts:
    """The facts in a visitor's own words, but for the situation, which `decide` weighs.

    `before`: what is known; `guessed`: its right was never named; `asked`: the slots of the
    questions just put.
    """
    questions, intent = list(asked), turn.likeliest.name
    situation = intent if intent in rules.vocabulary["situation"] else before.get("situation")
    facts = stated(list(turn.readings), before, questions, situation)
    if not names_right(turn):
        own = _registrable(turn) if guessed and _is_registered(before, facts) else None
        if right := own or _likely_right(turn, before, asked):
            facts["right"] = right
    if not {"city", "own_city"} & set(facts):
        place = next((slot for slot in questions if slot in PLACES), None)
        facts |= turn.places[place] if place else {}
    return facts


def names_right(turn: Turn) -> bool:
    """Whether a button or clear words name the right."""
    pressed = any(slot == "right" for slot, _ in turn.carried)
    return pressed or any(one.slot == "right" and not one.weak for one in turn.readings)


def stated_alone(turn: Turn, asked: Sequence[str]) -> Facts:
    """The facts that the words of a message state by themselves, whatever is known."""
    return stated(list(turn.readings), {}, list(asked))


def answers(turn: Turn, before: Facts, facts: Facts, asked: Sequence[str]) -> Facts:
    """What yes, no and not knowing mean for the questions just put.

    `facts` are those the message tells.
    """
    intent = turn.likeliest.name
    if intent == "dont_know":
        return {slot: UNKNOWN for slot in asked if slot not in facts and slot not in before}
    if intent in ("affirm", "deny") and turn.main is not Does.ASKS_WHETHER:
        open_ones = [slot for slot in asked if slot in YES_NO and slot not in facts]
        return {slot: YES_NO[slot][intent == "deny"] for slot in open_ones}
    return {}


def combine(before: Facts, facts: Facts) -> Facts:
    """Earlier facts and those of a message as one.

    What the message leaves open (None) keeps its earlier value.
    """
    merged = before | {
        slot: _combined(slot, before.get(slot), value)
        for slot, value in facts.items()
        if value is not None
    }
    if "city" in facts and "county" not in facts:
        merged.pop("county", None)
    return merged


def _combined(slot: str, before: Any, value: Any) -> Any:
    if slot not in LIST_SLOTS or value == UNKNOWN:
        return value
    earlier = before if isinstance(before, list) else []
    kept = [code for code in earlier if OPPOSITES.get(code) not in value]
    return list(dict.fromkeys([*kept, *value]))


def _kept(slot: str, before: Any, after: Any) -> bool:
    if slot in LIST_SLOTS:
        return set(before) <= set(after)
    return bool(before == after) or (slot == "right" and str(after).startswith(f"{before}_"))


def _likely_right(turn: Turn, before: Facts, asked: Sequence[str]) -> str | None:
    """The guessed right, where none is known and the visitor tells a story or answers about the
    right.
    """
    intent = turn.likeliest.name
    if before.get("right") not in (None, UNKNOWN) or intent in _QUESTIONS:
        return None
    about_the_right = "right" in asked and Does.DENIES_IN_WORDS not in turn.does
    if intent == "inform" and not about_the_right:
        return None
    return turn.likely_right.name if turn.likely_right else None


def _is_registered(before: Facts, facts: Facts) -> bool:
    """Whether the visitor says that his right is registered, though the known one never is."""
    return before.get("right") in _NEVER_REGISTERED and facts.get("right_status") == "registered"


def _registrable(turn: Turn) -> str | None:
    """The right that a certificate is for: a copied shop sign sounds like unfair competition until
    its owner says that he registered it.
    """
    right = turn.likely_right
    return right.name if right and right.name not in _NEVER_REGISTERED else None

"""What the helpline has understood so far: earlier facts and this turn's, merged.

Pure: takes the tracker's slots and latest message, returns the facts. What the visitor says now wins over what was
said before; what was only guessed never replaces what was said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.matters import CORRECTS, begins_another, opens_another
from knowledge.facts.reader import FactReader, Reading, stated
from knowledge.routing.rulebook import Rulebook
from knowledge.slots import (
    EVERY_MATTER,
    LIST_SLOTS,
    OPPOSITES,
    SLOTS,
    UNKNOWN,
    YES_NO,
    Facts,
    as_listed,
)

# Questions rather than problems: they never take the place of a problem that is being spoken of.
NO_PROBLEM = ("general_knowledge", "ticket_service", "out_of_scope")

# Whoever got such a paper is in this situation, where nothing else tells it.
PAPERS = {
    "传票": "accused_court", "律师函": "accused_letter", "平台通知": "accused_platform", "处罚告知": "accused_admin",
    "处罚决定": "accused_admin", "海关通知": "customs",
}  # fmt: skip

PLACES = ("city", "own_city")
# Bare questions about sums and days: what such a sentence sounds like is no hint at the right.
QUESTIONS = ("ask_damages", "ask_threshold", "ask_deadline")
DENIES = re.compile("没|不是|无|未")
FALLBACK = "nlu_fallback"
SURE = 0.45  # an intent below this does not change a situation that is already known
SURE_AGAINST = 0.85  # above it not even clear words of the visitor's on who is accused count more
SURE_ALONE = 0.7  # above it no words of the visitor's need confirm the change
SHORT = 14  # characters: a reply, not a new story


@dataclass(frozen=True)
class Understood:
    """All facts after a message; `left` are those of the matter that the message turned away from, empty when it did not."""

    facts: Facts
    left: Facts


def understood(
    slots: Mapping[str, Any],
    message: Mapping[str, Any],
    reader: FactReader,
    rules: Rulebook,
    today: date,
) -> Understood:
    """What is known after this message. `slots`: the tracker's; `message`: the tracker's latest message."""
    before = known_facts(slots)
    asked: list[str] = list(slots.get("asked") or [])
    said = _said(message, before, asked, reader, rules, today)
    left: Facts = {}
    text = message.get("text") or ""
    alone = _said(message, {}, [], reader, rules, today) if opens_another(text) else said
    if begins_another(before, alone, text):
        said = alone
        left, before = (
            before,
            {slot: value for slot, value in before.items() if slot in EVERY_MATTER},
        )
    merged = before | {
        slot: _merge(slot, before.get(slot), value)
        for slot, value in said.items()
        if value is not None
    }
    if "city" in said and "county" not in said:
        merged.pop("county", None)
    return Understood(merged, left)


def known_facts(slots: Mapping[str, Any]) -> Facts:
    """The facts among the tracker's slots."""
    return {
        slot: as_listed(slot, slots[slot])
        for slot in SLOTS
        if slots.get(slot) not in (None, [], "")
    }


def in_progress(facts: Mapping[str, Any]) -> bool:
    """Whether a problem is being spoken of, so that a question of knowledge only interrupts it."""
    return facts.get("situation") not in (None, UNKNOWN, *NO_PROBLEM)


def likeliest_intent(message: Mapping[str, Any]) -> dict[str, Any]:
    """The intent with its confidence; behind a fallback, the intent that was likeliest all the same."""
    ranking = message.get("intent_ranking") or [message.get("intent") or {}]
    best: Mapping[str, Any] = next(
        (intent for intent in ranking if intent.get("name") != FALLBACK), {}
    )
    return {"name": best.get("name"), "confidence": best.get("confidence") or 0.0}


def changed(before: Mapping[str, Any], after: Facts) -> set[str]:
    """The slots whose earlier value was taken back, not merely added to or made more precise."""
    known = {slot: before[slot] for slot in SLOTS if before.get(slot) not in (None, UNKNOWN, [])}
    return {
        slot
        for slot, value in known.items()
        if slot in after and not _kept(slot, value, after[slot])
    }


def _kept(slot: str, before: Any, after: Any) -> bool:
    if slot in LIST_SLOTS:
        return set(before) <= set(after)
    return bool(before == after) or (slot == "right" and str(after).startswith(f"{before}_"))


def _said(
    message: Mapping[str, Any],
    before: Facts,
    asked: list[str],
    reader: FactReader,
    rules: Rulebook,
    today: date,
) -> Facts:
    intent, text = likeliest_intent(message)["name"], message.get("text") or ""
    if text.startswith("/"):
        said = _from_payload(message, rules)
    else:
        situation = intent if intent in rules.vocabulary["situation"] else before.get("situation")
        readings = reader.read(text, today)
        said = stated(readings, before, asked, situation)
        named = any(reading.slot == "right" and not reading.weak for reading in readings)
        if not named and (likely := _likely_right(message, before, asked)):
            said["right"] = likely
        if not {"city", "own_city"} & set(said) and (
            slot := next((s for s in asked if s in PLACES), None)
        ):
            said |= reader.place_answered(text, slot)
        said["situation"] = _situation(message, before, said, readings, asked, rules)
    if intent == "dont_know":
        said |= {slot: UNKNOWN for slot in asked if slot not in said and slot not in before}
    if intent in ("affirm", "deny"):
        said |= {s: YES_NO[s][intent == "deny"] for s in asked if s in YES_NO and s not in said}
    return said


def _from_payload(message: Mapping[str, Any], rules: Rulebook) -> Facts:
    """The facts that a button carries; a closed slot takes only values of its vocabulary."""
    said: Facts = {}
    for entity in message.get("entities") or []:
        slot, value = entity["entity"], entity["value"]
        vocabulary = rules.vocabulary.get(slot)
        if slot in SLOTS and (vocabulary is None or value in vocabulary or value == UNKNOWN):
            said[slot] = as_listed(slot, value)
    return said


def _likely_right(message: Mapping[str, Any], before: Facts, asked: list[str]) -> str | None:
    """The classifier's guess, where nothing is known and the visitor tells a story or answers about the right."""
    if before.get("right") not in (None, UNKNOWN):
        return None
    intent = likeliest_intent(message)["name"]
    if intent in QUESTIONS:
        return None
    if intent == "inform" and ("right" not in asked or DENIES.search(message.get("text") or "")):
        return None
    return next(
        (e["value"] for e in message.get("entities") or [] if e["entity"] == "likely_right"), None
    )


def _situation(
    message: Mapping[str, Any],
    before: Facts,
    said: Facts,
    readings: list[Reading],
    asked: list[str],
    rules: Rulebook,
) -> str | None:
    """The situation after this message.

    Clear words (a summons, a lawyer's letter) count more than a hesitant classifier, and words that only hint count
    where it says nothing; a short reply to a question never changes the situation, nor does a guess that no word
    confirms: an accused who adds 是我们自己生产的 would be told to sue.
    """
    intent, known = likeliest_intent(message), before.get("situation")
    told = str(intent["name"]) if intent["name"] in rules.vocabulary["situation"] else None
    sure = intent["confidence"] >= SURE
    named = next((reading for reading in readings if reading.slot == "situation"), None)
    if known not in (None, UNKNOWN):
        answers = any(slot in asked for slot in said) and len(message.get("text") or "") <= SHORT
        interrupts = told in NO_PROBLEM and in_progress(before)
        if named and not named.weak and not answers and CORRECTS.search(message.get("text") or ""):
            return str(named.value)
        confirmed = intent["confidence"] >= SURE_ALONE or (
            named is not None and named.value == told
        )
        return told if told and sure and confirmed and not answers and not interrupts else known
    against = named is not None and not named.weak and _speaks_against(str(named.value), told)
    if told and (
        intent["confidence"] >= SURE_AGAINST or (sure and not against) or not named or named.weak
    ):
        return told
    if named and not named.weak:
        return str(named.value)
    paper = next(
        (of for words, of in PAPERS.items() if words in (said.get("doc_received") or ())), None
    )
    return paper or (str(named.value) if named else None)


def _speaks_against(words: str, guess: str | None) -> bool:
    """Whether clear words put the visitor on another side than the guess; 他偷偷用我的名字 alone makes no attacker."""
    sides = (_side(words), _side(guess))
    return sides[0] != sides[1] and sides != ("attacks", "neither")


def _side(situation: str | None) -> str:
    """On which side a situation puts the visitor; a wrong side costs more than any other mistake."""
    if situation in ("infringed", "criminal_lead"):
        return "attacks"
    return "defends" if str(situation).startswith("accused") else "neither"


def _merge(slot: str, before: Any, said: Any) -> Any:
    if slot in LIST_SLOTS and said != UNKNOWN:
        kept = [
            code
            for code in (before if isinstance(before, list) else [])
            if OPPOSITES.get(code) not in said
        ]
        return list(dict.fromkeys([*kept, *said]))
    return said

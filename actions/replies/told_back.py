"""Facts as people say them, where a visitor is told what was understood of his words."""

from typing import Any

from knowledge.routing.rulebook import Rulebook
from knowledge.slots import Facts

_OWN = {"trademark": "您的商标", "patent": "您的专利"}
_GRANTED = {"trademark": "已经注册", "patent": "已经授权"}
_STATUS = {
    "pending": "还在申请",
    "unregistered": "没有申请",
    "expired": "已经过期",
    "cancelled": "已被撤销或者宣告无效",
}
# Slot → the sentence that its value's words complete; where none stands, the slot's name leads.
_SENTENCES = {
    "goal": "您想{}",
    "venue": "事情发生在{}",
    "evidence": "您手上有{}",
    "amount": "金额是{}",
    "circumstances": "情况是{}",
    "doc_received": "收到的是{}",
    "doc_received_on": "收到的日子是{}",
    "proceeding": "这件事{}",
}


def told_back(rules: Rulebook, slot: str, facts: Facts) -> str:
    """A fact in one clause: 您的商标已经注册."""
    if slot == "right_status":
        return f"{_noun(facts)}{told_value(rules, slot, facts[slot], facts)}"
    sentence = _SENTENCES.get(slot, f"{named(rules, slot, facts)}：{{}}")
    return sentence.format(rules.label(slot, facts[slot]))


def named(rules: Rulebook, slot: str, facts: Facts) -> str:
    """What a fact is called: 您的商标."""
    return _noun(facts) if slot == "right_status" else str(rules.label("slot", slot))


def told_value(rules: Rulebook, slot: str, value: Any, facts: Facts) -> str:
    """What a fact says: 还在申请."""
    if slot != "right_status":
        return rules.label(slot, value)
    granted = _GRANTED.get(_kind(facts), "证书已经拿到")
    return granted if value == "registered" else _STATUS.get(value, rules.label(slot, value))


def _noun(facts: Facts) -> str:
    return _OWN.get(_kind(facts), "您的权利")


def _kind(facts: Facts) -> str:
    """patent_design is a patent."""
    return str(facts.get("right")).split("_")[0]

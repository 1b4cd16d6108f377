"""Facts and codes as a person reads them."""

from collections.abc import Mapping
from typing import Any

from api.outgoing.wording import vocabulary
from knowledge.slots import as_shown

_SLOT_LABELS = {
    "right": "权利",
    "situation": "出了什么事",
    "right_status": "权利状态",
    "other_status": "对方的权利状态",
    "unused": "三年没有使用",
    "venue": "在哪里发生",
    "goal": "想要的结果",
    "field": "领域",
    "circumstances": "有关的情形",
    "proceeding": "在走的程序",
    "doc_received": "收到的文书",
    "evidence": "手上的证据",
    "urgency": "为什么急",
    "amount": "数额",
    "years_registered": "注册年数",
    "classes": "类别",
    "registration_number": "注册号、申请号",
    "city": "市",
    "county": "县区",
    "own_city": "来访者所在市",
    "their_city": "对方所在市",
    "doc_received_on": "收到文书的日子",
    "published_on": "公告的日子",
    "registered_on": "注册的日子",
    "acted_on": "行为发生的日子",
    "contact": "联系方式",
}


def labelled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as a person reads them: Chinese names, and the vocabulary's words for values."""
    return {
        fact_label(slot): labelled_value(slot, value) for slot, value in as_shown(facts).items()
    }


def fact_label(slot: str) -> str:
    """What a fact is called."""
    return _SLOT_LABELS.get(slot, slot)


def labelled_value(slot: str, value: Any) -> Any:
    """A fact's value in the vocabulary's words."""
    if isinstance(value, list):
        return [labelled_value(slot, one) for one in value]
    if slot == "contact" and value == "refused":
        return "不留"
    if value == "unknown":
        return "不清楚"
    return vocabulary().get(slot, {}).get(value, value) if isinstance(value, str) else value

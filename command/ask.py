"""Puts one question to a helpline and shows the whole turn as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from command.running import call
from command.system import Failure


def answer_to(question: str, url: str) -> str:
    """One question in a conversation of its own, the whole turn as text for a terminal."""
    opened = accepted(call(f"{url}/api/conversations", {"channel": "web", "consent": True}))
    address = f"{url}/api/conversations/{opened['id']}/messages"
    return turn_text(accepted(call(address, {"text": question}, opened["token"])))


def accepted(answer: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    code, body = answer
    if code not in (200, 201):
        raise Failure(
            str(
                body.get("detail")
                or f"热线没有正常回答（{code or '连接不上'}），见 ./helpline status"
            )
        )
    return body


def turn_text(turn: dict[str, Any]) -> str:
    """A Turn of the chat API, readable: replies, remedies, excluded ones, questions, ticket."""
    lines = [message["text"] for message in turn["messages"]]
    referral = turn.get("referral") or {}
    for number, remedy in enumerate(referral.get("remedies", []), 1):
        body = remedy.get("body") or {}
        lines += ["", f"方向 {number}  {remedy['name']}", f"  理由：{remedy['why']}"]
        lines += [f"  依据：{basis_text(remedy['basis'])}"] if remedy.get("basis") else []
        lines += [f"  去哪里：{body['name']}"] if body.get("name") else []
        lines += [f"  准备：{'、'.join(remedy['materials'])}"] if remedy.get("materials") else []
        for deadline in remedy.get("deadlines", []):
            due = f"，最迟 {deadline['due']}" if deadline.get("due") else ""
            lines.append(
                f"  期限：{deadline['what']} {deadline['period']}，自{deadline['from']}起{due}"
            )
        lines += [f"  费用：{remedy['fees']}"] if remedy.get("fees") else []
    for closed in referral.get("ruled_out", []):
        lines += ["", f"这条路走不通  {closed['name']}：{closed['why']}"]
    for asked in referral.get("asks", []):
        lines += [
            "",
            f"还需要知道  {asked['question']}",
            *(f"  · {option}" for option in asked["options"]),
        ]
    ticket = turn.get("ticket")
    hint = (
        f"工单 {ticket['number']}，查询口令 {ticket['code']}"
        if ticket
        else "需要人工跟进：在对话页面里说“转人工”。"
    )
    return "\n".join([*lines, "", hint])


def basis_text(basis: Sequence[Mapping[str, Any]]) -> str:
    """Articles behind the name and year of their law, which stands once."""
    articles: dict[str, list[str]] = {}
    for citation in basis:
        law = f"{citation['law']}（{citation['version_date'][:4]}）"
        articles.setdefault(law, []).append(citation["article"])
    return "；".join(law + "、".join(numbers) for law, numbers in articles.items())

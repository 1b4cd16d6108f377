"""Fakes for the doors to the outside: Rasa and the knowledge side."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from knowledge.answers.answers import Answer as Written
from knowledge.facts.checked import checked
from knowledge.law.citation_guard import CitationGuard
from knowledge.law.citations import Citation
from knowledge.law.statutes import Article, LawEntry, Statutes, VersionEntry
from knowledge.places.institutions import Body, UnknownBody
from knowledge.reviewed import CONTENT
from knowledge.routing.triage import Triage
from knowledge.search.searcher import Hit

Answer = Callable[[dict[str, Any]], Awaitable[list[dict[str, Any]]]]

ARTICLE = Citation(
    short_title="商标法",
    title="商标法",
    article="第五十七条",
    version_date=date(2019, 4, 23),
    in_force_from=date(2019, 11, 1),
    in_force_to=date(2026, 12, 31),
    text="商标侵权的几种情形。",
    kind="digest",
)
CITATION = ARTICLE.as_dict()


def _statutes() -> Statutes:
    """One law in two versions, of which only the article above is held."""
    old, new = date(2019, 4, 23), date(2026, 6, 26)
    versions = (
        VersionEntry(
            version_date=old,
            in_force_from=date(2019, 11, 1),
            in_force_to=date(2026, 12, 31),
            trust="one_source",
            confirmed_on=old,
        ),
        VersionEntry(
            version_date=new, in_force_from=date(2027, 1, 1), trust="one_source", confirmed_on=new
        ),
    )
    article = Article(
        short_title=ARTICLE.short_title,
        title=ARTICLE.title,
        article=ARTICLE.article,
        version_date=old,
        in_force_from=date(2019, 11, 1),
        in_force_to=date(2026, 12, 31),
        text=ARTICLE.text,
        kind="digest",
        chapter="",
        heading="",
        trust="one_source",
    )
    return Statutes(
        (LawEntry(short="商标法", kind="法律", versions=versions),),
        {("商标法", old): {article.article: article}},
    )


STATUTES = _statutes()
GUARD = CitationGuard(STATUTES, [])

REFERRAL: dict[str, Any] = {
    "scope": "in",
    "remedies": [
        {
            "key": "admin_complaint_trademark",
            "name": "商标行政投诉",
            "why": "您的商标已注册，别人用在同一种商品上。",
            "basis": [CITATION],
            "body": {
                "kind": "market_regulation",
                "name": "章贡区市场监督管理局",
                "city": "赣州市",
                "county": "章贡区",
            },
            "materials": ["商标注册证"],
            "evidence": [{"what": "商标归您", "how": "商标注册证"}],
            "deadlines": [
                {
                    "what": "提出异议",
                    "period": "3个月",
                    "from": "公告之日",
                    "due": "2026-12-01",
                    "basis": CITATION,
                }
            ],
            "fees": "不收费",
        }
    ],
    "ruled_out": [
        {
            "key": "admin_adjudication_patent",
            "name": "专利行政裁决",
            "why": "这不是专利。",
            "basis": [],
        }
    ],
    "asks": [{"slot": "city", "question": "事情发生在哪个市？", "options": ["赣州市", "不清楚"]}],
    "as_of": "2026-11-22",
    "others": [],
}


class FakeRasa(httpx.AsyncBaseTransport):
    """Rasa's REST channel.

    `heard` are the messages it got; `answer` makes the replies and may do what actions do.
    """

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.down = False
        self.has_model = True
        self.answer: Answer = self.echo

    async def echo(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """The default answer: what was heard."""
        return [{"recipient_id": message["sender"], "text": f"听到了：{message['message']}"}]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("connection refused", request=request)
        if request.method == "GET" and request.url.path == "/webhooks/rest/":
            return httpx.Response(200, json={"status": "ok"})
        if request.url.path == "/webhooks/rest/parse":
            return self.parsed()
        assert (request.method, request.url.path) == ("POST", "/webhooks/rest/webhook")
        message = json.loads(request.content)
        self.heard.append(message)
        return httpx.Response(200, json=await self.answer(message))

    def parsed(self) -> httpx.Response:
        """What Rasa answers to /model/parse, with a model and without."""
        if not self.has_model:
            return httpx.Response(409, json={"reason": "Conflict", "message": "No agent loaded."})
        ranked = [{"name": "ask", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}]
        return httpx.Response(200, json={"intent": ranked[0], "intent_ranking": ranked})


def a_hit(name: str, **changes: Any) -> Hit:
    """The article above, found under a name."""
    return replace(
        Hit(name, "statute", "商标法第五十七条", "……", 1.0, ("关键词",), ARTICLE), **changes
    )


@dataclass(frozen=True)
class FakeReferral:
    body: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return self.body


class FakeKnowledge:
    """A knowledge side that always finds the same; words like 赣州 and 商标 become facts."""

    guard, content = GUARD, CONTENT
    answers: tuple[Written, ...] = ()
    searcher = None

    def __init__(self) -> None:
        self.missing: str | None = None
        self.refers_to: dict[str, Any] = REFERRAL
        self.searched: list[tuple[str, date, int]] = []

    def search(self, query: str, on: date, limit: int) -> list[Hit]:
        self.searched.append((query, on, limit))
        return [a_hit(f"hit-{n}") for n in range(1, limit + 1)]

    def read_facts(self, text: str, on: date) -> dict[str, Any]:
        known = {
            "赣州": ("city", "赣州市"),
            "商标": ("right", "trademark"),
            "13800001111": ("contact", "13800001111"),
        }
        return dict(fact for word, fact in known.items() if word in text)

    def referral(self, facts: Mapping[str, Any], on: date) -> FakeReferral:
        return FakeReferral({**self.refers_to, "as_of": on.isoformat()})

    def triage(self, facts: Mapping[str, Any], on: date) -> Triage:
        return Triage("urgent", "期限快到了。", "提出异议", date(2026, 12, 1))

    def checked_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return checked(facts, {"right": {"trademark": "商标", "patent": "专利（类型未明）"}})

    def label(self, slot: str, value: Any) -> str:
        return {"trademark": "商标", "infringed": "权利被侵犯"}.get(value, str(value))

    def body(self, kind: str, city: str | None, county: str | None) -> Body:
        if kind != "market_regulation":
            raise UnknownBody(kind)
        name = f"{county or city or '当地'}市场监督管理局"
        note = "案情重大时找市局"
        return Body(kind, name, city, county, note, ("PLAN",), "查处侵权", "one_source")

    def trouble(self) -> str | None:
        return self.missing


class SaysAlways(Action):
    """The action of every message, saying the same whatever was said."""

    def __init__(self, text: str) -> None:
        self.text = text

    def name(self) -> str:
        return "action_turn"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[Any]:
        dispatcher.utter_message(text=self.text)
        return []

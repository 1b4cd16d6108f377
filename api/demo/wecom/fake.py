"""The fake as a whole: what people send is kept for three days, and the helpline is called."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from api.demo.wechat.codes import Refused
from api.demo.wechat.faults import CALLBACK, Faults
from api.demo.wechat.followers import Side
from api.demo.wechat.letters import Fields, written
from api.demo.wechat.sealing import seal, signature
from api.demo.wechat.tokens import Tokens
from api.demo.wecom.customers import Account, Customer

KEPT_S = 3 * 86_400.0
PATIENCE_S, RETRIES = 5.0, 3
TOKEN_S = 600.0
BETWEEN_S = 10.0  # of calls without a token: how strict the platform is, it does not say
IDS_A_SECOND = 10_000_000  # so that the ids of a fake that was started again are others
CUSTOMER, SYSTEM = 3, 4
TOKEN_OVER, NO_ACCOUNT, TOO_OFTEN = 95007, 95000, 45009

Message = dict[str, Any]


@dataclass(frozen=True)
class _Kept:
    at: float
    open_kfid: str
    message: Message


class FakeWecom:
    """A platform of its own.

    `helpline` is the address of the service whose callbacks are called; `now` are seconds since
    1970; waiting is the event loop's. `transport` is another way to the helpline than the network.
    """

    def __init__(
        self,
        accounts: Sequence[Account],
        helpline: str,
        *,
        now: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.accounts = {one.name: one for one in accounts}
        self.now = now
        self.tokens, self.faults = Tokens(now), Faults()
        self.page_size = 1000
        self.media: dict[str, bytes] = {}
        self.calls: list[int] = []  # how each call of the helpline ended: a status, 0 for none
        self._helpline = helpline.rstrip("/")
        self._client = httpx.AsyncClient(transport=transport, timeout=None, trust_env=False)
        self._kept: list[_Kept] = []
        self._customers: dict[tuple[str, str], Customer] = {}
        self._ids = itertools.count(int(now() * IDS_A_SECOND))
        self._sent_ids: set[tuple[str, str]] = set()
        self._message_tokens: dict[str, float] = {}
        self._asked_without: dict[str, float] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    # --- what people do ---------------------------------------------------------------------------

    def chat(self, account: str, person: str) -> Customer:
        """A person's chat with an account."""
        one = Customer(self.accounts[account], person, self.now)
        return self._customers.setdefault((one.account.open_kfid, one.peer), one)

    def enters(self, chat: Customer, scene_param: str = "") -> None:
        """He opens the chat."""
        event = {
            "event_type": "enter_session",
            "open_kfid": chat.account.open_kfid,
            "external_userid": chat.peer,
            "scene": "web",
            "scene_param": scene_param,
        }
        code = chat.came_in()
        self._happens(chat, {**event, "welcome_code": code} if code else event)

    def says(self, chat: Customer, text: str) -> None:
        """He sends a text."""
        chat.show(Side.USER, text)
        self.sends(chat, "text", {"content": text})

    def shows(self, chat: Customer, picture: bytes) -> None:
        """He sends a picture."""
        media_id = f"media-{next(self._ids)}"
        self.media[media_id] = picture
        self.sends(chat, "image", {"media_id": media_id})

    def sends(self, chat: Customer, kind: str, part: Message) -> None:
        """He sends anything."""
        chat.wrote()
        whose = {"open_kfid": chat.account.open_kfid, "external_userid": chat.peer}
        self._keep(chat, {**whose, "origin": CUSTOMER, "msgtype": kind, kind: part})

    def _happens(self, chat: Customer, event: Message) -> None:
        self._keep(chat, {"origin": SYSTEM, "msgtype": "event", "event": event})

    def _keep(self, chat: Customer, message: Message) -> None:
        head = {"msgid": f"m{next(self._ids)}", "send_time": int(self.now())}
        self._kept.append(_Kept(self.now(), chat.account.open_kfid, {**head, **message}))
        self.call(chat.account)

    # --- calling the helpline ---------------------------------------------------------------------

    def call(self, account: Account) -> None:
        """Say that something is there, again and again where it has to be."""
        task = asyncio.create_task(self._call(account))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Wait until every call was answered, or given up."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._client.aclose()

    async def verify(self, account: str) -> bool:
        """Ask the account's address whether it is ours, as when it is entered in the console."""
        one, word = self.accounts[account], str(secrets.randbelow(10**18))
        query, sealed = self._sealed(one, word.encode())
        answer = await self._client.get(self._address(one), params={**query, "echostr": sealed})
        return answer.status_code == httpx.codes.OK and answer.text == word

    def _address(self, account: Account) -> str:
        return f"{self._helpline}/channels/wecom/{account.name}"

    def _sealed(self, account: Account, text: bytes) -> tuple[dict[str, str], str]:
        sealed = seal(text, account.aes_key, account.corp_id)
        timestamp, nonce = str(int(self.now())), str(secrets.randbelow(10**10))
        signed = signature(account.token, timestamp, nonce, sealed)
        return {"msg_signature": signed, "timestamp": timestamp, "nonce": nonce}, sealed

    async def _call(self, account: Account) -> None:
        for _ in range(1 + RETRIES):
            began = asyncio.get_running_loop().time()
            status = 0
            try:
                async with asyncio.timeout(PATIENCE_S):
                    status = await self._exchange(account)
            except (TimeoutError, httpx.HTTPError):
                pass
            self.calls.append(status)
            if status == httpx.codes.OK:
                return
            passed = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(0.0, PATIENCE_S - passed))

    async def _exchange(self, account: Account) -> int:
        fault = await self.faults.meet(CALLBACK)
        if fault is not None and fault.does != "drop":
            return 0
        token = "ENC" + secrets.token_urlsafe(32)
        self._message_tokens[token] = self.now() + TOKEN_S
        event: Fields = {
            "ToUserName": account.corp_id,
            "CreateTime": int(self.now()),
            "MsgType": "event",
            "Event": "kf_msg_or_event",
            "Token": token,
            "OpenKfId": account.open_kfid,
        }
        query, sealed = self._sealed(account, written(event))
        around = {"ToUserName": account.corp_id, "AgentID": "1000002", "Encrypt": sealed}
        answer = await self._client.post(
            self._address(account), params=query, content=written(around)
        )
        return 0 if fault else answer.status_code

    # --- what the interfaces do -------------------------------------------------------------------

    def page(self, wanted: Message) -> Message:
        """Messages from a cursor on. Raises Refused."""
        open_kfid = self._known(wanted)
        self._let_ask(wanted.get("token"), open_kfid)
        begin = int(wanted.get("cursor") or 0)
        mine = [
            (number, one)
            for number, one in enumerate(self._kept, 1)
            if number > begin and one.open_kfid == open_kfid and self.now() - one.at < KEPT_S
        ]
        page = mine[: self.page_size]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "next_cursor": str(page[-1][0] if page else begin),
            "has_more": int(len(mine) > len(page)),
            "msg_list": [one.message for _, one in page],
        }

    def send(self, wanted: Message, text: str) -> None:
        """Send a text. Raises Refused."""
        customer = self._customers.get((self._known(wanted), str(wanted.get("touser"))))
        if customer is None:
            raise Refused(40096, "invalid external userid")
        self._once(customer, wanted, customer.spend)
        customer.show(Side.ACCOUNT, text)

    def welcome(self, wanted: Message, text: str) -> None:
        """Answer an event with its code. Raises Refused."""
        code = wanted.get("code")
        customer = next((c for c in self._customers.values() if c.welcome_code == code), None)
        if customer is None or not code:
            raise Refused(40058, "invalid code")
        self._once(customer, wanted, customer.welcome)
        customer.show(Side.ACCOUNT, text)

    def _once(self, customer: Customer, wanted: Message, spend: Callable[[], None]) -> None:
        """An id of the account's own is taken once. Raises Refused."""
        msgid = str(wanted.get("msgid", ""))
        if len(msgid.encode()) > 32:
            raise Refused(40058, "msgid exceed max length")
        mine = (customer.account.open_kfid, msgid)
        if mine in self._sent_ids:
            raise Refused(40058, "invalid Request Parameter: msgid exists")
        spend()
        if msgid:
            self._sent_ids.add(mine)

    def _known(self, wanted: Message) -> str:
        open_kfid = str(wanted.get("open_kfid"))
        if open_kfid not in {one.open_kfid for one in self.accounts.values()}:
            raise Refused(NO_ACCOUNT, "invalid open_kfid")
        return open_kfid

    def _let_ask(self, token: str | None, open_kfid: str) -> None:
        if token:
            if self._message_tokens.get(token, 0.0) <= self.now():
                raise Refused(TOKEN_OVER, "invalid msg token")
        elif self.now() - self._asked_without.get(open_kfid, -BETWEEN_S) < BETWEEN_S:
            raise Refused(TOO_OFTEN, "api freq out of limit")
        else:
            self._asked_without[open_kfid] = self.now()

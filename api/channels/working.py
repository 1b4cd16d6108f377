"""What is done about what came in: the bot or people hear it, or the channel answers itself.

Everything that it leads to stands in the outbox before it is marked as done. Done twice, because
somebody died meanwhile, it has one effect: the same message is the same turn, the same answer the
same item.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from api.channels import consent, pictures
from api.channels.bubbles import Told
from api.channels.choices import Offer, numbered
from api.channels.incoming import Kind, MediaSource
from api.channels.place import outside_of, said_of
from api.channels.renderer import own
from api.channels.words import channel_words, menu_words
from api.clock import Clock
from api.contacts import inbound
from api.contacts import service as contacts
from api.contacts.models import Contact, Inbound
from api.conversations import service as conversations
from api.conversations.receive import AnswerDelayed, ConversationBusy, HelplineBusy
from api.conversations.schemas import NewMessage
from api.conversations.service import ConversationDeleted, ConversationUnknown
from api.conversations.states import WITH_PEOPLE
from api.database import Database, DatabaseUnavailable
from api.edge.limits import CONVERSATION, Limiter
from api.errors import HelplineError
from api.moving import service as moving
from api.moving.links import Links
from api.outbox import service as outbox
from api.protection.notice import Notice
from knowledge.places.regions import Regions

TURNS = UUID("6f0f4c1e-6a53-4f0e-9b6c-2f1f0c7a5d11")  # the same thing that came in, the same turn
# What passes by itself: tried again, and the visitor is told nothing of it.
PASSES = (DatabaseUnavailable, HelplineBusy, ConversationBusy, AnswerDelayed)
SAID = (Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.LOCATION, Kind.UNSUPPORTED)
NO_WORDS = '。.！!，,？?~ \n\t「」“”"'


class Hearer(Protocol):
    """Who answers what is said: api.conversations.receive.Receiver."""

    async def receive_from(
        self, contact_id: int, conversation_id: str, message: NewMessage, inbound_id: int
    ) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Doors:
    """Everything that it takes to do something about what came in.

    `seconds_to_answer`: about how long the next message waits for its answer.
    """

    database: Database
    clock: Clock
    hearer: Hearer
    limiter: Limiter
    links: Links
    notice: Notice
    regions: Callable[[], Regions]
    media: Mapping[str, MediaSource]
    seconds_to_answer: Callable[[], float] = lambda: 0.0


@dataclass(frozen=True)
class Came:
    """Something that came in, and from whom."""

    id: int
    contact_id: int
    conversation_id: str | None
    client_message_id: UUID
    kind: Kind
    body: Mapping[str, Any]
    attempts: int

    @property
    def text(self) -> str:
        return self.body.get("text") or ""


# What the channel itself says, or None where everything is stored by then.
Own = Sequence[Told] | None


class Work:
    """Does what is to be done about one thing after another."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._by_kind: Mapping[Kind, Callable[[Came], Awaitable[Own]]] = MappingProxyType(
            {
                Kind.TEXT: self._words,
                Kind.VOICE: self._voice,
                Kind.IMAGE: self._image,
                Kind.LOCATION: self._location,
                Kind.SUBSCRIBE: self._subscribe,
                Kind.SCAN: self._scan,
                Kind.MENU: self._menu,
                Kind.UNSUPPORTED: self._unsupported,
            }
        )

    async def do(self, inbound_id: int) -> None:
        """Raises what passes by itself (PASSES); what else is refused is told the visitor."""
        came = await self._came(inbound_id)
        if came is None:
            return
        try:
            told = await self._by_kind[came.kind](came)
        except PASSES:
            raise
        except HelplineError as refused:
            told = [Told((refused.detail,))]
        if told is not None:
            await self._finish(came, told)

    async def give_up(self, inbound_id: int) -> None:
        """Tell the visitor that it could not be done."""
        came = await self._came(inbound_id)
        if came is not None:
            await self._finish(came, [Told((channel_words().failed,))], inbound.State.FAILED)

    async def _came(self, inbound_id: int) -> Came | None:
        """What came in; None where it is done."""
        async with self._doors.database.reading() as session:
            row = await session.get_one(Inbound, inbound_id)
            contact = await session.get_one(Contact, row.contact_id)
        if row.done_at is not None:
            return None
        return Came(
            row.id,
            contact.id,
            contact.conversation_id,
            uuid5(TURNS, row.key_sha256),
            Kind(row.kind),
            row.body,
            row.attempts,
        )

    async def _words(self, came: Came) -> Own:
        chosen = came.body.get("choice")
        if chosen is not None:
            return await self._choice(came, chosen)
        if came.text.strip(NO_WORDS) in channel_words().move_words:
            return await self._move_out(came)
        if code := moving.look(came.text):
            return await self._move_in(came, code)
        return await self._say(came, came.text)

    async def _choice(self, came: Came, chosen: Mapping[str, Any]) -> Own:
        if chosen.get("alone"):
            return await self._number_alone(came)
        payload = chosen.get("payload")
        if payload is None:
            return [_missed(chosen)]
        doors = self._doors
        if payload == pictures.KEEP:
            told = await pictures.keep(doors.database, doors.clock, doors.media, came.contact_id)
            return [told]
        if payload == pictures.DROP:
            return [await pictures.drop(doors.database, came.contact_id)]
        return await self._say(came, payload)

    async def _number_alone(self, came: Came) -> Own:
        if await self._is_with_people(came):
            return await self._say(came, came.text)
        return [Told((channel_words().number_alone.format(number=came.text),))]

    async def _voice(self, came: Came) -> Own:
        if came.text:
            return await self._words(came)
        return await self._without_words(came, channel_words().voice)

    async def _unsupported(self, came: Came) -> Own:
        return await self._without_words(came, channel_words().unsupported)

    async def _without_words(self, came: Came, answer: str) -> Own:
        """Whoever has the conversation learns that something came; the channel says the rest."""
        return [*await self._for_people(came), Told((answer,))]

    async def _is_with_people(self, came: Came) -> bool:
        if came.conversation_id is None:
            return False
        async with self._doors.database.reading() as session:
            return await conversations.state_of(session, came.conversation_id) in WITH_PEOPLE

    async def _for_people(self, came: Came) -> Sequence[Told]:
        if not await self._is_with_people(came):
            return ()
        return await self._say(came, channel_words().for_people[came.kind])

    async def _image(self, came: Came) -> Own:
        at = self._doors.clock.now()
        async with self._doors.database.session() as session:
            contact = await contacts.locked(session, came.contact_id)
            media_id = came.body["media_id"]
            if media_id not in [one["media_id"] for one in pictures.waiting(contact, at)]:
                pictures.wait_for_word(contact, media_id, at)
            asked = await pictures.question(session, contact, at)
        if asked is not None:
            return [*await self._for_people(came), asked]
        return await self._without_words(came, channel_words().picture_no_ticket)

    async def _location(self, came: Came) -> Own:
        said = said_of(came.text, self._doors.regions())
        if said is None:
            return [Told((channel_words().place_unknown,))]
        outside = outside_of(came.text, self._doors.regions())
        if outside is not None and not await self._is_with_people(came):
            return [Told((channel_words().place_outside.format(place=outside),))]
        return await self._say(came, said)

    async def _subscribe(self, came: Came) -> Own:
        at = self._doors.clock.now()
        async with self._doors.database.session() as session:
            contact = await contacts.locked(session, came.contact_id)
            if consent.is_due(contact, self._doors.notice):
                notice = consent.text(contact, self._doors.notice, self._notice_link)
                told = Told((channel_words().welcome, notice))
                consent.sent(contact, self._doors.notice)
            else:
                told = Told((channel_words().welcome_back,))
            await self._put(session, came, "welcome", told, at)
        return await self._scanned(came, ())

    async def _scan(self, came: Came) -> Own:
        return await self._scanned(came, (Told((channel_words().how_to_ask,)),))

    async def _scanned(self, came: Came, otherwise: Sequence[Told]) -> Own:
        code = moving.look(came.text)
        return await self._move_in(came, code) if code else otherwise

    async def _menu(self, came: Came) -> Own:
        if said := menu_words().root.get(came.text):
            return await self._say(came, said)
        if came.text == "move":
            return await self._move_out(came)
        if came.text == "card":
            return [self._card(came)]
        return [Told((channel_words().how_to_ask,))]

    def _card(self, came: Came) -> Told:
        words = channel_words()
        if came.conversation_id is None:
            return Told((words.card_none,))
        link = self._doors.links.url(came.conversation_id, at=self._doors.clock.now())
        return Told((words.card.format(link=link) if link else words.card_no_link,))

    async def _move_out(self, came: Came) -> Own:
        words, at = channel_words(), self._doors.clock.now()
        if came.conversation_id is None:
            return [Told((words.move_none,))]
        async with self._doors.database.session() as session:
            code = await moving.make(session, came.conversation_id, "contact", at=at)
            minutes = round((code.expires_at - at) / timedelta(minutes=1))
            page = self._doors.links.page or words.move_page
            said = [words.move_code.format(code=code.text, minutes=minutes, page=page)]
            link = self._doors.links.url(came.conversation_id, at=self._doors.clock.now())
            said += [words.move_link.format(link=link)] if link else []
            await self._finish_in(session, came, [Told(tuple(said))], at)
        return None

    async def _move_in(self, came: Came, code: str) -> Own:
        await self._doors.limiter.try_move(f"contact:{came.contact_id}")
        at = self._doors.clock.now()
        async with self._doors.database.session() as session:
            conversation_id = await moving.use(session, code, at=at)
            contact = await contacts.locked(session, came.contact_id)
            await contacts.bind(session, contact, conversation_id, at=at)
            await self._tell_notice(session, contact, came, at)
            await self._finish_in(session, came, [Told((channel_words().moved,))], at)
        return None

    async def _say(self, came: Came, text: str) -> Sequence[Told]:
        """Let the bot, or who has the conversation, hear it. The answer goes into the outbox with
        the turn; what the channel adds is returned.
        """
        if came.attempts <= 1:
            await self._doors.limiter.visit(CONVERSATION, f"contact:{came.contact_id}")
        message = NewMessage(text=text, client_message_id=came.client_message_id)
        try:
            turn = await self._heard(came, message)
        except (ConversationUnknown, ConversationDeleted):  # it was deleted or moved just now
            turn = await self._heard(came, message)
        return await self._asked_about_pictures(came, turn)

    async def _heard(self, came: Came, message: NewMessage) -> dict[str, Any]:
        conversation_id = await self._enter(came)
        return await self._doors.hearer.receive_from(
            came.contact_id, conversation_id, message, came.id
        )

    async def _enter(self, came: Came) -> str:
        """The contact's conversation; the notice goes before the answer where it is due."""
        at = self._doors.clock.now()
        async with self._doors.database.session() as session:
            contact = await contacts.locked(session, came.contact_id)
            conversation_id = await consent.conversation_of(
                session, contact, self._doors.notice, at=at
            )
            await self._tell_notice(session, contact, came, at)
        return conversation_id

    async def _tell_notice(
        self, session: AsyncSession, contact: Contact, came: Came, at: datetime
    ) -> None:
        if consent.is_due(contact, self._doors.notice):
            said = consent.text(contact, self._doors.notice, self._notice_link)
            await self._put(session, came, "notice", Told((said,)), at)
            consent.sent(contact, self._doors.notice)

    async def _asked_about_pictures(self, came: Came, turn: Mapping[str, Any]) -> Sequence[Told]:
        """Pictures that waited are asked about once there is a ticket for them."""
        if not (turn.get("ticket") or {}).get("created"):
            return ()
        async with self._doors.database.reading() as session:
            contact = await session.get_one(Contact, came.contact_id)
            asked = await pictures.question(session, contact, self._doors.clock.now())
        return [asked] if asked else ()

    async def _finish(
        self, came: Came, told: Sequence[Told], state: inbound.State | None = None
    ) -> None:
        at = self._doors.clock.now()
        async with self._doors.database.session() as session:
            await self._finish_in(session, came, told, at, state)

    async def _finish_in(
        self,
        session: AsyncSession,
        came: Came,
        told: Sequence[Told],
        at: datetime,
        state: inbound.State | None = None,
    ) -> None:
        """Put what the channel says into the outbox, and mark what came in as done."""
        if came.kind in SAID and told:
            contact = await contacts.locked(session, came.contact_id)
            await self._tell_notice(session, contact, came, at)
        for number, one in enumerate(told):
            await self._put(session, came, f"own{number}", one, at)
        row = await inbound.locked(session, came.id)
        row.done_at, row.leased_until, row.body = at, None, {}  # its words stand elsewhere
        if state is not None:
            row.state, row.decided_at = state, row.decided_at or at
            await outbox.release(session, row.id, at=at)

    async def _put(
        self, session: AsyncSession, came: Came, what: str, told: Told, at: datetime
    ) -> None:
        row = await session.get_one(Inbound, came.id)
        contact = await session.get_one(Contact, came.contact_id)
        await outbox.put_for(
            session,
            contact,
            outbox.OWN,
            f"{what}:{came.id}",
            at=at,
            conversation_id=contact.conversation_id,
            inbound_id=came.id,
            due_at=inbound.due_of_answer(row, at),
            payload=own(told),
        )

    @property
    def _notice_link(self) -> str | None:
        return f"{self._doors.links.page}/#privacy" if self._doors.links.page else None


def _missed(chosen: Mapping[str, Any]) -> Told:
    """The list again, with what was wrong about the choice."""
    words = channel_words()
    offered = tuple(Offer(one["title"], one["payload"]) for one in chosen["offered"])
    out_of_range = (
        words.out_of_range.format(count=len(offered))
        if len(offered) > 1
        else words.out_of_range_one
    )
    said = words.several if chosen["several"] else out_of_range
    return Told((f"{said}\n{numbered(offered)}",), offered)

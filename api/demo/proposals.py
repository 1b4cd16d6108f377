"""Changes to the content that the demo's people have proposed: one waits for review, one was sent
back, one is a draft. None states any law that is not shipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api.accounts.access import Staff
from api.content import schemas, service
from api.database import Database
from knowledge.editing.folder import item_of
from knowledge.editing.kinds import KINDS
from knowledge.reviewed import CONTENT


@dataclass(frozen=True)
class Proposal:
    """Somebody puts `new` in the place of `old` in an item, so long ago, and hands it in unless it
    is a draft; the supervisor sends it back where he has said why.
    """

    by: str
    kind: str
    file: str
    key: str
    old: str
    new: str
    reason: str
    ago: timedelta
    is_draft: bool = False
    sent_back: str = ""


PROPOSALS: Sequence[Proposal] = (
    Proposal(
        "甲",
        "answer",
        "answers/contracts-agencies-support.yml",
        "gen-fr-cooling",
        "- 后悔了能反悔多久\n",
        "- 后悔了能反悔多久\n- 加盟费刚交，几天之内能退\n",
        "这几天好几个来电这样问，没有找到这条答复",
        timedelta(hours=3),
    ),
    Proposal(
        "乙",
        "canned",
        "canned.yml",
        "one-moment",
        "我核对一下再回复您。",
        "我核对一下马上回复您。",
        "说得让人安心些",
        timedelta(days=2),
        sent_back="「马上」做不到时来访者会生气，还是原来的好。",
    ),
    Proposal(
        "乙",
        "term",
        "terms.yml",
        "保全",
        "先固定住",
        "先固定住，免得拖到判决时找不着了",
        "有来访者问为什么要先固定",
        timedelta(hours=1),
        is_draft=True,
    ),
)


async def propose_all(
    database: Database, staff: Mapping[str, Staff], now: datetime, content: Path = CONTENT
) -> None:
    """Let the demo's people propose these; what is not shipped any more is left out."""
    for one in PROPOSALS:
        item = item_of(KINDS[one.kind], one.file, one.key, content)
        if item is None or one.old not in item.body:
            continue
        new = schemas.NewRevision(
            kind=one.kind,
            file=one.file,
            key=one.key,
            body=item.body.replace(one.old, one.new, 1),
            reason=one.reason,
            expires_on=None,
            over=0,
        )
        await _propose(database, one, new, staff, now - one.ago)


async def _propose(
    database: Database,
    one: Proposal,
    new: schemas.NewRevision,
    staff: Mapping[str, Staff],
    at: datetime,
) -> None:
    async with database.session() as session:
        stored = await service.propose(session, new, staff[one.by], at=at)
        if not one.is_draft:
            await service.submit(session, stored.id, stored.body, staff[one.by], at=at)
        if one.sent_back:
            later = at + timedelta(hours=1)
            await service.reject(session, stored.id, one.sent_back, staff["班长"], at=later)

"""The privacy notice: one reviewed text, with the periods and names of the settings in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Self

from fastapi import Depends, Request

from api.errors import HelplineError
from api.settings import Settings
from knowledge.reviewed import Strict, load

FILE = Path(__file__).with_name("notice.yml")
_FOLDED = re.compile("(?<=[^\\x00-\\x7f]) (?=[^\\x00-\\x7f])")


class ConsentOutdated(HelplineError):
    code = "consent_outdated"
    status = HTTPStatus.CONFLICT
    title = "隐私说明有更新"
    detail = "隐私说明已经更新，请重新打开页面，看过新的说明再同意。"


class _Section(Strict):
    title: str
    text: str


class _Text(Strict):
    version: date
    reviewed: str
    short: str
    operator_known: str
    operator_unknown: str
    contact_unknown: str
    sections: tuple[_Section, ...]


@dataclass(frozen=True)
class Notice:
    """What a visitor agrees to. `version` is the day of the text and a digest of all of it, so that
    another period or operator is another version.
    """

    version: str
    short: str
    sections: tuple[tuple[str, str], ...]  # title, text

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The notice under these settings; raises ContentError where its file is wrong."""
        text = load(FILE, _Text)
        who = text.operator_known if settings.operator else text.operator_unknown
        values = {
            **settings.model_dump(
                include={name for name in Settings.model_fields if "keep_" in name}
            ),
            "operator": settings.operator,
            "operator_contact": settings.operator_contact or text.contact_unknown,
        }
        values["operator_paragraph"] = who.format(**values)
        short = _written(text.short, values)
        sections = tuple((one.title, _written(one.text, values)) for one in text.sections)
        digest = sha256(repr((short, sections)).encode()).hexdigest()
        return cls(f"{text.version.isoformat()}.{digest[:8]}", short, sections)

    def agreed(self, version: str | None) -> str:
        """The version that a visitor agreed to; raises ConsentOutdated for another than this."""
        if version not in (None, self.version):
            raise ConsentOutdated
        return self.version


def _written(text: str, values: Mapping[str, Any]) -> str:
    """The text with the settings in it, without the blanks that YAML puts between its lines."""
    return _FOLDED.sub("", text.format(**values))


async def _notice_of(request: Request) -> Notice:
    notice: Notice = request.app.state.notice
    return notice


AppNotice = Annotated[Notice, Depends(_notice_of)]

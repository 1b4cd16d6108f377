"""The structure of the database as this program knows it: its tables and its revisions."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL

import api.accounts.models
import api.asked.models
import api.calls.models
import api.canned.models
import api.channels.wecom.models
import api.contacts.models
import api.content.laws.models
import api.content.models
import api.conversations.models
import api.desk.models
import api.dictionaries.models
import api.edge.models
import api.events.models
import api.experts.models
import api.labels.models
import api.lanes.models
import api.lookup.models
import api.moving.models
import api.outbox.models
import api.privacy.models
import api.referrals.models
import api.suggestions.models
import api.switches.models
import api.tickets.models
import api.training.models  # noqa: F401 - importing a noun's models is what makes its tables known
from api.database import MIGRATIONS, Base
from api.keeping.archive import KeepingFailed, Manifest

REVISION_TABLE = "alembic_version"


def tables() -> list[str]:
    """Every table of the helpline, Alembic's own with them."""
    return [REVISION_TABLE, *(table.name for table in Base.metadata.sorted_tables)]


def check(manifest: Manifest) -> None:
    """Refuse a backup whose structure this program cannot know; raises KeepingFailed."""
    known = {revision.revision for revision in _script().walk_revisions()}
    if manifest.revision not in known:
        raise KeepingFailed(
            f"备份的数据库结构（{manifest.revision}，程序 {manifest.version}）比这份程序新。"
            "没有恢复任何内容。请换用与它相配的程序再恢复。"
        )


def newest() -> str:
    """The revision that this program needs."""
    return str(_script().get_current_head())


def migrate(url: URL) -> None:
    """Bring the database at `url` to the structure that this program needs."""
    config = _config()
    config.attributes["url"] = url.render_as_string(hide_password=False)
    command.upgrade(config, "head")


def _config() -> Config:
    return Config(MIGRATIONS / "alembic.ini")


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

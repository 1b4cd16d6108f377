"""Files: what is written can be read back, and what lawyers change in them becomes proposals."""

import shutil
from pathlib import Path

from api.content import catalogue, exchange
from api.database import Database
from knowledge.editing import folder
from knowledge.reviewed import CONTENT
from tests.api.content.conftest import TERMS, FakeWorkshop
from tests.api.content.editing import Newsroom
from tests.api.staff import SUPERVISOR


async def test_what_is_written_and_read_back_changes_nothing(
    newsroom: Newsroom, rows: Database, workshop: FakeWorkshop, tmp_path: Path
) -> None:
    await newsroom.publishes()
    target = tmp_path / "export"
    await exchange.write(rows, workshop, target)
    at = newsroom.app.state.clock.now()

    assert "三个月里提出反对" in (target / "terms.yml").read_text("utf-8")
    assert await exchange.read(rows, workshop, target, "回读", SUPERVISOR, at=at) == []


async def test_what_was_changed_in_files_waits_as_drafts(
    newsroom: Newsroom, rows: Database, workshop: FakeWorkshop, tmp_path: Path
) -> None:
    target = tmp_path / "export"
    await exchange.write(rows, workshop, target)
    file = target / "terms.yml"
    file.write_text("terms:\n  异议: 律师改过\n  复审: 再看一次\n", encoding="utf-8")
    at = newsroom.app.state.clock.now()
    made = await exchange.read(rows, workshop, target, "律师修订", SUPERVISOR, at=at)

    assert [(one.state, one.body) for one in made] == [
        ("draft", "异议: 律师改过\n"),
        ("draft", "复审: 再看一次\n"),
        ("draft", None),
    ]
    # Editing the export left what is shipped as it is.
    assert (workshop.base / "terms.yml").read_text("utf-8") == TERMS


def test_all_that_is_shipped_survives_being_taken_apart_and_put_together(tmp_path: Path) -> None:
    items = catalogue.read(CONTENT)
    again = tmp_path / "again"
    changes = [folder.Change(one.kind, one.file, one.key, one.body) for one in items[::200]]
    folder.make(again, changes)

    assert list(exchange.differences(items, catalogue.read(again))) == []
    shutil.rmtree(again)

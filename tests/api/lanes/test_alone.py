"""A second process on the same SQLite file does not begin, and says what to do."""

from pathlib import Path

import pytest

from api.lanes.alone import AlreadyServed, alone


def test_a_file_is_served_by_one_process_at_a_time(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'helpline.db'}"

    with (
        alone(url),
        pytest.raises(AlreadyServed, match="HELPLINE_DATABASE_URL 写明 postgresql://"),
        alone(url),
    ):
        pass
    with alone(url):  # who was there is gone
        pass


def test_postgresql_is_served_by_as_many_as_there_are() -> None:
    with alone("postgresql+psycopg://h/db"), alone("postgresql+psycopg://h/db"):
        pass

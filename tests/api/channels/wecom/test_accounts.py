"""The file of customer-service accounts: what is wrong in it is told with its line."""

import json
from pathlib import Path

import pytest

from api.channels.wecom.accounts import API, accounts_of
from api.settings import Settings, SettingsWrong
from tests.api.channels.wecom import AES_KEY, CORP_ID, KFID, TOKEN

WHOLE = {
    "name": "jiangxi",
    "title": "江西知识产权",
    "corp_id": CORP_ID,
    "secret": "invented-secret_1",
    "token": TOKEN,
    "aes_key": AES_KEY,
    "open_kfid": KFID,
}


def settings(folder: Path, *accounts: dict[str, str]) -> Settings:
    file = folder / "wecom.yml"
    file.write_text(json.dumps(accounts, ensure_ascii=False), encoding="utf-8")
    return Settings(wecom_file=str(file))


def test_an_account_is_read_as_it_is_written(tmp_path: Path) -> None:
    found = accounts_of(settings(tmp_path, WHOLE))["jiangxi"]
    assert (found.api, found.callback) == (API, "/channels/wecom/jiangxi")
    assert "invented-secret_1" not in repr(found) and AES_KEY not in repr(found)
    assert accounts_of(Settings()) == {}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_is_missing_is_told(name: str, tmp_path: Path) -> None:
    given = {key: value for key, value in WHOLE.items() if key != name}
    with pytest.raises(SettingsWrong, match=f"缺少 {name}"):
        accounts_of(settings(tmp_path, given))


def test_two_accounts_are_not_the_same(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="open_kfid 都是"):
        accounts_of(settings(tmp_path, WHOLE, {**WHOLE, "name": "ganzhou"}))

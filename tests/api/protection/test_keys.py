"""The data key: where it comes from, what it opens, and what is said when it is wrong."""

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong, as_searched, new_key
from api.settings import Settings
from tests.conftest import KEYS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def settings(var: Path, key: str = "") -> Settings:
    return Settings(var=var, data_key=SecretStr(key))


@given(st.text())
def test_a_text_comes_back_and_cannot_be_read_in_between(text: str) -> None:
    sealed = KEYS.seal(text)

    assert KEYS.opened(sealed) == text
    assert len(text) < 4 or text not in sealed


@given(JSON)
def test_json_comes_back(value: Any) -> None:
    assert KEYS.opened_json(KEYS.seal_json(value)) == value


def test_a_key_of_its_own_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    made = DataKeys.made(settings(tmp_path))

    file = tmp_path / "data.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert DataKeys.of(settings(tmp_path)) == made
    assert not list(tmp_path.glob("*.partial"))


def test_the_setting_counts_more_than_the_file(tmp_path: Path) -> None:
    DataKeys.made(settings(tmp_path))
    first, second = new_key(), new_key()

    assert DataKeys.of(settings(tmp_path, f"{first},{second}")).keys == (first, second)


def test_a_missing_key_is_told_with_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(DataKeyMissing, match="没有数据密钥") as raised:
        DataKeys.of(settings(tmp_path))
    assert str(tmp_path / "data.key") in str(raised.value)
    assert not (tmp_path / "data.key").exists()


@pytest.mark.parametrize("key", ["abc", "短", "A" * 43])
def test_a_key_that_is_none_is_told_by_its_source(tmp_path: Path, key: str) -> None:
    with pytest.raises(DataKeyWrong, match=r"HELPLINE_DATA_KEY.*读不懂"):
        DataKeys.of(settings(tmp_path, key))
    (tmp_path / "data.key").write_text(key)
    with pytest.raises(DataKeyWrong, match=r"data\.key.*读不懂"):
        DataKeys.of(settings(tmp_path))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(DataKeyWrong, match="不是原来的那一把"):
        DataKeys((new_key(),)).opened(KEYS.seal("您好"))


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    both = KEYS.with_new()

    assert both.opened(KEYS.seal("您好")) == "您好"
    assert both.newest_alone().opened(both.seal("您好")) == "您好"


def test_keys_stand_in_no_message() -> None:
    assert KEYS.keys[0] not in repr(KEYS) and KEYS.keys[0] not in str(KEYS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13812345678", "138 1234 5678"),
        ("13812345678", "138-1234-5678（陈华，晚上七点以后）"),
        ("0791-88886666", "079188886666"),
        ("微信 Abc_123456", "微信abc_123456"),
        ("a1234567@example.com", "A1234567@example.com（陈华）"),
    ],
)
def test_a_contact_is_found_however_it_is_spelt(one: str, other: str) -> None:
    assert as_searched(one) == as_searched(other)


def test_different_contacts_are_not_taken_for_each_other() -> None:
    spelt = ["13812345678", "13812345679", "微信 abc1234567", "QQ 1234567", "a1234567@qq.com"]

    assert len({as_searched(one) for one in spelt}) == len(spelt)
    assert KEYS.hashed("13812345678") != DataKeys((new_key(),)).hashed("13812345678")

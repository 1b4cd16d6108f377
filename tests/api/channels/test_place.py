"""Where a visitor is, from the address that a map names."""

import pytest

from api.channels.place import said_of
from knowledge.places.regions import Regions


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("江西省赣州市章贡区长征大道1号", "我在赣州市章贡区"),
        ("江西省南昌市东湖区北京西路88号", "我在南昌市东湖区"),
        ("中国江西省赣州市瑞金市红都大道", "我在赣州市瑞金市"),
        ("江西省九江市", "我在九江市"),
        ("广东省深圳市南山区科技园", "我在深圳市"),
    ],
)
def test_an_address_names_city_and_county(address: str, said: str, regions: Regions) -> None:
    assert said_of(address, regions) == said


@pytest.mark.parametrize("address", ["", "中国", "江西省", "某路88号"])
def test_an_address_without_a_city_says_nothing(address: str, regions: Regions) -> None:
    assert said_of(address, regions) is None

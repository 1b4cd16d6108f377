"""Places are found as visitors name them, and nothing is guessed where a name could mean several
things.
"""

from pathlib import Path

import pytest

from knowledge.places.regions import Place, Regions
from knowledge.reviewed import CONTENT, ContentError

PATH = CONTENT / "regions.yml"
REGIONS = Regions.load(PATH)


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    """(kind, city, county) of every place in a text."""
    return [(place.kind, place.city, place.county) for place in REGIONS.find(text)]


def test_the_table_holds_eleven_cities_and_one_hundred_counties() -> None:
    per_city = {city: len(REGIONS.counties(city)) for city in REGIONS.cities}
    assert per_city == {
        "南昌市": 9,
        "景德镇市": 4,
        "萍乡市": 5,
        "九江市": 13,
        "新余市": 2,
        "鹰潭市": 3,
        "赣州市": 18,
        "吉安市": 13,
        "宜春市": 10,
        "抚州市": 11,
        "上饶市": 12,
    }
    assert len(REGIONS.counties()) == 100


@pytest.mark.parametrize("county", REGIONS.counties())
def test_every_county_is_found_by_its_full_name_and_gives_its_city(county: str) -> None:
    text = f"我在{county}开了一家店，有人仿冒我的牌子"
    [place] = REGIONS.find(text)
    assert (place.kind, place.county, place.city) == ("county", county, REGIONS.city_of(county))
    assert text[place.start : place.end] == county
    assert (place.province, place.ask) == ("江西省", None)


@pytest.mark.parametrize("city", REGIONS.cities)
@pytest.mark.parametrize("form", ["{}", "{}市"])
def test_every_city_is_found_with_and_without_its_suffix(city: str, form: str) -> None:
    assert found(f"对方在{form.format(city.removesuffix('市'))}卖假货") == [("city", city, None)]


@pytest.mark.parametrize(
    ("text", "city", "county"),
    [
        ("南康的家具厂", "赣州市", "南康区"),
        ("南康市那家", "赣州市", "南康区"),
        ("在九江县开厂", "九江市", "柴桑区"),
        ("上饶县的店", "上饶市", "广信区"),
        ("吉安县的店", "吉安市", "吉安县"),
        ("赣县有人卖", "赣州市", "赣县区"),
        ("南昌县莲塘", "南昌市", "南昌县"),
        ("小蓝经开区的工厂", "南昌市", "南昌县"),
        ("湾里有家店", "南昌市", "新建区"),
        ("新建县的作坊", "南昌市", "新建区"),
        ("南昌新建有个市场", "南昌市", "新建区"),
        ("文港的毛笔", "南昌市", "进贤县"),
        ("李渡那边的酒厂", "南昌市", "进贤县"),
        ("在龙岭开家具厂", "赣州市", "南康区"),
        ("唐江那边", "赣州市", "南康区"),
        ("向塘的物流园", "南昌市", "南昌县"),
        ("中童那边做眼镜的", "鹰潭市", "余江区"),
        ("湾里管理局", "南昌市", "新建区"),
        ("景德镇浮梁的茶厂", "景德镇市", "浮梁县"),
        ("红谷滩的商场", "南昌市", "红谷滩区"),
        ("星子县的民宿", "九江市", "庐山市"),
        ("旧庐山区那一片", "九江市", "濂溪区"),
        ("共青城的服装厂", "九江市", "共青城市"),
        ("余江县的眼镜", "鹰潭市", "余江区"),
        ("东乡县的店", "抚州市", "东乡区"),
        ("东乡的店", "抚州市", "东乡区"),
        ("抚州南城的校具", "抚州市", "南城县"),
        ("波阳的厂", "上饶市", "鄱阳县"),
        ("广丰的店", "上饶市", "广丰区"),
        ("樟树那边卖药", "宜春市", "樟树市"),
        ("我是樟树人", "宜春市", "樟树市"),
        ("江西清江的酒厂", "宜春市", "樟树市"),
        ("高安做建陶的", "宜春市", "高安市"),
        ("位于都昌的店", "九江市", "都昌县"),
        ("位于于都的店", "赣州市", "于都县"),
        ("乐平有家饭店", "景德镇市", "乐平市"),
    ],
)
def test_everyday_and_former_names_give_the_official_one(text: str, city: str, county: str) -> None:
    assert ("county", city, county) in found(text)


@pytest.mark.parametrize("text", ["九江市", "上饶市", "吉安市", "赣州市"])
def test_a_city_is_not_the_county_of_a_like_name(text: str) -> None:
    assert found(text) == [("city", text, None)]


@pytest.mark.parametrize("text", ["吉安县级市场监管局", "九江县级以上的部门", "上饶县级部门"])
def test_county_level_offices_of_a_city_do_not_name_a_county(text: str) -> None:
    assert [kind for kind, _, _ in found(text)] == ["city"]


@pytest.mark.parametrize(
    "text", ["万年", "万年。", "在万年开店", "上饶万年", "鄱阳、万年都有卖的", "万年那边"]
)
def test_a_common_word_is_a_place_only_with_something_that_says_so(text: str) -> None:
    assert ("county", "上饶市", "万年县") in found(text)
    assert found("万年牌酱油") == []


@pytest.mark.parametrize("text", ["西湖", "东湖那边", "在南城开店", "西湖龙井", "药都"])
def test_a_name_that_many_cities_share_is_not_placed_without_its_city(text: str) -> None:
    assert found(text) == []


def test_a_shared_name_is_placed_behind_its_city() -> None:
    assert found("南昌西湖那边") == [("city", "南昌市", None), ("county", "南昌市", "西湖区")]
    assert found("杭州西湖区") == [("outside", "杭州市", None)]
    assert found("东莞南城") == [("outside", "东莞市", None)]


@pytest.mark.parametrize(
    ("guard", "text"),
    [(guard.alias, text) for guard in REGIONS.guards.values() for text in guard.not_in],
)
def test_ordinary_phrases_do_not_hold_a_place(guard: str, text: str) -> None:
    assert guard not in [text[place.start : place.end] for place in REGIONS.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "有人卖假的景德镇瓷器",
        "我们做南昌拌粉",
        "开了家临川菜馆",
        "卖赣州脐橙的",
        "萍乡炒粉加盟",
        "修水宁红茶被仿",
        "九江牌白酒",
    ],
)
def test_goods_that_bear_a_places_name_say_nothing_about_where(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("景德镇陶瓷厂仿我", "景德镇市"),
        ("景德镇瓷器批发市场", "景德镇市"),
        ("南昌菜市场", "南昌市"),
        ("在景德镇卖瓷器", "景德镇市"),
    ],
)
def test_those_who_make_or_sell_such_goods_are_where_the_name_says(text: str, city: str) -> None:
    assert found(text) == [("city", city, None)]


@pytest.mark.parametrize(
    "zone", ["高新区", "经开区", "开发区", "经济技术开发区", "高新技术产业开发区"]
)
def test_a_zone_that_many_cities_have_is_asked_about(zone: str) -> None:
    [place] = REGIONS.find(f"{zone}有家店卖假货")
    assert (place.kind, place.city) == ("ambiguous", None)
    assert place.ask and "哪个市" in place.ask


@pytest.mark.parametrize("text", ["南昌高新区", "赣州市经开区", "新余的高新区", "深圳高新区"])
def test_a_zone_behind_a_city_needs_no_question(text: str) -> None:
    assert [place.ask for place in REGIONS.find(text)] == [None]


def test_the_province_alone_does_not_settle_a_zone() -> None:
    assert found("江西高新区") == [("province", None, None), ("ambiguous", None, None)]


def test_lushan_alone_is_asked_about_though_its_city_is_known() -> None:
    [place] = REGIONS.find("庐山开民宿")
    assert (place.kind, place.city, place.county) == ("ambiguous", "九江市", None)
    assert place.ask and "濂溪区" in place.ask
    assert found("庐山市的民宿") == [("county", "九江市", "庐山市")]


def test_the_new_area_is_neither_a_city_nor_a_county() -> None:
    assert found("赣江新区的企业") == [("new_area", "赣江新区", None)]
    assert "赣江新区" not in REGIONS.cities + REGIONS.counties()


def test_places_outside_jiangxi_come_with_their_province() -> None:
    text = "浙江义乌的厂仿我，货出口到越南"
    places = REGIONS.find(text)
    assert places == [
        Place(None, None, "浙江省", "outside", 0, 2, None, "浙江省"),
        Place("义乌市", None, "浙江省", "outside", 2, 4, None, "义乌市"),
        Place(None, None, None, "abroad", 13, 15, None, "越南"),
    ]


def test_names_that_overlap_are_read_as_a_reader_would() -> None:
    assert found("济南昌盛公司") == [("outside", "济南市", None)]
    assert found("海南昌江") == [("outside", "昌江黎族自治县", None)]
    assert found("全南昌都在卖") == [("city", "南昌市", None)]
    assert found("江西安义的门窗") == [("province", None, None), ("county", "南昌市", "安义县")]


def test_several_places_come_in_reading_order_with_their_offsets() -> None:
    text = "我在赣州南康做家具，对方在广东佛山"
    assert [text[p.start : p.end] for p in REGIONS.find(text)] == ["赣州", "南康", "广东", "佛山"]


def test_a_name_alone_is_given_its_official_form() -> None:
    assert REGIONS.normalise("南康") == "南康区"
    assert REGIONS.normalise("九江县") == "柴桑区"
    assert REGIONS.normalise("赣州") == "赣州市"
    assert REGIONS.normalise("万年。") == "万年县"
    assert REGIONS.normalise("杭州") == "杭州市"
    assert REGIONS.normalise("高新区") is None
    assert REGIONS.normalise("没有这个地方") is None


def test_a_shared_name_alone_needs_the_city_to_be_normalised() -> None:
    assert REGIONS.normalise("西湖") is None
    assert REGIONS.normalise("西湖", city="南昌市") == "西湖区"
    assert REGIONS.normalise("西湖", city="杭州市") is None


def test_the_province_of_a_name_is_known() -> None:
    assert REGIONS.province_of("南康区") == "江西省"
    assert REGIONS.province_of("义乌市") == "浙江省"
    assert REGIONS.province_of("越南") is None


def changed(folder: Path, old: str, new: str) -> Path:
    """A copy of the table with one passage replaced."""
    text = PATH.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "regions.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("aliases: [南康, 南康市, ", "aliases: [南康, 南康市, 章贡, ", "「章贡」重复了"),
        (
            "- {name: 婺源县, kind: county, city: 上饶市, type: county, aliases: [婺源], "
            "source: GK}",
            "",
            "现有11个、99个",
        ),
        (
            "- {name: 婺源县, kind: county, city: 上饶市,",
            "- {name: 婺源县, kind: county, city: 上绕市,",
            "「婺源县」要写明",
        ),
        ("aliases: [婺源], source: GK", "aliases: [婺源], source: WIKI", "没有来源「WIKI」"),
        ("- {alias: 石狮,", "- {alias: 石狮狮,", "没有叫「石狮狮」的地名"),
        ("aliases: [婺源], source: GK", "alias: [婺源], source: GK", "alias"),
    ],
)
def test_a_fault_in_the_table_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ContentError, match=r"regions\.yml 第 \d+ 行") as error:
        Regions.load(path)
    assert fault in str(error.value)


def test_the_line_of_a_fault_is_the_right_one(tmp_path: Path) -> None:
    path = changed(tmp_path, "aliases: [婺源], source: GK", "aliases: [婺源], source: WIKI")
    with pytest.raises(ContentError) as error:
        Regions.load(path)
    assert "WIKI" in path.read_text(encoding="utf-8").splitlines()[error.value.line - 1]

"""Articles that a visitor names are marked in the message, as typed and where they stand."""

from pathlib import Path

import pytest
import spacy
import yaml
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.citations import LAWS, CitationReader, new_ruler, read


@pytest.fixture(scope="module")
def ruler() -> spacy.language.Language:
    return new_ruler()


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ("商标法57条", "商标法57条"),
        ("《专利法》第六十五条怎么说", "专利法》第六十五条"),
        ("请问反法第十条是什么", "反法第十条"),
        ("按照商标法 第57条能赔多少", "商标法 第57条"),
        ("商标法的第57条", "商标法的第57条"),
        ("商标条例66条", "商标条例66条"),
        ("商标法实施条例第66条", "商标法实施条例第66条"),
        ("法释〔2021〕4号第五条", "法释〔2021〕4号第五条"),
        ("中华人民共和国专利法第65条", "中华人民共和国专利法第65条"),
    ],
)
def test_an_article_is_found_as_it_was_typed(
    ruler: spacy.language.Language, text: str, citation: str
) -> None:
    [entity] = read(text, ruler)

    assert (entity["entity"], entity["value"]) == ("law_citation", citation)
    assert text[entity["start"] : entity["end"]] == citation


def test_several_articles_are_found_in_order(ruler: spacy.language.Language) -> None:
    found = [entity["value"] for entity in read("商标法第57条和专利法第65条", ruler)]

    assert found == ["商标法第57条", "专利法第65条"]


@pytest.mark.parametrize("text", ["商标法怎么说", "第五十七条", "我有57条裤子", "合同第五条", ""])
def test_without_a_law_and_a_number_nothing_is_found(
    ruler: spacy.language.Language, text: str
) -> None:
    assert list(read(text, ruler)) == []


def test_every_name_of_every_law_is_known(ruler: spacy.language.Language) -> None:
    laws = yaml.load(LAWS.read_text(encoding="utf-8"), yaml.CSafeLoader)["laws"]
    names = [
        name
        for law in laws
        for name in (law["short"], law.get("name"), *law.get("aliases", []))
        if name
    ]

    # A traditional or full-width form never arrives: the normaliser stands before.
    missed = [
        name
        for name in names
        if [e["value"] for e in read(f"{name}第一条", ruler)] != [f"{name}第一条"]
    ]
    assert missed == []


def test_what_others_found_is_kept() -> None:
    before = {"entity": "likely_right", "value": "trademark"}
    message, empty = Message({TEXT: "商标法57条", ENTITIES: [before]}), Message({})

    CitationReader().process([message, empty])

    assert [entity["entity"] for entity in message.get(ENTITIES)] == [
        "likely_right",
        "law_citation",
    ]
    assert empty.get(ENTITIES) is None


def test_a_new_law_is_known_as_soon_as_the_content_names_it(tmp_path: Path) -> None:
    laws = tmp_path / "laws.yml"
    laws.write_text("laws:\n- short: 火星法\n  aliases: [火法]\n", encoding="utf-8")

    assert [entity["value"] for entity in read("火法第3条", new_ruler(laws))] == ["火法第3条"]

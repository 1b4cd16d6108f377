"""An operator can follow a message step by step; what is stored is shown without personal data."""

import re
from datetime import date
from typing import Any

import pytest

from actions.deciding.decision import State
from api.clock import Clock
from api.conversations import service as conversations
from api.database import Database
from api.dialogue.replies import Reply
from api.protection.masking import mask
from api.tickets import service as tickets
from api.trace import Asked, NotFound, Understand, follow, main, masked, stored
from knowledge.base import KnowledgeBase
from knowledge.reviewed import CONTENT
from knowledge.search.cards import Found
from knowledge.search.searcher import Searcher
from tests.conftest import TODAY
from tests.content import ANSWERS, knowledge_base

STORY = "对方在赣州章贡区开店，招牌用了我注册的商标"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return knowledge_base()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


async def engine(text: str) -> dict[str, Any]:
    """The dialogue engine's understanding: a hesitant guess behind a fallback, and a right."""
    return {
        "text": text,
        "intent": {"name": "nlu_fallback", "confidence": 0.8},
        "intent_ranking": [
            {"name": "nlu_fallback", "confidence": 0.8},
            {"name": "infringed", "confidence": 0.31},
        ],
        "entities": [{"entity": "likely_right", "value": "trademark", "confidence_entity": 0.77}],
    }


def torn_between(asks: str = "answer", **chances: float) -> Understand:
    """A dialogue engine that gives these situations these chances, and knows what is asked."""

    async def understand(text: str) -> dict[str, Any]:
        ranking = [{"name": name, "confidence": chance} for name, chance in chances.items()]
        wish = {"entity": "likely_ask", "value": asks, "confidence_entity": 0.81}
        return {
            "text": text,
            "intent": ranking[0],
            "intent_ranking": ranking,
            "entities": [wish],
        }

    return understand


async def nobody(text: str) -> dict[str, Any]:
    """No model is there to understand by."""
    return {"text": text, "intent": {"name": "nlu_fallback"}, "intent_ranking": [], "entities": []}


def section(lines: list[str], title: str) -> list[str]:
    """The lines under a heading."""
    start = lines.index(f"【{title}】") + 1
    rest = lines[start:]
    return rest[: next((n for n, line in enumerate(rest) if line.startswith("【")), len(rest))]


# --- the way of a message -------------------------------------------------------------------------


async def test_every_step_of_a_message_is_told(base: KnowledgeBase) -> None:
    lines = await follow(Asked(STORY, State(), TODAY), base, engine)

    assert "意图：权利被侵犯（infringed） 0.31，引擎没有把握" in section(lines, "对话引擎")[0]
    assert "商标 0.77" in section(lines, "对话引擎")[1]
    assert any("商标" in line for line in section(lines, "读出的事实"))
    assert section(lines, "先前所知") == ["  （无）"]
    assert any("赣州市" in line for line in section(lines, "之后所知"))
    assert "给出办法并追问" in section(lines, "决定")[0]
    assert section(lines, "引文把关") == ["  没有拦下引文"]


async def test_a_rule_is_told_with_the_file_and_line_it_stands_on(base: KnowledgeBase) -> None:
    lines = await follow(Asked(STORY, State(), TODAY), base, engine)
    [line] = [one for one in section(lines, "开启的办法") if one.startswith("  1.")]
    place = line.rpartition("（")[2].removesuffix("）")
    file, _, number = place.partition(":")
    rule = line.split("：")[1].partition("（")[0]
    written = (CONTENT.parent / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert rule in written


async def test_the_questions_are_told_with_their_gain_the_best_first(base: KnowledgeBase) -> None:
    questions = section(
        await follow(Asked(STORY, State(), TODAY), base, engine), "可问的问题（信息量，比特）"
    )
    gains = [float(line.split()[0]) for line in questions]

    assert gains == sorted(gains, reverse=True) and len(gains) > 1
    assert any("这次问" in line for line in questions)


async def test_the_thresholds_of_a_decision_are_told_with_their_figures(
    base: KnowledgeBase,
) -> None:
    state = State(facts={"situation": "general_knowledge", "right": "trademark"})
    lines = await follow(Asked("情况有点变化，我再跟您说一下这个事", state, TODAY), base, engine)

    assert any("门槛 intent_sure：0.31 < 0.45" in line for line in section(lines, "决定"))


async def test_a_situation_that_is_in_doubt_is_told_with_the_others_that_it_may_be(
    base: KnowledgeBase,
) -> None:
    two_sides = torn_between(infringed=0.5, accused_letter=0.4)
    lines = await follow(Asked("那个牌子的事情", State(), TODAY), base, two_sides)

    [doubt] = [line for line in section(lines, "决定") if "拿不准" in line]
    assert doubt == "  拿不准：权利被侵犯、收到律师函、警告或索赔，哪一边也没定"


async def test_a_doubt_between_two_ways_of_one_side_leaves_no_side_open(
    base: KnowledgeBase,
) -> None:
    two_ways = torn_between(infringed=0.5, license_contract=0.4)
    lines = await follow(Asked("那个牌子的事情", State(), TODAY), base, two_ways)

    [doubt] = [line for line in section(lines, "决定") if "拿不准" in line]
    assert "权利被侵犯" in doubt and "哪一边也没定" not in doubt


async def test_where_nothing_is_in_doubt_no_doubt_is_told(base: KnowledgeBase) -> None:
    sure = torn_between(infringed=0.97, license_contract=0.02)
    lines = await follow(Asked("那个牌子的事情", State(), TODAY), base, sure)

    assert not any("拿不准" in line for line in section(lines, "决定"))


@pytest.mark.parametrize(
    ("wish", "words"),
    [("answer", "要一个答案 0.81"), ("road", "要一条路 0.81"), ("no", "没有问 0.81")],
)
async def test_what_the_message_asks_for_is_told_with_its_chance(
    base: KnowledgeBase, wish: str, words: str
) -> None:
    lines = await follow(Asked(STORY, State(), TODAY), base, torn_between(wish, infringed=0.9))

    assert section(lines, "对话引擎")[-1] == f"  问的是：{words}"


async def test_where_the_engine_leaves_open_what_is_asked_that_is_said(
    base: KnowledgeBase,
) -> None:
    lines = await follow(Asked(STORY, State(), TODAY), base, engine)

    assert section(lines, "对话引擎")[-1] == "  问的是：没有把握"


# --- the written answers --------------------------------------------------------------------------


class Near(Searcher):
    """A search that finds written answers with as much that speaks for them as is said."""

    def __init__(self, *found: Found) -> None:
        self.found = list(found)

    def answers(self, query: str, limit: int = 5, matter: str = "") -> list[Found]:
        return self.found


async def test_the_closest_answers_are_told_with_their_chance_and_what_they_say() -> None:
    # so that what is known moves all of them alike
    alike = (("trademark",), ("registration_exam", "general_knowledge"))
    four = [one for one in ANSWERS if (one.rights, one.situations) == alike][:4]
    near = Near(*(Found(one.id, 6.0 - n) for n, one in enumerate(four)))
    lines = section(
        await follow(Asked(STORY, State(), TODAY), knowledge_base(near), engine), "最接近的问答"
    )
    told = [re.fullmatch(r"  (\S+) ([01]\.\d\d)：(.+)", line) for line in lines]

    assert [(one[1], one[3]) for one in told if one] == [(one.id, one.says) for one in four[:3]]
    chances = [float(one[2]) for one in told if one]
    assert chances == sorted(chances, reverse=True) and chances[0] > chances[-1]


async def test_without_an_index_no_answer_is_close(base: KnowledgeBase) -> None:
    lines = await follow(Asked(STORY, State(), TODAY), base, engine)

    assert section(lines, "最接近的问答") == ["  （无）"]


@pytest.mark.parametrize(("signs", "told"), [(50.0, True), (-50.0, False)])
async def test_the_answer_that_is_given_is_named_and_one_that_is_too_far_is_not(
    signs: float, told: bool
) -> None:
    one = next(iter(ANSWERS))
    asked = Asked(one.asks[0], State(), TODAY)
    lines = await follow(
        asked, knowledge_base(Near(Found(one.id, signs))), torn_between(infringed=0.3)
    )

    assert (f"  先答：{one.id}" in section(lines, "决定")) is told


async def test_without_a_model_that_is_said_and_the_rest_is_told(
    base: KnowledgeBase,
) -> None:
    lines = await follow(Asked(STORY, State(), TODAY), base, nobody)

    assert "没有模型" in section(lines, "对话引擎")[0]
    assert any("商标" in line for line in section(lines, "之后所知"))
    assert section(lines, "开启的办法") != ["  （无）"]


async def test_the_law_of_the_day_counts(base: KnowledgeBase) -> None:
    published = {"situation": "squatted", "right": "trademark", "other_status": "published"}
    state = State(facts={**published, "published_on": "2026-07-01"})
    before = await follow(Asked("怎么办", state, date(2026, 9, 1)), base, engine)
    after = await follow(Asked("怎么办", state, date(2026, 12, 1)), base, engine)

    assert section(before, "排除的办法") != section(after, "排除的办法")
    assert any("期限已过" in line for line in section(after, "排除的办法"))


# --- stored messages ------------------------------------------------------------------------------


async def test_a_stored_message_is_followed_with_what_was_known_before_it(
    database: Database, clock: Clock
) -> None:
    conversation, _ = await _conversation(database, clock)
    async with database.session() as session:
        first = await stored(session, conversation, 1)
        last = await stored(session, conversation, None)

    assert (first.text, first.state, first.day) == (STORY, State(), TODAY)
    assert (last.text, last.state.facts) == (
        "我电话13812345678，我叫王建国",
        {"right": "trademark"},
    )


async def test_a_ticket_leads_to_its_conversation(database: Database, clock: Clock) -> None:
    _, number = await _conversation(database, clock)
    async with database.session() as session:
        assert (await stored(session, number.lower(), 1)).text == STORY


@pytest.mark.parametrize(
    ("name", "number", "words"), [("nobody", None, "没有找到"), (None, 7, "没有第 7 条")]
)
async def test_what_is_not_there_is_said_in_chinese(
    database: Database, clock: Clock, name: str | None, number: int | None, words: str
) -> None:
    conversation, _ = await _conversation(database, clock)
    async with database.session() as session:
        with pytest.raises(NotFound, match=words):
            await stored(session, name or conversation, number)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("我电话13812345678", "13812345678"),
        ("邮箱 a.b@example.com", "a.b@example.com"),
        ("身份证360102199001011234", "360102199001011234"),
        ("我叫王建国，店在赣州", "王建国"),
        ("联系人：李四，电话见下", "李四"),
        ("请找张女士", "张女士"),
        ("联系方式：就打那个老号码", "老号码"),
        ("他说微信在 abc 那里", "abc"),
    ],
)
def test_personal_data_is_masked(line: str, hidden: str) -> None:
    [shown] = masked([line], State(facts={"contact": "abc"}))

    assert hidden not in shown


def test_what_is_nobodys_data_stays_readable() -> None:
    assert list(masked([STORY], State())) == [mask(STORY)] == [STORY]


def test_a_day_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ask", "怎么办", "--as-of", "2026-13-01"])

    assert "--as-of" in capsys.readouterr().err


async def _conversation(database: Database, clock: Clock) -> tuple[str, str]:
    """Id of a conversation of two messages, and the number of its ticket."""
    now = clock.now()
    async with database.session() as session:
        opened = await conversations.open_conversation(session, "web", True, at=now)
        conversation = await conversations.authenticate(session, opened.id, opened.token)
        first = await conversations.store_message(session, conversation, STORY, None, at=now)
        facts = {"right": "trademark"}
        await conversations.remember_facts(session, first.turn_id, facts)
        ticket = await tickets.open(
            session, opened.id, first.turn_id, facts, "normal", "商标", at=now
        )
        await conversations.answer(session, first.turn_id, [Reply("好")], at=now)
        second = "我电话13812345678，我叫王建国"
        await conversations.store_message(session, conversation, second, None, at=now)
    return opened.id, ticket.number

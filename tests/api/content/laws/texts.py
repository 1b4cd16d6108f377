"""Made-up laws for the tests of taking laws in."""

from datetime import date
from pathlib import Path

from knowledge.law import store
from knowledge.law.store import ImportedArticle, ImportedLaw

OLD = """测试条例
（2019年1月1日公布，自2019年3月1日起施行）
第一章　总则
第一条　为了测试条文的导入，制定本条例。
第二条　本条例所称测试，是指把一段文字拆成条文并逐条核对的活动。
第二章　期限
第三条　对测试结果不服的，可以在三十日内提出异议。
第四条　测试员应当把每次测试的时刻写在簿子上，保存五年。
第三章　责任
第五条　伪造测试结果的，处一千元以下罚款。
"""
NEW = """测试条例
（2019年1月1日国务院公布 2026年10月1日中华人民共和国国务院令第999号修订 自2027年3月1日起施行）
目　录
第一章　总则
第二章　期限
第三章　责任
第一章　总则
第一条　为了测试条文的导入，制定本条例。
第二条　测试应当公开。公众可以到场观看，也可以索取说明。
第三条　本条例所称测试，是指把一段文字拆成条文并逐条核对的活动。
第二章　期限
第四条　对测试结果不服的，可以在十五日内提出异议。
第三章　责任
第五条　伪造测试结果的，处一万元以下罚款。
第六条　本条例自2027年3月1日起施行。
附件：测试簿样式
"""
LAWS = """laws:
- short: 海岸法
  kind: 法律
  versions:
  - {version_date: 2010-01-01, in_force_from: 2010-01-01, in_force_to: 2019-12-31, trust: one_source, confirmed_on: 2026-11-01}
  - {version_date: 2020-01-01, in_force_from: 2020-01-01, trust: one_source, confirmed_on: 2026-11-01}
- short: 测试条例
  kind: 行政法规
  versions:
  - {version_date: 2019-01-01, in_force_from: 2019-03-01, trust: one_source, confirmed_on: 2026-01-10, source: [LawRefBook]}
"""  # noqa: E501 - as the file is written
SUCCESSION = """# 旧条去了哪里
changes:
- law: 海岸法
  old: 2010-01-01
  new: 2020-01-01
  articles:
  - {old: 1, new: [1], by: today}

# 更早的版本
earlier: []
"""


def stand_in(content: Path) -> None:
    """Put the made-up laws into a folder of content."""
    (content / "laws.yml").write_text(LAWS, encoding="utf-8")
    (content / "succession.yml").write_text(SUCCESSION, encoding="utf-8")
    (content / "digests").mkdir()
    (content / store.FOLDER).mkdir()
    shore = ("第一条",), ("灯塔天黑前点灯。",)
    for law, day, (numbers, texts) in (
        ("海岸法", date(2010, 1, 1), shore),
        ("海岸法", date(2020, 1, 1), shore),
        ("测试条例", date(2019, 1, 1), _articles(OLD)),
    ):
        made = _law(law, day, numbers, texts)
        path = content / store.FOLDER / made.file_name
        path.write_text(store.as_text(made), encoding="utf-8")


def _articles(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines = [line.split("　", 1) for line in text.splitlines()]
    found = [(head, rest[0]) for head, *rest in lines if head.endswith("条")]
    return tuple(number for number, _ in found), tuple(words for _, words in found)


def _law(law: str, day: date, numbers: tuple[str, ...], texts: tuple[str, ...]) -> ImportedLaw:
    return ImportedLaw(
        law=law,
        name=law,
        kind="行政法规",
        version_date=day,
        in_force_from=day,
        in_force_to=None,
        source="样例",
        sha256="",
        imported_on=day,
        articles=tuple(
            ImportedArticle(number=number, chapter="", text=words)
            for number, words in zip(numbers, texts, strict=True)
        ),
    )

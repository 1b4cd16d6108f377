"""Files as official databases give them out are read, and what cannot be read rightly is refused in
one sentence.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.law.importing.files import UnreadableFile, _plain, read
from knowledge.law.importing.structure import Instrument, difference, parse
from tests.knowledge.law.importing.law_documents import (
    LIGHTHOUSES,
    REPLY,
    numbered_docx,
    write_docx,
    write_html,
    write_markdown,
    write_pdf,
    write_scan,
    write_zip_bomb,
)


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


WRITERS: dict[str, Callable[[Path, str], Path]] = {
    "docx": write_docx,
    "html": write_html,
    "md": write_markdown,
    "pdf": write_pdf,
    "txt": write_text,
}


def articles(instrument: Instrument) -> list[tuple[str, tuple[str, ...], str]]:
    return [(unit.number, unit.heads, unit.text) for unit in instrument.articles]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as error:
        read(path)
    return str(error.value)


# --- formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [LIGHTHOUSES, REPLY], ids=["law", "reply"])
@pytest.mark.parametrize("suffix", WRITERS)
def test_a_law_is_the_same_in_every_format(tmp_path: Path, suffix: str, text: str) -> None:
    read_back = read(WRITERS[suffix](tmp_path / f"law.{suffix}", text))
    instrument = parse(read_back)

    assert articles(instrument) == articles(parse(text))
    assert instrument.title == parse(text).title
    assert difference(read_back, instrument) is None


def test_markdown_keeps_its_words_and_loses_its_marks(tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "a.md",
        "---\nsidebar: auto\n---\n# 海岸条例\n<!-- 注 -->\n> ## 第一章 "
        "总则\n**第一条**　甲*乙*。\n\n---\n",
    )
    assert read(path).split() == ["海岸条例", "第一章", "总则", "第一条", "甲*乙*。"]


def test_a_web_page_is_read_without_the_site_around_it(tmp_path: Path) -> None:
    instrument = parse(read(write_html(tmp_path / "a.html", LIGHTHOUSES)))

    assert [
        unit.text for unit in instrument.units if "首页" in unit.text or "版权" in unit.text
    ] == []


@pytest.mark.parametrize("frame", ["<form>{}</form>", "<table><tr><td>{}</td></tr></table>"])
def test_a_web_page_may_hold_the_law_as_typed_text(tmp_path: Path, frame: str) -> None:
    path = write_text(tmp_path / "a.html", frame.format(f"<pre>{LIGHTHOUSES}</pre>"))

    assert articles(parse(read(path))) == articles(parse(LIGHTHOUSES))


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-16"])
def test_a_web_page_is_read_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    assert articles(parse(read(write_html(tmp_path / "a.htm", LIGHTHOUSES, encoding)))) == articles(
        parse(LIGHTHOUSES)
    )


def test_a_web_page_that_declares_the_wrong_encoding_is_read_all_the_same(tmp_path: Path) -> None:
    path = write_html(tmp_path / "a.html", LIGHTHOUSES)
    path.write_bytes(path.read_bytes().replace(b'charset="utf-8"', b'charset="gb2312"'))

    assert articles(parse(read(path))) == articles(parse(LIGHTHOUSES))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_plain_text_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(LIGHTHOUSES.encode(encoding))

    assert read(path) == LIGHTHOUSES


def test_a_word_file_is_read_with_its_changes_accepted_and_its_tables(tmp_path: Path) -> None:
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    document.add_paragraph("海岸条例")
    paragraph = document.add_paragraph("第一条　灯塔")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph._p.append(parse_xml(f"<w:ins {space}><w:r><w:t>应当</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {space}><w:r><w:delText>可以</w:delText></w:r></w:del>"))
    paragraph.add_run("点灯。")
    document.add_table(1, 2).rows[0].cells[1].text = "白光"
    document.save(str(tmp_path / "a.docx"))

    assert read(tmp_path / "a.docx").split() == ["海岸条例", "第一条", "灯塔应当点灯。", "白光"]


def test_radicals_become_characters_and_punctuation_stays() -> None:
    assert _plain("⾃然⼈的⻓期⻔⻚，（⼀）：⺠") == "自然人的长期门页，（一）：民"


# --- PDF ------------------------------------------------------------------------------------------


def long_law(pages: int) -> str:
    sentence = (
        "看守人值夜时应当把点灯和熄灯的时刻写在簿子上，遇到大雾要鸣钟，遇到大风要收旗，"
        "遇到求救要立即报告。"
    )
    return "\n".join(
        ["灯塔条例", *(f"第{n}条　{sentence * 6}\n{sentence}" for n in range(1, pages * 2 + 1))]
    )


def test_a_long_pdf_loses_headers_page_numbers_and_line_breaks_and_nothing_else(
    tmp_path: Path,
) -> None:
    text = long_law(12)
    instrument = parse(read(write_pdf(tmp_path / "a.pdf", text)))

    assert articles(instrument) == articles(parse(text))


def test_three_hundred_pages_are_read(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "a.pdf"))
    write_pdf(tmp_path / "font.pdf", "字")  # registers the font
    canvas.setFont("STSong-Light", 12)
    for page in range(1, 301):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 820, "海岸法规汇编")
        canvas.drawString(96, 700, f"第{page}条　看守人第{page}夜点灯。")
        for row in range(12):
            canvas.drawString(
                96, 680 - 20 * row, f"（{row}）每次点灯都要写明时刻、天气和看守人的姓名；"
            )
        canvas.drawString(290, 30, str(page))
        canvas.showPage()
    canvas.save()
    instrument = parse(read(tmp_path / "a.pdf"))

    assert len(instrument.articles) == 300
    assert all(len(unit.text.split("\n")) == 13 for unit in instrument.articles)


# --- refusals -------------------------------------------------------------------------------------


def test_a_scan_is_refused(tmp_path: Path) -> None:
    assert "这是扫描件，没有文字层" in refusal(write_scan(tmp_path / "a.pdf"))


def test_a_text_layer_without_meaning_is_refused(tmp_path: Path) -> None:
    letters = "锛岀鍜鏄鎴戝浠ヨ嚜鐒朵汉杩欎釜鏂囦欢" * 5
    assert "文字层是乱码" in refusal(write_pdf(tmp_path / "a.pdf", letters))


def test_files_with_a_password_are_refused(tmp_path: Path) -> None:
    assert "加了密码" in refusal(write_pdf(tmp_path / "a.pdf", LIGHTHOUSES, password="secret"))
    (tmp_path / "a.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "密码" in refusal(tmp_path / "a.docx")


def test_a_file_that_unpacks_to_an_absurd_size_is_not_opened(tmp_path: Path) -> None:
    assert "解压后超过 30 MB" in refusal(write_zip_bomb(tmp_path / "a.docx", 31))


def test_an_absurdly_large_file_is_not_opened(tmp_path: Path) -> None:
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate(60_000_000)
    assert "文件超过 50 MB" in refusal(tmp_path / "a.txt")


def test_numbers_that_only_word_knows_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(numbered_docx(["为了海岸。", "看守点灯。", "船要慢行。"]))
    assert "自动编号" in refusal(tmp_path / "a.docx")


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no document")


BROKEN: dict[str, tuple[bytes | Callable[[Path], object], str]] = {
    "empty.txt": (b"", "文件是空的"),
    "blank.md": (b" \n\n ", "文件是空的"),
    "comment.md": (b"<!-- x -->", "没有文字"),
    "old.doc": (b"\xd0\xcf\x11\xe0", "旧版 Word"),
    "book.epub": (b"PK", "不认识的文件类型「.epub」"),
    "nothing": (b"text", "没有后缀"),
    "not-a-zip.docx": (b"hello", "这个 .docx 已损坏"),
    "another-zip.docx": (_zip, "这个 .docx 已损坏"),
    "not-a.pdf": (b"hello", "这个 PDF 已损坏"),
    "half.pdf": (b"%PDF-1.4\n1 0 obj\n<<", "这个 PDF 已损坏"),
    "cut.txt": (LIGHTHOUSES.encode()[:-1], "认不出文字编码"),
    "shift.txt": (LIGHTHOUSES.encode("utf-16-le")[1:], "认不出文字编码"),
    "binary.txt": (bytes(range(256)) * 8, "认不出文字编码"),
    "big5.txt": (
        "第一條 為了保護燈塔，特制定本條例，看守人應當點燈。".encode("big5") * 3,
        "认不出文字编码",
    ),
    "login.html": (
        "<title>用户登录</title><body>请输入验证码</body>".encode(),
        "登录页或出错的网页",
    ),
    "error.html": (
        b"<html><head><title>404 Not Found</title></head><body>nginx</body></html>",
        "登录页或出错的网页",
    ),
    "empty.html": (b"<!-- -->", "网页里没有内容"),
    "folder.txt": (lambda path: path.mkdir(), "这是文件夹"),
    "missing.txt": (lambda path: None, "没有这个文件"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    content, words = BROKEN[name]
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)

    assert words in refusal(path)

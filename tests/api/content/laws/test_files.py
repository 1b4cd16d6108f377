"""Files that cannot be read are refused in one kind sentence that says what to do; the service goes
on meanwhile.
"""

import sys
import time
import zipfile
from pathlib import Path

from api.content.laws.reading import Reader
from tests.api.content.laws.desk import LawDesk
from tests.api.content.laws.texts import NEW
from tests.api.problems import problem
from tests.knowledge.law.importing.law_documents import (
    write_docx,
    write_html,
    write_pdf,
    write_scan,
    write_zip_bomb,
)


async def test_a_law_is_read_from_word_pdf_and_a_web_page_alike(
    desk: LawDesk, tmp_path: Path
) -> None:
    texts = []
    for path in (
        write_docx(tmp_path / "a.docx", NEW),
        write_pdf(tmp_path / "a.pdf", NEW),
        write_html(tmp_path / "a.html", NEW),
    ):
        answer = await desk.uploads(path.name, path.read_bytes())
        assert answer.status_code == 201, answer.text
        articles = answer.json()["reading"]["articles"]
        texts.append([(one["number"], one["heads"], one["text"]) for one in articles])

    assert texts[0] == texts[1] == texts[2]
    assert len(texts[0]) == 6


async def test_a_scan_of_400_pages_is_told_from_text(desk: LawDesk, tmp_path: Path) -> None:
    said = await desk.refused("扫描.pdf", write_scan(tmp_path / "scan.pdf", 400).read_bytes())

    assert "扫描件" in said and "OCR" in said and "docx" in said


async def test_what_takes_too_long_is_ended(desk: LawDesk) -> None:
    sleeps = (sys.executable, "-c", "import time; time.sleep(600)")
    desk.app.state.law_reader = Reader(sleeps, patience_s=0.2)
    began = time.monotonic()
    said = await desk.refused("慢.txt", NEW.encode())

    assert "还没有读完，已经停下" in said and "docx" in said
    assert time.monotonic() - began < 300  # it slept no ten minutes


async def test_what_breaks_its_reader_breaks_nothing_else(desk: LawDesk) -> None:
    dies = (sys.executable, "-c", "raise MemoryError")
    desk.app.state.law_reader = Reader(dies)

    assert "没有影响别人" in await desk.refused("坏.txt", NEW.encode())
    assert (await desk.asks("GET", "/imports")).json() == []


async def test_word_files_with_macros_are_not_opened(desk: LawDesk, tmp_path: Path) -> None:
    path = write_docx(tmp_path / "law.docx", NEW)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")

    for name in ("law.docx", "law.docm"):
        said = await desk.refused(name, path.read_bytes())
        assert "宏" in said and "另存为不带宏的 .docx" in said


async def test_a_zip_bomb_is_not_unpacked(desk: LawDesk, tmp_path: Path) -> None:
    path = write_zip_bomb(tmp_path / "law.docx", 300)

    assert "没有打开" in await desk.refused("law.docx", path.read_bytes())


async def test_scripts_of_a_web_page_are_none_of_the_law(desk: LawDesk) -> None:
    page = "".join(f"<p>{line}</p>" for line in NEW.splitlines())
    html = f"<html><body><script>第七条 恶意</script>{page}<img onerror='x()'></body></html>"
    answer = await desk.uploads("law.html", html.encode())

    assert answer.status_code == 201, answer.text
    assert "恶意" not in answer.text and "onerror" not in answer.text
    assert len(answer.json()["reading"]["articles"]) == 6


async def test_files_with_a_password_are_told(desk: LawDesk, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "law.pdf", NEW, password="1234")

    assert "密码" in await desk.refused("law.pdf", path.read_bytes())


async def test_empty_and_foreign_files_are_told(desk: LawDesk) -> None:
    assert "空的" in await desk.refused("law.txt", b"")
    assert "空的" in await desk.refused("law.docx", b"\n")
    assert "不认识的文件类型" in await desk.refused("law.exe", b"MZ")
    assert "不像一部法律" in await desk.refused("law.txt", "今天天气很好。".encode())
    assert "没有下载完整" in await desk.refused("law.docx", b"PK\x03\x04broken")


async def test_articles_missing_in_the_middle_are_told_by_line(desk: LawDesk) -> None:
    lines = [line for line in NEW.splitlines() if not line.startswith(("第三条", "第四条"))]
    whole = await desk.reads("\n".join(lines))

    assert whole["reading"]["problems"] == [
        {"line": 12, "message": "第二条之后直接是第五条，中间缺了条文"}
    ]
    assert {"field": "file", "message": "第 12 行：第二条之后直接是第五条，中间缺了条文"} in whole[
        "faults"
    ]
    refused = await desk.asks("POST", f"/imports/{whole['id']}/hand-in", json={})
    problem(refused, 422, "law_import_incomplete", "faults")


async def test_two_laws_in_one_file_are_told_with_the_line_of_the_second(desk: LawDesk) -> None:
    second = "记录条例\n（2020年1月1日公布）\n第一条　记录应当完整。\n第二条　记录应当保存。\n"
    first = NEW.removesuffix("附件：测试簿样式\n")
    (fault,) = (await desk.reads(first + second))["reading"]["problems"]

    assert fault["line"] == 16
    assert "另一部法律《记录条例》" in fault["message"] and "分成两个文件" in fault["message"]


async def test_a_file_that_is_too_large_is_told_before_it_is_read(desk: LawDesk) -> None:
    said = await desk.refused("law.pdf", b"%PDF" + b" " * 20_000_000)

    assert "20 MB" in said and "扫描件" in said


async def test_a_file_name_leads_nowhere(desk: LawDesk) -> None:
    answer = await desk.uploads("../../etc/测试条例.txt", NEW.encode())

    assert answer.status_code == 201, answer.text

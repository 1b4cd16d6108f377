"""Invented laws, and the files in which official databases would publish them."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from docx import Document
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

LIGHTHOUSES = """中华人民共和国灯塔法
（2011年3月5日第一届海岸会议通过 根据2019年6月7日《关于修改灯塔法的决定》修正）
目　录
第一章　总　则
第二章　看守
第一节　值夜
第二节　换班
第三章　附　则
第一章　总　则
第一条　为了让夜航的船看得见海岸，规范灯塔的修建和看守，制定本法。
第二条　本法所称灯塔，是指下列建筑：
（一）岸上的灯塔；
（二）礁石上的灯塔。
浮在水上的灯不是灯塔。
第二章　看守
第一节　值夜
第三条　每座灯塔至少有两名看守人，轮流值夜，天黑前点灯，把时刻写在簿子上，保存五年。
第三条之一　看守人值夜时不得离开灯塔。
第二节　换班
第四条　换班按照本法
第三条的规定登记。第五条规定的情形除外。
第三章　附　则
第五条　本法自2020年1月1日起施行。
附件：灯质表
白光，每六秒一闪
红光，常明"""

REPLY = """最高人民法院
关于晒鱼纠纷法律适用问题的批复
（2014年5月6日通过，自2014年6月1日起施行）
东海高级人民法院：
你院《关于晒鱼的请示》收悉。经研究，批复如下：
一、在公共码头晒鱼的，应当给行人留出道路。
二、鱼被风吹走的，依照民法典
第一百二十条、
第一百二十一条的规定处理。
此复。
2014年5月6日"""


def write_docx(path: Path, text: str) -> Path:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(path))
    return path


def write_html(path: Path, text: str, encoding: str = "utf-8") -> Path:
    title, *rest = text.splitlines()
    paragraphs = "\n".join(f"<p>&emsp;&emsp;{line}</p>" for line in rest)
    page = f"""<!DOCTYPE html><html><head><meta charset="{encoding}">
<title>{title}-海岸法规库</title>
<style>p {{ color: red }}</style></head><body>
<div class="nav"><a href="/">首页</a><a href="/list">法规</a></div><script>var 第一条 = 1</script>
<div class="main"><h1>{title}</h1><div id="content">{paragraphs}</div></div>
<div class="foot">海岸法规库 版权所有</div></body></html>"""
    path.write_bytes(page.encode(encoding))
    return path


def write_markdown(path: Path, text: str) -> Path:
    title, *rest = text.splitlines()
    lines = [
        f"## {line}" if line.startswith(("第一章", "第二章", "第三章")) else line for line in rest
    ]
    path.write_text(f"# {title}\n\n<!-- 说明 -->\n\n" + "\n\n".join(lines), encoding="utf-8")
    return path


def write_pdf(
    path: Path, text: str, password: str | None = None, header: str = "海岸法规汇编"
) -> Path:
    """Pages with a running header and page numbers; titles centred, paragraphs indented and
    wrapped.
    """
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    body = ParagraphStyle(
        "body", fontName="STSong-Light", fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK"
    )
    heading = ParagraphStyle("heading", parent=body, firstLineIndent=0, alignment=TA_CENTER)

    def frame(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(72, 810, header)
        canvas.drawCentredString(297, 30, f"— {template.page} —")

    encrypt = StandardEncryption(password) if password else None
    template = SimpleDocTemplate(str(path), pagesize=A4, encrypt=encrypt)
    short = [len(line) < 20 and not line.endswith(("。", "；", "：")) for line in text.splitlines()]
    story = [
        Paragraph(line.replace("<", "&lt;"), heading if centred else body)
        for line, centred in zip(text.splitlines(), short, strict=True)
    ]
    template.build(story, onFirstPage=frame, onLaterPages=frame)
    return path


def write_scan(path: Path, pages: int = 2) -> Path:
    """Pages with a drawing and no text."""
    canvas = Canvas(str(path), pagesize=A4)
    for _ in range(pages):
        canvas.rect(100, 100, 300, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return path


def write_zip_bomb(path: Path, megabytes: int) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(megabytes):
            part.write(b" " * 1_000_000)
    return path


def numbered_docx(paragraphs: Sequence[str]) -> bytes:
    """A document whose numbers Word itself counts: they are no text."""
    document = Document()
    for line in paragraphs:
        document.add_paragraph(line, style="List Number")
        properties = document.paragraphs[-1]._p.get_or_add_pPr()
        properties.get_or_add_numPr()
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()

"""Files of law as the official databases give them out, read into plain text with one paragraph a
line.

docx, PDF, HTML, Markdown and plain text. What cannot be read rightly is refused in one Chinese
sentence.
"""

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.law.importing.structure import is_numbered

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

LARGEST_FILE = 50_000_000  # bytes; the longest code as PDF has about 5 MB
LARGEST_UNPACKED = 200_000_000  # bytes of a docx with its pictures
LARGEST_XML = 30_000_000  # bytes of a docx without them
MOST_PAGES = 2_000

_WITH_MACROS = (".docm", ".dotm")
MACROS = (
    "这个 Word 文件带有宏（会自动运行的程序），为安全起见没有打开。"
    "请在 Word 或 WPS 里另存为不带宏的 .docx，或从官方网站重新下载"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Word files, and new ones with a password
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ufffe\u0002]")
# One in five signs of Chinese law is one of these; in text read with the wrong encoding next to
# none.
_COMMON = frozenset("的、，。；：第条一二三人和或者规定法不应当有在")


class UnreadableFile(Exception):
    """The file cannot be read as text; the message says why, and what to do, in Chinese."""


def read(path: Path) -> str:
    """The text of a file, one paragraph a line; raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(
            "这是文件夹。请写出里面的文件" if path.is_dir() else "没有这个文件。请检查路径和文件名"
        )
    kind = path.suffix.lower()
    if kind == ".doc":
        raise UnreadableFile(
            "这是旧版 Word 文件（.doc）。请用 Word 或 WPS 打开，另存为 .docx 后再导入"
        )
    if kind in _WITH_MACROS:
        raise UnreadableFile(MACROS)
    if kind not in _READERS:
        raise UnreadableFile(
            f"不认识的文件类型「{path.suffix or '没有后缀'}」。可以导入 {'、'.join(_READERS)} 文件"
        )
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFile(
            f"文件超过 {LARGEST_FILE // 1_000_000} MB，不会是一部法律的正常大小。请检查是否选对"
        )
    try:
        data = path.read_bytes()
    except PermissionError as error:
        raise UnreadableFile("没有权限读取这个文件。请修改文件权限后再导入") from error
    if not data.strip():
        raise UnreadableFile("文件是空的。请重新下载")
    text = _INVISIBLE.sub("", _READERS[kind](data))
    if not text.strip():
        raise UnreadableFile("文件里没有文字。请重新下载，或换一种格式")
    return text


# --- plain text -----------------------------------------------------------------------------------


def decoded(data: bytes) -> str:
    """Bytes as text: by byte order mark, else UTF-16, UTF-8 or GB18030, whichever fits; raises
    UnreadableFile.

    Trial does it without a detection library: UTF-8 fails on anything else, and of what GB18030
    accepts by accident the commonest signs are missing.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = ["utf-16"]
    elif b"\0" in data[:10_000]:
        attempts = ["utf-16-le", "utf-16-be"]
    else:
        attempts = ["utf-8-sig", "gb18030"]
    for encoding in attempts:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_readable(text):
            return text
    raise UnreadableFile(
        "认不出文字编码，读出来是乱码，或者文件没有下载完整。请另存为 UTF-8 后再导入"
    )


def _is_readable(text: str) -> bool:
    if re.search("[\x00-\x08\x0e-\x1b\x7f\ufffd]", text):
        return False
    foreign = [char for char in text if char > "\x7f"]
    return len(foreign) < 20 or sum(char in _COMMON for char in foreign) > 0.05 * len(foreign)


def _read_markdown(data: bytes) -> str:
    """The text without front matter, comments, and the marks of headings, emphasis, quotations and
    rules.
    """
    text = decoded(data).replace("\r\n", "\n")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(
        r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|(?:-{3,}|\*{3,}|_{3,})[ \t]*$)?",
        "",
        text,
        flags=re.MULTILINE,
    )
    return re.sub(r"\*\*|__", "", text)


# --- docx -----------------------------------------------------------------------------------------


def _read_docx(data: bytes) -> str:
    if data.startswith(_OLE):
        raise UnreadableFile(
            "这是加了密码的 Word 文件，或改了后缀的旧版 .doc。请去掉密码，另存为 .docx 后再导入"
        )
    broken = UnreadableFile("这个 .docx 已损坏或没有下载完整。请重新下载，或用 Word 打开后另存一次")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except zipfile.BadZipFile as error:
        raise broken from error
    if any(name.endswith("vbaProject.bin") for name in sizes):
        raise UnreadableFile(MACROS)
    words = sum(size for name, size in sizes.items() if name.endswith((".xml", ".rels")))
    for size, most in ((words, LARGEST_XML), (sum(sizes.values()), LARGEST_UNPACKED)):
        if size > most:
            raise UnreadableFile(
                f"解压后超过 {most // 1_000_000} MB，不会是一部法律。为安全起见没有打开"
            )
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        body = Document(BytesIO(data)).element.body
    except (
        PackageNotFoundError,
        XMLSyntaxError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
    ) as error:
        raise broken from error
    lines = list(_paragraphs(body))
    if not any(map(is_numbered, lines)) and len(body.findall(f".//{_WORD}numPr")) > 2:
        raise UnreadableFile(
            "条号是 Word 自动编号，没有存成文字。请在 Word 里另存为“纯文本 .txt”后再导入"
        )
    return "\n".join(lines)


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {
    f"{_WORD}tab": "\t",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}noBreakHyphen": "-",
}


def _paragraphs(body: Any) -> Iterator[str]:
    """Every paragraph as it reads with all changes accepted, tables included, text boxes left
    out.
    """
    for paragraph in body.iter(f"{_WORD}p"):
        if next(paragraph.iterancestors(f"{_WORD}txbxContent"), None) is not None:
            continue
        words = []
        for node in paragraph.iter(f"{_WORD}t", *_BREAKS):
            if next(node.iterancestors(f"{_WORD}p")) is paragraph:
                words.append(_BREAKS.get(node.tag) or node.text or "")
        yield "".join(words)


# --- HTML -----------------------------------------------------------------------------------------

_NOT_TEXT = [
    "head", "script", "style", "noscript", "template", "nav", "header", "footer", "aside",
    "button", "select", "textarea", "iframe", "object", "svg",
]  # fmt: skip
_CONTAINERS = {"article", "body", "center", "div", "main", "section", "table", "tbody", "td", "tr"}
_BLOCKS = (_CONTAINERS - {"td"}) | {
    "address", "blockquote", "dd", "dl", "dt", "fieldset", "hr", "li", "ol", "p", "pre", "ul",
    "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_ERROR_PAGE = re.compile(
    r"登录|登陆|验证码|页面不存在|找不到|无法访问|访问(?:被|过于)|出错|错误|\b(?:40[0-9]"
    r"|50[0-9])\b|forbidden|not found|error",
    re.IGNORECASE,
)


def _read_html(data: bytes) -> str:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_html_text(data).encode(), parser=parser)
    except etree.ParserError as error:
        raise UnreadableFile("网页里没有内容。请在浏览器里打开原网页，重新保存") from error
    title = " ".join((root.findtext(".//title") or "").split())
    headline = next(
        (text for node in root.iter("h1", "h2") if (text := " ".join(node.text_content().split()))),
        title,
    )
    for node in [
        *root.iter(*_NOT_TEXT),
        *root.xpath("//*[@hidden or contains(translate(@style,' ',''),'display:none')]"),
    ]:
        if node.getparent() is not None:
            node.drop_tree()
    for node in root.xpath("//pre/descendant-or-self::*"):
        node.text = (node.text or "").replace("\n", _KEPT_BREAK)
        node.tail = (node.tail or "").replace("\n", _KEPT_BREAK)
    body = root.find("body")
    text = _text_of(root if body is None else body)
    if not any(map(is_numbered, text.splitlines())):
        if _ERROR_PAGE.search(f"{title}\n{text[:500]}") and len(text) < 5000:
            raise UnreadableFile(
                "这是登录页或出错的网页，不是法律正文。请在浏览器里打开正文页面，再另存"
            )
        return text
    content = _text_of(_part_with_all_articles(root if body is None else body))
    return content if headline in content.splitlines() else f"{headline}\n{content}"


def _html_text(data: bytes) -> str:
    """The page in the encoding that it declares, unless that is wrong."""
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    name = declared.group(1).decode().lower() if declared else ""
    name = "gb18030" if name in ("gb2312", "gbk", "gb_2312-80") else name
    try:
        text = data.decode(name) if name and not data.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    except (LookupError, UnicodeDecodeError):
        text = ""
    return text if text and _is_readable(text) else decoded(data)


_KEPT_BREAK = "\u2028"


def _text_of(element: Any) -> str:
    """What a browser shows of it, a line for each paragraph. Without recursion: pages may nest
    without end.
    """
    parts: list[str] = []
    stack = [(element, False)]
    while stack:
        node, left = stack.pop()
        block = node.tag in _BLOCKS
        if left:
            parts.append("\n" if block else "\t" if node.tag in ("td", "th") else "")
            parts.append(_in_one_line(node.tail) if node is not element else "")
        else:
            parts.append("\n" if block or node.tag == "br" else "")
            parts.append(_in_one_line(node.text))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
    return "\n".join(line.strip() for line in "".join(parts).splitlines() if line.strip())


def _in_one_line(text: str | None) -> str:
    return re.sub(r"[\r\n\t ]+", " ", text or "")


def _part_with_all_articles(body: Any) -> Any:
    """The part of the page that holds the law: what stands around it is the site's."""

    def count(element: Any) -> int:
        return sum(map(is_numbered, _text_of(element).splitlines()))

    total, element = count(body), body
    while True:
        inner = next(
            (child for child in element if child.tag in _CONTAINERS and count(child) == total), None
        )
        if inner is None:
            return element
        element = inner


# --- PDF ------------------------------------------------------------------------------------------

# The radicals that Chinese fonts put in place of whole characters, with these. NFKC knows the
# Kangxi radicals alone.
_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺈⺋⺌⺍⺏⺒⺓⺕⺗⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺵⺶⺸⺹⺺"
        "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤"
        "⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙刀㔾小小尢巳幺彐心攵旡日月歹母民氵氺灬爫爫丬牛犭王疋目示礻竹糸纟罓罒网羊羊耂肀"
        "聿肉臼艹艹艹虎衤覀西见角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠饣马骨鬼"
        "鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)


def _read_pdf(data: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile("这个 PDF 加了密码。请去掉密码，或换用 docx 文件") from error
        raise UnreadableFile("这个 PDF 已损坏或没有下载完整。请重新下载") from error
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableFile(f"这个 PDF 超过 {MOST_PAGES} 页，不会是一部法律。请只导入法律本身")
        pages = list(_pages(document))
    finally:
        document.close()
    if sum(sum(len(line.text) for line in page) < 10 for page in pages) > len(pages) / 2:
        raise UnreadableFile(
            "这是扫描件，没有文字层。请先做文字识别（OCR）并校对，或换用 docx 文件"
        )
    text = "\n".join(_paragraphs_of([line for page in _without_margins(pages) for line in page]))
    if not _is_readable(text):
        raise UnreadableFile("这个 PDF 的文字层是乱码。请换用 docx 文件，或做文字识别（OCR）并校对")
    return text


@dataclass(frozen=True)
class _Line:
    """One printed line, in points: `left` and `right` from the page's left edge, `top` from its
    foot.
    """

    text: str
    left: float
    right: float
    top: float
    page_width: float

    @property
    def sign(self) -> float:
        """The width of one sign; spaces and Latin letters make it an estimate."""
        return max(6.0, (self.right - self.left) / max(1, len(self.text)))


def _pages(document: "PdfDocument") -> Iterator[list[_Line]]:
    for page in document:
        yield _printed_lines(page)
        page.close()


def _printed_lines(page: "PdfPage") -> list[_Line]:
    from pypdfium2 import raw

    layer = page.get_textpage()
    lines: list[_Line] = []
    words: list[str] = []
    seen: list[int] = []  # places of visible characters in the line
    count = layer.count_chars()
    for index in range(count + 1):
        char = chr(raw.FPDFText_GetUnicode(layer, index)) if index < count else "\n"
        if char in "\r\n":
            if seen:
                left, _, _, top = layer.get_charbox(seen[0], loose=True)
                right = layer.get_charbox(seen[-1], loose=True)[2]
                lines.append(
                    _Line(_plain("".join(words)).strip(), left, right, top, page.get_width())
                )
            words, seen = [], []
            continue
        words.append(char)
        if not char.isspace():
            seen.append(index)
    layer.close()
    return lines


def _plain(text: str) -> str:
    """Radicals as the characters that they stand for; NFKC on all of the text would change its
    punctuation.
    """
    return re.sub(
        "[\u2e80-\u2fdf]",
        lambda found: _SUPPLEMENT.get(found[0]) or unicodedata.normalize("NFKC", found[0]),
        text,
    )


_PAGE_NUMBER = re.compile(r"[\s\-—–~·第共页/]*[0-9０-９]+[\s\-—–~·第共页/0-9０-９]*")


def _without_margins(pages: list[list[_Line]]) -> Iterator[list[_Line]]:
    """The pages without their numbers, and without what stands above and below the text on most of
    them.

    That is one of the two outermost lines which returns on most pages. A sentence must stand apart
    as well: the law itself may say the same again.
    """
    ordered = [sorted(page, key=lambda line: -line.top) for page in pages]
    edges = Counter(
        text for page in ordered for text in {_edge(line) for line in (*page[:2], *page[-2:])}
    )
    often = max(2, len(pages) / 2)
    gaps = sorted(above.top - below.top for page in ordered for above, below in pairwise(page))
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    for page, lines in zip(pages, ordered, strict=True):
        dropped: set[_Line] = set()
        for outermost in (lines[:3], lines[:-4:-1]):
            for line, inner in pairwise(outermost):
                apart = abs(line.top - inner.top) > 1.4 * usual or not re.search(
                    "[，。；：]", line.text
                )
                returns = edges[_edge(line)] >= often and apart and not is_numbered(line.text)
                if not (returns or _PAGE_NUMBER.fullmatch(line.text)):
                    break
                dropped.add(line)
        yield [line for line in page if line not in dropped]


def _edge(line: _Line) -> str:
    return re.sub(r"[0-9０-９\s]+", "", line.text)


def _paragraphs_of(lines: list[_Line]) -> Iterator[str]:
    """Printed lines as paragraphs: one goes on where a full line is followed by one at the
    margin.
    """
    if not lines:
        return
    edge = _right_edge(lines)
    full = [line.right > edge - 2.2 * line.sign for line in lines]
    after_full = [
        round(line.left) for line, goes_on in zip(lines[1:], full, strict=False) if goes_on
    ]
    margin = Counter(after_full).most_common(1)[0][0] if after_full else 0
    paragraph = lines[0].text
    for (before, line), goes_on in zip(pairwise(lines), full, strict=False):
        article = before.text.endswith(tuple("。；：")) and is_numbered(line.text)
        if not goes_on or article or abs(line.left - margin) > 0.7 * line.sign:
            yield paragraph
            paragraph = line.text
        else:
            space = " " if before.text[-1:].isascii() and line.text[:1].isascii() else ""
            paragraph += space + line.text
    yield paragraph


def _right_edge(lines: list[_Line]) -> float:
    """How far full lines reach. Where all stop well before an equal margin on the right, none is
    full.
    """
    reached = sorted(line.right for line in lines)[len(lines) * 98 // 100 - 1]
    margin = min(line.left for line in lines)
    return reached if reached > lines[0].page_width - 1.8 * margin else lines[0].page_width - margin


_READERS = {
    ".docx": _read_docx,
    ".pdf": _read_pdf,
    ".html": _read_html,
    ".htm": _read_html,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": decoded,
}

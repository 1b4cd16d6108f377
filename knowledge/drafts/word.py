"""Word templates: filled, their gaps highlighted and listed.

What is not known stays open as 【请填写：……】, what is known but may belong elsewhere as
【请核对：……】.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from docxtpl import DocxTemplate
from jinja2 import TemplateError

NEW_PARAGRAPH = "\a"  # what docxtpl makes one of

_GAP = re.compile("【请(填写|核对)：([^】]*)】")

_Span = tuple[int, int]  # of characters: the first, and the one after the last


class UnreadableTemplate(Exception):
    """The file cannot be opened as a Word file."""


class BrokenPlaceholder(Exception):
    """A placeholder in the file is not written as docxtpl wants it; the text says what is wrong."""


def to_fill_in(means: str) -> str:
    """The gap that the visitor fills in himself."""
    return f"【请填写：{means}】"


def to_check(words: str) -> str:
    """Words that the visitor must look at before he leaves them there."""
    return f"【请核对：{words}】"


def read_template(file: Path) -> tuple[set[str], list[str]]:
    """A template's placeholders and texts; raises UnreadableTemplate, BrokenPlaceholder."""
    try:
        template = DocxTemplate(file)
        placeholders = template.get_undeclared_template_variables()
        texts = [paragraph.text for paragraph in _paragraphs(template.get_docx())]
    except (FileNotFoundError, PackageNotFoundError, BadZipFile, KeyError) as error:
        raise UnreadableTemplate(file) from error
    except TemplateError as error:
        raise BrokenPlaceholder(str(error)) from error
    return placeholders, texts


def fill_template(template: bytes, values: Mapping[str, Any]) -> tuple[bytes, tuple[str, ...]]:
    """The template with its placeholders filled and gaps highlighted, and every text in it."""
    filled = DocxTemplate(BytesIO(template))
    filled.render(values, autoescape=True)
    paragraphs = list(_paragraphs(filled.docx))
    for paragraph in paragraphs:
        _highlight_gaps(paragraph)
    document = BytesIO()
    filled.docx.save(document)
    return document.getvalue(), tuple(paragraph.text for paragraph in paragraphs)


def gaps(texts: Iterable[str]) -> tuple[str, ...]:
    """What is still to be filled in or checked in these texts, each once."""
    found = [gap for text in texts for gap in _GAP.finditer(text)]
    return tuple(dict.fromkeys(gap[2] if gap[1] == "填写" else f"核对{gap[2]}" for gap in found))


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """Every paragraph, those in tables, page headers and footers too."""
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    for part in parts:
        for element in part.iter(qn("w:p")):
            yield Paragraph(element, document)


def _highlight_gaps(paragraph: Paragraph) -> None:
    """Highlight the gaps; Word may spread one over several runs, so runs are cut at its ends."""
    text = "".join(run.text for run in paragraph.runs)
    spans = [found.span() for found in _GAP.finditer(text)]
    start = 0
    for run in paragraph.runs:
        end = start + len(run.text)
        if any(begin < end and start < stop for begin, stop in spans):
            _cut(run, paragraph, start, spans)
        start = end


def _cut(run: Run, paragraph: Paragraph, start: int, spans: Sequence[_Span]) -> None:
    """Put in place of a run its pieces inside and outside of gaps.

    `start`: where the run begins in the paragraph; `spans`: the paragraph's gaps.
    """
    text = run.text
    end = start + len(text)
    inside = {cut for span in spans for cut in span if start < cut < end}
    for first, last in pairwise(sorted({start, end, *inside})):
        piece = Run(deepcopy(run._r), paragraph)
        run._r.addprevious(piece._r)
        piece.text = text[first - start : last - start]
        if any(begin <= first and last <= stop for begin, stop in spans):
            piece.font.highlight_color = WD_COLOR_INDEX.YELLOW
    paragraph._p.remove(run._r)

"""XML that comes from outside, of which nothing is read but names and texts."""

import re
from collections.abc import Mapping

from lxml import etree

Fields = Mapping[str, str]

# The document begins with its root: no DOCTYPE, and so no entity but XML's own, is ever read.
_BEGINS = re.compile(r"\ufeff?\s*(?:<\?xml\b[^<>]*\?>\s*)?<xml[\s>]")
# What no XML may hold, and what people paste nevertheless.
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Unreadable(Exception):
    """What came is no message of the platform's."""


def fields_of(body: bytes) -> Fields:
    """The elements right under the root with their texts. Raises Unreadable."""
    try:
        text = _NEVER.sub("", body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    if not _BEGINS.match(text):
        raise Unreadable("not the platform's XML")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.removeprefix("\ufeff").encode(), parser)
    except etree.XMLSyntaxError:
        raise Unreadable("broken XML") from None
    found: dict[str, str] = {}
    for element in root.iterchildren(etree.Element):
        found.setdefault(str(element.tag), element.text or "")
    return found

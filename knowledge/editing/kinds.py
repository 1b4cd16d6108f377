"""Which kinds of item reviewed content consists of, and where each kind's items stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Kind:
    """A kind of item.

    `files` are patterns relative to the content's folder. `under` is the key of the list or mapping
    that holds the items; "" is the file's own top level. `by` is the field that names an entry of a
    list; None where the entries of a mapping are named by their keys. `whole`: an item is a file.
    `two_persons`: whoever wrote a revision may not review it.
    """

    key: str
    name: str
    files: Sequence[str]
    under: str = ""
    by: str | None = None
    whole: bool = False
    two_persons: bool = False

    def holds(self, file: str) -> bool:
        """Whether items of this kind may stand in a file, named relative to the content."""
        return any(PurePosixPath(file).match(pattern) for pattern in self.files)


def _whole(key: str, name: str, *files: str, two_persons: bool = True) -> Kind:
    return Kind(key, name, files, whole=True, two_persons=two_persons)


# Rules by which the helpline decides; each file is read as a whole, because its order counts.
_RULES = (
    *("asks", "conflicts", "courts", "damages", "doubt", "limitation", "thresholds", "triage"),
    *("dispatch", "service_levels", "priorities", "succession"),
)
KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("answer", "答复", ["answers/*.yml"], under="answers", by="id", two_persons=True),
        _whole("guidance", "指引", "guidance/*.md"),
        Kind("canned", "快捷回复", ["canned.yml"], under="canned", by="key"),
        Kind(
            "response",
            "话术",
            ["responses/*.yml"],
            under="responses",
            by="key",
            two_persons=True,
        ),
        Kind("term", "术语", ["terms.yml"], under="terms"),
        Kind("holiday", "放假安排", ["holidays.yml"], under="years", by="year"),
        Kind("wording", "说法", ["wordings/*.yml"]),
        Kind("institution", "机构", ["directory.yml"], under="institutions", by="id"),
        Kind(
            "body",
            "机关（按种类）",
            ["institutions.yml"],
            under="bodies",
            by="kind",
            two_persons=True,
        ),
        Kind("law", "法律及版本", ["laws.yml"], under="laws", by="short", two_persons=True),
        _whole("law_text", "法律原文", "statutes/*.json"),
        _whole("digest", "摘编", "digests/*.yml"),
        _whole("remedy", "维权途径及规则", "remedies/*.yml"),
        _whole("rules", "判断规则", *(f"{name}.yml" for name in _RULES)),
        _whole("out_of_scope", "范围以外", "out_of_scope.yml", two_persons=False),
        _whole("vocabulary", "情况的词表", "vocabulary.yml"),
        Kind("region", "地名", ["regions.yml"], under="places", by="name", two_persons=True),
        _whole("question", "检索样题", "questions/*.yml", two_persons=False),
    )
}


def kind_of(file: str) -> Kind | None:
    """The kind whose items stand in a file; None where it holds nothing that can be edited."""
    return next((kind for kind in KINDS.values() if kind.holds(file)), None)

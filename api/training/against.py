"""What a trained model was compared with, and what has come in its place since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from api.dialogue import chosen
from knowledge.reviewed import CONTENT

OTHER_MODEL = "对比时用的是{was}，现在用的是{now}：数字不是和现在用的比的。"
OTHER_BASE = "对比以后，系统自带的模型更新过：这个模型配不上了，请重新训练一次。"
OTHER_CONTENT = "对比以后，启用过别的内容：案例和对话的回答现在可能不同。"


@dataclass(frozen=True)
class Against:
    """The model in use by name, the checkout's by its SHA-256, and the content by its hash."""

    model: str
    base: str
    content: str


def in_use(var: Path, content: Path) -> Against:
    """What a model would be compared with now. It reads the model's file: call it in a thread."""
    hash_ = "" if content == CONTENT else content.parent.name
    return Against(chosen.chosen(var).name, chosen.base_of(var), hash_)


def outdated(was: Mapping[str, str] | None, now: Against, own: str | None) -> Iterator[str]:
    """In Chinese what is in use now in the place of what the model `own` was compared with; nothing
    where that was not noted.
    """
    if not was:
        return
    if was["model"] != now.model != own:
        told = {"was": chosen.called(was["model"]), "now": chosen.called(now.model)}
        yield OTHER_MODEL.format(**told)
    if was["base"] != now.base:
        yield OTHER_BASE
    if was["content"] != now.content:
        yield OTHER_CONTENT

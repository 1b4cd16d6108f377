"""Folds what visitors type into one form before anything reads it."""

import re
import unicodedata
from typing import List, Text

import opencc
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.component import FixedFeaturizer

# Homophones and slips that people type on a phone, each with what rules it out: 包装上标注 and 老板权限 are no slips.
_SLIPS = (
    (
        re.compile(
            r"(?<![装瓶盒身面袋箱店门墙牌图纸签书品网场市路街马头])[上尚伤]标(?![注着示有明了的志价题签识出])|商镖"
        ),
        "商标",
    ),
    (re.compile(r"转利(?!息|润)|砖利|专力(?!量)"), "专利"),
    (re.compile(r"侵[全犬泉]|亲权(?!关系|鉴定)"), "侵权"),
    (re.compile(r"(?<!老)板权(?!限|威)"), "版权"),
    (re.compile(r"著做权"), "著作权"),
    (re.compile(r"公正处(?!理|罚|置|事)"), "公证处"),
    (re.compile(r"律师[涵含]"), "律师函"),
    (re.compile(r"拼夕夕|pdd"), "拼多多"),
    (re.compile(r"某宝"), "淘宝"),
    (re.compile(r"[枪抢][住注](?=了|我|商|成|的|被|$)"), "抢注"),
    (re.compile(r"维全"), "维权"),
    (re.compile(r"连接(?=被|下架|没了)"), "链接"),
)
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


def normalise(text: Text) -> Text:
    """Simplified characters, half-width letters and digits, common slips corrected, repeated marks shortened."""
    folded = "".join(
        unicodedata.normalize("NFKC", c) if "！" <= c <= "～" and c not in "，。？！：；（）" else c for c in text
    )
    folded = re.sub(r"[ \t　]+", " ", _TO_SIMPLIFIED.convert(folded)).strip().lower()
    folded = re.sub(r"([。！？!?~～.…])\1{2,}", r"\1", folded)
    for slip, meant in _SLIPS:
        folded = slip.sub(meant, folded)
    return folded


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(FixedFeaturizer):
    """First in the pipeline: replaces the message's text by its normal form."""

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            # Texts that begin with a slash are button payloads, read by Rasa itself.
            if text and not text.startswith("/"):
                message.set(TEXT, normalise(text))
        return messages

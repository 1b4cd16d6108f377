"""Masks personal data in lines that somebody writes: logs of every process, the terminal.

Standard library only and Python 3.9: the command, which supervises the processes, masks what they
say with this very file.
"""

from __future__ import annotations

import re

# Typed with a Chinese keyboard, digits, letters and the signs of addresses often come out
# full-width.
_HALF_WIDTH = {
    ord(ch): ord(ch) - 0xFEE0
    for ch in map(chr, range(0xFF01, 0xFF5F))
    if ch.isalnum() or ch in "＠．＋－＿"
}
_ESCAPED = re.compile(r"(?<!\\)\\u([0-9a-fA-F]{4})")  # how JSON writes Chinese in ASCII

_GAP = r"[\s\u200b-\u200d\u2060\ufeff·_-]{0,2}"  # what people put between digits

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), mask)
    for pattern, mask in (
        # What a visitor said, quoted whole by the dialogue engine: who knows what stands in it.
        (
            r"((?<![\w-])[\"']?(?:text|user_text|user_input)[\"']?\s*[:=]\s*)"
            r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')",
            r"\1〔原话〕",
        ),
        # Secrets in addresses and headers come before their digits are taken for something else.
        (r"([?&#](?:code|token|q|go)=)[^&\s\"']+", r"\1***"),
        (r"((?:接续码|接着办)\s*(?:[:：=是为]\s*)?)[a-z0-9]{4}[\s-]?[a-z0-9]{4}(?!\w)", r"\1***"),
        (r"(\bBearer\s+)[\w.~+/=-]+", r"\1***"),
        (r"(://[^\s:/@]*:)[^\s/@]+(?=@)", r"\1***"),
        (r"[\w.+-]+\s?(?:@|%40)\s?(?:[\w-]+\.)+[a-z]{2,}", "〔邮箱〕"),
        (
            r"((?:微信|威信|薇信|v信|\bwe-?chat|(?<![a-z])[vw]x)(?:号码|号)?\s*(?:id)?\s*"
            r"(?:[:：=是为]|同号)?\s*)[a-z][\w-]{5,19}",
            r"\1〔微信号〕",
        ),
        (r"(加\s?v\s*[:：]?\s*)[a-z][\w-]{5,19}", r"\1〔微信号〕"),
        (r"(?<![a-z])wxid_\w+", "〔微信号〕"),
        (r"((?:(?<![a-z])QQ|扣扣)号?码?\s*[:：=是为]?\s*)\d{5,11}", r"\1〔QQ号〕"),
        (
            rf"(?<![\d.-])[1-9]{_GAP}(?:\d{_GAP}){{5}}(?:19|20)(?:{_GAP}\d){{2}}"
            rf"(?:{_GAP}\d){{7}}{_GAP}[\dx](?!\w)",
            "〔证件号〕",
        ),
        (r"(?<![\d.])\d{17}[\dx](?![a-z\d])", "〔证件号〕"),
        (
            rf"(?<![\d.])(?:\(?\+?86\)?{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
            r"|(?<![\d.])1[3-9]\d\.\d{4}\.\d{4}(?![\d.])",
            "〔电话〕",
        ),
        (r"(?<![\w-])[(（]?0\d{2,3}[)）]?[\s-]?\d{7,8}(?!\w)", "〔电话〕"),
        (r"(?<![\w-])400[\s-]?\d{3,4}[\s-]?\d{3,4}(?![\w-])", "〔电话〕"),
        (r"(?<![\w-])(?:\d[\s-]?){14,18}\d(?![\w-])", "〔长号码〕"),
        (r"[幺一二三四五六七八九零〇]{11,}", "〔长号码〕"),
        # How people name themselves.
        (
            r"(我叫|我是叫|本人叫|姓名(?:是|：|:)?|联系人(?:是|：|:)?|称呼(?:是|：|:)?|名字(?:叫|是))"
            r"[一-龥]{2,4}?(?=[，。,；;、！!\s\"'\\电手微住]|$)",
            r"\1〔姓名〕",
        ),
        (r"我姓[一-龥]", "我姓〔姓名〕"),
        (r"[一-龥]{1,2}(?=先生|女士|小姐)", "〔姓名〕"),
    )
)


def mask(text: str) -> str:
    """`text` without telephone numbers, e-mail addresses, WeChat and QQ ids, ID and card numbers,
    names that people give themselves, quoted messages, tokens and look-up codes.
    """
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    text = text.translate(_HALF_WIDTH)
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text

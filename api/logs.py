"""Logging in which no personal data stands: whatever is logged, and by whom, is masked on its way
out.
"""

import logging
import re
import sys
import traceback

# Typed with a Chinese keyboard, digits, letters and the signs of addresses often come out
# full-width.
_HALF_WIDTH = {
    ord(ch): ord(ch) - 0xFEE0
    for ch in map(chr, range(0xFF01, 0xFF5F))
    if ch.isalnum() or ch in "＠．＋－＿"
}

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), mask)
    for pattern, mask in (
        # Secrets in addresses and headers come first, before their digits are taken for something
        # else.
        (r"([?&](?:code|token|q)=)[^&\s\"']+", r"\1***"),
        (r"(\bBearer\s+)[\w.~+/=-]+", r"\1***"),
        (r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", "〔邮箱〕"),
        (
            r"((?:微信|威信|薇信|v信|\bwe-?chat|\bvx|\bwx)(?:号码|号)?\s*(?:id)?\s*(?:[:：=是为]|同号)?\s*)[a-z][\w-]{5,19}",
            r"\1〔微信号〕",
        ),
        (r"\bwxid_\w+", "〔微信号〕"),
        (r"((?<![a-z])QQ号?\s*[:：=是为]?\s*)\d{5,11}", r"\1〔QQ号〕"),
        (r"(?<!\d)\d{17}[\dx](?!\w)", "〔证件号〕"),
        (r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)", "〔电话〕"),
        (r"(?<![\w-])\(?0\d{2,3}\)?[\s-]?\d{7,8}(?!\w)", "〔电话〕"),
        (r"(?<![\w-])(?:\d[\s-]?){14,18}\d(?![\w-])", "〔长号码〕"),
    )
)


def mask(text: str) -> str:
    """`text` without telephone numbers, e-mail addresses, WeChat ids, ID and card numbers, tokens
    and look-up codes.
    """
    text = text.translate(_HALF_WIDTH)
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


class PersonalDataFilter(logging.Filter):
    """Masks the message and the traceback of every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = mask("".join(traceback.format_exception(*record.exc_info)).rstrip())
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


def configure(level: str) -> None:
    """Send everything that is logged in this process to standard error, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(PersonalDataFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A line for each call to Rasa and each look at the database's revision says nothing new.
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

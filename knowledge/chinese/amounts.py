"""Sums of money as people say them: 3万多, 两三万, 小二十万, 100多单每单39."""

import re
from collections.abc import Iterator

from knowledge.chinese.numerals import DIGITS, UNITS

_LARGE = {"万": 10_000, "亿": 100_000_000}
_FEW = (2, 9)  # what 几 may mean

_HAN = r"[零〇一二两三四五六七八九十百千万亿几]"
_FIGURES = r"(?<!\d)(?:\d{1,3}(?:[,，]\d{3}){1,3}(?!\d)|\d{1,12}(?:\.\d{1,4})?)"
_QUANTITY = (
    rf"(?:(?:{_FIGURES})[多来几]?(?:(?:百万|千万"
    rf"|[万w千k百亿])[多来把]?(?:[一-九\d]千?(?!{_HAN}"
    rf"|\d))?)?|(?<!{_HAN}){_HAN}[零〇一二两三四五六七八九十百千万亿几多来把]{{0,12}})"
)
_MONEY = "(?:元钱?|块钱?|人民币|rmb)"
_BEFORE = "大概|大约|差不多|约|小|将近|接近|近|不到|不足|超过|至少|起码|好|上"
_AFTER = "左右|上下|以上|往上|出头|以内|不到"
_SUM = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<quantity>{_QUANTITY})(?:(?P<money>{_MONEY})多?)?"
    rf"(?P<after>{_AFTER})?(?P<late>{_MONEY})?"
)
_PIECE = "(?:单|件|个|双|瓶|盒|套|条|台|箱|本|份|斤|张|只|袋|罐|把|副|顶)"
_PRICES = (
    re.compile(
        rf"(?P<count>{_QUANTITY}){_PIECE}[^，,。；！？\d一-九十百千万]{{0,6}}[，,]?(?:每|一"
        rf"|单){_PIECE}?价?"
        rf"(?:卖|是|才|就|只|大概|平均|的)*(?P<price>{_QUANTITY}){_MONEY}?"
    ),
    re.compile(
        rf"(?P<price>{_QUANTITY}){_MONEY}?(?:一|每|/){_PIECE}[^。；！？\d]{{0,8}}?(?:卖|出"
        rf"|走)[了掉]?(?:有|大概)?(?P<count>{_QUANTITY}){_PIECE}"
    ),
)
_FROM_TO = re.compile(
    rf"(?P<least>{_QUANTITY}){_MONEY}?[-~—到至]+(?P<most>{_QUANTITY})(?:(?<=[万千亿wk])"
    rf"(?!{_PIECE})|{_MONEY})"
)
_A_PRICE = re.compile(f"(?:一|每|/){_PIECE}")
# Without a word for money, a number of thousands and more is one unless something else is counted.
_COUNTS_SOMETHING = re.compile(
    "[件个家份本人次单瓶条双台套盒箱斤米亩字粉页公里户张样种款位道只天月年岁名处平吨克分辆"
    "倍强火级别]|多[件个家份人次单年]"
)
_LARGE_ENOUGH = re.compile(
    r"^[\d一二两三四五六七八九十几].*[千万亿wk]|^百万|^[千万]把|^几?[百千]万"
)
_WATTS = re.compile("[wk](?:充|快充|功率|灯|瓦|金|视频|高清|清|屏|[a-z0-9])")
_ASKED_OR_PAID = re.compile(
    "(?:赔偿?|罚款?|要价?|开价|报价|索赔|[收花卖赚骗交付给转]了|损失|[押定订]金|费)(?:我|他"
    "|了|们|对方|大概|约)*$"
)
# What a firm is worth or turns over is not the sum in question.
_OTHER_SUMS = re.compile(
    r"(?:注册资[本金]|年(?:产值?|销售额?|营业额|营收|收入|流水))[^，。；]{0,4}$"
)
_DENIED = re.compile("(?:不是|并非|没有|没)$")  # 不是8万，是15万
_A_PIECE_OF = re.compile("[地布砖屏板石牌肉]")  # 两块布; 一块 alone is 'together'
_SAID_AS = {"小": "近", "将近": "近", "接近": "近"} | dict.fromkeys(
    ("大概", "大约", "差不多", "约"), ""
)
_LOOK_BACK = 16


def find(text: str) -> str | None:
    """The first sum of money in a normalised text, in a form that reads well: 1w → 1万, 小二十万 →
    近二十万.
    """
    if found := _priced(text):
        return f"{_readable(found['count'])}单，每单{_readable(found['price'])}元"
    if found := _FROM_TO.search(text):
        return _readable(found.group())
    said = next(_sums(text), None)
    if said is None:
        return None
    before, start = said["before"] or "", said.start("quantity")
    return _SAID_AS.get(before, before) + _readable(text[start : said.end()])


def amount_range(text: str) -> tuple[int, int | None] | None:
    """(Least, most) yuan that the first sum in `text` may mean; most is None when it is open, the
    whole None for no sum.

    多, 来 and 几 reach to the next step of the last digit (3万多: 30000 to 40000), 左右 a tenth to
    either side.
    """
    if found := _priced(text):
        pieces, price = _span(found["count"]), _span(found["price"])
        return round(pieces[0] * price[0]), round(pieces[1] * price[1])
    if found := _FROM_TO.search(text):
        return _from_to(found["least"], found["most"])
    said = next(_sums(text), None)
    if said is None:
        return None
    least, most = _span(said["quantity"])
    before, after = said["before"], said["after"]
    if before == "上" and least == most:
        most = most * 10  # 上万
    elif before in ("小", "将近", "接近", "近"):
        least = least * 0.9
    elif before in ("不到", "不足") or after in ("以内", "不到"):
        least = 0
    elif before in ("超过", "至少", "起码") or after in ("以上", "往上"):
        return round(least), None
    elif after == "出头":
        most = most * 1.1
    elif least == most and (
        before in ("大概", "大约", "差不多", "约") or after in ("左右", "上下")
    ):
        least, most = least * 0.9, most * 1.1
    return round(least), round(most)


def _priced(text: str) -> re.Match[str] | None:
    """So many pieces at so much each."""
    return next((found for pattern in _PRICES if (found := pattern.search(text))), None)


def _from_to(least: str, most: str) -> tuple[int, int]:
    unit = re.search("[万千亿wk百]*$", most)
    bare = not re.search("[万千亿wk百]", least)
    bounds = (*_span(least + unit[0] if unit and bare else least), *_span(most))
    return round(min(bounds)), round(max(bounds))


def _sums(text: str) -> Iterator[re.Match[str]]:
    for said in _SUM.finditer(text):
        before, behind = (
            text[max(0, said.start() - _LOOK_BACK) : said.start()],
            text[said.end() : said.end() + 4],
        )
        quantity = said["quantity"]
        if _OTHER_SUMS.search(before) or _DENIED.search(before) or _A_PRICE.match(behind):
            continue
        if said["money"] or said["late"]:
            if not (said["money"] == "块" and (quantity == "一" or _A_PIECE_OF.match(behind))):
                yield said
        elif _WATTS.match(quantity[-1] + behind) or _COUNTS_SOMETHING.match(behind):
            continue
        elif (
            _LARGE_ENOUGH.search(quantity)
            or (said["before"] == "上" and quantity[0] in "千万")
            or (_ASKED_OR_PAID.search(before) and re.fullmatch(r"\d{3,}|.+百.*", quantity))
        ):
            yield said


def _readable(words: str) -> str:
    return re.sub("[,，]", "", words).replace("w", "万").replace("k", "千")


def _span(words: str) -> tuple[float, float]:
    """(Least, most) of a quantity: 两三万 → (20000, 30000), 十几万 → (110000, 190000), 1.5万 →
    (15000, 15000).
    """
    words = _readable(words)
    for unit, factor in reversed(_LARGE.items()):
        left, there, right = words.rpartition(unit)
        if there:
            least, most = _span(left) if left else (1, 1)
            least, most = least * factor, most * factor
            if right and right[0] in "多来把几":
                return least, most + factor
            if len(right) == 1:
                least, most = (
                    least + _digit(right) * factor / 10,
                    most + _digit(right) * factor / 10,
                )  # 三万五
            elif right:
                more = _span(right)
                least, most = least + more[0], most + more[1]
            return least, most
    return _below_ten_thousand(words)


def _below_ten_thousand(words: str) -> tuple[float, float]:
    least = most = 0.0
    pending: list[tuple[float, float]] = []
    step, after_zero = 1.0, False
    for token in re.findall(r"\d+(?:\.\d+)?|.", words):
        if token in "多来把":
            most += step if not pending else _step(pending[-1][0])
        elif token in UNITS:
            low, high = _bounds(pending) if pending else (1, 1)
            step = UNITS[token]
            least, most, pending = least + low * step, most + high * step, []
        elif token in "零〇":
            after_zero = True
        else:
            pending.append(
                (1, 9)
                if token == "几" and step == 10
                else _FEW
                if token == "几"
                else (_digit(token),) * 2
            )
    if pending:
        # 三千五 leaves its last unit out, 十五 does not
        factor = step / 10 if step > 10 and not after_zero and len(pending) == 1 else 1
        low, high = _bounds(pending)
        least, most = least + low * factor, most + high * factor
    return least, most


def _bounds(digits: list[tuple[float, float]]) -> tuple[float, float]:
    """两三 → (2, 3)."""
    return min(low for low, _ in digits), max(high for _, high in digits)


def _digit(token: str) -> float:
    return float(token) if token[0].isdigit() else float(DIGITS.get(token, 0))


def _step(number: float) -> float:
    """The place value of the last digit that is not zero: 100 → 100, 150 → 10, 7 → 1."""
    step = 1.0
    while number and number % (step * 10) == 0:
        step *= 10
    return step

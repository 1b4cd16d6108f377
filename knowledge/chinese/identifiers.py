"""What identifies a thing or a person in a text: registration numbers, classes of goods, ways to be
reached.
"""

import re

from knowledge.chinese.dates import number
from knowledge.chinese.numerals import DIGITS

_MOBILE = r"(?:\+?86[- ]?)?(?P<mobile>1[3-9](?:[- ]?\d){9})(?!\d)"
_LANDLINE = r"[(（]?(?P<area>0\d{2,3})[)）]?[-— ]?(?P<local>\d{7,8})(?![\d年月])"
_HOTLINE = r"(?P<hotline>400[- ]?\d{3,4}[- ]?\d{3,4})(?!\d)"
_MAIL = r"(?P<mail>[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z]{2,10}){1,3})"
_WECHAT_WORD = r"(?:微信|薇信|威信|(?<![a-z])(?:wx|vx|v信|weixin|wechat))"
_WECHAT = (
    rf"(?:{_WECHAT_WORD}|加v|(?<![a-z])v(?=[:：]))(?:号|id|是|为|：|:"
    rf"|\s)*(?P<wechat>[a-z][-_a-z0-9]{{5,19}})"
)
_QQ = r"(?:(?<![a-z])qq|扣扣)(?:号|是|为|：|:|\s)*(?P<qq>[1-9]\d{4,10})(?!\d)"
_CONTACT = re.compile(rf"(?<![\d.a-z])(?:{_MOBILE}|{_LANDLINE}|{_HOTLINE})|{_MAIL}|{_WECHAT}|{_QQ}")
_SPOKEN_DIGITS = str.maketrans({**{han: str(digit) for han, digit in DIGITS.items()}, "幺": "1"})
_SPOKEN_NUMBER = re.compile("[零〇幺一二三四五六七八九]{11}")
_MEANT_FOR_CONTACT = re.compile(
    rf"(?<![\d-])\d(?:[- ]?\d){{4,}}(?![\d年月日号元块万])|{_WECHAT_WORD}|邮箱|@|电话|手机"
    r"|座机|联系方式|(?<![a-z])qq|扣扣"
)

# The year, the kind of patent and a running number; the digit behind the point checks them. Without
# 专利号 before it, ZL or the check digit, such a number may be an order's.
_FILED = r"(?:20[0-4]\d|19[89]\d)\s?[123589]\s?\d{7}"
_PATENT = (
    rf"(?<![a-z\d])(?:zl|cn)\s?{_FILED}\s?(?:\.?\s?[\dx])?(?![\da-z])"
    rf"|(?<![a-z\d]){_FILED}\s?\.\s?[\dx](?![\da-z])"
)
_PUBLICATION = r"(?<![a-z\d])cn\s?1\d{8}\s?[abus]\d?(?![\da-z])"
_OLD_PATENT = r"(?<![a-z\d])zl\s?\d{2}\s?[123]\s?\d{5}\s?(?:\.\s?[\dx])?(?![\da-z])"
_SOFTWARE = r"(?<![a-z\d])(?:19|20)\d{2}\s?sr\s?\d{5,7}(?!\d)|软著登字第?\s?\d{5,8}\s?号?"
_WORK = (
    r"[国京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]作登字-?\d{4}-[a-z]-\d{5,8}"
)
_MARK = (
    r"(?:专利|申请|公告|授权)(?:公告)?号码?(?:就?是|为|：|:"
    rf"|\s)*(?P<filed>{_FILED}[\dx]?)(?![\d.a-z])"
    r"|(?:商标|注册|申请|登记|专利)(?:证书?|商标)?(?:号|编号|证号)码?(?:就?是|为|：|:"
    r"|\s)*(?:第|no\.?)?\s?(?P<mark>g?\d{6,9}a?)(?![\d.]|\s?\d)"
    r"|(?:注册|商标)(?:证书?)?(?:是|为|：|:|\s)*第\s?(?P<numbered>g?\d{6,9}a?)\s?号"
    r"|(?<!\d)(?P<alone>\d{7,8}a?)号?(?:注册)?商标"
)
_REGISTRATION = re.compile(f"{_PATENT}|{_PUBLICATION}|{_OLD_PATENT}|{_SOFTWARE}|{_WORK}|{_MARK}")

_TICKET = re.compile(r"jx\s?-?(?P<day>20\d{6})[-—_ ]?(?P<count>\d{4,6})(?!\d)", re.IGNORECASE)
# The commonest, that 好的 138… and 商标 138… name nobody.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
# 我叫陈华, 找会计小王, 姓万, 陈华 138…, 王先生.
_NAME = re.compile(
    "我(?:叫|是叫)([一-鿿]{2,4}?)(?=$|[\\s，,。、；;0-9]|电话|手机|微信)"
    "|(?:^|[\\s，,。])(?:我)?(姓[一-鿿]{1,2})(?![一-鿿])"
    "|找([一-鿿]{2,5})(?=$|[\\s，,。])"
    "|([一-鿿]{1,2}(?:先生|女士|老板|经理|总|师傅|姐|哥))"
    f"|(?:^|[\\s，,])(?!方便|马上|江西|高新|任何|金额)([{_SURNAMES}][一-鿿]{{1,2}})[\\s，,:：]*(?=1[3-9]\\d)"
)
_HOURS = re.compile(
    "(?:(?:工作日|周末|周[一二三四五六日]|平时)?(?:早上|上午|中午|下午|晚上|晚)"
    "(?:[\\d一二三四五六七八九十]+点(?:半)?)?(?:到[\\d一二三四五六七八九十]+点)?(?:以?[前后])?"
    "|(?:工作日|周末)|[\\d一二三四五六七八九十]+点(?:半)?以?[前后])(?:[再才别不]?要?(?:打|联系|有空|方便)|没空)?"
    "|(?:别|不要)打电话|只(?:加|发)微信"
)

_CLASSES = 45  # classes of goods and services for trademarks
_ROMAN = r"(?=[xvi])x{0,4}(?:ix|iv|v?i{0,3})"
_ONE_CLASS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_AND = r"(?:类?[和跟与及、,，/]|类?以及|类?还有)(?:商标)?第?"
_CLASS = re.compile(
    r"(?P<named>第|尼斯(?:分类)?(?:第|的)?|商标(?:类别|分类)(?:是|为|："
    r"|:)*第?)?(?<!\d)(?<![\d.几两好这那多])"
    rf"(?P<list>{_ONE_CLASS}(?:{_AND}{_ONE_CLASS}){{0,9}})(?:大|小)?类(?!似|型|人|问题|情况"
    r"|毒|医|工伤|户口|疫苗|电商)"
    rf"|第(?P<roman>{_ROMAN})类"
)
_ABOUT_MARKS = re.compile("商标|注册|尼斯|类别|牌子|申请|核定")


def contact(text: str) -> str | None:
    """The first way to reach the visitor in a normalised, lower-case text: 13812345678,
    0791-88888888, 微信 abc_123456.
    """
    found = _CONTACT.search(text)
    if found is None:
        spoken = _SPOKEN_NUMBER.search(text)
        found = _CONTACT.fullmatch(spoken.group().translate(_SPOKEN_DIGITS)) if spoken else None
    if found is None:
        return None
    if found["wechat"]:
        return f"微信 {found['wechat']}"
    if found["qq"]:
        return f"QQ {found['qq']}"
    if found["area"]:
        return (
            f"{found['area']}-{found['local']}"
            if re.search(r"[-—() （）]", found.group())
            else found.group()
        )
    return found["mail"] or re.sub("[- ]", "", found["mobile"] or found["hotline"])


def contact_details(text: str) -> str | None:
    """A way to reach the visitor with the name and the hours that stand beside it, where they do:
    13812345678（陈华，晚上七点以后）.
    """
    reached = contact(text)
    if reached is None:
        return None
    beside = [found for found in (_named(text), _hours(text)) if found]
    return f"{reached}（{'，'.join(beside)}）" if beside else reached


def ticket_number(text: str) -> str | None:
    """The number of a ticket as tickets carry it, JX20261128-0005, however it was typed."""
    found = _TICKET.search(text)
    return f"JX{found['day']}-{found['count']}" if found else None


def _named(text: str) -> str | None:
    found = _NAME.search(text)
    return next((name for name in found.groups() if name), None) if found else None


def _hours(text: str) -> str | None:
    found = _HOURS.search(text)
    return found.group() if found else None


def contact_meant(text: str) -> bool:
    """Whether a text is meant to say how to reach the visitor, though perhaps wrongly: ten digits,
    微信 without a name.
    """
    return bool(_MEANT_FOR_CONTACT.search(text.lower()))


def registration_numbers(text: str) -> list[str]:
    """The numbers of marks, patents and registered works in a lower-case text, in capitals and
    without blanks.
    """
    found = []
    for match in _REGISTRATION.finditer(text):
        said = (
            match["filed"] or match["mark"] or match["numbered"] or match["alone"] or match.group()
        )
        found.append(re.sub(r"\s", "", said).upper())
    return list(dict.fromkeys(found))


def classes(text: str) -> list[str]:
    """The classes of goods and services that a text names, as 第30类, in reading order.

    A small number without 第 counts only in a text about marks: 三类医疗器械 is none.
    """
    about_marks = bool(_ABOUT_MARKS.search(text))
    numbers: list[int] = []
    for match in _CLASS.finditer(text):
        if match["roman"]:
            said = [_roman(match["roman"])]
        else:
            said = [number(word) or 0 for word in re.findall(_ONE_CLASS, match["list"])]
            if not match["named"] and not about_marks and max(said) < 10:
                continue
            if (
                not match["named"]
                and len(said) == 1
                and match["list"] in "一二三四五"
                and not match["list"].isdigit()
            ):
                continue  # 一类, 三类 are kinds of anything
        numbers += [one for one in said if 1 <= one <= _CLASSES]
    return [f"第{one}类" for one in dict.fromkeys(numbers)]


def _roman(letters: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in letters]
    return sum(
        -v if any(later > v for later in values[i + 1 :]) else v for i, v in enumerate(values)
    )

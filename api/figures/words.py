"""How figures are written in papers and tables: channels, spans, shares. Pure."""

from collections.abc import Mapping

CHANNELS: Mapping[str, str] = {
    "web": "网页",
    "h5": "手机网页",
    "wechat": "微信",
    "wecom": "企业微信客服",
    "phone": "电话",
    "mail": "邮件",
}
NO_DATA = "没有数据"
MINUTE, HOUR, DAY = 60, 3600, 86400


def channel(name: str) -> str:
    """What people call a channel."""
    return CHANNELS.get(name, name)


def spoken(seconds: float | None) -> str:
    """A span as people say it: 45 秒, 3 分 20 秒, 2 小时 5 分, 3 天 4 小时; None is 没有数据."""
    if seconds is None:
        return NO_DATA
    whole = round(seconds)
    for size, name, smaller, lesser in (
        (DAY, "天", HOUR, "小时"),
        (HOUR, "小时", MINUTE, "分"),
        (MINUTE, "分", 1, "秒"),
    ):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name}" + (f" {rest} {lesser}" if rest else "")
    return f"{whole} 秒"


def share(part: int, whole: int) -> str:
    """A share in percent; of nothing there is none."""
    return f"{100 * part / whole:.1f}%" if whole else NO_DATA

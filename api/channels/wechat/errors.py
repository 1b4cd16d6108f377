"""What WeChat's error codes mean, and what follows from them.

Source: developers.weixin.qq.com, 公众号全局返回码 and the error codes of each call.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

AWAY = 0  # WeChat did not answer, or not in its own way


class Follows(StrEnum):
    """What somebody who sends does about an error."""

    RENEW = auto()  # the access token does not count any more
    LATER = auto()  # a fault that passes
    SLOWER = auto()  # we call too often
    TOMORROW = auto()  # what we may call in a day is used up
    WINDOW = auto()  # the person has to write first
    QUOTA = auto()  # the same: as many messages as are allowed were sent
    FORBIDDEN = auto()  # the account may not call this
    SETTINGS = auto()  # somebody has to set something right
    NEVER = auto()  # it will not be taken, however often it is sent


@dataclass(frozen=True)
class Problem:
    """An error: WeChat's number, what it means, and in Chinese what to do about it."""

    code: int
    follows: Follows
    means: str
    advice: str = ""

    def __str__(self) -> str:
        number = f"（{self.code}）" if self.code else ""
        return f"{self.means}{number}"


class Refused(Exception):
    """WeChat did not do what it was asked. `ip` is our own address as WeChat names it."""

    def __init__(self, problem: Problem, ip: str = "") -> None:
        self.problem, self.ip = problem, ip
        super().__init__(str(problem))


_CONSOLE = "微信开发者平台的「基础信息」（旧版后台：设置与开发 → 开发接口管理 → 基本配置）"
_SECRET = f"在{_CONSOLE}重置 AppSecret，把新的写进账号文件，再重启热线。"
_KNOWN = (
    Problem(-1, Follows.LATER, "微信系统繁忙", "过一会儿会自动再试。"),
    Problem(40001, Follows.RENEW, "AppSecret 不对，或访问凭据已失效", _SECRET),
    Problem(40003, Follows.NEVER, "不是这个公众号的用户"),
    Problem(40004, Follows.NEVER, "不是图片"),
    Problem(40007, Follows.NEVER, "图片或语音已过期（微信只保留 3 天）"),
    Problem(40009, Follows.NEVER, "图片太大"),
    Problem(
        40013, Follows.SETTINGS, "AppID 不对", f"核对账号文件里的 app_id，以{_CONSOLE}显示的为准。"
    ),
    Problem(40014, Follows.RENEW, "访问凭据无效", _SECRET),
    Problem(40016, Follows.NEVER, "菜单的按钮个数不对", "一级菜单 1 到 3 个，每个下面最多 5 个。"),
    Problem(40018, Follows.NEVER, "菜单的名字太长"),
    Problem(40125, Follows.SETTINGS, "AppSecret 不对", _SECRET),
    Problem(
        40164,
        Follows.SETTINGS,
        "本机的 IP 不在白名单里",
        f"在{_CONSOLE}的「IP 白名单」里加上它，约 10 分钟后生效。",
    ),
    Problem(
        40243,
        Follows.SETTINGS,
        "AppSecret 被冻结",
        f"在{_CONSOLE}解冻 AppSecret，约 10 分钟后再试。",
    ),
    Problem(41004, Follows.SETTINGS, "没有给出 AppSecret", _SECRET),
    Problem(42001, Follows.RENEW, "访问凭据过期", _SECRET),
    Problem(43004, Follows.WINDOW, "对方已取消关注"),
    Problem(44004, Follows.NEVER, "内容是空的"),
    Problem(45002, Follows.NEVER, "内容太长"),
    Problem(45009, Follows.TOMORROW, "今天的调用次数用完了", "次日零点起恢复。"),
    Problem(45011, Follows.SLOWER, "调用太频繁", "过一会儿会自动再试。"),
    Problem(45015, Follows.WINDOW, "48 小时窗口已过，或对方已取消关注"),
    Problem(45047, Follows.QUOTA, "这个窗口里能发的条数已用完"),
    Problem(46003, Follows.NEVER, "还没有菜单", "运行 ./helpline wechat menu 建立菜单。"),
    Problem(
        48001,
        Follows.FORBIDDEN,
        "公众号没有这个接口的权限",
        "客服消息要求已认证的服务号或订阅号，请先完成微信认证；没有认证时只能在 5 秒内回复。",
    ),
    Problem(
        48004,
        Follows.FORBIDDEN,
        "接口被封禁",
        "登录公众号后台查看站内信，按里面说的处理。",
    ),
    Problem(50002, Follows.FORBIDDEN, "公众号被限制使用接口", "登录公众号后台查看站内信。"),
    Problem(87014, Follows.NEVER, "微信认为内容违规"),
)
PROBLEMS: Mapping[int, Problem] = {problem.code: problem for problem in _KNOWN}
AWAY_PROBLEM = Problem(
    AWAY,
    Follows.LATER,
    "连不上微信",
    "检查本机能否访问 api.weixin.qq.com（域名解析、代理、防火墙）。",
)
_IP = re.compile(r"invalid ip ([0-9a-fA-F.:]{3,45})")


def refused(code: int, words: str = "") -> Refused:
    """What a code of WeChat's means; `words` are its own, of which only our address is kept."""
    unknown = Problem(code, Follows.LATER, "微信返回了没有列出的错误", "对照微信的「全局返回码」。")
    found = _IP.search(words)
    return Refused(PROBLEMS.get(code, unknown), found[1] if found else "")

"""What WeChat's error codes mean, and what follows from them.

Source: developers.weixin.qq.com, 公众号全局返回码 and the error codes of each call.
"""

from api.channels.tencent.errors import AWAY, Codes, Follows, Problem

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
_AWAY_PROBLEM = Problem(
    AWAY,
    Follows.LATER,
    "连不上微信",
    "检查本机能否访问 api.weixin.qq.com（域名解析、代理、防火墙）。",
)
CODES = Codes(_KNOWN, _AWAY_PROBLEM, "微信的「全局返回码」")

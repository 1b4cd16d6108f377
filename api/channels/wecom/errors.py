"""What the error codes of 企业微信 mean, and what follows from them.

Source: developer.work.weixin.qq.com, 全局错误码 and 微信客服 发送消息.
95007, 95013 and 95018 are as others have met them.
"""

from api.channels.tencent.errors import AWAY, Codes, Follows, Problem, Refused

_SECRET = "核对账号文件里的 corp_id 和 secret（企业微信后台 → 应用管理），改过要重启热线。"
_KF = "企业微信后台 → 微信客服：把这个客服账号交给 API 管理，并把应用配置到「可调用接口的应用」。"
_KNOWN = (
    Problem(-1, Follows.LATER, "企业微信系统繁忙", "过一会儿会自动再试。"),
    Problem(40001, Follows.SETTINGS, "Secret 不对", _SECRET),
    Problem(40004, Follows.NEVER, "不是图片"),
    Problem(40007, Follows.NEVER, "图片或语音已过期（只保留 3 天）"),
    Problem(40009, Follows.NEVER, "图片太大"),
    Problem(40013, Follows.SETTINGS, "企业 ID 不对", _SECRET),
    Problem(40014, Follows.RENEW, "访问凭据无效", _SECRET),
    Problem(40096, Follows.NEVER, "不是这个企业的客户"),
    Problem(41001, Follows.RENEW, "没有带访问凭据", _SECRET),
    Problem(42001, Follows.RENEW, "访问凭据过期", _SECRET),
    Problem(45002, Follows.NEVER, "内容太长"),
    Problem(45009, Follows.SLOWER, "调用太频繁", "过一会儿会自动再试。"),
    Problem(45033, Follows.SLOWER, "同时调用太多", "过一会儿会自动再试。"),
    Problem(48002, Follows.FORBIDDEN, "应用没有这个接口的权限", _KF),
    Problem(
        60020, Follows.SETTINGS, "本机的 IP 不在可信 IP 里", "在应用的「企业可信IP」里加上它。"
    ),
    Problem(95000, Follows.SETTINGS, "open_kfid 不对", "核对账号文件里的 open_kfid。"),
    Problem(95001, Follows.QUOTA, "对方写下一条之前能发的 5 条已用完"),
    Problem(95002, Follows.WINDOW, "48 小时窗口已过"),
    Problem(95007, Follows.LATER, "取消息的 Token 已过期"),
    Problem(95013, Follows.WINDOW, "会话已经结束"),
    Problem(95017, Follows.FORBIDDEN, "微信客服的 API 开关没有打开", _KF),
    Problem(
        95018,
        Follows.FORBIDDEN,
        "这个会话由企业微信里的接待人员接待，接口发不了",
        "热线的人员在自己的工作台里回答：企业微信后台的接待方式不要选人工接待。",
    ),
)
_AWAY_PROBLEM = Problem(
    AWAY,
    Follows.LATER,
    "连不上企业微信",
    "检查本机能否访问 qyapi.weixin.qq.com（域名解析、代理、防火墙）。",
)
MESSAGE_TOKEN_OVER = 95007
# Its code is not published. Our ids have the published form, so that all that can be wrong with
# one is that it was used before.
_ABOUT_THE_ID = "msgid"


class _WecomCodes(Codes):
    def refused(self, code: int, words: str = "") -> Refused:
        if code not in self.known and _ABOUT_THE_ID in words.lower():
            return Refused(Problem(code, Follows.TAKEN, "这条消息之前已经发出"))
        return super().refused(code, words)


CODES = _WecomCodes(_KNOWN, _AWAY_PROBLEM, "企业微信的「全局错误码」")

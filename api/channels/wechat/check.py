"""Walks an administrator through the set-up: what is right, what is wrong, and what to do."""

import ipaddress
import re
import secrets
import stat
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.channels.tencent.errors import Refused
from api.channels.tencent.signing import WINDOW_S, signature
from api.channels.wechat.accounts import Account, Mode
from api.channels.wechat.client import WeChatClient
from api.channels.wechat.menu import keys, menu

ECHO_WITHIN_S = 5.0  # as long as WeChat waits
LATER = "请过一会儿再查。"
MODES = {Mode.PLAIN: "明文模式", Mode.COMPATIBLE: "兼容模式", Mode.SAFE: "安全模式"}
PORT = 443  # the only one at which WeChat calls an address with https
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` is what to do, empty where nothing is."""

    said: str
    advice: str = ""

    def __str__(self) -> str:
        return f"✗ {self.said}\n    → {self.advice}" if self.advice else f"✓ {self.said}"


def of_file(file: Path) -> Finding:
    """Who may read the secrets."""
    if file.stat().st_mode & _OTHERS:
        return Finding(
            f"账号文件 {file} 别的用户也能读，里面有密钥",
            f"运行 chmod 600 {file}，只留给热线的用户。",
        )
    return Finding(f"账号文件 {file} 只有热线的用户能读")


def of_address(public_url: str) -> Finding:
    """Whether WeChat can call the address at which the helpline is reached."""
    if not public_url:
        return Finding(
            "没有设置 HELPLINE_PUBLIC_URL",
            "设成大家打开热线用的网址，如 https://helpline.example.cn，再重启热线。",
        )
    parts = urlsplit(public_url)
    if _is_local(parts.hostname or ""):
        return Finding(
            f"微信从外面到不了 {public_url}", "换成公网上的域名；域名要已备案、已解析到本机。"
        )
    if parts.port not in (None, PORT):
        return Finding(
            f"微信到不了 {parts.port} 端口：{public_url}",
            "微信只访问 443（https）端口，请用反向代理（deploy/nginx.conf）。",
        )
    return Finding(f"网址 {public_url} 可以填给微信")


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal"))


def of_fields(account: Account) -> Iterator[Finding]:
    """What stands in the file, as far as it can be judged without asking."""
    if re.fullmatch(r"wx[0-9a-f]{16}", account.app_id):
        yield Finding("app_id 的样子对")
    else:
        yield Finding(
            "app_id 的样子不对", "AppID 通常以 wx 开头，共 18 位小写字母和数字；从后台复制。"
        )
    if account.mode is Mode.SAFE:
        yield Finding("消息加解密方式是安全模式")
    else:
        yield Finding(
            f"消息加解密方式是{MODES[account.mode]}，内容会明着传",
            "调通以后把文件里的 mode 改成 safe，后台也改成安全模式，两边同时改。",
        )


async def of_account(
    account: Account,
    client: WeChatClient,
    public_url: str,
    now: datetime,
    network: httpx.AsyncClient,
) -> AsyncIterator[Finding]:
    """Everything about one account, in the order in which it is set up."""
    for finding in of_fields(account):
        yield finding
    if public_url:
        yield await of_callback(account, public_url, now, network)
    token = await of_token(client)
    yield token
    if token.advice:
        return  # all further calls would be refused for the same reason
    yield of_clock(client, now)
    yield await of_pushing(client)
    yield await of_menu(client)


async def of_token(client: WeChatClient) -> Finding:
    """Whether WeChat gives us a token."""
    try:
        await client.token()
    except Refused as refused:
        ip = f"：{refused.ip}" if refused.ip else ""
        return Finding(f"取不到访问凭据：{refused.problem}{ip}", refused.problem.advice)
    return Finding("取到了访问凭据：AppID、AppSecret 和 IP 白名单都对")


def of_clock(client: WeChatClient, now: datetime) -> Finding:
    """Whether our clock goes as WeChat's does: what it signs counts for a while only."""
    apart_s = abs((client.told_at - now).total_seconds()) if client.told_at else 0.0
    if apart_s > WINDOW_S / 2:
        return Finding(
            f"本机的时钟与微信相差 {apart_s:.0f} 秒，差到 {WINDOW_S} 秒微信的消息就会被拒收",
            "用 NTP 对时，例如 timedatectl set-ntp true。",
        )
    return Finding("本机的时钟与微信一致")


async def of_pushing(client: WeChatClient) -> Finding:
    """Whether the account may send what is ready too late for the call."""
    try:
        await client.may_send()
    except Refused as refused:
        return Finding(
            f"不能发客服消息：{refused.problem}", refused.problem.advice or "请稍后再查。"
        )
    return Finding("可以发客服消息：来不及当场回答的，随后会补发")


async def of_menu(client: WeChatClient) -> Finding:
    """Whether our menu is there."""
    advice = "运行 ./helpline wechat menu 建立菜单。"
    try:
        found = await client.menu()
    except Refused as refused:
        return Finding(f"看不到菜单：{refused.problem}", refused.problem.advice or LATER)
    if not found:
        return Finding("还没有菜单", advice)
    missing = set(keys(menu()["button"])) - set(keys(found.get("button", [])))
    if missing:
        return Finding(f"菜单里缺少 {'、'.join(sorted(missing))}", advice)
    return Finding("菜单已建立")


async def of_callback(
    account: Account, public_url: str, now: datetime, network: httpx.AsyncClient
) -> Finding:
    """Whether the running helpline answers at the address, as it has to answer WeChat."""
    url = f"{public_url}{account.callback}"
    timestamp, nonce, word = str(int(now.timestamp())), secrets.token_hex(5), secrets.token_hex(8)
    signed = signature(account.token, timestamp, nonce)
    query = {"signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": word}
    try:
        answer = await network.get(url, params=query, timeout=ECHO_WITHIN_S)
    except httpx.HTTPError as error:
        return Finding(f"从本机打不开 {url}（{type(error).__name__}）", _UNREACHABLE)
    if answer.status_code == HTTPStatus.OK and answer.text == word:
        return Finding(f"{url} 应答正确，可以填到后台的「服务器地址(URL)」")
    advice = _ANSWERED.get(answer.status_code, _SOMEBODY_ELSE)
    return Finding(f"{url} 应答不对（{answer.status_code}）", advice)


_UNREACHABLE = (
    "确认热线和反向代理在运行，域名解析到本机，证书有效，防火墙放行 80 和 443 端口；"
    "有的机房从里面打不开自己的公网地址，那就换一台机器再查。"
)
_SOMEBODY_ELSE = "应答的不是热线：检查反向代理是否把 /channels/ 转给了热线，且没有跳转。"
_ANSWERED: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: (
        "运行中的热线没有这个公众号：改过账号文件要重启热线；再看反向代理是否转发 /channels/。"
    ),
    HTTPStatus.FORBIDDEN: (
        "运行中的热线用的 token 不是这一个，或它的时钟不准：改过账号文件要重启热线。"
    ),
    HTTPStatus.BAD_REQUEST: "这个域名没有放行：把它写进 HELPLINE_ALLOWED_HOSTS，再重启热线。",
    HTTPStatus.BAD_GATEWAY: "反向代理后面没有热线：先启动热线。",
    HTTPStatus.SERVICE_UNAVAILABLE: "热线正在启动或重启，过一分钟再查。",
}


def to_fill_in(account: Account, public_url: str) -> str:
    """What belongs into WeChat's console. The secrets stay in the file."""
    lines = [
        f"服务器地址(URL)：{public_url or '（先设置 HELPLINE_PUBLIC_URL）'}{account.callback}",
        "令牌(Token)：账号文件里的 token",
        *(["消息加解密密钥(EncodingAESKey)：账号文件里的 aes_key"] if account.aes_key else []),
        f"消息加解密方式：{MODES[account.mode]}",
        "数据格式：XML",
    ]
    return "\n".join(f"    {line}" for line in lines)

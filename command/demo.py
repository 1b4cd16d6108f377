"""The command `demo`: a helpline full of invented conversations, beside the real one, and a fake
WeChat with a telephone that speaks to it.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from command.commands import serve
from command.place import Place, service_environment
from command.ports import check_port, reachable
from command.prepare import prepare
from command.running import find_running, run_lock
from command.steps import TO_RUN
from command.supervise import Child
from command.system import Failure, keep_private, say, write_json

FOLDER = "demo"  # below the data folder; a database that lies elsewhere is never touched
SEEDER = "api.demo"
MARK = "demo.json"  # says that a folder is the demo's, whether it is filled, and who signs in how
SHARED = ("models", "index", "laws")  # what both helplines read
PORT, PHONE_PORT = 8010, 8020  # the real helpline may run at the same time
WECHAT, MENU = "api.demo.wechat", "api.channels.wechat"
ACCOUNTS = "wechat.yml"
# The app ids stay: whoever spoke before is the same person after the next start.
OFFICIAL_ACCOUNTS = (
    {"name": "jiangxi", "title": "江西知识产权维权（演示）", "app_id": "wxdemo0000000001"},
    {"name": "ganzhou", "title": "赣州知识产权维权（演示）", "app_id": "wxdemo0000000002"},
)
SETTINGS = {
    "HELPLINE_OPERATOR": "演示（全部是虚构的数据，不是真的热线）",
    "HELPLINE_OPERATOR_CONTACT": "演示没有联系方式",
    # What stands open at the start still stands open when somebody looks hours later.
    "HELPLINE_ABANDON_MINUTES": "1440",
    "HELPLINE_ABSENT_MINUTES": "1440",
    "HELPLINE_KEEP_CONVERSATIONS_DAYS": "3650",
    # Whoever tries it needs the accounts that stand above, not a line for each request.
    "HELPLINE_LOG_LEVEL": "WARNING",
}


def demo(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Fill the demo's own database where it is not filled, print who may sign in, and start."""
    own = place_of(place)
    url = f"http://{reachable(args.host)}:{args.port}"
    phone = f"http://{reachable(args.host)}:{args.phone_port}"
    if running := find_running(own):
        raise Failure(f"演示已经在运行：进程 {running['pid']}，{running['url']}/desk")
    own.var.mkdir(parents=True, exist_ok=True)
    keep_private(own.var)
    with run_lock(own, url):
        check_port(args.host, args.port)
        check_port(args.host, args.phone_port)
        prepare(place, [key for key in TO_RUN if key != "database" and _wanted(key, args)])
        share(place, own)
        fill(own, args.fresh)
        own = in_wechat(own, url, phone)
        return serve(
            own,
            args.host,
            args.port,
            beside=[telephone(own, args.host, args.phone_port, url)],
            more=lambda: [*logins(own, url), *with_menus(own, phone)],
        )


def _wanted(key: str, args: argparse.Namespace) -> bool:
    return not (args.no_web and key.startswith("web"))


def place_of(place: Place) -> Place:
    """The same checkout with the demo's folder; no setting of the real helpline holds there."""
    own = place.rehearsing(place.var / FOLDER)
    return replace(own, environ={**own.environ, **SETTINGS})


def in_wechat(own: Place, url: str, phone: str) -> Place:
    """The demo with accounts of the fake WeChat at `phone`; each start makes their secrets."""
    accounts = [
        {
            **account,
            "app_secret": secrets.token_hex(16),
            "token": secrets.token_hex(16),
            "aes_key": secrets.token_hex(22)[:43],
            "mode": "safe",
            "api": phone,
        }
        for account in OFFICIAL_ACCOUNTS
    ]
    file = own.var / ACCOUNTS
    write_json(file, accounts)  # every JSON is YAML
    more = {"HELPLINE_WECHAT_FILE": str(file), "HELPLINE_PUBLIC_URL": url}
    return replace(own, environ={**own.environ, **more})


def telephone(own: Place, host: str, port: int, url: str) -> Child:
    """The fake WeChat, which brings what is said on its telephone to the helpline at `url`."""
    argv = [own.python, "-m", WECHAT, "--host", host, "--port", port]
    argv += ["--helpline", url, "--accounts", own.var / ACCOUNTS]
    health = f"http://{reachable(host)}:{port}/"
    env = service_environment(own)
    return Child("模拟微信", argv, own.root, env, health, own.log("wechat"))


def with_menus(own: Place, phone: str) -> list[str]:
    """Where the telephone is, once its accounts have their menus."""
    argv = [str(own.python), "-m", MENU, "menu"]
    made = subprocess.run(
        argv, cwd=own.root, env=service_environment(own), capture_output=True, text=True
    )
    failed = [f"  公众号的菜单没有建成：{made.stderr.strip()[-200:]}"] if made.returncode else []
    return [f"  微信里的样子  {phone}/ （模拟的手机，不是真的微信）", *failed]


def share(place: Place, own: Place) -> None:
    """Let the demo read what the real helpline has made."""
    for name in SHARED:
        link = own.var / name
        if not link.is_symlink():
            link.symlink_to(place.var / name)


def fill(own: Place, afresh: bool) -> None:
    """Fill the database, unless that is done; what was begun and not ended is begun anew.

    Raises Failure where the folder holds a database that is not the demo's.
    """
    mark, file = own.var / MARK, own.sqlite_file
    assert file is not None, "no setting names another database here"
    if file.exists() and not mark.exists():
        raise Failure(f"{file} 不是演示建的数据库，没有动它。请把它移到别处再试。")
    if read_mark(own).get("filled") and file.exists() and not afresh:
        prepare(own, ("database",))
        return
    write_json(mark, {"filled": False})
    empty(own, file)
    prepare(own, ("database",))
    say("正在生成演示数据：六十天的对话和工单，都是虚构的，约两分钟……")
    argv = [str(own.python), "-m", SEEDER]
    if subprocess.run(argv, cwd=own.root, env=service_environment(own)).returncode:
        raise Failure("演示数据没有生成完，原因见上文；改好后再运行一次 ./helpline demo。")


def empty(own: Place, file: Path) -> None:
    """Remove the demo's database with all that belongs to it."""
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    shutil.rmtree(own.var / "stamps", ignore_errors=True)


def read_mark(own: Place) -> Mapping[str, Any]:
    """What the demo's mark says; {} where there is none, or none that can be read."""
    try:
        found = json.loads((own.var / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def logins(own: Place, url: str) -> list[str]:
    """Who may sign in; the passwords are random and stay the same until the demo is filled anew."""
    return [
        f"  工作台    {url}/desk",
        f"演示账号（全部数据都是虚构的；密码存在 {own.var / MARK}）：",
        *(
            f"  {one['role']}  账号 {one['name']}  密码 {one['password']}"
            for one in read_mark(own).get("logins", [])
        ),
    ]

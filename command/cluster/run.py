"""The command `cluster`: starts the whole on several processes, stops it, tells how it is."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from command.cluster import redis
from command.cluster.debian import programs
from command.cluster.plan import OWN, Plan, engine_children, secured, service_children
from command.cluster.postgresql import PostgreSQL
from command.cluster.proxy import nginx_child
from command.commands import say_parts, say_who_can_sign_in, settings_checked
from command.place import Place
from command.ports import reachable
from command.prepare import prepare
from command.running import answers, find_running, readiness, run_lock
from command.steps import TO_RUN
from command.supervise import Child, Supervisor
from command.system import Failure, keep_private, say, write_json

FOLDER = "cluster"  # below the data folder
STATE = "cluster.json"  # the database's passwords, and the processes of the last start
SHARED = ("models", "index", "laws")  # what both helplines read
PORT = 8080
ABOUT = "在一台机器上用多个进程运行：多个服务和对话引擎、PostgreSQL、前面一个 nginx。"
LONGEST_END_S = 120.0  # for a stop: turns that have begun, engines, the database


class Waves(Supervisor):
    """Ends its processes wave by wave, those of one wave together."""

    def __init__(self, waves: Sequence[Sequence[Child]]) -> None:
        super().__init__([child for wave in waves for child in wave])
        self.waves = [list(wave) for wave in waves]

    def ending(self) -> list[list[Child]]:
        return self.waves

    def add(self, *waves: Sequence[Child]) -> None:
        """Processes that end before all that are there."""
        self.waves = [*map(list, waves), *self.waves]
        self.children += [child for wave in waves for child in wave]


def cluster(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Start, stop or show the cluster of this data folder."""
    own = place_of(place)
    if args.stop:
        return stop(own)
    if args.status:
        return status(own)
    plan = Plan(args.host, args.port, args.api, args.rasa, args.redis, args.replica)
    if running := find_running(own):
        raise Failure(f"多进程的热线已经在运行：进程 {running['pid']}，{running['url']}/")
    found = programs(place.environ.get("PATH", os.defpath), redis=plan.with_redis)
    plan.check()
    own.var.mkdir(parents=True, exist_ok=True)
    keep_private(own.var)
    with run_lock(own, f"http://{reachable(plan.host)}:{plan.port}"):
        settings_checked(place)
        left_out = {"database", *(key for key in TO_RUN if args.no_web and key.startswith("web"))}
        prepare(place, [key for key in TO_RUN if key not in left_out])
        share(place, own)
        return run(own, plan, found)


def place_of(place: Place) -> Place:
    """The same checkout with the cluster's folder; the operator's other settings hold there."""
    kept = {name: value for name, value in place.environ.items() if name not in OWN}
    return Place(place.root, place.var / FOLDER, kept)


def share(place: Place, own: Place) -> None:
    """Let the cluster read what the checkout's helpline has made."""
    for name in SHARED:
        link = own.var / name
        if not link.is_symlink():
            link.symlink_to(place.var / name)


def run(own: Place, plan: Plan, found: Mapping[str, Path]) -> int:
    """The database first, then its structure, then all that uses it, until told to stop."""
    url = f"http://{reachable(plan.host)}:{plan.port}"
    server = PostgreSQL(own, found, plan.database, passwords(own), plan.services)
    counts = "database"
    stores: list[Child] = [server.child()]
    if plan.with_redis:
        password = secrets.token_hex(24)
        counts = redis.url(plan, password)
        stores.append(redis.redis_child(own, found, plan, password))
    server.make()
    own = replace(own, environ={**own.environ, "HELPLINE_DATABASE_URL": server.url})
    own = secured(own, secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    supervisor = Waves([stores])
    with supervisor:
        try:
            supervisor.wait_until_ready(patience=120)
            server.make_database()
            prepare(own, ("database",), forced=("database",))
            if plan.with_replica:
                standby, replica_url = server.replica(plan.replica)
                own = replace(own, environ={**own.environ, "HELPLINE_REPLICA_URL": replica_url})
                supervisor.add([standby])
            services, engines = service_children(own, plan, counts), engine_children(own, plan)
            proxy = nginx_child(own, found, plan)
            # A service finishes its turns with everything still there that they need.
            supervisor.add(services, [proxy], engines)
            remember(own, supervisor.children)
            supervisor.wait_until_ready()
            say_started(own, plan, url)
            supervisor.watch()
        except KeyboardInterrupt:
            say("正在停止……")
    say("已停止。")
    return 0


def passwords(own: Place) -> tuple[str, str]:
    """Those of the database's two roles, made at the first start."""
    state = read_state(own)
    for name in ("password", "admin"):
        state.setdefault(name, secrets.token_hex(24))
    write_json(own.var / STATE, state)
    return state["password"], state["admin"]


def remember(own: Place, children: Sequence[Child]) -> None:
    """Write down which processes there are, for `--status`."""
    told = [{"label": child.label, "health": child.health} for child in children]
    write_json(own.var / STATE, {**read_state(own), "processes": told})


def say_started(own: Place, plan: Plan, url: str) -> None:
    say(
        f"多进程的热线已启动：{plan.services} 个服务、{plan.engines} 个对话引擎、"
        f"PostgreSQL、nginx。Ctrl-C 停止，日志在 {own.var}/log"
    )
    say(f"  对话页面  {url}/\n  接口文档  {url}/docs")
    for number, port in enumerate(plan.service_ports, start=1):
        say(f"  服务{number}     http://127.0.0.1:{port}/（不经过代理）")
    say_parts(readiness(url))
    say_who_can_sign_in(url)


def stop(own: Place) -> int:
    """Tell the cluster to end, and wait until all of it has. Raises Failure."""
    running = find_running(own)
    if not running:
        say("多进程的热线没有在运行。")
        return 0
    os.kill(int(running["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + LONGEST_END_S
    while find_running(own):
        if time.monotonic() > deadline:
            raise Failure(f"进程 {running['pid']} 还没有结束，请看日志 {own.var}/log。")
        time.sleep(0.2)
    say("已停止。")
    return 0


def status(own: Place) -> int:
    """0 when it runs and every process answers."""
    running = find_running(own)
    if not running:
        say("运行：没有启动")
        return 1
    say(f"运行：{running['url']}/（进程 {running['pid']}，{running['since']} 起）")
    well = True
    for one in read_state(own).get("processes", []):
        lives = listens(one["health"])
        well = well and lives
        say(f"  {one['label']}  {one['health']}  {'正常' if lives else '没有应答，会自动重启'}")
    say_parts(readiness(running["url"]))
    return 0 if well else 1


def listens(health: str) -> bool:
    """Whether a process answers; of the database that its port is open."""
    if health.startswith("http"):
        return answers(health)
    host, _, port = health.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(3)
        return probe.connect_ex((host, int(port))) == 0


def read_state(own: Place) -> dict[str, Any]:
    """What was written down; {} where there is nothing that can be read."""
    try:
        found = json.loads((own.var / STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}

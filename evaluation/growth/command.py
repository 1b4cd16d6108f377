"""`python -m evaluation growth`: measures, reckons, writes what it finds into docs/sizing.md."""

import argparse
import json
from pathlib import Path
from typing import Any

from evaluation.growth import crowd

MEASURED = Path(__file__).with_name("measured.json")
PAGE = crowd.ROOT / "docs/sizing.md"
PORT = 18630
MESSAGES = 100  # of each point


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate growth`."""
    parser = commands.add_parser("growth", help="来访者多起来要多少机器：测量、推算、写进文档")
    parser.add_argument(
        "part",
        nargs="?",
        default="all",
        choices=("all", "measure", "model", "crowd"),
        help="all 先测量再推算；measure 只测量；model 只按上次测量推算；crowd 按真实节奏对话",
    )
    parser.add_argument("--port", type=int, default=PORT, help="测量用的集群的端口，往后的也用")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="每个测点发多少条")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="crowd：运行中的热线或集群")
    parser.add_argument("--visitors", type=int, default=20, help="crowd：同时在线的来访者")
    parser.add_argument("--seconds", type=int, default=300, help="crowd：多少秒")
    parser.add_argument("--think", type=float, default=1.0, help="crowd：思考时间的倍数，0 不停顿")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Carry out one part, or all. Ends the program where a library of these is missing."""
    crowd.needed()
    if args.part == "crowd":
        seen = crowd.crowd(args.url, args.visitors, think=args.think, seconds=args.seconds)
        print(json.dumps(vars(seen), ensure_ascii=False, indent=1))
        return
    if args.part != "model":
        # Here and below: no other measurement needs what these import.
        from evaluation.growth.measure import measured

        told = json.dumps(measured(args.port, args.messages), ensure_ascii=False)
        # A line for each message and each point.
        MEASURED.write_text(told.replace("}, {", "},\n{") + "\n", encoding="utf-8")
    if args.part != "measure":
        reckon(json.loads(MEASURED.read_text(encoding="utf-8")))


def reckon(told: dict[str, Any]) -> None:
    """Let the model tell what it finds, and write page and pictures anew."""
    from evaluation.growth import page, pictures, sizing

    checks = sizing.checked(told)
    needs = [sizing.need(visitors, told) for visitors in sizing.VISITORS]
    pictures.draw(PAGE.parent / "images", told, checks, needs)
    text = page.filled(PAGE.read_text(encoding="utf-8"), page.figures(told, checks, needs))
    PAGE.write_text(text, encoding="utf-8")

"""Runs the fake: `python -m api.demo.wechat`, for this machine alone: nobody has to sign in."""

import argparse
import sys
from pathlib import Path

import uvicorn
import yaml
from pydantic import ValidationError

from api.demo.wechat.accounts import read
from api.demo.wechat.app import app_of
from api.demo.wechat.fake import FakeWeChat

HOST, PORT = "127.0.0.1", 8020
FINISH_S = 1  # the telephone's page holds a stream open for good


def main() -> int:
    """Serve until told to stop; returns 2 where the accounts cannot be read."""
    args = _parser().parse_args()
    try:
        accounts = read(args.accounts)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        print(f"✗ 读不出公众号配置 {args.accounts}：{error}", file=sys.stderr)
        return 2
    here = f"http://{args.host}:{args.port}"
    fake = FakeWeChat(accounts, args.helpline, here=here)
    print(f"模拟微信：手机页面 {here}/ ，消息送到 {args.helpline}", flush=True)
    uvicorn.run(
        app_of(fake),
        host=args.host,
        port=args.port,
        log_level="warning",
        timeout_graceful_shutdown=FINISH_S,
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="helpline wechat fake",
        description="一个假的微信：公众平台接口和一部手机，只供试用和测试。",
    )
    parser.add_argument("--host", default=HOST, help="监听的地址")
    parser.add_argument("--port", type=int, default=PORT, help="监听的端口")
    parser.add_argument("--helpline", default="http://127.0.0.1:8000", help="热线的地址")
    parser.add_argument(
        "--accounts",
        type=Path,
        required=True,
        help="公众号配置，与 HELPLINE_WECHAT_FILE 是同一个文件",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

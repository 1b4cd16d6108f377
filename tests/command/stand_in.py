"""Stands in for the service or for Rasa: `stand_in.py PORT [FOLDER]`.

Files in FOLDER steer it. It leaves one file `started-PID` there per start, crashes while there are
fewer than the number in `crashes`, starts a process of its own when `family` exists, and answers
503 while `sick` exists. Told to end, it writes into `ended` whether somebody still listens on the
port in `engine-port`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TURN = {
    "messages": [{"text": "先告诉您方向。"}],
    "referral": {
        "remedies": [
            {
                "name": "商标行政投诉",
                "why": "您的注册商标被别人用了。",
                "basis": [{"law": "商标法", "article": "第五十七条", "version_date": "2019-04-23"}],
                "body": {"name": "章贡区市场监督管理局"},
                "materials": ["商标注册证", "购买凭证"],
                "deadlines": [
                    {"what": "提出异议", "period": "3个月", "from": "公告之日", "due": "2026-12-01"}
                ],
                "fees": "不收费",
            }
        ],
        "ruled_out": [{"name": "刑事报案", "why": "还没有到立案的数额。"}],
        "asks": [{"slot": "city", "question": "对方在哪个市？", "options": ["赣州市", "不清楚"]}],
    },
    "ticket": {"number": "JX20261122-0001", "code": "ABC234"},
}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/api/desk/sign-in":
            return self.answer(200, {"oidc": None, "accounts": Path("staff").exists()})
        self.answer(
            503 if (folder / "sick").exists() else 200,
            {"parts": {"database": {"ok": True, "detail": "正常"}}},
        )

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "text" not in said:
            self.answer(201, {"id": "c1", "token": "secret", "messages": []})
        elif self.headers["Authorization"] != "Bearer secret" or not self.path.endswith(
            "/c1/messages"
        ):
            self.answer(401, {"detail": "会话已失效，请重新开始。"})
        else:
            self.answer(200, TURN)

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


port = int(sys.argv[1])
folder = Path(sys.argv[2] if len(sys.argv) > 2 else os.devnull)
if folder.is_dir():
    (folder / f"started-{os.getpid()}").touch()
    crashes = int((folder / "crashes").read_text()) if (folder / "crashes").exists() else 0
    if len(list(folder.glob("started-*"))) <= crashes:
        sys.exit("缺了一样东西")
    if (folder / "family").exists():
        relative = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (folder / f"relative-{relative.pid}").touch()


def end(number: int, frame: object) -> None:
    if (folder / "engine-port").exists():
        with socket.socket() as probe:
            gone = probe.connect_ex(("127.0.0.1", int((folder / "engine-port").read_text())))
        (folder / "ended").write_text("nobody was there" if gone else "the engine was there")
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
print(f"在端口 {port} 上听着", flush=True)
ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()

"""nginx before the services: the shipped rules of deploy/nginx/, on plain HTTP."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from command.cluster.debian import folder_for, prefix, user_for
from command.cluster.plan import Plan
from command.place import Place
from command.supervise import Child

SHIPPED = ("http.conf", "server.conf")  # of deploy/nginx/

CONFIG = """\
daemon off;
worker_processes auto;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    include http.conf;
    access_log off;
    server_tokens off;
    client_body_temp_path body;
    proxy_temp_path proxied;
    fastcgi_temp_path unused;
    uwsgi_temp_path unused;
    scgi_temp_path unused;
    proxy_cache_path assets keys_zone=helpline_assets:1m max_size=100m inactive=1d
                     use_temp_path=off;

    upstream helpline {{
        hash $helpline_line consistent;
{servers}
        keepalive 32;
    }}
    upstream helpline_actions {{
        least_conn;
{servers}
        keepalive 32;
    }}

    server {{
        listen {host}:{port};
        include server.conf;
    }}

    # The dialogue engines call back by this door, on the loopback alone: whichever service lives
    # carries an action out, because the turn stands in the database. It adds no X-Forwarded-For,
    # which the services refuse here.
    server {{
        listen 127.0.0.1:{inner};
        location = /alive {{ return 200; }}
        location = /webhook {{
            client_max_body_size 8m;
            proxy_pass http://helpline_actions;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_connect_timeout 2s;
            proxy_read_timeout 30s;
        }}
        location / {{ return 404; }}
    }}
}}
"""


class Nginx(Child):
    """nginx as one of the processes that are looked after. Told to end, it does so at once: those
    whom it serves have been served by then.
    """

    grace = 5.0
    ends_by = signal.SIGTERM


def config(plan: Plan) -> str:
    """What nginx reads. A service that cannot be reached is left out for five seconds."""
    lines = [
        f"        server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;" for one in plan.service_ports
    ]
    host = f"[{plan.host}]" if ":" in plan.host else plan.host
    return CONFIG.format(servers="\n".join(lines), host=host, port=plan.port, inner=plan.inner)


def nginx_child(own: Place, found: Mapping[str, Path], plan: Plan) -> Nginx:
    """The proxy with its files written anew. What it reads is copied to where its user may go."""
    user = user_for("www-data", "nginx", "nobody")
    folder = folder_for(own.var, "nginx", user)
    texts = {"nginx.conf": config(plan)}
    for name in SHIPPED:
        texts[name] = (own.root / "deploy/nginx" / name).read_text("utf-8")
    for name, text in texts.items():
        file = folder / name
        file.write_text(text, encoding="utf-8")
        if user:
            shutil.chown(file, user)
    argv = [*prefix(found, user, "TERM"), found["nginx"], "-e", "stderr"]
    argv += ["-p", folder, "-c", folder / "nginx.conf"]
    health = f"http://127.0.0.1:{plan.inner}/alive"
    return Nginx("代理", argv, own.root, own.environ, health, own.log("nginx"))

"""Which processes a cluster has, on which ports, and what each is told."""

from __future__ import annotations

from dataclasses import dataclass

from api.dialogue.chosen import Model, chosen
from command.place import DATA_KEY, Place, bot_environment, service_environment
from command.ports import check_port
from command.running import has_loaded
from command.supervise import Child, engine_command
from command.system import Failure

MOST = 16  # services, and dialogue engines: what the ports below leave room for
# Ports, counted from the one that visitors reach.
INNER, DATABASE, REDIS, REPLICA, SERVICES, ENGINES = 1, 2, 3, 4, 10, 30

# What a helpline on several processes decides by itself, whatever the operator has set.
OWN = (
    *("HELPLINE_VAR", "HELPLINE_HOST", "HELPLINE_PORT", "HELPLINE_LISTEN"),
    *("HELPLINE_DATABASE_URL", "HELPLINE_REPLICA_URL"),
    *("HELPLINE_RASA_URL", "HELPLINE_ACTION_URL", "HELPLINE_ENGINES"),
    *("HELPLINE_PROCESSES", "HELPLINE_TRUSTED_PROXIES"),
    *("HELPLINE_LIMITS", "HELPLINE_EVENTS"),
)


@dataclass(frozen=True)
class Plan:
    """A cluster with so many services and dialogue engines, from `port` upwards; a Redis by which
    the services count and tell, and a replica of the database that the desk reads from, where it
    has them.
    """

    host: str
    port: int
    services: int
    engines: int
    with_redis: bool = False
    with_replica: bool = False

    @property
    def inner(self) -> int:
        return self.port + INNER

    @property
    def database(self) -> int:
        return self.port + DATABASE

    @property
    def redis(self) -> int:
        return self.port + REDIS

    @property
    def replica(self) -> int:
        return self.port + REPLICA

    @property
    def service_ports(self) -> list[int]:
        return [self.port + SERVICES + number for number in range(1, self.services + 1)]

    @property
    def engine_ports(self) -> list[int]:
        return [self.port + ENGINES + number for number in range(1, self.engines + 1)]

    def check(self) -> None:
        """Raises Failure where a cluster like this cannot be, or a port is not free."""
        if not (1 <= self.services <= MOST and 1 <= self.engines <= MOST):
            raise Failure(f"--api 和 --rasa 都应是 1 到 {MOST} 之间的整数。")
        if self.port < 1024 or self.port > 65535 - ENGINES - MOST:
            raise Failure(f"--port 应在 1024 到 {65535 - ENGINES - MOST} 之间：往后的端口也要用。")
        check_port(self.host, self.port, "cluster")
        for port in (
            self.inner,
            self.database,
            self.redis,
            self.replica,
            *self.service_ports,
            *self.engine_ports,
        ):
            check_port("127.0.0.1", port, "cluster")


def secured(own: Place, secret: str, token: str) -> Place:
    """The place with what both sides share."""
    shared = {"HELPLINE_ACTION_SECRET": secret, "HELPLINE_RASA_TOKEN": token}
    return Place(own.root, own.var, {**shared, **own.environ})


def service_children(own: Place, plan: Plan, counts: str = "database") -> list[Child]:
    """The services, each of which asks whichever engine has the least to do; `counts` is where they
    count and by what they tell each other: `database`, or a redis:// address.
    """
    return [
        _service(own, plan, number, port, counts)
        for number, port in enumerate(plan.service_ports, start=1)
    ]


def _service(own: Place, plan: Plan, number: int, port: int, counts: str) -> Child:
    base = f"http://127.0.0.1:{port}"
    env = {
        **service_environment(own),
        "HELPLINE_HOST": "127.0.0.1",
        "HELPLINE_PORT": str(port),
        "HELPLINE_LISTEN": "loaded",
        "HELPLINE_RASA_URL": ",".join(f"http://127.0.0.1:{engine}" for engine in plan.engine_ports),
        "HELPLINE_PROCESSES": str(plan.services),
        "HELPLINE_LIMITS": counts,
        "HELPLINE_EVENTS": counts,
        "HELPLINE_TRUSTED_PROXIES": "127.0.0.1",
    }
    argv = [own.python, "-m", "api"]
    log = own.log(f"api-{number}")
    return Child(
        f"服务{number}", argv, own.root, env, f"{base}/healthz", log, lambda: has_loaded(base)
    )


def engine_children(own: Place, plan: Plan) -> list[Child]:
    """The dialogue engines, which call back by the proxy's inner door."""
    env = {**bot_environment(own), "HELPLINE_ACTION_URL": f"http://127.0.0.1:{plan.inner}/webhook"}
    for name in (
        DATA_KEY,
        "HELPLINE_DATABASE_URL",
        "HELPLINE_REPLICA_URL",
    ):  # they open nothing that is stored
        env.pop(name, None)
    model = chosen(own.var)
    return [
        _engine(own, number, port, env, model)
        for number, port in enumerate(plan.engine_ports, start=1)
    ]


def _engine(own: Place, number: int, port: int, env: dict[str, str], model: Model) -> Child:
    argv = engine_command(own, model, port)
    log = own.log(f"rasa-{number}")
    return Child(f"对话{number}", argv, own.root, env, f"http://127.0.0.1:{port}/", log)

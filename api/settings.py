"""Every setting of the service side, read from environment variables that begin with HELPLINE_.

`python -m api.settings` checks them: exit code 2 and a line for each that is wrong.
"""

import ipaddress
import re
import sys
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from annotated_types import Ge, Gt, Le
from limits import parse
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# What people write in a URL, and the asynchronous driver that answers it.
DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
}
DATABASES = tuple(dict.fromkeys((*DRIVERS, *DRIVERS.values())))
WRONG = 2  # exit code of a program whose settings cannot be used


MOST_ENGINES = 16

# Where visits are counted (HELPLINE_LIMITS), and the rate that counts nothing.
IN_MEMORY, IN_DATABASE = "memory", "database"
OFF = "0"
NEEDS_POSTGRESQL = (
    "要用 PostgreSQL：SQLite 的数据库文件只能由一个进程使用。"
    "请用 HELPLINE_DATABASE_URL 写明 postgresql://用户:口令@主机/库名，或只运行一个进程"
)
LIMITS = (
    *("limit_opening", "limit_messages", "limit_conversation", "limit_reading"),
    *("limit_codes", "limit_codes_asker", "limit_codes_number", "limit_codes_all"),
    *("limit_move", "limit_move_all"),
    "limit_sign_in",
)


class Settings(BaseSettings):
    """The settings; a field `name` is read from HELPLINE_NAME."""

    model_config = SettingsConfigDict(env_prefix="HELPLINE_", frozen=True)

    var: Path = Field(
        default=ROOT / "var",
        description="Folder for everything the service writes: database, index.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    listen: Literal["at_once", "loaded"] = Field(
        default="at_once",
        description="When the port opens: at_once, so that visitors hear that the helpline starts, "
        "or loaded, so that a proxy sends them to another process meanwhile.",
    )
    database_url: str = Field(
        default="",
        description="Database; empty means the SQLite file helpline.db under var. "
        "PostgreSQL works as well.",
    )
    replica_url: str = Field(
        default="",
        description="A hot standby of the PostgreSQL that the service uses: figures, lists and "
        "searches of the desk read there; empty means none.",
    )
    replica_behind_s: float = Field(
        default=10,
        gt=0,
        le=300,
        description="Seconds that the replica may be behind before it is not read from.",
    )
    vector_store: str = Field(
        default="faiss",
        description="Where vectors are searched: faiss (the build's own file, shared by the "
        "processes of a machine), or a postgresql:// URL (pgvector).",
    )
    embedder: str = Field(
        default="multilingual-e5-small",
        description="The search's encoder, or the folder of another exported one.",
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="How many processes of the service share the database.",
    )
    rasa_url: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("http://127.0.0.1:5005",),
        description="Base addresses of the dialogue engines (Rasa), separated by commas.",
    )
    engines: int = Field(
        default=1,
        ge=1,
        le=MOST_ENGINES,
        description="Dialogue engines that `./helpline up` starts and looks after.",
    )
    engines_folder: Path | None = Field(
        default=None,
        description="Folder by which the service and `./helpline up` agree on dialogue engines.",
    )
    rasa_timeout_s: float = Field(
        default=8,
        gt=0,
        le=60,
        description="Seconds to wait for the dialogue engine, of which at most half in the queue "
        "before it, until it is answered without it.",
    )
    action_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret that Rasa's action calls carry; empty refuses all of them.",
    )
    data_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that seals what visitors said, several separated by commas with the "
        "newest first; empty means the file data.key under var.",
    )
    operator: str = Field(
        default="", description="Who runs the helpline, as the privacy notice names them."
    )
    operator_contact: str = Field(
        default="", description="How they are reached about personal data."
    )
    keep_conversations_days: int = Field(
        default=90,
        ge=1,
        le=36500,
        description="Days after which a conversation without a ticket is deleted.",
    )
    keep_tickets_days: int = Field(
        default=365,
        ge=1,
        le=36500,
        description="Days after which what a closed ticket's visitor said is deleted.",
    )
    keep_deletions_days: int = Field(
        default=1095,
        ge=1,
        le=36500,
        description="Days after which the records of deletions are deleted.",
    )
    keep_logs_days: int = Field(
        default=30, ge=1, le=36500, description="Days after which logs are deleted."
    )
    sweep_hour: int = Field(
        default=3,
        ge=0,
        le=23,
        description="Hour of the night, in Shanghai, at which what is due is deleted.",
    )
    as_of: date | None = Field(
        default=None, description="The day on which the clock stands, e.g. 2026-11-22."
    )
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins of other sites that embed the chat widget, separated by commas.",
    )
    web_dist: Path = Field(
        default=ROOT / "web" / "dist", description="Folder of the built front end."
    )
    rasa_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token that our calls to the dialogue engine carry; it refuses all others.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses whose X-Forwarded-For header is believed, separated by commas.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Names that the helpline is called by, separated by commas; empty lets in all.",
    )
    docs: bool = Field(
        default=True, description="Whether the interface is described at /docs and /openapi.json."
    )
    most_at_once: int = Field(
        default=256, ge=1, description="Requests that are served at the same time."
    )
    limits: str = Field(
        default=IN_MEMORY,
        description="Where visits are counted: memory, database (PostgreSQL), or a redis:// URL.",
    )
    limits_exempt: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.0/8", "::1/128"),
        description="Networks whose visits are not counted, separated by commas.",
    )
    limit_opening: str = Field(
        default="120 per 10 minutes", description="Conversations that an address may open."
    )
    limit_messages: str = Field(
        default="600 per 10 minutes", description="Messages that an address may send."
    )
    limit_conversation: str = Field(
        default="60 per 5 minutes", description="Messages in one conversation."
    )
    limit_reading: str = Field(
        default="3000 per 10 minutes", description="What an address may read or search."
    )
    limit_codes: str = Field(
        default="5 per 15 minutes",
        description="Wrong look-up codes of one address for one ticket number.",
    )
    limit_codes_asker: str = Field(
        default="30 per 15 minutes",
        description="Wrong look-up codes of one address, over all numbers.",
    )
    limit_codes_number: str = Field(
        default="30 per hour", description="Wrong look-up codes for one number, of everybody."
    )
    limit_codes_all: str = Field(
        default="600 per hour", description="Wrong look-up codes over all numbers, of everybody."
    )
    limit_move: str = Field(
        default="20 per 15 minutes",
        description="Codes that move a conversation, tried by one address or contact.",
    )
    limit_move_all: str = Field(
        default="1200 per hour",
        description="Codes that move a conversation, tried by everybody together.",
    )
    link_minutes: int = Field(
        default=120,
        ge=5,
        le=1440,
        description="Minutes that a link to the page of a conversation opens it.",
    )
    public_url: str = Field(
        default="",
        description="Address at which visitors reach the helpline, e.g. https://ip.example.cn; "
        "empty means that no link to its page is sent.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Log lines for people, or one JSON object a line."
    )
    otlp_url: str = Field(
        default="",
        description="Base address of a collector of traces (OTLP over HTTP), such as "
        "http://127.0.0.1:4318; empty makes none.",
    )
    min_free_mb: int = Field(
        default=500,
        ge=0,
        description="Free disk space under var, in MB, below which the helpline is not ready.",
    )
    metrics_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1", "::1"),
        description="Addresses or networks that may read /metrics, separated by commas.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="Bearer token with which any address may read /metrics; empty allows none.",
    )
    # accounts of staff
    session_idle_minutes: int = Field(
        default=120,
        ge=5,
        le=1440,
        description="Minutes without a sign of its user after which a session at the desk ends.",
    )
    session_hours: int = Field(
        default=12, ge=1, le=24, description="Hours after which a session at the desk ends anyway."
    )
    limit_sign_in: str = Field(
        default="60 per 15 minutes", description="Tries of an address to sign in at the desk."
    )
    oidc_issuer: str = Field(
        default="",
        description="Address of the office's own OpenID Connect provider; empty switches it off.",
    )
    oidc_client_id: str = Field(
        default="", description="The name under which the provider knows the helpline."
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that goes with that name."
    )
    oidc_label: str = Field(
        default="单位统一登录", description="What the button for that way to sign in says."
    )
    # handoff to people
    events: str = Field(
        default=IN_MEMORY,
        description="How copies of the service tell each other what happened: memory (one copy), "
        "database (PostgreSQL), or a redis:// URL.",
    )
    most_streams: int = Field(
        default=2000, ge=1, description="Streams of events that are open at the same time."
    )
    desk_hours: Annotated[tuple[tuple[time, time], ...], NoDecode] = Field(
        default=(),
        description="When the desk is staffed on working days, e.g. 09:00-12:00,13:30-17:30; "
        "empty states no hours.",
    )
    abandon_minutes: int = Field(
        default=10,
        ge=1,
        le=1440,
        description="Minutes without a sign of a waiting visitor after which he waits no more.",
    )
    absent_minutes: int = Field(
        default=5,
        ge=1,
        le=1440,
        description="Minutes without a sign of an operator after which his visitors wait again.",
    )

    llm_url: str = Field(
        default="",
        description="A language model's address up to /v1, of the form of OpenAI's interface, that "
        "drafts for operators; empty means none.",
    )
    llm_key: SecretStr = Field(default=SecretStr(""), description="Its key, where it wants one.")
    llm_model: str = Field(default="", description="Its model's name.")
    llm_timeout_s: float = Field(
        default=8, gt=0, le=60, description="Seconds to wait for its draft."
    )
    approve_topics: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Situations or rights about which the bot's replies wait for an operator, "
        "separated by commas.",
    )
    approve_below: float = Field(
        default=0,
        ge=0,
        le=1,
        description="Certainty below which the bot's replies wait for an operator; 0 means none.",
    )
    approve_minutes: int = Field(
        default=5, ge=1, le=60, description="Minutes that a reply waits for an operator."
    )
    cti_token: SecretStr = Field(
        default=SecretStr(""),
        description="Bearer token with which the telephone system tells of calls; empty refuses "
        "all.",
    )
    # channels
    wechat_file: str = Field(
        default="",
        description="File with the WeChat Official Accounts (YAML); empty means none.",
    )
    wecom_file: str = Field(
        default="",
        description="File with the customer-service accounts of 企业微信 (YAML); empty means none.",
    )

    # what is sent to visitors who are not looking
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server by which visitors who left an e-mail address hear that their "
        "ticket moved, smtp://user:password@host:587 or smtps://…; empty sends none.",
    )
    smtp_from: str = Field(default="", description="Address that such mail is sent from.")

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(
                origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()
            )
        return value

    @field_validator("embed_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not re.fullmatch(r"https?://[^/?#\s]+", origin):
                raise ValueError(
                    f"HELPLINE_EMBED_ORIGINS 应写成 https://www.example.cn 这样，"
                    f"只有协议和域名，不是「{origin}」"
                )
        return origins

    @field_validator("public_url")
    @classmethod
    def _is_the_page(cls, value: str) -> str:
        # What opens a conversation travels to this address.
        page = value.strip().rstrip("/")
        secure = r"https://[^/?#\s]+|http://(localhost|127\.0\.0\.1)(:\d+)?"
        if page and not re.fullmatch(secure, page):
            raise ValueError(
                "HELPLINE_PUBLIC_URL 应写成 https://ip.example.cn 这样，"
                f"以 https:// 开头、后面没有路径，不是「{value}」"
            )
        return page

    @field_validator("trusted_proxies")
    @classmethod
    def _are_proxies(cls, value: str) -> str:
        for proxy in (part.strip() for part in value.split(",") if part.strip()):
            try:
                ipaddress.ip_network(proxy)
            except ValueError:
                raise ValueError(
                    f"HELPLINE_TRUSTED_PROXIES 应是代理的 IP 地址或网段，"
                    f"用逗号隔开，不是「{proxy}」"
                ) from None
        return value

    @field_validator("rasa_url", "allowed_hosts", "limits_exempt", "approve_topics", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("limits_exempt")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError(
                    f"HELPLINE_LIMITS_EXEMPT 应是网段，写成 10.0.0.0/8 这样，不是「{network}」"
                ) from None
        return networks

    @field_validator(*LIMITS)
    @classmethod
    def _is_a_rate(cls, rate: str, info: ValidationInfo) -> str:
        if rate == OFF:
            return rate
        try:
            parse(rate)
        except ValueError:
            name = f"HELPLINE_{str(info.field_name).upper()}"
            raise ValueError(
                f"{name} 应写成 120 per 10 minutes 这样，0 表示不限，不是「{rate}」"
            ) from None
        return rate

    @model_validator(mode="after")
    def _share_where_it_can_be_shared(self) -> Self:
        if self.processes > 1:
            self._share()
        for name, place in (("LIMITS", self.limits), ("EVENTS", self.events)):
            if place not in (IN_MEMORY, IN_DATABASE) and not place.startswith("redis"):
                raise ValueError(
                    f"HELPLINE_{name} 应是 memory、database 或 redis:// 地址，不是「{place}」"
                )
            if place == IN_DATABASE and not self.database_url.startswith("postgres"):
                raise ValueError(
                    f"HELPLINE_{name}=database 要用 PostgreSQL，请同时设置 HELPLINE_DATABASE_URL"
                )
        return self

    def _share(self) -> None:
        """Several processes count and tell in one place; raises ValueError where they cannot."""
        if not self.database_url.startswith("postgres"):
            raise ValueError(f"HELPLINE_PROCESSES={self.processes} {NEEDS_POSTGRESQL}")
        for name in ("limits", "events"):
            if name not in self.model_fields_set:
                object.__setattr__(self, name, IN_DATABASE)
            elif getattr(self, name) == IN_MEMORY:
                raise ValueError(
                    f"HELPLINE_PROCESSES={self.processes} 时 HELPLINE_{name.upper()} 不能是 "
                    "memory：请去掉它（就用 database），或写 redis:// 地址"
                )

    @field_validator("desk_hours", mode="before")
    @classmethod
    def _are_hours(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            spans = tuple(_span(one) for one in value.split(",") if one.strip())
        except ValueError:
            spans = ()
        edges = [edge for span in spans for edge in span]
        if value.strip() and (not spans or edges != sorted(set(edges))):
            raise ValueError(
                "HELPLINE_DESK_HOURS 应写成 09:00-12:00,13:30-17:30 这样，"
                f"从早到晚、互不重叠，不是「{value}」"
            )
        return spans

    @field_validator("metrics_allow", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        networks = tuple(one.strip() for one in value.split(",") if one.strip())
        for one in networks:
            try:
                ipaddress.ip_network(one)
            except ValueError:
                raise ValueError(
                    f"HELPLINE_METRICS_ALLOW 应是 IP 地址或网段（如 10.0.0.0/8），"
                    f"用逗号隔开，不是「{one}」"
                ) from None
        return networks

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        # Keys and names come from there: nobody on the way may change them.
        if value and not re.match(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost)(:|/|$)", value):
            raise ValueError(f"HELPLINE_OIDC_ISSUER 应以 https:// 开头，不是「{value}」")
        return value

    @model_validator(mode="after")
    def _know_the_provider_whole(self) -> Self:
        secret = self.oidc_client_secret.get_secret_value()
        if self.oidc_issuer and not (self.oidc_client_id and secret):
            raise ValueError(
                "有 HELPLINE_OIDC_ISSUER，就要同时设置 HELPLINE_OIDC_CLIENT_ID 和 "
                "HELPLINE_OIDC_CLIENT_SECRET"
            )
        return self

    @field_validator("llm_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return _address(value, "HELPLINE_LLM_URL") if value else value

    @field_validator("otlp_url")
    @classmethod
    def _is_a_collector(cls, value: str) -> str:
        # Some write down where the traces go, others the base; either is meant.
        base = value.rstrip("/").removesuffix("/v1/traces")
        return _address(base, "HELPLINE_OTLP_URL") if base else ""

    @field_validator("rasa_url")
    @classmethod
    def _are_engines(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if not 1 <= len(values) <= MOST_ENGINES:
            raise ValueError(
                f"HELPLINE_RASA_URL 应写 1 到 {MOST_ENGINES} 个地址，用逗号隔开，"
                f"现在有 {len(values)} 个"
            )
        urls = tuple(_address(value, "HELPLINE_RASA_URL").rstrip("/") for value in values)
        for url in urls:
            if urls.count(url) > 1:
                raise ValueError(f"HELPLINE_RASA_URL 里「{url}」写了两次，每个对话引擎只写一次")
        return urls

    @model_validator(mode="after")
    def _can_send_mail(self) -> Self:
        # The address may hold a password: it is not repeated.
        url = self.smtp_url.get_secret_value()
        if url and not re.fullmatch(r"smtps?://([^/@\s]+@)?[^/@:\s]+(:\d{1,5})?/?", url):
            raise ValueError(
                "HELPLINE_SMTP_URL 应写成 smtp://用户:密码@主机:587 或 smtps://用户:密码@主机:465，"
                "密码里的特殊字符要写成 %40 这样"
            )
        if url and not re.fullmatch(r"(.+<)?[^@\s<>]+@[^@\s<>]+>?", self.smtp_from):
            raise ValueError("设了 HELPLINE_SMTP_URL，还要用 HELPLINE_SMTP_FROM 写明发信的邮箱地址")
        return self

    @model_validator(mode="after")
    def _name_the_model(self) -> Self:
        if self.llm_url and not self.llm_model:
            raise ValueError("设了 HELPLINE_LLM_URL，还要用 HELPLINE_LLM_MODEL 写明模型的名称")
        return self

    @field_validator("database_url", "replica_url", "vector_store")
    @classmethod
    def _is_a_database(cls, value: str, info: ValidationInfo) -> str:
        # The value may hold a password: it is not repeated.
        if info.field_name == "vector_store" and value in ("", "faiss"):
            return value
        allowed = DATABASES if info.field_name == "database_url" else ("postgresql", "postgres")
        scheme, separator, rest = value.partition("://")
        if value and not (separator and rest and scheme in allowed):
            raise ValueError(_DATABASE_EXPECTED[info.field_name or ""])
        return value

    @field_validator("as_of", mode="before")
    @classmethod
    def _no_date_is_none(cls, value: object) -> object:
        if not value or not isinstance(value, str):
            return value or None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(
                f"HELPLINE_AS_OF 应是日期，写成 2026-11-22 这样，不是「{value}」"
            ) from None

    @model_validator(mode="after")
    def _name_the_database(self) -> Self:
        url = self.database_url or f"sqlite:///{self.var.resolve() / 'helpline.db'}"
        object.__setattr__(self, "database_url", _with_driver(url))
        return self

    @model_validator(mode="after")
    def _replicate_postgresql(self) -> Self:
        if not self.replica_url:
            return self
        if not self.database_url.startswith("postgres"):
            raise ValueError(
                "HELPLINE_REPLICA_URL 要用 PostgreSQL：SQLite 没有只读副本。"
                "请同时用 HELPLINE_DATABASE_URL 写明主库，或去掉 HELPLINE_REPLICA_URL"
            )
        object.__setattr__(self, "replica_url", _with_driver(self.replica_url))
        if self.replica_url == self.database_url:
            raise ValueError(
                "HELPLINE_REPLICA_URL 和 HELPLINE_DATABASE_URL 是同一个地址：请写只读副本的地址，"
                "没有副本就去掉它"
            )
        return self


def _with_driver(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{DRIVERS.get(scheme, scheme)}{separator}{rest}"


def _address(value: str, name: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError(f"{name} 应以 http:// 或 https:// 开头，不是「{value}」")
    return value


def _span(written: str) -> tuple[time, time]:
    """A span of hours, 09:00-12:00; raises ValueError."""
    begins, ends = written.strip().split("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())


_DATABASE_EXPECTED = {
    "database_url": "HELPLINE_DATABASE_URL 应写成 postgresql://用户:口令@主机/库名 或 "
    "sqlite:////文件夹/文件名；留空则用 HELPLINE_VAR 里的 SQLite",
    "replica_url": "HELPLINE_REPLICA_URL 应写成 postgresql://用户:口令@副本的主机/库名；"
    "没有只读副本就留空",
    "vector_store": "HELPLINE_VECTOR_STORE 应是 faiss，或写成 postgresql://用户:口令@主机/库名",
}


class SettingsWrong(Exception):
    """The settings cannot be used; `lines` say so in Chinese, one a variable."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def read() -> Settings:
    """The settings of the environment; raises SettingsWrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsWrong([_line(one) for one in error.errors()]) from None


def read_or_exit() -> Settings:
    """The settings of the environment; ends the program with a line for each that is wrong."""
    try:
        return read()
    except SettingsWrong as wrong:
        print(*wrong.lines, sep="\n", file=sys.stderr)
        sys.exit(WRONG)


def _line(found: Mapping[str, Any]) -> str:
    """One sentence: the variable, what is allowed, and what stands there instead."""
    if found["type"] == "value_error":  # worded where it was found
        return f"{found['ctx']['error']}。"
    name = str(found["loc"][0])
    field = Settings.model_fields[name]
    instead = "" if field.annotation is SecretStr else f"，不是「{found['input']}」"
    return f"HELPLINE_{name.upper()} 应是{_expected(found, field)}{instead}。"


def _expected(found: Mapping[str, Any], field: FieldInfo) -> str:
    if found["type"] == "literal_error":
        return " " + found["ctx"]["expected"].replace("'", "").replace(" or ", "、").replace(
            ", ", "、"
        )
    limits = [_limit(one) for one in field.metadata if isinstance(one, Ge | Gt | Le)]
    if not limits:
        return "另一种写法（见 docs/settings.md）"
    kind = "整数" if field.annotation is int else "数字"
    return f"{kind}（{'，'.join(limits)}）"


def _limit(constraint: Ge | Gt | Le) -> str:
    if isinstance(constraint, Gt):
        return f"大于 {constraint.gt}"
    return f"最小 {constraint.ge}" if isinstance(constraint, Ge) else f"最大 {constraint.le}"


if __name__ == "__main__":
    read_or_exit()

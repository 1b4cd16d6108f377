"""Every setting of the service side, read from environment variables that begin with HELPLINE_."""

from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from limits import parse
from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# What people write in a URL, and the asynchronous driver that answers it.
DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
}


# Where visits are counted (HELPLINE_LIMITS), and the rate that counts nothing.
IN_MEMORY, IN_DATABASE = "memory", "database"
OFF = "0"
LIMITS = (
    *("limit_opening", "limit_messages", "limit_conversation", "limit_reading"),
    *("limit_codes", "limit_codes_asker", "limit_codes_number", "limit_codes_all"),
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
    database_url: str = Field(
        default="",
        description="Database; empty means the SQLite file helpline.db under var. "
        "PostgreSQL works as well.",
    )
    vector_store: str = Field(
        default="faiss",
        description="Where vectors are searched: faiss (in memory), "
        "or a postgresql:// URL (pgvector).",
    )
    embedder: str = Field(
        default="multilingual-e5-small",
        description="The search's encoder, or the folder of another exported one.",
    )
    rasa_url: str = Field(
        default="http://127.0.0.1:5005", description="Base address of the dialogue engine (Rasa)."
    )
    rasa_timeout_s: float = Field(
        default=8,
        gt=0,
        le=60,
        description="Seconds to wait for the dialogue engine before answering without it.",
    )
    action_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret that Rasa's action calls carry; empty refuses all of them.",
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(
                origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()
            )
        return value

    @field_validator("allowed_hosts", "limits_exempt", mode="before")
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
                ip_network(network)
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
    def _count_where_it_can_be_counted(self) -> Self:
        if self.limits not in (IN_MEMORY, IN_DATABASE) and not self.limits.startswith("redis"):
            raise ValueError(
                f"HELPLINE_LIMITS 应是 memory、database 或 redis:// 地址，不是「{self.limits}」"
            )
        if self.limits == IN_DATABASE and not self.database_url.startswith("postgres"):
            raise ValueError(
                "HELPLINE_LIMITS=database 要用 PostgreSQL，请同时设置 HELPLINE_DATABASE_URL"
            )
        return self

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
        scheme, separator, rest = url.partition("://")
        object.__setattr__(self, "database_url", f"{DRIVERS.get(scheme, scheme)}{separator}{rest}")
        return self

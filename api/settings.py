"""Every setting of the service side, read from environment variables that begin with HELPLINE_."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# What people write in a URL, and the asynchronous driver that answers it.
DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
}


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
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses whose X-Forwarded-For header is believed, separated by commas.",
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

"""The application's settings, read once from the environment. Platforms read their own."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from integration.errors import MissingSetting

_ON = frozenset({"1", "true", "yes", "on"})


def _switch(value: object) -> object:
    return value.strip().lower() in _ON if isinstance(value, str) else value


Switch = Annotated[bool, BeforeValidator(_switch)]


class Settings(BaseSettings):
    """What an operator can set; docs/settings.md explains each."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    app_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")
    allow_private_addresses: Switch = False
    log_level: str = "INFO"
    sentry_dsn: SecretStr = SecretStr("")
    bulk_reads: int = Field(default=64, ge=1, le=1000)
    inbox_database_url: SecretStr = SecretStr("")
    metrics_port: int = Field(default=0, ge=0, le=65535)
    metrics_token: SecretStr = SecretStr("")
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = ""

    @cached_property
    def effective_database_url(self) -> str:
        """DATABASE_URL, or the SQLite file in DATA_DIR."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'tillside.db'}"

    @cached_property
    def effective_inbox_url(self) -> str:
        """Where deliveries are stored: a file of its own on SQLite, else the database."""
        url = self.effective_database_url
        if url.startswith("sqlite:///"):
            return f"sqlite:///{Path(url.removeprefix('sqlite:///')).with_name('inbox.db')}"
        return url

    @property
    def has_oidc(self) -> bool:
        """Whether agents can sign in by an OpenID Connect provider."""
        secret = self.oidc_client_secret.get_secret_value()
        return bool(self.oidc_issuer and self.oidc_client_id and secret)

    def require(self, *names: str) -> None:
        """Raises MissingSetting that names the first of these settings that is empty."""
        for name in names:
            value = getattr(self, name)
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            if not plain:
                raise MissingSetting(f"{name.upper()} is not set; see .env.example")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises MissingSetting that names a value which is wrong."""
    source = os.environ if environment is None else environment
    values = {
        name: source[name.upper()] for name in Settings.model_fields if source.get(name.upper())
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = str(first["loc"][0]).upper()
        raise MissingSetting(f"{name} is wrong: {first['msg']}") from None

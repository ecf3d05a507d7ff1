"""The environment, read here and nowhere else. What cannot work is refused before anything starts, in one sentence."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cli.contradictions import Environment, SignIn, found_in
from domain.policy import LegalProfile

CHECKOUT = Path(__file__).parents[1]
REFUSED = 78  # EX_CONFIG: the supervisor of a service need not try again until somebody changes a setting


class Mode(StrEnum):
    EMBEDDED = "embedded"
    PRODUCTION = "production"


class BadSetting(Exception):
    """A sentence that names the setting and says what to do."""


class Settings(BaseSettings):
    """`embedded`: everything on one computer, with seeded people anybody may sign in as.
    `production`: nothing is assumed; each address is given. What contradicts what: `cli.contradictions`."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    mode: Mode = Field(default=Mode.EMBEDDED, validation_alias="SHARECASE_MODE")
    environment: Environment = Field(
        default=Environment.DEVELOPMENT, validation_alias="SHARECASE_ENVIRONMENT"
    )
    sign_in: SignIn | None = Field(default=None, validation_alias="SHARECASE_SIGN_IN")
    host: str = Field(default="", validation_alias="SHARECASE_HOST")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8000, validation_alias="PORT")
    state: Path = Field(default=CHECKOUT / "state", validation_alias="SHARECASE_STATE")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    temporal_address: str = Field(default="", validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")
    public_url: str = Field(default="", validation_alias="SHARECASE_PUBLIC_URL")
    trusted_proxy: str = Field(default="", validation_alias="SHARECASE_TRUSTED_PROXY")
    slack_bot_token: str = Field(default="", validation_alias="SLACK_BOT_TOKEN", repr=False)
    slack_signing_secret: str = Field(default="", validation_alias="SLACK_SIGNING_SECRET", repr=False)
    slack_signing_secret_before: str = Field(
        default="", validation_alias="SLACK_SIGNING_SECRET_BEFORE", repr=False
    )
    slack_team_id: str = Field(default="", validation_alias="SLACK_TEAM_ID")
    slack_app_id: str = Field(default="", validation_alias="SLACK_APP_ID")
    oidc_issuer: str = Field(default="", validation_alias="OIDC_ISSUER")
    oidc_client_id: str = Field(default="", validation_alias="OIDC_CLIENT_ID")
    oidc_client_secret: str = Field(default="", validation_alias="OIDC_CLIENT_SECRET", repr=False)
    oidc_name: str = Field(default="your organisation’s account", validation_alias="OIDC_NAME")
    oidc_acr: str = Field(default="", validation_alias="OIDC_ACR")
    slack_base_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_BASE_URL")
    seal: str = Field(default="", validation_alias="SHARECASE_SEAL", repr=False)
    x_road_hosts: str = Field(default="", validation_alias="SHARECASE_X_ROAD_HOSTS")
    legal_profile: LegalProfile = Field(
        default=LegalProfile.CURRENT_LAW, validation_alias="SHARECASE_LEGAL_PROFILE"
    )

    @property
    def embedded(self) -> bool:
        return self.mode is Mode.EMBEDDED

    @property
    def signs_in(self) -> SignIn:
        """Choosing a made-up person exists only where an embedded Sharecase has no accounts to sign in with."""
        return self.sign_in or (SignIn.DEV if self.embedded and not self.oidc_issuer else SignIn.OIDC)

    @property
    def listens_on(self) -> str:
        """Embedded: this computer only. Production runs in a container, behind somebody's HTTPS proxy."""
        return self.host or ("127.0.0.1" if self.embedded else "0.0.0.0")  # noqa: S104

    @property
    def address(self) -> str:
        """Where people find it."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def proxies(self) -> tuple[str, ...]:
        """Whose word on where a request comes from counts: addresses or networks, with commas between."""
        return tuple(each for part in self.trusted_proxy.split(",") if (each := part.strip()))

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.state / 'sharecase.db'}"

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith(("sqlite:", "sqlite+"))


# What was typed is never repeated: it may be a password.
_WRONG = {
    "SHARECASE_MODE": "SHARECASE_MODE must be embedded or production.",
    "SHARECASE_ENVIRONMENT": "SHARECASE_ENVIRONMENT must be development or production.",
    "SHARECASE_SIGN_IN": "SHARECASE_SIGN_IN must be dev (choose a made-up person) or oidc (people's accounts).",
    "PORT": "PORT must be a number from 0 to 65535.",
    "SHARECASE_LEGAL_PROFILE": "SHARECASE_LEGAL_PROFILE must be current_law or plan.",
}


def read() -> Settings:
    """The settings of this process. Raises `BadSetting`."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        name = str(wrong.errors()[0]["loc"][0])
        raise BadSetting(_WRONG.get(name, f"{name} has a value that cannot be used.")) from None
    settings.state = settings.state.expanduser().absolute()
    for sentence in found_in(settings):
        raise BadSetting(sentence)
    return settings

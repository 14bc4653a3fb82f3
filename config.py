"""Settings, read once from the environment and typed; a wrong value stops the start, saying why.

| name             | meaning                                                     | default              |
|------------------|-------------------------------------------------------------|----------------------|
| ENVIRONMENT      | development or production; production must be said          | production           |
| INSTANCE_PATH    | folder for the secret, the SQLite file and uploads          | instance/            |
| DATABASE_URL     | sqlite:///… or postgresql+psycopg://…                       | SQLite in the folder |
| SECRET_KEY       | signs tokens; required in production                        | made in the folder   |
| PUBLIC_URL       | how the world reaches this site; links in mails begin so    | http://127.0.0.1:PORT|
| PORT, WORKERS    | where the web server listens, and with how many processes   | 8000, 1              |
| STORAGE_URL      | file:///… folder for uploads                                | uploads/ there       |
| SIGNING_KEYS     | folder of the private keys that sign certificates, readable | signing-keys/ there  |
|                  | by us alone; shared by all machines, backed up apart        |                      |
| REDIS_URL        | shared limits; required when more than one web process runs | none                 |
| MAIL_URL         | smtp://user:password@host:port (with ?tls=1 for STARTTLS),  | demo:, which is      |
|                  | smtps://…, or demo:, which only fills the demo mailbox      | refused in production|
| MAIL_FROM        | the address that mails come from                            | no-reply@ our host   |
| MAIL_REPLY_TO    | the address that answers go to                              | none                 |
| CLAMD_URL        | clamd://host:port, a virus scanner                          | none                 |
| SENSITIVE_DAYS   | days after the decision until health and passport documents | 60                   |
|                  | are erased                                                  |                      |
| SITE_NAME        | the name in headers and mails                               | Lontar               |
| DEMO             | 1 opens the demo people and /dev/mail; never in production  | 0                    |
| DEMO_PASSWORD    | the demo people's password                                  | lontar-demo-2027     |
| DEMO_TOTP_SECRET | the demo people's second factor, where their role needs one | none                 |
| PROXY_HOPS       | how many proxies in front may be believed                   | 0                    |
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).parent


class WrongSetting(SystemExit):
    """Stops the start with one clear line."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, slots=True)
class Settings:
    environment: str
    instance_path: Path
    database_url: str
    secret_key: str
    public_url: str
    port: int
    workers: int
    storage_path: Path
    signing_keys: Path
    redis_url: str
    mail_url: str
    mail_from: str
    mail_reply_to: str
    clamd_url: str
    sensitive_days: int
    site_name: str
    demo: bool
    demo_password: str
    demo_totp_secret: str
    proxy_hops: int

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def secure(self) -> bool:
        """Whether the world reaches us over https, so that cookies may say so."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check every setting. Raises WrongSetting with the first that is wrong."""
        environment = env.get("ENVIRONMENT", "production")
        if environment not in {"development", "production"}:
            raise WrongSetting("ENVIRONMENT", f"write development or production, not {environment}")
        production = environment == "production"
        instance = _instance(env)
        port = _whole(env, "PORT", 8000, 1, 65535)
        workers = _whole(env, "WORKERS", 1, 1, 64)
        redis_url = _redis(env)
        if workers > 1 and not redis_url:
            raise WrongSetting("REDIS_URL", "is needed so that several web processes share limits")
        demo = _yes(env, "DEMO")
        if demo and production:
            raise WrongSetting("DEMO", "is refused in production: its passwords are known")
        public_url = _address(env, port)
        mail_host = urlsplit(public_url).hostname or "localhost"
        return cls(
            environment=environment,
            instance_path=instance,
            database_url=_database(env, instance),
            secret_key=_secret(env, instance, production=production),
            public_url=public_url,
            port=port,
            workers=workers,
            storage_path=_folder(env, instance),
            signing_keys=Path(env.get("SIGNING_KEYS") or instance / "signing-keys").absolute(),
            redis_url=redis_url,
            mail_url=_mail_server(env, production=production),
            mail_from=_mail_address(env, "MAIL_FROM", f"no-reply@{mail_host}"),
            mail_reply_to=_mail_address(env, "MAIL_REPLY_TO", ""),
            clamd_url=_scanner(env),
            sensitive_days=_whole(env, "SENSITIVE_DAYS", 60, 1, 3650),
            site_name=env.get("SITE_NAME", "Lontar"),
            demo=demo,
            demo_password=env.get("DEMO_PASSWORD", "lontar-demo-2027"),
            demo_totp_secret=env.get("DEMO_TOTP_SECRET", ""),
            proxy_hops=_whole(env, "PROXY_HOPS", 0, 0, 5),
        )


def _scanner(env: Mapping[str, str]) -> str:
    url = env.get("CLAMD_URL", "")
    if url and not (url.startswith("clamd://") and _parts("CLAMD_URL", url).hostname):
        raise WrongSetting("CLAMD_URL", f"write clamd://host:port, not {url!r}")
    return url


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise WrongSetting(name, f"write a number from {low} to {high}, not {text!r}")
    return int(text)


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "0")
    if text not in {"", "0", "1"}:
        raise WrongSetting(name, f"write 1 or 0, not {text!r}")
    return text == "1"


def _instance(env: Mapping[str, str]) -> Path:
    folder = Path(env.get("INSTANCE_PATH") or ROOT / "instance").absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting("INSTANCE_PATH", f"{folder} cannot be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WrongSetting("INSTANCE_PATH", f"{folder} cannot be written to")
    return folder


def _address(env: Mapping[str, str], port: int) -> str:
    url = env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    parts = _parts("PUBLIC_URL", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WrongSetting("PUBLIC_URL", "write it with http:// or https:// and a host")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise WrongSetting("PUBLIC_URL", "write the host only, without anything behind it")
    return url.rstrip("/")


def _redis(env: Mapping[str, str]) -> str:
    url = env.get("REDIS_URL", "")
    if url and not (
        url.startswith(("redis://", "rediss://")) and _parts("REDIS_URL", url).hostname
    ):
        raise WrongSetting("REDIS_URL", "write redis://host:port/number or rediss://…")
    return url


def _parts(name: str, url: str) -> SplitResult:
    """The parts of an address, its port checked."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise WrongSetting(name, "its host or port cannot be read") from None
    return parts


def _database(env: Mapping[str, str], instance: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'lontar.sqlite'}"
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("DATABASE_URL", "write sqlite:///… or postgresql+psycopg://…")
    if url.partition(":///")[2].partition("?")[0] in {"", ":memory:"} and "sqlite" in url:
        raise WrongSetting(
            "DATABASE_URL", "name a file: a database in memory is lost at each start"
        )
    if "sqlite" not in url:
        _parts("DATABASE_URL", url)
    return url


def _mail_server(env: Mapping[str, str], *, production: bool) -> str:
    url = env.get("MAIL_URL") or "demo:"
    if url == "demo:" and production:
        raise WrongSetting("MAIL_URL", "is required in production: write smtp://host:port")
    parts = _parts("MAIL_URL", url)
    if url != "demo:" and not (parts.scheme in {"smtp", "smtps"} and parts.hostname):
        raise WrongSetting("MAIL_URL", "write smtp://host:port, smtps://host:port or demo:")
    return url


def _mail_address(env: Mapping[str, str], name: str, default: str) -> str:
    address = env.get(name) or default
    if address and (address.count("@") != 1 or not address.isprintable() or " " in address):
        raise WrongSetting(name, f"write one address such as office@example.org, not {address!r}")
    return address


def _secret(env: Mapping[str, str], instance: Path, *, production: bool) -> str:
    given = env.get("SECRET_KEY", "")
    if given:
        if len(given) < 16:
            raise WrongSetting("SECRET_KEY", "is too short: write at least 16 characters")
        return given
    if production:
        raise WrongSetting("SECRET_KEY", "is required in production")
    file = instance / "secret"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(48))
        file.chmod(0o600)
    return file.read_text().strip()


def _folder(env: Mapping[str, str], instance: Path) -> Path:
    url = env.get("STORAGE_URL") or f"file://{instance / 'uploads'}"
    if not url.startswith("file://"):
        raise WrongSetting("STORAGE_URL", "write file:// and a folder")
    return Path(url.removeprefix("file://"))

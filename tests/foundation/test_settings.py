"""Settings: typed, with defaults, and a wrong one stops the start with one line that names it."""

import pytest

from config import Settings, WrongSetting

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "sixteen letters or more",
    "DATABASE_URL": "postgresql://lontar@db/lontar",
    "PUBLIC_URL": "https://lontar.example.org/",
    "MAIL_URL": "smtp://mail.example.org:587?tls=1",
}


def read(tmp_path, **said: str) -> Settings:
    return Settings.from_environment({"INSTANCE_PATH": str(tmp_path / "instance"), **said})


def test_production_is_read_as_it_is_said(tmp_path) -> None:
    settings = read(tmp_path, **PRODUCTION)
    assert settings.production
    assert settings.secure
    assert settings.database_url == "postgresql+psycopg://lontar@db/lontar"
    assert settings.public_url == "https://lontar.example.org"
    assert settings.mail_from == "no-reply@lontar.example.org"
    assert not settings.demo


def test_development_needs_no_setting_and_keeps_its_secret(tmp_path) -> None:
    settings = read(tmp_path, ENVIRONMENT="development")
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/lontar.sqlite"
    assert len(settings.secret_key) > 40
    assert read(tmp_path, ENVIRONMENT="development").secret_key == settings.secret_key
    assert (tmp_path / "instance" / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ENVIRONMENT", "prod", "not prod"),
        ("SECRET_KEY", "", "is required"),
        ("SECRET_KEY", "short", "too short"),
        ("DATABASE_URL", "mysql://x", "write sqlite"),
        ("DATABASE_URL", "sqlite:///", "name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "name a file"),
        ("DATABASE_URL", "postgresql://db:many/lontar", "port"),
        ("PUBLIC_URL", "lontar.example.org", "http"),
        ("PUBLIC_URL", "https://", "host"),
        ("PUBLIC_URL", "https://example.org/lontar", "host only"),
        ("PUBLIC_URL", "https://example.org:many", "port"),
        ("PORT", "many", "from 1 to 65535"),
        ("PORT", "٨٠٨٠", "from 1 to 65535"),
        ("WORKERS", "0", "from 1 to 64"),
        ("REDIS_URL", "memory://", "redis://"),
        ("REDIS_URL", "redis://", "redis://"),
        ("CLAMD_URL", "tcp://scanner:3310", "clamd://"),
        ("SENSITIVE_DAYS", "0", "from 1 to 3650"),
        ("MAIL_URL", "", "is required"),
        ("MAIL_URL", "smtp://", "smtp://host"),
        ("MAIL_URL", "smtp://mail:99999", "port"),
        ("MAIL_FROM", "a b", "one address"),
        ("MAIL_REPLY_TO", "a@b@c", "one address"),
        ("STORAGE_URL", "ftp://x", "file://"),
        ("DEMO", "1", "refused in production"),
        ("DEMO", "yes", "1 or 0"),
        ("PROXY_HOPS", "9", "from 0 to 5"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    tmp_path, name, value, said
) -> None:
    with pytest.raises(WrongSetting) as stopped:
        read(tmp_path, **{**PRODUCTION, name: value})
    line = str(stopped.value)
    assert line.startswith(f"{name}: ")
    assert said in line
    assert "\n" not in line


def test_several_processes_need_a_place_to_share_limits(tmp_path) -> None:
    with pytest.raises(WrongSetting, match="REDIS_URL: is needed"):
        read(tmp_path, **PRODUCTION, WORKERS="2")
    shared = read(tmp_path, **PRODUCTION, WORKERS="2", REDIS_URL="redis://cache:6379/0")
    assert (shared.workers, shared.redis_url) == (2, "redis://cache:6379/0")


def test_a_folder_that_cannot_be_made_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WrongSetting, match=r"INSTANCE_PATH: .*file/instance cannot be made"):
        read(tmp_path / "file", **PRODUCTION)

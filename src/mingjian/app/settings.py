"""Settings: built-in values, then `settings.toml` in the home folder, then the environment."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from mingjian.app.language import default_language
from mingjian.domain.message import Language
from mingjian.intake.limits import Limits

ENV_PREFIX = "MINGJIAN_"


def default_home() -> Path:
    """`$MINGJIAN_HOME`, else the user's data folder."""
    if named := os.environ.get("MINGJIAN_HOME"):
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "mingjian"


class LimitSettings(BaseModel):
    """Bounds on hostile input; see `mingjian.intake.limits.Limits` for their meaning."""

    model_config = ConfigDict(extra="forbid")

    depth: int = Field(Limits().depth, ge=0, le=32)
    members: int = Field(Limits().members, ge=1)
    expanded_bytes: int = Field(Limits().expanded_bytes, ge=1)
    expansion_ratio: int = Field(Limits().expansion_ratio, ge=1)
    expansion_floor: int = Field(Limits().expansion_floor, ge=0)
    text_bytes: int = Field(Limits().text_bytes, ge=1024)
    image_pixels: int = Field(Limits().image_pixels, ge=1)
    links: int = Field(Limits().links, ge=0)
    item_seconds: float = Field(Limits().item_seconds, gt=0)
    detector_seconds: float = Field(Limits().detector_seconds, gt=0)
    memory_bytes: int = Field(Limits().memory_bytes, ge=256 << 20)

    def limits(self) -> Limits:
        return Limits(**self.model_dump())


class Settings(BaseSettings):
    """Everything an installation may choose. `mingjian doctor` shows each with its source."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="forbid"
    )

    home: Path = Field(default_factory=default_home)
    database: str | None = None
    """SQLAlchemy URL; None is SQLite in the home folder."""
    vault: Literal["copy", "reference"] = "copy"
    """Keep a copy of all evidence, or only its path and hashes."""
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    language: Language = Field(default_factory=default_language)
    actor: str = Field(default_factory=lambda: os.environ.get("USER") or "examiner")
    """Who is named in custody entries."""
    role: Literal["examiner", "reviewer", "lead", "auditor", "admin"] = "lead"
    """The role taken on the command line, on trust; a server asks its accounts instead."""
    channels: Path | None = None
    """File of the channels alerts may leave by, in the home folder unless absolute; None:
    nothing ever leaves."""
    comparisons: bool = False
    """Let a lead compare the voices of two items of a case, on a stated legal basis."""
    research_weights: bool = True
    """Use scales fitted on rows with non-commercial or unstated licences."""
    disabled_detectors: Annotated[frozenset[str], NoDecode] = frozenset()
    """Names, in the environment separated by commas."""
    detectors: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Options per detector name, such as `provenance.c2pa` -> `trust_anchors`."""
    limits: LimitSettings = Field(default_factory=LimitSettings)
    upload_bytes: int = Field(16 << 30, ge=1 << 20)
    """The most the desk takes in by one upload."""

    @field_validator("disabled_detectors", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        if isinstance(value, str) and value.lstrip().startswith("["):
            # As the settings page shows a list; what is no JSON is told by pydantic.
            with contextlib.suppress(ValueError):
                return json.loads(value)
        if isinstance(value, str):
            return [name.strip() for name in value.split(",") if name.strip()]
        return value

    @field_validator("language", mode="before")
    @classmethod
    def _locale(cls, value: object) -> object:
        """A locale such as zh_CN.UTF-8 names its language."""
        return value.lower()[:2] if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, settings_file())
        return init_settings, env_settings, toml

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'mingjian.sqlite3'}"

    def examination_options(self) -> dict[str, object]:
        """The part of the settings an examination's outcome depends on, as JSON values."""
        return {
            "limits": self.limits.model_dump(),
            "detectors": self.detectors,
            "disabled": sorted(self.disabled_detectors),
            "research_weights": self.research_weights,
        }

    def digest(self) -> str:
        """SHA-256 of `examination_options`: two runs with one digest were set alike."""
        text = json.dumps(self.examination_options(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def settings_file() -> Path:
    """The settings file, which need not exist."""
    return default_home() / "settings.toml"


def load_settings(**overrides: object) -> Settings:
    """Settings from all sources; `overrides` (command-line options) win where not None."""
    from pydantic import ValidationError

    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    given = {key: value for key, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            Message(
                f"设置文件 {settings_file()} 不是有效的 TOML（{error}）",
                f"the settings file {settings_file()} is not valid TOML ({error})",
            ),
            Message("请改正或移走该文件", "correct the file or move it away"),
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            Message(f"设置项 {place} 无效：{first['msg']}", f"setting {place}: {first['msg']}"),
            Message(
                f"请检查 {settings_file()} 与 {ENV_PREFIX}* 环境变量",
                f"check {settings_file()} and the {ENV_PREFIX}* environment variables",
            ),
        ) from None


def source_of(name: str) -> str:
    """Where the value of top-level setting `name` comes from: environment, file or built-in."""
    prefix = (ENV_PREFIX + name).upper()
    if any(key.upper() == prefix or key.upper().startswith(prefix + "__") for key in os.environ):
        return "environment"
    file = settings_file()
    if file.is_file() and name in tomllib.loads(file.read_text("utf-8")):
        return str(file)
    return "built-in"

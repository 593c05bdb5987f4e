"""Settings of the walks as a TOML file that a person can read and change."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from cinewalk.clean_text import ECHO, cut
from cinewalk.errors import FileFormatError, RequestError, StorageError
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.base.paths import as_path
from cinewalk.loaders.base.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT: Final = 1
#: Many times what all settings take; time to read nested names grows with the square of a file's length.
_LARGEST: Final = 20_000
_HEAD: Final = "# Settings of cinewalk's walks; what is not here has its default. See docs/walks.md.\n"
_ADVICE: Final = "Take a file that `cinewalk tune` wrote, or see docs/walks.md"


def read_settings(path: str | Path) -> Settings:
    """Read settings.

    Parameters
    ----------
    path
        A file that :func:`write_settings` wrote, or one like it; parameters may be left out.

    Raises
    ------
    FileFormatError
        Where it cannot be read, is of another version, or has a parameter that is unknown or out of range.
    """
    try:
        with as_path(path, "the settings file").open(encoding="utf-8") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise FileFormatError(
                path, f"is longer than {_LARGEST:,} characters, as settings never are", _ADVICE
            )
        table = tomllib.loads(text)
    except RecursionError as error:
        raise FileFormatError(path, "is nested too deeply", _ADVICE) from error
    except OSError as error:
        raise FileFormatError(
            path, f"cannot be read ({error.strerror or error})", "Check the path"
        ) from error
    except ValueError as error:
        raise FileFormatError(path, f"is not TOML ({' '.join(str(error).split())})", _ADVICE) from error
    version = table.pop("format", None)
    if type(version) is not int or version != _FORMAT:
        problem = f"has the settings format {cut(repr(version), ECHO)}, this cinewalk reads {_FORMAT}"
        raise FileFormatError(
            path, problem, "Tune again, or write `format = 1` if you have checked every line"
        )
    try:
        return settings_of(table)
    except RequestError as error:
        raise FileFormatError(path, str(error).rstrip("."), _ADVICE) from error


def settings_of(values: dict[str, Any]) -> Settings:
    """Make settings of plain values, by section and parameter; what is left out has its default.

    Raises
    ------
    RequestError
        Where a parameter is unknown, of another type or out of range.

    Examples
    --------
    >>> settings_of({"damping": "0.3"})
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: damping must be a number.
    """
    try:
        _form(Settings).model_validate(values)
    except ValidationError as error:
        raise RequestError(_problem(error)) from error
    usual = Settings()
    return Settings(
        **{
            name: type(getattr(usual, name))(**value) if isinstance(value, dict) else value
            for name, value in values.items()
        }
    )


@cache
def _form(kind: Any) -> type[BaseModel]:
    """Return what a section must look like: its parameters, of the types of their defaults, and no others."""
    parameters: dict[str, Any] = {}
    for field in fields(kind):
        default = getattr(kind(), field.name)
        wanted: Any = type(default)
        parameters[field.name] = (_form(wanted) if is_dataclass(default) else wanted, default)
    return create_model(kind.__name__, __config__=ConfigDict(strict=True, extra="forbid"), **parameters)


def _problem(error: ValidationError) -> str:
    """Say what the first problem is, in our own words."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    *sections, name = map(str, first["loc"])
    where = cut(".".join((*sections, name)), ECHO)
    if first["type"] == "extra_forbidden":
        known = [field.name for field in fields(getattr(Settings(), sections[0]) if sections else Settings())]
        return f"there is no parameter {where}; there are {', '.join(known)}."
    if first["type"] == "model_type":
        return f"{where} must be a section of parameters."
    return f"{where} must be {'a whole number' if first['type'].startswith('int') else 'a number'}."


def values_of(settings: Settings) -> dict[str, Any]:
    """Return plain values, by section and parameter; :func:`settings_of` takes them back."""
    table: dict[str, Any] = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        is_section = is_dataclass(value)
        table[field.name] = {p.name: getattr(value, p.name) for p in fields(value)} if is_section else value
    return table


def write_settings(settings: Settings, path: str | Path, notes: tuple[str, ...] = ()) -> None:
    """Write settings, with notes as comments on top.

    Raises
    ------
    StorageError
        Where the file cannot be written.
    """
    values = values_of(settings)
    lines = [_HEAD, *(f"# {note}\n" for note in notes), f"format = {_FORMAT}\n"]
    lines += [f"{name} = {value}\n" for name, value in values.items() if not isinstance(value, dict)]
    for section, parameters in values.items():
        if isinstance(parameters, dict):
            lines += [f"\n[{section}]\n", *(f"{name} = {value}\n" for name, value in parameters.items())]
    try:
        write_whole(path, "".join(lines))
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error

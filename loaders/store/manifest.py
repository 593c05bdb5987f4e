"""What the manifests on disk must say, checked whole before anything of them is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    NonNegativeInt,
    StringConstraints,
    ValidationError,
)

from cinewalk.clean_text import ECHO, cut
from cinewalk.errors import GraphFolderError

if TYPE_CHECKING:
    from pathlib import Path

GRAPH_FORMAT: Final = "cinewalk-graph"

#: A dotted name, and so no way out of the folder.
_Name = Annotated[str, StringConstraints(pattern=r"^\w+(\.\w+)*$")]
_Checksum = Annotated[int, Field(ge=0, lt=1 << 32)]


class _Whole(BaseModel):
    """Values of exactly these types; what a later version adds is passed over."""

    model_config = ConfigDict(strict=True)


class _ArrayFacts(_Whole):
    dtype: str
    shape: list[NonNegativeInt]
    bytes: NonNegativeInt
    crc32: _Checksum
    same: int | FiniteFloat = 0


class _GraphManifest(_Whole):
    preference: dict[str, FiniteFloat] | None = None
    settings: dict[str, Any] | None = None
    arrays: dict[_Name, _ArrayFacts]


class _PlanManifest(_Whole):
    format: int
    about: dict[str, Any]
    settings: dict[str, Any]
    groups: list[dict[str, Any]]


class _BlocksManifest(_Whole):
    format: int
    request: dict[str, Any]
    counts: dict[str, int] | None


def parse_manifest(text: str | bytes, path: Path, versions: tuple[int, ...]) -> dict[str, Any]:
    """Return what the manifest of a graph folder says.

    Parameters
    ----------
    text
        The file's content.
    path
        The graph folder, for the message.
    versions
        The versions of the format that can be read, the newest last.

    Raises
    ------
    GraphFolderError
        Where it is of something else, of another version, or does not say whole and in the right types what it must.

    Examples
    --------
    >>> from pathlib import Path
    >>> parse_manifest('{"format": "cinewalk-graph", "version": 4.0}', Path("x.cinewalk"), (3, 4))
    Traceback (most recent call last):
    ...
    cinewalk.errors.GraphFolderError: x.cinewalk: has format version 4.0, this cinewalk reads 4. Load the source again.
    """
    try:
        manifest = parsed(text)
    except ValueError as error:
        raise GraphFolderError(path, "is not a graph folder (no readable manifest.json)") from error
    if not isinstance(manifest, dict) or manifest.get("format") != GRAPH_FORMAT:
        raise GraphFolderError(path, "is not a graph folder of cinewalk")
    version = manifest.get("version")
    if type(version) is not int or version not in versions:
        found = cut(repr(version), ECHO)
        raise GraphFolderError(path, f"has format version {found}, this cinewalk reads {versions[-1]}")
    try:
        _GraphManifest.model_validate(manifest)
    except ValidationError as error:
        raise GraphFolderError(path, f"manifest.json is damaged ({first_problem(error)})") from error
    return manifest


def parse_blocks_manifest(text: str | bytes, version: int) -> dict[str, Any] | None:
    """Return what the manifest of a file in blocks says; ``None`` where it is damaged or of another version.

    Examples
    --------
    >>> parse_blocks_manifest('{"format": 1, "request": [], "counts": null}', 1) is None
    True
    """
    try:
        manifest = _BlocksManifest.model_validate(parsed(text))
    except ValueError:
        return None
    return manifest.model_dump() if manifest.format == version else None


def parse_plan_manifest(text: str | bytes, version: int) -> dict[str, Any] | None:
    """Return what the manifest of a plan of rows says; ``None`` where it is damaged or of another version.

    Examples
    --------
    >>> parse_plan_manifest('{"format": 1, "about": {}, "settings": {}, "groups": 3}', 1) is None
    True
    """
    try:
        manifest = _PlanManifest.model_validate(parsed(text))
    except ValueError:
        return None
    return manifest.model_dump() if manifest.format == version else None


def first_problem(error: ValidationError) -> str:
    """Return where the first problem is and what it is, without the value."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"] if part != "[key]")
    return f"{cut(where, ECHO)}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def parsed(text: str | bytes) -> Any:
    """Parse JSON; nesting that nobody writes is no JSON of ours.

    Raises
    ------
    ValueError
        Where it is none.
    """
    import json

    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error

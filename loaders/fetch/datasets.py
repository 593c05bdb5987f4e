"""The data sets that are known by name: where they are, what they must be, and what GroupLens asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: What GroupLens asks of everyone who uses MovieLens.
LICENCE: Final = (
    "{name} is made by GroupLens (University of Minnesota), who allow research use. It may not be "
    "redistributed, nor used commercially, without their permission. Please cite: F. M. Harper and J. A. "
    "Konstan, The MovieLens Datasets: History and Context, 2015, doi:10.1145/2827872. Terms: "
    "https://grouplens.org/datasets/movielens/"
)


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set that is fetched by name.

    Parameters
    ----------
    name
        Its name.
    url
        Its archive.
    sha256
        The SHA-256 of the archive, as two public sources have it.
    size
        The size of the archive in bytes.
    licence
        What is said once when it is fetched.
    """

    name: str
    url: str
    sha256: str
    size: int
    licence: str = LICENCE


def _movielens(name: str, archive: str, sha256: str, size: int) -> DataSet:
    return DataSet(name, f"https://files.grouplens.org/datasets/movielens/{archive}", sha256, size)


#: Every data set by its name.
DATASETS: Final = {
    dataset.name: dataset
    for dataset in (
        _movielens(
            "movielens-100k",
            "ml-100k.zip",
            "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
            4_924_029,
        ),
        _movielens(
            "movielens-1m",
            "ml-1m.zip",
            "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
            5_917_549,
        ),
        _movielens(
            "movielens-latest-small",
            "ml-latest-small.zip",
            "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
            978_202,
        ),
        _movielens(
            "movielens-32m",
            "ml-32m.zip",
            "e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
            238_950_008,
        ),
    )
}

"""Fetching an archive over HTTP: resumed on rerun, retried a few times, never larger than it should be."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import DownloadError, StorageError

if TYPE_CHECKING:
    import requests

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.fetch.datasets import DataSet

#: Seconds to wait for a connection, and for the next piece of an answer.
TIMEOUTS: Final = (10.0, 30.0)
#: Seconds to wait before each further try.
BACKOFF: Final = (0.5, 1.0, 2.0)
#: What a cut connection may cost at most, in bytes.
_PIECE: Final = 1 << 14
_PARTIAL, _NOT_SATISFIABLE, _SERVER_ERROR = 206, 416, 500


class UnreachableError(Exception):
    """The server cannot be reached, or does not hand the file over. The message says why."""


class _TryAgainError(Exception):
    """A try failed in a way that the next one may not."""


def fetch_archive(dataset: DataSet, folder: Path, progress: Progress) -> Path:
    """Fetch the archive of a data set into a folder, unless it is there.

    A file that was begun before (``*.part``) is continued. The archive appears under its name only whole,
    and only if its SHA-256 is the one that is pinned.

    Raises
    ------
    UnreachableError
        If the server cannot be reached or does not hand the file over.
    DownloadError
        If what arrives is not what was published.
    StorageError
        If the folder cannot be written.
    """
    import logging

    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    name = f"{dataset.name}.zip"
    part = folder / f"{name}.part"

    def download(url: str, output: str, _: object) -> None:
        _download(url, part, dataset, progress)
        part.replace(output)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        archive = pooch.retrieve(dataset.url, f"sha256:{dataset.sha256}", name, folder, downloader=download)
    except ValueError as error:
        raise DownloadError(
            f"{dataset.url}: what arrived is not {dataset.name} as it was published (its SHA-256 differs), "
            "and was removed. Something on the way may have changed it: try again, or from another network."
        ) from error
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). "
            "Make room, or name another folder in CINEWALK_CACHE."
        ) from error
    return Path(archive)


def _download(url: str, part: Path, dataset: DataSet, progress: Progress) -> None:
    """Fetch a file, from where the last try stopped, with a few tries in all."""
    import requests

    failure = ""
    for wait in (0.0, *BACKOFF):
        time.sleep(wait)
        try:
            _try(url, part, dataset, progress)
        except requests.exceptions.SSLError as error:
            if not url.startswith("https://"):
                raise UnreachableError(_brief(error)) from error
            # The certificate of GroupLens has been out of date before. Plain HTTP is as safe here: the
            # SHA-256 of the file is pinned, and only it decides whether the file is taken.
            url, failure = url.replace("https://", "http://", 1), _brief(error)
        except (requests.exceptions.RequestException, _TryAgainError) as error:
            if is_name_failure(error):
                raise UnreachableError(_brief(error)) from error
            failure = _brief(error)
        else:
            return
    raise UnreachableError(failure)


def _try(url: str, part: Path, dataset: DataSet, progress: Progress) -> None:
    import requests

    begun = part.stat().st_size if part.exists() else 0
    if begun == dataset.size:
        return
    if begun > dataset.size:
        part.unlink()
        begun = 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUTS) as answer:
        if answer.status_code == _NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise _TryAgainError("the server does not continue the file")
        if answer.status_code >= _SERVER_ERROR:
            raise _TryAgainError(f"the server answered {answer.status_code} {answer.reason}")
        if not answer.ok:
            raise UnreachableError(f"the server answered {answer.status_code} {answer.reason}")
        continued = answer.status_code == _PARTIAL and _begins_at(answer, begun)
        _save(answer, part, begun if continued else 0, dataset, progress)


def _begins_at(answer: requests.Response, begun: int) -> bool:
    return answer.headers.get("Content-Range", "").startswith(f"bytes {begun}-")


def _save(answer: requests.Response, part: Path, done: int, dataset: DataSet, progress: Progress) -> None:
    """Write the body of an answer behind what is there, and stop where it grows past its size."""
    with part.open("ab" if done else "wb") as file:
        for piece in answer.iter_content(_PIECE):
            done += len(piece)
            if done > dataset.size:
                file.close()
                part.unlink()
                raise DownloadError(
                    f"{dataset.url}: is larger than the {dataset.size} bytes of {dataset.name} as it was "
                    "published, and was not kept. Try again, or from another network."
                )
            file.write(piece)
            progress(f"Fetching {dataset.name}", done, dataset.size)
    if done < dataset.size:
        raise _TryAgainError(f"the connection ended after {done} of {dataset.size} bytes")


def is_name_failure(error: BaseException) -> bool:
    """Tell whether an error comes from a host name that does not resolve; no further try helps then."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        if isinstance(cause, socket.gaierror) or type(cause).__name__ == "NameResolutionError":
            return True
        waiting += [*cause.args, cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
    return False


def _brief(error: BaseException) -> str:
    """Say in one line what went wrong."""
    if is_name_failure(error):
        return "its name does not resolve"
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:199]}…"

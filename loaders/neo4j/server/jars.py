"""The jars of a local Neo4j on this machine: each fetched once, and there whole or not at all."""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

from cinewalk.errors import DownloadError, StorageError
from cinewalk.loaders.fetch.download import BACKOFF, TIMEOUTS, is_name_failure
from cinewalk.loaders.neo4j.server.artifacts import artifact_of, maven

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import requests
    from jgo.maven import MavenContext

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.server.artifacts import Jar

#: How many jars are fetched at once; most are so small that a single connection would mostly wait.
_THREADS: Final = 8
_PIECE: Final = 1 << 16
_NOT_FOUND: Final = 404
_DESCRIPTION: Final = "Fetching Neo4j"


class _CannotFetchError(Exception):
    """A repository does not hand a jar over, or not as it was pinned. The message says why."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


def fetch_jars(jars: Sequence[Jar], cache: Path, progress: Progress) -> dict[Jar, Path]:
    """Give the files of all jars; those that are missing, or are not what was pinned, are fetched.

    Every file is compared with its SHA-256. That takes a tenth of a second, while a jar that was cut off or
    changed shows up as a puzzling failure somewhere inside Java.

    Parameters
    ----------
    jars
        The jars.
    cache
        The folder that keeps them, laid out as a Maven repository.
    progress
        Told how many bytes have come, of those to fetch.

    Raises
    ------
    DownloadError
        If one cannot be fetched. What has come is kept.
    MissingPackageError
        Without jgo, which knows where jars are published.
    StorageError
        If the folder cannot be written.
    """
    context = maven()
    files = {jar: cache / _place(jar, context) for jar in jars}
    with ThreadPoolExecutor(_THREADS) as pool:
        good = list(pool.map(lambda jar: _is_good(files[jar], jar), jars))
    wanted = [jar for jar, is_good in zip(jars, good, strict=True) if not is_good]
    if wanted:
        try:
            _fetch_all({jar: files[jar] for jar in wanted}, context, progress)
        except OSError as error:
            raise StorageError(
                f"{cache}: cannot be written ({error.strerror or error}). "
                "Make room, or name another folder in CINEWALK_CACHE."
            ) from error
    return files


def _place(jar: Jar, context: MavenContext) -> str:
    artifact = artifact_of(jar, context)
    return f"{artifact.component.path_prefix.as_posix()}/{artifact.filename}"


def _is_good(file: Path, jar: Jar) -> bool:
    try:
        return file.stat().st_size == jar.size and _is_pinned(file.read_bytes(), jar)
    except OSError:
        return False


def _is_pinned(content: bytes | bytearray, jar: Jar) -> bool:
    return hashlib.sha256(content).hexdigest() == jar.sha256


def _fetch_all(files: dict[Jar, Path], context: MavenContext, progress: Progress) -> None:
    """Fetch jars over a few connections that are kept open."""
    done, total = 0, sum(jar.size for jar in files)
    this_thread = threading.local()

    def fetch(jar: Jar, file: Path) -> None:
        import requests

        if not hasattr(this_thread, "session"):
            this_thread.session = requests.Session()
            sessions.append(this_thread.session)
        _keep(_fetch(jar, context, this_thread.session), file)

    sessions: list[requests.Session] = []
    progress(_DESCRIPTION, done, total)
    pool = ThreadPoolExecutor(_THREADS)
    try:
        waiting = {pool.submit(fetch, jar, file): jar for jar, file in files.items()}
        for fetched in as_completed(waiting):
            fetched.result()
            done += waiting[fetched].size
            progress(_DESCRIPTION, done, total)
    finally:
        pool.shutdown(cancel_futures=True)
        for session in sessions:
            session.close()


def _fetch(jar: Jar, context: MavenContext, session: requests.Session) -> bytes:
    """Fetch a jar from the first repository that has it, with a few tries in all."""
    urls = [f"{url.rstrip('/')}/{_place(jar, context)}" for url in context.remote_repos.values()]
    failures: dict[str, _CannotFetchError] = {}
    for wait in (0.0, *BACKOFF):
        time.sleep(wait)
        for url in urls:
            try:
                return _content(url, jar, session)
            except _CannotFetchError as error:
                failures[url] = error
        if all(failure.is_final for failure in failures.values()):
            break
    why = "; ".join(f"{url}: {failure}" for url, failure in failures.items())
    raise DownloadError(
        f"A part of Neo4j cannot be fetched ({why}). Try again: what has come is kept. "
        "Another repository can be named in jgo's settings."
    )


def _content(url: str, jar: Jar, session: requests.Session) -> bytes:
    import requests

    content = bytearray()
    try:
        with session.get(url, stream=True, timeout=TIMEOUTS) as answer:
            if not answer.ok:
                why = f"the server answered {answer.status_code} {answer.reason}"
                raise _CannotFetchError(why, is_final=answer.status_code == _NOT_FOUND)
            for piece in answer.iter_content(_PIECE):
                content += piece
                if len(content) > jar.size:
                    break
    except requests.exceptions.RequestException as error:
        if is_name_failure(error):
            raise _CannotFetchError("its name does not resolve", is_final=True) from error
        raise _CannotFetchError(type(error).__name__) from error
    if not _is_pinned(content, jar):
        raise _CannotFetchError("what arrived is not what was published (its SHA-256 differs)")
    return bytes(content)


def _keep(content: bytes, file: Path) -> None:
    """Write a jar beside its place first, so that it has its name only once it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{threading.get_native_id()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)

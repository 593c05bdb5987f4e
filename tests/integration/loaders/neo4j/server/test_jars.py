"""Fetching the jars of a local Neo4j, from a repository of the test's own that behaves badly in every way."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import threading
from pathlib import Path

import pytest

from cinewalk.errors import DownloadError, StorageError
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.server import jars
from cinewalk.loaders.neo4j.server.artifacts import Jar
from cinewalk.loaders.neo4j.server.jars import fetch_jars

pytestmark = pytest.mark.integration

CONTENTS = {
    Jar("server", "org.one", "alpha", "1.0", "", 0, ""): b"alpha" * 999,
    Jar("server", "org.one", "beta", "2.0", "linux-x86_64", 0, ""): b"beta" * 70_000,
    Jar("plugins", "org.two", "gamma", "3.0", "", 0, ""): b"gamma",
}
JARS = [
    Jar(
        one.place,
        one.group,
        one.artifact,
        one.version,
        one.classifier,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    for one, content in CONTENTS.items()
]
PATHS = [
    "org/one/alpha/1.0/alpha-1.0.jar",
    "org/one/beta/2.0/beta-2.0-linux-x86_64.jar",
    "org/two/gamma/3.0/gamma-3.0.jar",
]


class Repository:
    """Serves the jars. ``plan`` says for a path how its next requests go wrong; then all goes well."""

    def __init__(self):
        self.files = dict(zip(PATHS, CONTENTS.values(), strict=True))
        self.plan, self.asked = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                outer.answer(self, self.path.lstrip("/"))

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, request, path):
        self.asked.append(path)
        how = self.plan[path].pop(0) if self.plan.get(path) else "well"
        body = self.files.get(path)
        if isinstance(how, int) or body is None:
            request.send_error(how if body is not None else 404)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with contextlib.suppress(ConnectionError):  # who asked may have given up
            request.wfile.write({"cut": body[: len(body) // 2], "changed": b"?" * len(body)}.get(how, body))
        request.close_connection = how == "cut"

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def repository():
    running = Repository()
    yield running
    running.close()


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Name repositories in the person's jgo settings."""
    monkeypatch.setattr(jars, "BACKOFF", (0.0, 0.0))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def name(**repositories: str) -> None:
        settings = tmp_path / "jgo.conf"
        rows = [f"{key} = {url}" for key, url in repositories.items()]
        settings.write_text("\n".join(["[repositories]", *rows]), encoding="utf-8")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))

    return name


@pytest.fixture
def cache(tmp_path, repository, named):
    named(central=repository.address)
    return tmp_path / "maven"


def contents(files):
    return [files[jar].read_bytes() for jar in JARS]


def test_jars_are_fetched_once(cache, repository):
    told = []
    files = fetch_jars(JARS, cache, lambda *what: told.append(what))
    assert contents(files) == list(CONTENTS.values())
    assert [files[jar].relative_to(cache).as_posix() for jar in JARS] == PATHS
    total = sum(jar.size for jar in JARS)
    assert told[0][1:] == (0, total)
    assert told[-1][1:] == (total, total)
    assert fetch_jars(JARS, cache, no_progress) == files
    assert sorted(repository.asked) == PATHS


@pytest.mark.parametrize("damage", [lambda whole: whole[:7], lambda whole: b"?" * len(whole), lambda _: b""])
def test_a_damaged_jar_is_fetched_again_and_no_other(cache, repository, damage):
    files = fetch_jars(JARS, cache, no_progress)
    repository.asked.clear()
    broken = files[JARS[1]]
    broken.write_bytes(damage(broken.read_bytes()))
    assert contents(fetch_jars(JARS, cache, no_progress)) == list(CONTENTS.values())
    assert repository.asked == [PATHS[1]]


@pytest.mark.parametrize("plan", [["cut"], [500, 503], ["changed"], ["cut", "changed"]])
def test_a_failure_is_tried_again(cache, repository, plan):
    repository.plan = {PATHS[1]: list(plan)}
    assert contents(fetch_jars(JARS, cache, no_progress)) == list(CONTENTS.values())
    assert repository.asked.count(PATHS[1]) == len(plan) + 1


def test_what_is_not_what_was_published_never_gets_its_name(cache, repository):
    repository.plan = {PATHS[0]: ["changed"] * 9}
    with pytest.raises(DownloadError, match=r"alpha-1\.0\.jar: what arrived is not what was published"):
        fetch_jars(JARS, cache, no_progress)
    assert not (cache / PATHS[0]).exists()
    assert not [path for path in cache.rglob(".*") if path.is_file()]
    repository.plan.clear()
    assert contents(fetch_jars(JARS, cache, no_progress)) == list(CONTENTS.values())


def test_a_jar_that_is_too_long_is_not_read_to_its_end(cache, repository):
    repository.files[PATHS[2]] = b"x" * 50_000_000
    with pytest.raises(DownloadError, match="not what was published"):
        fetch_jars(JARS, cache, no_progress)


def test_a_jar_comes_from_the_first_repository_that_has_it(cache, repository, named):
    other = Repository()
    try:
        del other.files[PATHS[0]]
        named(central=other.address, more=repository.address)
        assert contents(fetch_jars(JARS, cache, no_progress)) == list(CONTENTS.values())
        assert repository.asked == [PATHS[0]]
    finally:
        other.close()


def test_a_jar_that_nobody_has_is_asked_for_once(cache, repository):
    del repository.files[PATHS[1]]
    with pytest.raises(DownloadError, match="404") as raised:
        fetch_jars(JARS, cache, no_progress)
    assert "\n" not in str(raised.value)
    assert repository.asked.count(PATHS[1]) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [("http://nowhere.invalid", "its name does not resolve"), ("http://127.0.0.1:9", "ConnectionError")],
)
def test_a_repository_that_cannot_be_reached(tmp_path, named, url, why):
    named(central=url)
    with pytest.raises(DownloadError, match=why):
        fetch_jars(JARS, tmp_path / "maven", no_progress)


def test_a_folder_that_cannot_be_written(tmp_path, repository, named):
    named(central=repository.address)
    (tmp_path / "maven").write_text("a file, not a folder")
    with pytest.raises(StorageError, match="CINEWALK_CACHE"):
        fetch_jars(JARS, tmp_path / "maven", no_progress)


def test_two_at_once_do_not_disturb_each_other(cache):
    outcomes = []

    def fetch() -> None:
        outcomes.append(contents(fetch_jars(JARS, cache, no_progress)))

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [list(CONTENTS.values())] * 4
    assert sorted(path.name for path in cache.rglob("*") if path.is_file()) == sorted(
        Path(p).name for p in PATHS
    )

"""Fetching over HTTP, from a server of the test's own that behaves badly in every way that servers do."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
import zipfile

import pytest

from cinewalk.errors import DownloadError, StorageError
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.fetch import cache, download
from cinewalk.loaders.fetch.datasets import DATASETS, DataSet
from cinewalk.loaders.sources.folders import is_data_file
from cinewalk.loaders.sources.sources import read_tables

pytestmark = pytest.mark.integration

RATINGS = "".join(f"{user}::{user % 7 + 1}::4::97830{user:04}\n" for user in range(1, 2000))


def archive():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("ml/ratings.dat", RATINGS)
        packed.writestr("ml/README", "x" * 999)
    return data.getvalue()


class Server:
    """Serves one file. ``plan`` says for each request in turn how it goes wrong; then all goes well."""

    def __init__(self, data):
        self.data, self.plan, self.ranges, self.has_ranges = data, [], [], True
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_GET(self):
                outer.answer(self)

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, request):
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        how = self.plan.pop(0) if self.plan else "well"
        if isinstance(how, int) and how >= 400:
            request.send_error(how)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.has_ranges else 0
        body = self.data[start:]
        request.send_response(206 if wanted and self.has_ranges else 200)
        if wanted and self.has_ranges:
            request.send_header("Content-Range", f"bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2] if how == "cut" else body)
        request.close_connection = True


@pytest.fixture
def server():
    running = Server(archive())
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(download, "BACKOFF", (0.0, 0.0))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def dataset(server, *, data=None, scheme="http"):
    data = server.data if data is None else data
    url = f"{scheme}://{server.address}/ml.zip"
    return DataSet("tiny", url, hashlib.sha256(data).hexdigest(), len(data))


def fetch(wanted, folder, **more):
    return cache.data_folder(
        wanted,
        folder,
        is_data_file,
        more.get("progress", no_progress),
        more.get("notify", lambda _: None),
    )


def test_fetched_once_unpacked_and_told(server, tmp_path):
    said, seen = [], []
    folder = fetch(dataset(server), tmp_path, notify=said.append, progress=lambda *told: seen.append(told))
    assert [path.name for path in folder.iterdir()] == ["ratings.dat"]
    assert len(read_tables(folder).ratings) == 1999
    assert fetch(dataset(server), tmp_path, notify=said.append) == folder
    assert len(server.ranges) == 1
    assert len(said) == 2
    assert said[0].startswith("tiny is fetched once: ")
    assert "doi:10.1145/2827872" in said[1]
    assert "redistributed" in said[1]
    assert seen[-1] == ("Fetching tiny", len(server.data), len(server.data))
    assert not list(tmp_path.glob("*.zip*"))


def test_cut_connections_are_taken_up_where_they_ended(server, tmp_path):
    server.plan = ["cut", "cut"]
    fetch(dataset(server), tmp_path)
    begun = [int(asked.removeprefix("bytes=").removesuffix("-")) for asked in server.ranges[1:]]
    assert server.ranges[0] is None
    assert len(begun) == 2
    assert 0 < begun[0] <= begun[1] < len(server.data)


def test_a_rerun_goes_on(server, tmp_path):
    server.plan = ["cut"] * 3
    with pytest.raises(DownloadError):
        fetch(dataset(server), tmp_path)
    assert (tmp_path / "tiny.zip.part").exists()
    asked = len(server.ranges)
    fetch(dataset(server), tmp_path)
    assert server.ranges[asked] not in {None, "bytes=0-"}
    assert not list(tmp_path.glob("*.part"))


def test_a_server_without_ranges_begins_anew(server, tmp_path):
    server.plan, server.has_ranges = ["cut"], False
    assert len(read_tables(fetch(dataset(server), tmp_path)).ratings) == 1999


def test_a_range_that_the_server_does_not_have(server, tmp_path):
    (tmp_path / "tiny.zip.part").write_bytes(b"x" * 10)
    server.plan = [416]
    fetch(dataset(server), tmp_path)
    assert server.ranges == ["bytes=10-", None]


def test_server_errors_are_tried_again_and_others_are_not(server, tmp_path):
    server.plan = [500, 503]
    fetch(dataset(server), tmp_path / "a")
    assert len(server.ranges) == 3
    server.plan = [404]
    with pytest.raises(DownloadError, match="404"):
        fetch(dataset(server), tmp_path / "b")
    assert len(server.ranges) == 4


def test_another_file_is_not_kept(server, tmp_path):
    other = bytes(reversed(server.data))
    with pytest.raises(DownloadError, match="SHA-256 differs"):
        fetch(dataset(server, data=other), tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_a_file_that_grows_past_its_size_is_not_kept(server, tmp_path):
    with pytest.raises(DownloadError, match="larger than"):
        fetch(dataset(server, data=server.data[:-100]), tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_a_bad_start_is_found_by_the_hash_and_gone_on_the_next_run(server, tmp_path):
    (tmp_path / "tiny.zip.part").write_bytes(b"x" * 10)
    with pytest.raises(DownloadError, match="SHA-256 differs"):
        fetch(dataset(server), tmp_path)
    fetch(dataset(server), tmp_path)


def test_a_certificate_that_is_not_valid_falls_back_to_http(server, tmp_path):
    # The server speaks no TLS at all; for the client that is a failed handshake like any other.
    assert fetch(dataset(server, scheme="https"), tmp_path).is_dir()
    assert len(server.ranges) == 1


def test_names_that_do_not_resolve_are_not_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "BACKOFF", (60.0,))
    nowhere = DataSet("tiny", "http://nowhere.invalid/x.zip", "0" * 64, 10)
    with pytest.raises(DownloadError, match="does not resolve"):
        fetch(nowhere, tmp_path)


def test_a_closed_port(server, tmp_path):
    wanted = dataset(server)
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(DownloadError, match="cannot be fetched") as error:
        fetch(wanted, tmp_path)
    assert "load the folder" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_cache_that_is_a_file(server, tmp_path):
    (tmp_path / "cache").write_text("x")
    with pytest.raises(StorageError):
        fetch(dataset(server), tmp_path / "cache")


def test_where_the_cache_is(tmp_path, monkeypatch):
    monkeypatch.setenv("CINEWALK_CACHE", str(tmp_path))
    assert cache.cache_folder() == tmp_path
    monkeypatch.delenv("CINEWALK_CACHE")
    assert cache.cache_folder().name == "cinewalk"


def test_what_is_pinned():
    for name, known in DATASETS.items():
        assert name == known.name
        assert known.url.startswith("https://files.grouplens.org/datasets/movielens/ml-")
        assert len(known.sha256) == 64
        assert known.size > 900_000

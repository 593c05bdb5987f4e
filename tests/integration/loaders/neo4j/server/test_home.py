"""The files of a local Neo4j."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from cinewalk.errors import LocalServerError, MissingPackageError
from cinewalk.loaders.neo4j.server.artifacts import (
    Jar,
    maven,
)
from cinewalk.loaders.neo4j.server.home import BOLT_SETTING, HTTP_SETTING, Home

pytestmark = pytest.mark.integration


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


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jgo", None)
    with pytest.raises(MissingPackageError, match=r"jgo: pip install 'cinewalk\[server\]'"):
        maven()


def test_secrets_of_the_person_do_not_reach_java(home, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Dsome=thing")
    assert not {"NEO4J_PASSWORD", "JAVA_TOOL_OPTIONS"} & set(home.environment())

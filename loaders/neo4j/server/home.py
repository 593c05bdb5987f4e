"""The folder in which a local Neo4j lives: its settings, its password, its plugins and how Java is called."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.errors import LocalServerError, StorageError
from cinewalk.loaders.base.user_folder import HOME_VARIABLE, user_folder
from cinewalk.loaders.neo4j.server.java import find_java
from cinewalk.loaders.neo4j.server.memory import memory_settings
from cinewalk.loaders.neo4j.server.releases import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cinewalk.loaders.neo4j.server.artifacts import Jar
    from cinewalk.loaders.neo4j.server.releases import Release

#: Only this machine reaches the server.
HOST: Final = "127.0.0.1"
BOLT_SETTING: Final = "server.bolt.listen_address"
HTTP_SETTING: Final = "server.http.listen_address"
#: What Neo4j needs of Java's own classes.
_OPENED: Final = ("java.nio", "java.io", "sun.nio.ch")
_JAVA_OPTIONS: Final = (
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseG1GC",
    "-XX:+ExitOnOutOfMemoryError",
)
#: The class behind `neo4j-admin`; it runs commands in its own process.
ADMIN: Final = "org.neo4j.cli.AdminTool"
#: Nothing is told to anybody outside.
_QUIET: Final = {
    "client.allow_telemetry": "false",
    "dbms.usage_report.enabled": "false",
}
_FOLDERS: Final = ("conf", "data", "import", "logs", "plugins", "run")


def server_folder(release: Release = LATEST) -> Path:
    """Return where a local Neo4j is kept: beside the graphs, and each release by itself, as none reads newer data."""
    return user_folder() / ("neo4j" if release is LATEST else f"neo4j-{release.line}")


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one local Neo4j.

    Parameters
    ----------
    path
        The folder, as an absolute path.
    release
        The version that lives there.
    """

    path: Path
    release: Release = LATEST

    @property
    def configuration(self) -> Path:
        """The settings of the server, written anew at each start."""
        return self.path / "conf" / "neo4j.conf"

    @property
    def password_file(self) -> Path:
        """The file that holds the password; only its owner may read it."""
        return self.path / "password"

    @property
    def pid_file(self) -> Path:
        """The process that serves this folder, or did; Neo4j does not touch this file."""
        return self.path / "run" / "server.pid"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.path / "logs" / "server.log"

    @property
    def java_arguments(self) -> Path:
        """The options and the class path for Java, too long for a command line."""
        return self.path / "run" / "java.arguments"

    def create(self) -> None:
        """Make the folders that are missing."""
        with writable(self.path):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in _FOLDERS:
                (self.path / name).mkdir(exist_ok=True)

    def settings(self) -> dict[str, str]:
        """Read the settings of the last start; none before the first."""
        try:
            lines = self.configuration.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        pairs = (line.partition("=") for line in lines)
        return {name: value for name, is_given, value in pairs if is_given}

    def port(self, setting: str) -> int:
        """Return a port of the last start.

        Raises
        ------
        LocalServerError
            Where the settings have been changed so that they do not name it.
        """
        port = self.settings().get(setting, "").rpartition(":")[2]
        if not port.isdecimal():
            raise LocalServerError(
                f"{self.configuration}: does not say {setting}. Run `cinewalk neo4j stop`, and start again."
            )
        return int(port)

    def password(self) -> str | None:
        """Return the password; ``None`` before the first start."""
        try:
            return self.password_file.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def prepare(
        self, jars: Mapping[Jar, Path], bolt_port: int, http_port: int, extra: Mapping[str, str]
    ) -> None:
        """Write everything that the next start reads; after a half-done one, again.

        Parameters
        ----------
        jars
            All jars and their files.
        bolt_port, http_port
            Where the server is to listen.
        extra
            Further settings for ``neo4j.conf``; they win over ours.
        """
        settings = {
            "server.default_listen_address": HOST,
            "server.default_advertised_address": HOST,
            BOLT_SETTING: f"{HOST}:{bolt_port}",
            "server.bolt.advertised_address": f"{HOST}:{bolt_port}",
            HTTP_SETTING: f"{HOST}:{http_port}",
            "server.http.advertised_address": f"{HOST}:{http_port}",
            "dbms.security.procedures.unrestricted": "gds.*",
            "db.tx_log.preallocate": "false",  # else an empty server takes half a gigabyte
            **_QUIET,
            **dict(self.release.settings),
            **memory_settings(),
            **extra,
        }
        for name, value in settings.items():
            if not f"{name}={value}".isprintable():
                raise LocalServerError(f"The setting {name!r} is not one line of text: {value!r}.")
        plugins = {file.name: file for jar, file in jars.items() if jar.place == "plugins"}
        with writable(self.path):
            _replace(self.configuration, "".join(f"{name}={settings[name]}\n" for name in settings))
            _link(self.path / "plugins", plugins)
            server = [str(file) for jar, file in jars.items() if jar.place == "server"]
            _replace(self.java_arguments, self._arguments(server, settings))
        self._set_password()

    def _arguments(self, server: list[str], settings: Mapping[str, str]) -> str:
        class_path = [str(self.configuration.parent), *server, str(self.path / "plugins" / "*")]
        for place in class_path:
            if os.pathsep in place:
                raise LocalServerError(
                    f"{place}: Java cannot take a path with {os.pathsep!r} in it. "
                    f"Name other folders in {HOME_VARIABLE} and CINEWALK_CACHE."
                )
        heap = settings["server.memory.heap.initial_size"], settings["server.memory.heap.max_size"]
        words = (*_JAVA_OPTIONS, f"-Xms{heap[0]}", f"-Xmx{heap[1]}", "-cp", os.pathsep.join(class_path))
        return "".join(f"{_quoted(word)}\n" for word in words)

    def _set_password(self) -> None:
        """Give the server its first password, unless it has one."""
        begun = (self.path / "data" / "databases" / "system").exists()
        password = self.password()
        if password is None and begun:
            raise LocalServerError(
                f"{self.password_file} is gone, and nobody else knows the password. Put it back; or remove "
                f"{self.path} and publish the graph again."
            )
        if password is not None and (begun or (self.path / "data" / "dbms" / "auth.ini").exists()):
            return
        with writable(self.path):
            if password is None:
                password = secrets.token_hex(24)
                _replace(self.password_file, f"{password}\n")
            words = self.path / "run" / "words"
            _replace(words, f"dbms set-initial-password {password}\n")
        try:
            # A file of words instead of the words themselves: everybody can see those of a running command.
            done = subprocess.run(  # noqa: S603
                self.java(ADMIN, f"@{words}"), env=self.environment(), capture_output=True, check=False
            )
        finally:
            words.unlink(missing_ok=True)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            why = next((line for line in said if not line.startswith("WARNING")), "it did not say why")
            raise LocalServerError(f"Neo4j cannot be set up in {self.path}: {why.rstrip('.')}.")

    def java(self, main: str, *words: str) -> list[str]:
        """Return the command that runs a class of Neo4j."""
        return [str(find_java(self.release)), f"@{self.java_arguments}", main, *words]

    def environment(self) -> dict[str, str]:
        """Return the environment for Java: nothing of the person's own settings and secrets."""
        kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR", "TZ") if name in os.environ}
        # Without a UTF-8 locale Java cannot open files whose names are not ASCII.
        ours = {"LC_ALL": "C.UTF-8", "NEO4J_HOME": str(self.path), "NEO4J_CONF": str(self.path / "conf")}
        return kept | ours


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn a failure to write into an error of ours."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{error.filename or path}: cannot be written ({error.strerror or error}). "
            f"Make room, or set {HOME_VARIABLE} to another folder."
        ) from error


def _replace(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    handle, fresh = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # its rights are 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        Path(fresh).replace(file)
    finally:
        Path(fresh).unlink(missing_ok=True)


def _quoted(word: str) -> str:
    r"""Quote a word for a file of Java's arguments.

    >>> print(_quoted('/a b\\c'))
    "/a b\\c"
    """
    return '"' + word.replace("\\", r"\\").replace('"', r"\"") + '"'


def _link(folder: Path, files: Mapping[str, Path]) -> None:
    """Let a folder hold links to these files; what a person has put there as well stays."""
    for there in folder.iterdir():
        if there.is_symlink():
            there.unlink()
    for name, file in files.items():
        place = folder / name
        place.unlink(missing_ok=True)
        place.symlink_to(file.absolute())

"""A Spark on this machine: a master with two workers, each a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

if not os.environ.get("CI"):
    pytest.importorskip("pyspark", reason="pyspark is not installed (pip install 'cinewalk[spark]')")
    if shutil.which("java") is None:
        pytest.skip("there is no Java", allow_module_level=True)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Cluster:
    """A master and workers on loopback, each a process; the workers' Python finds this cinewalk."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        import pyspark

        self.home, self.folder = Path(pyspark.__file__).parent, folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.count, self.port = workers, free_port()
        self.address = f"spark://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._start("master.Master", "--port", str(self.port), "--webui-port", "0")
        self._wait_for(self.folder / "master.Master.log", "New state: ALIVE")
        for _ in range(self.count):
            self.add()

    def add(self) -> None:
        name = f"worker.Worker.{time.monotonic_ns()}"
        worker = self._start(
            "worker.Worker", self.address, "--cores", "1", "--memory", "1g", "--webui-port", "0",
            "--work-dir", str(self.folder / name), log=name,
        )  # fmt: skip
        self.workers.append(worker)
        self._wait_for(self.folder / f"{name}.log", "Successfully registered")

    def _start(self, what: str, *arguments: str, log: str = "") -> subprocess.Popen[bytes]:
        command = [
            str(self.home / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{what}",
            "--host",
            "127.0.0.1",
        ]
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        with (self.folder / f"{log or what}.log").open("wb") as output:
            process = subprocess.Popen([*command, *arguments], stdout=output, stderr=output, env=environment)
        self.processes.append(process)
        return process

    def _wait_for(self, log: Path, text: str) -> None:
        end = time.monotonic() + 90
        while not re.search(text, log.read_text(errors="replace")):
            assert time.monotonic() < end, log.read_text(errors="replace")[-3000:]
            time.sleep(0.2)

    def executors(self) -> list[int]:
        """Return the processes that run tasks: what the workers have started."""
        parents, found = {worker.pid for worker in self.workers}, []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
                if parent in parents:
                    found.append(int(folder.name))
        return found

    def stop(self) -> None:
        """End all, also where starting them failed half way, or one no longer listens."""
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture
def begin():
    """Start programs with a process group each, which ends with the test, with the Java that it has started."""
    begun: list[subprocess.Popen[str]] = []

    def start(command: list[str], **options) -> subprocess.Popen[str]:
        begun.append(subprocess.Popen(command, text=True, start_new_session=True, **options))
        return begun[-1]

    yield start
    for process in begun:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)

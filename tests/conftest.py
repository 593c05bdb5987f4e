"""What all tests share: hypothesis profiles, a home of their own, and real data where a test asks for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import cinewalk
from cinewalk.errors import DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.graph import Graph

pytest_plugins = ("tests.neo4j_fixtures", "tests.neo4j_data")

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


#: What is expensive, made once, and of use to several modules: all tests that use it run in one process.
GROUPS = {"neo4j_server": "neo4j", "audited": "audited", "movielens_walks": "docs"}


#: The tests of faults and bad input that were collected, before any are left out.
FAULTS = pytest.StashKey[set[str]]()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep together what shares something, so that it is made in one process only; and count the faults."""
    config.stash[FAULTS] = {item.nodeid for item in items if item.get_closest_marker("fault")}
    for item in items:
        fixtures = getattr(item, "_fixtureinfo", None)
        if fixtures is None or item.get_closest_marker("xdist_group"):
            continue
        names = fixtures.name2fixturedefs
        shared = [group for name, group in GROUPS.items() if name in names]
        if not shared and any(made[-1].scope in ("module", "package") for made in names.values()):
            shared = [item.nodeid.split("::")[0]]
        if shared:
            item.add_marker(pytest.mark.xdist_group(shared[0]))


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep graphs out of the person's own home, and outputs as wide everywhere; fetched data stays in the cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CINEWALK_HOME", str(tmp_path_factory.mktemp("home")))
        others = (
            "CINEWALK_GRAPH",
            "NEO4J_URI",
            "NEO4J_USERNAME",
            "NEO4J_PASSWORD",
            "NEO4J_DATABASE",
            "COLUMNS",
        )
        for name in others:
            patch.delenv(name, raising=False)
        yield


def missing(reason: str) -> None:
    """Skip a test that lacks something here, and fail it in CI, where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"needed in CI: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def movielens(_own_home: None) -> Graph:
    """MovieLens-100K, real ratings of real people."""
    try:
        return cinewalk.load("movielens-100k")
    except DownloadError as error:
        missing(str(error))
        raise

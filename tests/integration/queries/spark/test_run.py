"""Rows and lists on Spark against one process, to the last bit, also where a worker or the driver is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

import cinewalk
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.queries.batch.prepare import prepare_folder
from cinewalk.queries.batch.row_folder import RowFolder
from tests.conftest import missing
from tests.graphs import random_graph

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.spark,
    # pandera imports what pyspark has for pandas, where pyspark is there.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

#: Weights that leave no part of the blend out.
EVERY_PART = {part.name: 1.0 for part in fields(Weights)}

ROOT = Path(__file__).parents[4]


def rows_of(place):
    prepared = open_graph(place).prepared
    return {name: [part.tolist() for part in rows] for name, rows in prepared.rows.items()}


@pytest.fixture
def started(begin):
    """Start the job; it ends with the test."""

    def start(
        place, master, regime="partitioned", blocks=4, out=None, weights=None, tables=False, variables=()
    ):
        ask = {"place": str(place), "master": master, "regime": regime, "blocks": blocks}
        ask |= {"out": out and str(out), "weights": weights, "tables": tables}
        environment = {
            **os.environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
            **dict(variables),
        }
        command = [sys.executable, "-m", "tests.integration.queries.spark.work", json.dumps(ask)]
        return begin(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    return start


@pytest.fixture
def ran(started):
    """Do the job to its end; return what it said."""

    def run(*arguments, **options):
        process = started(*arguments, **options)
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said[-3000:]
        return said

    return run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What one process makes of it."""
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("whole")
    place = save(random_graph(4, 120, 90, 0.2), folder / "graph.cinewalk")
    prepare_folder(place)
    cinewalk.Recommender(place).batch(folder / "lists.parquet", 5)
    return rows_of(place), pq.read_table(folder / "lists.parquet")


@pytest.fixture
def place(tmp_path):
    return save(random_graph(4, 120, 90, 0.2), tmp_path / "graph.cinewalk")


def check(place, out, whole):
    import pyarrow.parquet as pq

    assert rows_of(place) == whole[0]
    assert pq.read_table(out).equals(whole[1])


@pytest.mark.parametrize("regime", ["broadcast", "partitioned"])
def test_two_processors_of_one_process(ran, place, tmp_path, whole, regime):
    ran(place, "local[2]", regime, None if regime == "broadcast" else 4, tmp_path / "lists")
    check(place, tmp_path / "lists", whole)
    ran(place, "local[2]", regime, None, tmp_path / "lists")  # all is there
    check(place, tmp_path / "lists", whole)


def test_a_remote_session(ran, place, tmp_path, whole):
    """Spark Connect: a server that the session starts by itself, and speaks to from another process."""
    if find_spec("grpc") is None or find_spec("grpc_status") is None:
        missing("Spark Connect is not installed (pip install 'pyspark[connect]')")
    ran(
        place,
        "remote local[2]",
        "partitioned",
        4,
        tmp_path / "lists",
        variables={"PYSPARK_PYTHON": sys.executable},
    )
    check(place, tmp_path / "lists", whole)


@pytest.mark.parametrize("regime", ["broadcast", "partitioned"])
def test_a_master_and_two_workers(ran, place, tmp_path, whole, cluster, regime):
    ran(place, cluster.address, regime, None if regime == "broadcast" else 4, tmp_path / "lists")
    check(place, tmp_path / "lists", whole)


def test_an_executor_killed_in_the_middle(started, place, tmp_path, whole, cluster):
    process = started(place, cluster.address, out=tmp_path / "lists")
    plan = RowFolder(place.with_name("graph.cinewalk.plan"))
    end = time.monotonic() + 120
    while not (plan.place.exists() and any(plan.place.glob("offers/*.parquet"))) and time.monotonic() < end:
        time.sleep(0.02)
    victims = cluster.executors()
    assert victims
    os.kill(victims[0], signal.SIGKILL)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said[-3000:]
    check(place, tmp_path / "lists", whole)


def test_the_driver_killed_and_resumed(started, ran, place, tmp_path, whole, cluster):
    process = started(place, cluster.address, out=tmp_path / "lists")
    plan = place.with_name("graph.cinewalk.plan")
    end = time.monotonic() + 120
    while len(list(plan.glob("offers/*.parquet"))) < 4 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    kept = len(list(plan.glob("*/*.parquet")))
    assert kept
    ran(place, cluster.address, out=tmp_path / "lists")
    check(place, tmp_path / "lists", whole)


@pytest.fixture(scope="module")
def everybody(tmp_path_factory, movielens):
    """All of MovieLens-100K by every part of the blend, in one process."""
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("everybody")
    place = save(replace(movielens, prepared=None), folder / "graph.cinewalk")
    prepare_folder(place, Settings(weights=Weights(**EVERY_PART)))
    cinewalk.Recommender(place).batch(folder / "lists.parquet", 5)
    return rows_of(place), pq.read_table(folder / "lists.parquet")


@pytest.mark.parametrize("regime", ["broadcast", "partitioned"])
def test_real_people_by_every_part_with_reasons(ran, tmp_path, movielens, everybody, regime):
    place = save(replace(movielens, prepared=None), tmp_path / "graph.cinewalk")
    blocks = None if regime == "broadcast" else 4
    ran(place, "local[2]", regime, blocks, tmp_path / "lists", EVERY_PART)
    assert set(rows_of(place)) == set(EVERY_PART) - {"spectral_viewers"}
    assert len(everybody[1]["user_id"].unique()) == 943
    check(place, tmp_path / "lists", everybody)


@pytest.mark.parametrize("tables", [False, True], ids=["a folder of Parquet files", "tables of the session"])
def test_other_sources_become_a_graph_folder(ran, tmp_path, tables):
    import pyarrow.parquet as pq

    (tmp_path / "films").mkdir()
    graph = random_graph(4, 60, 50, 0.2)
    for name, frame in graph.to_frames().items():
        if name in ("ratings", "titles"):
            frame.to_parquet(tmp_path / "films" / f"{name}.parquet")
    for _ in range(2):  # the second time all is there, and kept
        ran(tmp_path / "films", "local[2]", "broadcast", None, tmp_path / "lists", tables=tables)
    cinewalk.Recommender(cinewalk.load(tmp_path / "films")).batch(tmp_path / "alone.parquet", 5)
    assert pq.read_table(tmp_path / "lists").equals(pq.read_table(tmp_path / "alone.parquet"))


def test_what_cinewalk_refuses_on_a_worker_is_its_one_line(started, place, tmp_path):
    (tmp_path / "lists").mkdir()
    for part in range(1, 7):
        (tmp_path / "lists" / f"part-{part:05}-of-00006.parquet").write_bytes(b"something else")
    process = started(place, "local[2]", "broadcast", None, tmp_path / "lists")
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "is there already" in said.strip().splitlines()[-1]


def test_lists_go_into_a_database_where_the_graph_has_been_published(ran, place, whole, empty, neo4j_server):
    run = publish(open_graph(place), empty).run
    before = (
        "MATCH (u:User {userId: $user}), (t:Title) WITH u, t LIMIT 1 "
        "CREATE (u)-[:RECOMMENDED {run: $run, rank: 9}]->(t), (u)-[:RECOMMENDED {of: 'others'}]->(t)"
    )
    empty.write(before, user=whole[1]["user_id"][0].as_py(), run=run)
    address = neo4j_server.address()
    variables = {"NEO4J_USERNAME": address.username, "NEO4J_PASSWORD": address.password}
    for _ in range(2):  # the second time in the place of the first
        ran(place, "local[2]", "broadcast", None, address.uri, variables=variables)
        written = empty.read(
            "MATCH (u:User)-[r:RECOMMENDED {run: $run}]->(t:Title) RETURN u.userId AS user_id, r.rank AS rank, "
            "t.titleId AS title_id, r.score AS score, r.because AS because ORDER BY user_id, rank",
            run=run,
        )
        wanted = whole[1].select(["user_id", "rank", "title_id", "score", "because"]).to_pylist()
        for row in wanted:
            row["because"] = [reason["name"] for reason in row["because"]]
        assert [row.data() for row in written] == wanted
    assert empty.read("MATCH ()-[r:RECOMMENDED {of: 'others'}]->() RETURN count(r) AS count")[0]["count"] == 1


def test_a_database_without_the_graph_is_refused_in_one_line(started, place, empty, neo4j_server):
    address = neo4j_server.address()
    variables = {"NEO4J_USERNAME": address.username, "NEO4J_PASSWORD": address.password}
    process = started(place, "local[2]", "broadcast", None, address.uri, variables=variables)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Publish it first: `cinewalk publish`" in said.strip().splitlines()[-1]
    assert empty.read("MATCH (n) RETURN count(n) AS count")[0]["count"] == 0

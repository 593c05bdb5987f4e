"""What people did is in the journal once it has been said to be, whoever else writes, and however it ends."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import sqlite3
import subprocess
import threading

import pandas as pd
import pytest

import cinewalk
from cinewalk.errors import CinewalkError, GraphFolderError, RequestError, StorageError
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.history.keep import keep_in_folder
from cinewalk.loaders.store.erase import erase_from_folder
from cinewalk.loaders.store.generations import Provenance, leftovers
from cinewalk.loaders.store.graph_folder import open_graph, provenance, save
from cinewalk.loaders.store.journal import EMPTIED, Journal, JournalEntry
from cinewalk.loaders.store.journal_file import is_on_network
from cinewalk.loaders.store.kept import compact, keep, open_kept, pristine
from tests.faults import FAULTS, fails, steps
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.integration

AT = 900_000_000


@pytest.fixture
def place(tmp_path):
    return save(example_graph(), tmp_path / "some.cinewalk")


def thumb(user, title, value=1):
    return JournalEntry(user, "thumbed", title, None, {"value": value, "timestamp": AT})


def thumbs(place, user):
    """Return what somebody gave thumbs to, as a graph that is opened says."""
    graph = cinewalk.load(place)
    position = graph.users.ids.find(user)
    row = graph.relations["thumbed"]
    return (
        [] if position is None else [graph.titles.ids.ids[t] for t in row.indices[row.row(position)].tolist()]
    )


def test_what_is_kept_is_there_for_the_next_process_and_can_be_undone_there(place):
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.thumb("zoe", "Alien", 1, at=AT)
        reco.thumb("zoe", "Heat", 2, at=AT)
        reco.limit("zoe", 16)
    with cinewalk.Recommender(place) as other:
        assert (
            other.history("zoe").to_frame()["title_id"].tolist() == []
        )  # all are above the limit, or unknown to it
    with cinewalk.Recommender(place, keep=True) as reco:
        assert reco.undo("zoe").kind == "maturity_limit"
        assert str(reco.undo("zoe")) == "zoe has not thumbed Heat (1995) any more."
    assert thumbs(place, "zoe") == ["alien"]
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.undo("zoe")
        with pytest.raises(RequestError, match="nothing to undo"):
            reco.undo("zoe")
    assert thumbs(place, "zoe") == []


def test_the_file_is_closed_with_whoever_nobody_closed(place):
    journal = Journal(place)
    journal.add_all([thumb("ann", "fargo")])
    connection = journal._connection
    del journal
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_without_keep_nothing_is_written(place):
    with cinewalk.Recommender(place) as reco:
        reco.thumb("zoe", "Alien", 1, at=AT)
    assert not Journal(place).exists
    with pytest.raises(RequestError, match="graph folder"):
        cinewalk.Recommender(example_graph(), keep=True)
    with pytest.raises(CinewalkError):
        cinewalk.Recommender("nothing at all", keep=True)


def test_those_who_keep_at_the_same_time_see_each_other(place):
    one, two = (cinewalk.Recommender(place, keep=True) for _ in range(2))
    one.watch("zoe", "Alien", progress=1.0, at=AT)
    assert two.watch("zoe", "Alien", progress=1.0, at=AT + 1).after["finished"] == 2
    assert one.watch("zoe", "Alien", progress=1.0, at=AT + 2).after["finished"] == 3
    assert one.undo("zoe").after["finished"] == 2
    assert two.undo("zoe").after["finished"] == 1
    two.refresh()
    assert two.graph.users.ids.find("zoe") is not None


def test_a_copy_keeps_in_the_same_place(place):
    reco = cinewalk.Recommender(place, keep=True)
    reco.thumb("zoe", "Alien", 1, at=AT)
    copied = pickle.loads(pickle.dumps(reco))
    copied.thumb("zoe", "Heat", 1, at=AT)
    reco.thumb("zoe", "Fargo", 1, at=AT)
    assert thumbs(place, "zoe") == ["alien", "fargo", "heat"]
    assert reco.history("zoe").to_frame()["title_id"].nunique() == 3


def test_many_threads_of_one_recommender(place):
    reco = cinewalk.Recommender(place, keep=True)
    threads = [
        threading.Thread(
            target=lambda n=n: [reco.rate(f"p{n}", "alien", 1 + i % 5, at=AT + i) for i in range(20)]
        )
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Journal(place).count() == 120


def test_an_overlay_is_what_signals_are_and_compacting_makes_it_what_refreshing_does(place):
    told, kept = cinewalk.Recommender(example_graph()), cinewalk.Recommender(place, keep=True)
    for reco in (told, kept):
        reco.thumb("ann", "Heat", 2, at=AT)
        reco.watch("zoe", "Alien", progress=0.9, at=AT)
        reco.block("eve", "Solaris", at=AT)
        reco.limit("ben", 12)
        reco.undo("ann")
    opened = cinewalk.Recommender(place)
    for user in ("ann", "zoe", "eve"):
        assert opened.recommend(user) == told.recommend(user)
    told.refresh()
    assert cinewalk.load(place).equals(told.graph)
    assert compact(place).entries == 5
    assert open_graph(place).equals(told.graph)
    assert provenance(place).entries == 5
    assert compact(place).entries == 0
    opened.refresh()
    assert opened.graph.equals(told.graph)


def test_loading_the_source_again_keeps_what_people_did(place):
    keep(example_graph(), place, "example")
    Journal(place).add_all([thumb("zoe", "alien"), thumb("ann", "heat")])
    compact(place)
    assert pristine(place) is None
    keep(example_graph(), place, "example")
    assert thumbs(place, "zoe") == ["alien"]
    assert pristine(place).equals(example_graph())
    save(example_graph(), place)
    assert thumbs(place, "ann") == ["heat"]


def test_what_is_about_a_title_that_is_gone_is_kept_and_counted(place):
    Journal(place).add_all([thumb("zoe", "alien"), thumb("zoe", "never seen"), thumb("eve", "never seen")])
    kept = open_kept(place)
    assert (kept.entries, kept.gone) == (3, 2)
    assert thumbs(place, "zoe") == ["alien"]
    compact(place)
    assert Journal(place).count() == 3
    with (
        cinewalk.Recommender(place, keep=True) as reco,
        pytest.raises(RequestError, match="does not have"),
    ):
        reco.undo("eve")


def test_an_import_empties_first_and_is_not_undone_piece_by_piece(place):
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.thumb("ann", "Heat", 1, at=AT)
        Journal(place).add_all(
            [
                JournalEntry("ann", EMPTIED, "", None, None, imported=True),
                JournalEntry("ann", "thumbed", "alien", None, {"value": 1, "timestamp": AT}, imported=True),
            ]
        )
        with pytest.raises(RequestError, match="nothing to undo"):
            reco.undo("ann")
        reco.thumb("ann", "Fargo", 1, at=AT)
    assert thumbs(place, "ann") == ["alien", "fargo"]
    assert len(cinewalk.load(place).relations["rated"].row(0).indices(99)) == 3


def test_a_journal_of_another_folder_counts_from_its_beginning(place, tmp_path):
    other = save(example_graph(), tmp_path / "other.cinewalk")
    for folder, entry in ((place, thumb("zoe", "alien")), (other, thumb("pat", "heat"))):
        journal = Journal(folder)
        journal.add_all([entry])
        journal.close()
    compact(place)
    (place / "journal.sqlite").unlink()
    shutil.copy(other / "journal.sqlite", place)
    assert thumbs(place, "pat") == ["heat"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", [*range(1, 6), 40, *range(-15, 0)])
def test_compacting_under_faults_loses_nothing(place, tmp_path, monkeypatch, step, fault):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    Journal(place).add_all([thumb("zoe", "alien"), thumb("ann", "heat")])
    whole = cinewalk.load(place)
    shutil.copytree(place, tmp_path / "counted.cinewalk")
    count = len(steps(lambda: compact(tmp_path / "counted.cinewalk")))
    fails(lambda: compact(place), step if step > 0 else count + 1 + step, fault)
    assert cinewalk.load(place).equals(whole)
    Journal(place).add_all([thumb("zoe", "heat")])
    compact(place)
    assert thumbs(place, "zoe") == ["alien", "heat"]


DAMAGES = {
    "no database": lambda f: f.write_bytes(b"x" * 4096),
    "cut short": lambda f: f.write_bytes(f.read_bytes()[: f.stat().st_size // 2]),
    "of a later version": lambda f: _run(f, "PRAGMA user_version = 99"),
    "without its tables": lambda f: _run(f, "DROP TABLE entries"),
    "a folder": lambda f: (f.unlink(), f.mkdir(), (f / "x").touch()),
}


def _run(file, statement):
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_journal_is_one_line(place, damage):
    journal = Journal(place)
    journal.add_all([thumb("zoe", "alien")] * 50)
    journal.close()
    damage(place / "journal.sqlite")
    for work in (
        lambda: cinewalk.Recommender(place, keep=True).thumb("zoe", "Heat", 1),
        lambda: Journal(place).add_all([thumb("zoe", "alien")]),
    ):
        with pytest.raises((GraphFolderError, StorageError)) as caught:
            work()
        assert "\n" not in str(caught.value)
        assert "journal.sqlite" in str(caught.value)


def test_a_rating_on_the_scale_of_another_graph_is_kept(tmp_path):
    graph = from_ratings([("ann", "alien", 90, 1), ("ann", "heat", 20, 2), ("bob", "alien", -10, 3)])
    place = cinewalk.save(graph, tmp_path / "hundred.cinewalk")
    cinewalk.Recommender(place, keep=True).rate("bob", "heat", 75)
    cinewalk.Recommender(place, keep=True).rate("ann", "heat", -5)
    kept = cinewalk.load(place)
    assert sorted(kept.relations["rated"].properties["rating"].tolist()) == [-10, -5, 75, 90]


WRONG = {
    "kind": "UPDATE entries SET kind = 'adored'",
    "no JSON": "UPDATE entries SET after = '{'",
    "a list": "UPDATE entries SET after = '[1]'",
    "nested": f"UPDATE entries SET after = '{'[' * 20_000}'",
    "another name": """UPDATE entries SET after = '{"stars": 1}'""",
    "no number": """UPDATE entries SET after = '{"value": "1", "timestamp": 5}'""",
    "endless": """UPDATE entries SET after = '{"value": 1, "timestamp": 1e999}'""",
    "out of range": """UPDATE entries SET after = '{"value": 9, "timestamp": 5}'""",
    "emptied with values": "UPDATE entries SET kind = 'emptied'",
    "the values before": "UPDATE entries SET before = 'x'",
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_an_entry_that_is_none_is_one_line(place, change):
    journal = Journal(place)
    journal.add_all([thumb("zoe", "alien")])
    journal.close()
    _run(place / "journal.sqlite", change)
    with pytest.raises(GraphFolderError, match=r"journal\.sqlite: is damaged \(entry 1 is none\)") as caught:
        cinewalk.Recommender(place, keep=True)
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_told_and_nothing_counts(place):
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.thumb("zoe", "Alien", 1, at=AT)
        connection = reco._session.log.journal._connected()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match="full"):  # noqa: PT012 - until it is
            for number in range(2000):
                reco.thumb(f"zoe{number}", "Heat", 1, at=AT)
        told = {user for user in reco._session.snapshot.events if user.startswith("zoe")}
    assert told == {entry.user_id for _, entry in Journal(place).entries()}
    assert len(told) > 1


def test_a_folder_that_cannot_be_written_is_read(place):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    Journal(place).add_all([thumb("zoe", "alien")])
    place.chmod(0o500)
    try:
        assert thumbs(place, "zoe") == ["alien"]
        with pytest.raises(StorageError):
            Journal(place).add_all([thumb("zoe", "heat")])
    finally:
        place.chmod(0o700)


def test_its_files_are_private_and_write_ahead(place):
    mask = os.umask(0)
    try:
        journal = Journal(place)
        with journal.writing():
            journal.add(thumb("zoe", "alien"))
        names = {file.name: file.stat().st_mode & 0o777 for file in place.glob("journal.sqlite*")}
    finally:
        os.umask(mask)
    assert set(names) == {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"}
    assert set(names.values()) == {0o600}
    journal.close()


def test_on_a_network_file_system_there_is_no_shared_memory(place, tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"host:/x {tmp_path} nfs4 rw 0 0\ntmpfs / ext4 rw 0 0\n")
    assert is_on_network(place, mounts)
    assert not is_on_network(tmp_path.parent, mounts)
    monkeypatch.setattr("cinewalk.loaders.store.journal_file.is_on_network", lambda _: True)
    journal = Journal(place)
    with journal.writing():
        journal.add(thumb("zoe", "alien"))
        assert (place / "journal.sqlite-journal").exists()
    assert not (place / "journal.sqlite-wal").exists()
    assert thumbs(place, "zoe") == ["alien"]


def test_a_manifest_that_lies_about_its_journal_is_refused(place):
    from .test_graph_folder import change_manifest

    for wrong in (1, {"entries": -1}, {"entries": True}, {"journal": 1}, {"more": 1}):
        change_manifest(place, lambda facts, wrong=wrong: facts.update(provenance=wrong))
        with pytest.raises(GraphFolderError, match="damaged"):
            open_graph(place)
    change_manifest(place, lambda facts: facts.update(provenance=Provenance()._asdict()))
    open_graph(place)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", range(1, 32, 3))
def test_an_import_that_is_cut_off_is_there_wholly_or_not_at_all(place, step, fault):
    Journal(place).add_all([thumb("ann", "heat")])
    rows = {
        "user_id": ["zoe"] * 30,
        "title_id": [f"t{number}" for number in range(30)],
        "timestamp": [AT] * 30,
    }
    frames = {"blocks": pd.DataFrame(rows)}
    child = os.fork()
    if child == 0:
        real, count = Journal.add, 0

        def add(journal, entry):
            nonlocal count
            count += 1
            if count == step:
                FAULTS[fault]()
            return real(journal, entry)

        Journal.add = add
        try:
            keep_in_folder(place, frames, ["ann"])
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    journal = Journal(place)
    assert journal.count() == 1
    assert thumbs(place, "ann") == ["heat"]
    keep_in_folder(place, frames, ["ann"])
    assert journal.count() == 32
    assert thumbs(place, "ann") == []


def test_a_small_disk_that_is_really_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        place = save(example_graph(), disk / "some.cinewalk")
        Journal(place).add_all([thumb("zoe", "alien")])
        (disk / "filler").write_bytes(b"x" * (shutil.disk_usage(disk).free - 60_000))
        for work in (
            lambda: save(random_graph(1, users=200, titles=200), place),
            lambda: compact(place),
            lambda: erase_from_folder(place, "ann"),
            lambda: Journal(place).add_all([thumb(f"zoe{n}", "heat") for n in range(2000)]),
        ):
            with pytest.raises(StorageError) as caught:
                work()
            assert "\n" not in str(caught.value)
            assert thumbs(place, "zoe") == ["alien"]
            assert leftovers(place) == []
        (disk / "filler").unlink()
        compact(place)
        assert "ann" not in open_graph(place).users.ids
        assert thumbs(place, "zoe") == ["alien"]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)

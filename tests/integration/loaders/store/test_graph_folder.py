"""Graphs on disk: whole or not at all, and never followed where they are damaged."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

import cinewalk
from cinewalk.errors import CinewalkError, GraphFolderError, RequestError, StorageError
from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.generations import leftovers
from cinewalk.loaders.store.graph_folder import open_graph, save, verify
from cinewalk.loaders.titles.same_titles import same_titles
from tests.graphs import graphs, random_graph

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture
def folder(tmp_path) -> Path:
    return save(even(random_graph(1)), tmp_path / "some.cinewalk")


@given(graph=graphs())
@given_settings(max_examples=15)
def test_what_is_opened_is_what_was_saved(tmp_path_factory, graph):
    place = tmp_path_factory.mktemp("saved") / "some.cinewalk"
    assert open_graph(save(graph, place)).equals(graph)
    verify(place)


def test_the_empty_graph_too(tmp_path):
    assert cinewalk.load(save(assemble({}, {}), tmp_path / "empty.cinewalk")).equals(assemble({}, {}))


def older(place: Path, version: int) -> Path:
    """Make a folder as versions before format 5 wrote it: the arrays beside the manifest."""
    for file in arrays(place).iterdir():
        file.rename(place / file.name)
    arrays(place).rmdir()

    def change(facts):
        del facts["folder"]
        facts["version"] = version
        for name in [name for name in facts["arrays"] if version == 3 and name.startswith("same_as.")]:
            del facts["arrays"][name]
            (place / f"{name}.npy").unlink()

    change_manifest(place, change)
    (place / "lock").unlink()
    place.chmod(0o755)
    return place


def test_a_folder_of_version_3_is_opened_and_the_same_films_are_looked_for(tmp_path):
    nodes, _ = sorted_nodes("Title", ["1", "2", "3"], {"title": ["Heat"] * 3, "year": [1995, 1995, 1986]})
    place = older(save(assemble({"Title": nodes}, {}), tmp_path / "old.cinewalk"), 3)
    assert [row[:2] for row in same_titles(open_graph(place))] == [("2", "1")]
    assert open_graph(save(open_graph(place), tmp_path / "new.cinewalk")).equals(open_graph(place))


@pytest.mark.parametrize("version", [3, 4])
def test_an_older_folder_is_moved_over_by_saving(tmp_path, version):
    graph = prepared(random_graph(1))
    place = older(save(graph, tmp_path / "old.cinewalk"), version)
    opened = open_graph(place)
    assert opened.equals(graph)
    verify(place)
    save(opened, place)
    verify(place)
    assert open_graph(place).equals(graph)
    assert json.loads((place / "manifest.json").read_text())["version"] == 5
    assert sorted(entry.name for entry in place.iterdir()) == [arrays(place).name, "lock", "manifest.json"]


def prepared(graph):
    return prepare(Registry(graph, Settings()))


def test_a_graph_that_lacks_a_kind_of_relationship_is_opened_with_none_of_it(tmp_path):
    graph = random_graph(1)
    relations = {
        name: relation for name, relation in graph.relations.items() if name not in ("rated", "likes")
    }
    nodes = {label: graph.nodes[label] for label in graph.nodes if label != "Genre"}
    del relations["in_genre"]
    opened = cinewalk.load(save(Graph(nodes, relations), tmp_path / "some.cinewalk"))
    assert len(opened.relations["rated"]) == len(opened.likes) == len(opened.genres) == 0
    assert opened.relations["watched"].indices.tolist() == graph.relations["watched"].indices.tolist()


def test_a_folder_from_before_outside_ids_is_opened_without_any(tmp_path):
    graph = example_graph()
    place = save(graph, tmp_path / "before.cinewalk")
    new = [f"Title.{name}.{part}" for name in ("imdb_id", "tmdb_id") for part in ("data", "offsets")]

    def change(facts):
        for name in new:
            del facts["arrays"][name]
            (arrays(place) / f"{name}.npy").unlink()

    change_manifest(place, change)
    assert open_graph(place).equals(graph)


def test_what_would_not_open_is_not_put_in_force(folder):
    before, graph = open_graph(folder), random_graph(2)
    watched = replace(graph.relations["watched"], properties={}, same={})
    outside = replace(graph.likes, indices=graph.likes.indices + len(graph.titles))
    for changes in ({"watched": watched}, {"likes": outside}):
        with pytest.raises((GraphFolderError, RequestError)):
            save(graph.with_relations(changes), folder)
        assert open_graph(folder).equals(before)
        assert leftovers(folder) == []


def test_only_its_owner_reads_a_graph(tmp_path):
    mask = os.umask(0o022)
    try:
        place = save(prepared(random_graph(1)), tmp_path / "some.cinewalk")
    finally:
        os.umask(mask)
    modes = {entry: entry.stat().st_mode & 0o777 for entry in [place, *place.rglob("*")]}
    assert {mode for entry, mode in modes.items() if entry.is_dir()} == {0o700}
    assert {mode for entry, mode in modes.items() if entry.is_file()} == {0o600}


def test_arrays_are_mapped_and_read_only(folder):
    graph = open_graph(folder)
    base = graph.likes.indices
    while base.base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    assert not graph.likes.indices.flags.writeable


def test_saving_again_replaces_and_leaves_nothing_behind(folder):
    save(example_graph(), folder)
    assert open_graph(folder).equals(example_graph())
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


def test_an_open_graph_outlives_its_replacement(folder):
    graph = open_graph(folder)
    before = graph.likes.indices.tolist()
    save(example_graph(), folder)
    assert graph.likes.indices.tolist() == before


def test_nothing_else_is_overwritten(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(GraphFolderError, match="not a graph folder"):
        save(example_graph(), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        save(example_graph(), tmp_path / "file" / "some.cinewalk")


def test_a_manifest_of_something_else_is_not_overwritten(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    with pytest.raises(GraphFolderError, match="not a graph folder"):
        save(example_graph(), tmp_path)


def arrays(folder: Path) -> Path:
    """Return the folder of the arrays in force."""
    return folder / json.loads((folder / "manifest.json").read_text())["folder"]


def even(graph):
    """Return a graph with a preference of 1 for every like."""
    ones = np.ones(len(graph.likes), np.float32)
    likes = replace(graph.likes, properties={**graph.likes.properties, "preference": ones}, same={})
    return graph.with_relations({"likes": likes})


def notes(folder: Path) -> dict[str, float]:
    facts = json.loads((folder / "manifest.json").read_text())["arrays"]
    return {name: entry["same"] for name, entry in facts.items() if "same" in entry}


def test_what_is_the_same_everywhere_is_known_without_looking(tmp_path):
    for graph in (even(random_graph(1)), example_graph(), random_graph(1), assemble({}, {})):
        place = save(graph, tmp_path / "some.cinewalk")
        assert notes(place) == graph.constants()
        opened = open_graph(place)
        for name, relation in opened.relations.items():
            assert relation.same == {
                key: values[0]
                for key, values in relation.properties.items()
                if len(set(values.tolist())) == 1
            }
            assert all(
                relation.constant(key) == graph.relations[name].constant(key) for key in relation.properties
            )
        assert notes(save(opened, tmp_path / "again.cinewalk")) == notes(place)
    assert even(random_graph(1)).constants()[SAME] == 1.0
    assert SAME not in random_graph(1).constants()


def test_older_folders_say_nothing_about_it(tmp_path):
    graph = even(random_graph(1))
    place = save(graph, tmp_path / "some.cinewalk")
    change_manifest(place, lambda facts: [entry.pop("same", None) for entry in facts["arrays"].values()])
    opened = open_graph(place)
    assert opened.equals(graph)
    assert not opened.likes.same
    assert Likes(opened.likes).even
    verify(place)


def test_a_note_that_lies_about_a_large_array_is_found(tmp_path, monkeypatch):
    place = save(even(random_graph(1)), tmp_path / "some.cinewalk")
    monkeypatch.setattr("cinewalk.loaders.store.array_files._SMALL", 0)  # as if every array were a large one
    change_array(place, SAME, lambda array: array.put(1, 2))
    open_graph(place)
    with pytest.raises(GraphFolderError, match="does not match"):
        verify(place)
    change_array(place, SAME, lambda array: array.put(-1, 2))
    with pytest.raises(GraphFolderError, match="does not match"):
        open_graph(place)


def change_manifest(folder: Path, change) -> None:
    manifest = folder / "manifest.json"
    facts = json.loads(manifest.read_text())
    change(facts)
    manifest.write_text(json.dumps(facts))


def change_array(folder: Path, name: str, change) -> None:
    """Change an array and its checksum, as somebody would who means it."""
    file = arrays(folder) / f"{name}.npy"
    array = np.load(file)
    change(array)
    np.save(file, array)
    crc32 = zlib.crc32(file.read_bytes())
    change_manifest(folder, lambda facts: facts["arrays"][name].update(crc32=crc32))


def change_note(folder: Path, name: str, value: object) -> None:
    change_manifest(folder, lambda facts: facts["arrays"][name].update(same=value))


SAME = "likes.property.preference"
INDICES = "likes.indices.npy"
DAMAGES = {
    "missing array": lambda f: (arrays(f) / INDICES).unlink(),
    "truncated array": lambda f: (arrays(f) / INDICES).write_bytes((arrays(f) / INDICES).read_bytes()[:-4]),
    "not an array": lambda f: (arrays(f) / INDICES).write_bytes(b"x" * (arrays(f) / INDICES).stat().st_size),
    "no manifest": lambda f: (f / "manifest.json").unlink(),
    "empty manifest": lambda f: (f / "manifest.json").write_text(""),
    "foreign manifest": lambda f: (f / "manifest.json").write_text('{"format": "other"}'),
    "list manifest": lambda f: (f / "manifest.json").write_text("[]"),
    "broken entries": lambda f: change_manifest(f, lambda facts: facts.update(arrays={"x": 1})),
    "another folder": lambda f: change_manifest(f, lambda facts: facts.update(folder="../other")),
    "no folder": lambda f: change_manifest(f, lambda facts: facts.update(folder=1)),
    "newer version": lambda f: change_manifest(f, lambda facts: facts.update(version=99)),
    "missing entry": lambda f: change_manifest(f, lambda facts: facts["arrays"].pop("likes.indices")),
    "outside position": lambda f: change_array(f, "likes.indices", lambda array: array.put(0, 10_000)),
    "negative position": lambda f: change_array(f, "likes.reverse_order", lambda array: array.put(0, -1)),
    "falling rows": lambda f: change_array(f, "likes.indptr", lambda array: array.put(1, array[-1] + 1)),
    "another value everywhere": lambda f: change_array(f, SAME, lambda array: array.fill(2)),
    "another value in the middle": lambda f: change_array(f, SAME, lambda array: array.put(1, 2)),
    "no number everywhere": lambda f: change_note(f, SAME, "1"),
    "nothing everywhere": lambda f: change_note(f, SAME, None),
    "true everywhere": lambda f: change_note(f, SAME, True),
    "no finite number everywhere": lambda f: change_note(f, SAME, float("nan")),
    "too large a number everywhere": lambda f: change_note(f, SAME, 10**400),
    "one value where there are several": lambda f: change_note(f, "likes.property.timestamp", 1),
    "one value of nothing": lambda f: change_note(f, "blocked.property.timestamp", 1),
    "torn names": lambda f: change_array(f, "User.ids.offsets", lambda array: array.put(1, 10_000)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_refused_in_one_line(folder, damage):
    damage(folder)
    with pytest.raises(GraphFolderError) as caught:
        open_graph(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_silent_change_is_found(folder, monkeypatch):
    array = np.load(arrays(folder) / "rated.property.rating.npy")
    array[0] += 1
    np.save(arrays(folder) / "rated.property.rating.npy", array)
    with pytest.raises(GraphFolderError, match="has changed"):
        open_graph(folder)
    monkeypatch.setattr("cinewalk.loaders.store.array_files._SMALL", 0)  # as if every array were a large one
    open_graph(folder)
    with pytest.raises(GraphFolderError, match="has changed"):
        verify(folder)


@given(data=st.data())
@given_settings(max_examples=60)
def test_any_bytes_in_any_file_give_a_graph_or_one_line(tmp_path_factory, data):
    folder = save(example_graph(), tmp_path_factory.mktemp("fuzz") / "some.cinewalk")
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size)
    victim = data.draw(st.sampled_from(files))
    content = bytearray(victim.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    victim.write_bytes(content)
    try:
        cinewalk.Recommender(open_graph(folder)).recommend_many()
    except CinewalkError as error:
        assert "\n" not in str(error)
    finally:
        shutil.rmtree(folder)


def test_there_is_nothing_there(tmp_path):
    with pytest.raises(GraphFolderError, match="no such graph folder"):
        cinewalk.load(tmp_path / "none.cinewalk")

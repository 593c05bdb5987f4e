"""Folders, manifests, settings and arrays that somebody has changed on purpose: one line, and never a crash."""

from __future__ import annotations

import json
import math
import shutil
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.errors import CinewalkError, FileFormatError, GraphFolderError, RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.preference import Preference
from cinewalk.graph.model.relation import check_count
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.loaders.store.settings_file import read_settings
from cinewalk.queries.recommender import Recommender

from ....payloads import commands_in

pytestmark = [pytest.mark.integration, pytest.mark.fault]

DEEP: Any = "DEEP"
#: What stands in the place of something else: other types, ends of ranges, what is no number, and what nobody writes.
WRONG = {
    "nothing": None,
    "true": True,
    "text": "0.3",
    "empty text": "",
    "list": [1],
    "object": {"a": 1},
    "a float": 3.5,
    "NaN": math.nan,
    "infinity": math.inf,
    "minus one": -1,
    "huge": 10**400,
    "a path": "../../etc/passwd",
    "a command": "\x1b[2J\x9b31m\u202e",
    "deep": DEEP,
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return prepare(Registry(example_graph(), Settings()))


@pytest.fixture(scope="module")
def saved(graph, tmp_path_factory) -> Path:
    return save(graph, tmp_path_factory.mktemp("saved") / "some.cinewalk")


@pytest.fixture
def folder(saved, tmp_path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "some.cinewalk"))


def written(value: Any) -> str:
    """Write JSON, however odd."""
    deep = "[" * 100_000 + "]" * 100_000
    return json.dumps(value).replace(json.dumps(DEEP), deep)


def places(facts: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Name every place of a manifest; of its many arrays three stand for all."""
    inside = facts.items() if isinstance(facts, dict) else enumerate(facts) if isinstance(facts, list) else ()
    found = [path] if path else []
    for key, value in inside:
        if path == ("arrays",) and key not in (
            "likes.indices",
            "User.ids.offsets",
            "likes.property.preference",
        ):
            continue
        found += places(value, (*path, key))
    return found


MANIFEST = json.loads(
    json.dumps(
        {
            "format": 0,
            "version": 0,
            "folder": 0,
            "provenance": {"source": 0, "entries": 0},
            "preference": {"like_rating": 0},
            "settings": {"damping": 0, "shared_viewers": {"size": 0}},
            "arrays": {
                "likes.indices": {"dtype": 0, "shape": [0], "bytes": 0, "crc32": 0},
                "likes.property.preference": {"same": 0},
            },
        }
    )
)


def one_line(error: CinewalkError) -> None:
    assert "\n" not in str(error)
    assert commands_in(str(error)) == []
    assert len(str(error)) < 1000


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize(
    "place", places(MANIFEST), ids=["/".join(map(str, place)) for place in places(MANIFEST)]
)
def test_a_manifest_with_something_else_in_one_place(folder, place, wrong):
    file = folder / "manifest.json"
    facts = json.loads(file.read_text())
    *way, last = place
    inside = facts
    for step in way:
        inside = inside[step]
    inside[last] = wrong
    file.write_text(written(facts))
    is_harmless = wrong is None and place[0] in ("preference", "settings") and len(place) == 1
    is_text = place == ("provenance", "source") and isinstance(wrong, str)
    try:
        opened = open_graph(folder)
    except GraphFolderError as error:
        one_line(error)
        assert not is_harmless
    else:
        # What is optional may be absent, and some numbers may be others; then the graph works.
        assert is_text or place[0] in ("preference", "settings")
        Recommender(opened).recommend("ann")


@pytest.mark.parametrize("version", [4.0, 5.0, True, "5", 99, -1, None])
def test_a_version_is_a_whole_number_that_is_known(folder, version):
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"version": version}))
    with pytest.raises(GraphFolderError, match="has format version"):
        open_graph(folder)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "3", '"cinewalk-graph"', "{", "[" * 100_000, '{"a":' * 100_000, "\x00", "\ufeff{}"],
)
def test_a_manifest_that_is_none(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(GraphFolderError) as error:
        open_graph(folder)
    one_line(error.value)


#: What may be done to an array, by name.
CHANGES = {
    "one shorter": lambda a: a[:-1],
    "one longer": lambda a: np.append(a, a[-1:]) if len(a) else np.zeros(1, a.dtype),
    "empty": lambda a: a[:0],
    "two dimensions": lambda a: a.reshape(1, -1),
    "no dimension": lambda a: np.array(a[0] if len(a) else 0, a.dtype),
    "wider type": lambda a: a.astype(np.int64 if a.dtype != np.int64 else np.int32),
    "other bytes": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "floats": lambda a: (
        a.astype("datetime64[D]").astype(np.float64) if a.dtype.kind == "M" else a.astype(float)
    ),
    "texts": lambda a: a.astype(str),
    "objects": lambda a: a.astype(object),
    "largest": lambda a: np.full_like(a, np.iinfo(a.dtype).max) if a.dtype.kind in "iu" else a[:0],
    "smallest": lambda a: np.full_like(a, np.iinfo(a.dtype).min) if a.dtype.kind == "i" else a[:0],
    "all minus one": lambda a: (np.zeros_like(a) - 1) if a.dtype.kind == "i" else a[:0],
    "not a number": lambda a: np.full_like(a, np.nan) if a.dtype.kind == "f" else a[:0],
    "infinite": lambda a: np.full_like(a, np.inf) if a.dtype.kind == "f" else a[:0],
    "reversed": lambda a: a[::-1],
    "a list": lambda a: a.tolist(),
    "missing": None,
}
ARRAYS = sorted(example_graph().arrays())


def changed(arrays: dict[str, Any], name: str, how: str) -> dict[str, Any]:
    change = CHANGES[how]
    if change is None:
        return {key: array for key, array in arrays.items() if key != name}
    return arrays | {name: change(arrays[name])}


@pytest.mark.parametrize("how", CHANGES)
def test_arrays_that_make_no_graph_are_refused_or_work(how):
    """Each array of a graph: from_arrays refuses it in one line, or what it makes recommends."""
    arrays, refused = example_graph().arrays(), 0
    for name in ARRAYS:
        try:
            made = Graph.from_arrays(changed(arrays, name, how))
        except RequestError as error:
            one_line(error)
            refused += 1
            continue
        reco = Recommender(made)
        try:
            reco.recommend(made.users.ids.ids[0])
        except CinewalkError as error:
            one_line(error)
    assert refused


@pytest.mark.parametrize("how", sorted(set(CHANGES) - {"missing", "a list", "objects"}))
def test_a_folder_whose_arrays_were_changed_together_with_its_manifest(folder, how):
    """Array by array, with size, type and checksum as they should be; each way on other arrays."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    for name in sorted(manifest["arrays"])[list(CHANGES).index(how) % 7 :: 7]:
        array = folder / manifest["folder"] / f"{name}.npy"
        before = array.read_bytes()
        np.save(array, CHANGES[how](np.load(array)))
        other = np.load(array)
        content = array.read_bytes()
        facts = {
            "dtype": other.dtype.str,
            "shape": list(other.shape),
            "bytes": len(content),
            "crc32": zlib.crc32(content),
        }
        tampered = manifest | {"arrays": manifest["arrays"] | {name: facts}}
        file.write_text(json.dumps(tampered))
        try:
            opened = open_graph(folder)
            Recommender(opened).recommend(opened.users.ids.ids[0])
        except CinewalkError as error:
            one_line(error)
        array.write_bytes(before)


@pytest.mark.parametrize(
    "wrong", [value for value in WRONG.values() if value is not DEEP and value is not None]
)
@pytest.mark.parametrize(
    "place", ["damping", "half_life", "sequence", "sequence.size", "sequence.span", "newcomers.few"]
)
def test_settings_with_something_else_in_one_place(tmp_path, place, wrong):
    section, _, name = place.rpartition(".")
    number = str(wrong).lower() if isinstance(wrong, bool | float) else json.dumps(wrong)
    value = "{ a = 1 }" if isinstance(wrong, dict) else number
    file = tmp_path / "bad.toml"
    file.write_text(
        "format = 1\n" + (f"[{section}]\n" if section else "") + f"{name} = {value}\n", encoding="utf-8"
    )
    is_valid = (wrong == 3.5 and place in ("half_life", "sequence.span")) or (
        wrong == math.inf and place == "half_life"
    )
    if is_valid:
        read_settings(file)
        return
    with pytest.raises(FileFormatError) as error:
        read_settings(file)
    one_line(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "format = 1.0",
        "format = true",
        "format = 1\nsequence.size = " + "9" * 5000,
        "format = 1\n" + "a." * 50_000 + "b = 1",
        "format = 1\n\x00",
    ],
    ids=["deep", "float", "true", "many digits", "many dots", "NUL"],
)
def test_settings_that_nobody_writes(tmp_path, text):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(FileFormatError) as error:
        read_settings(tmp_path / "bad.toml")
    one_line(error.value)


@pytest.mark.parametrize("wrong", ["0.3", None, True, math.nan, math.inf, -(10**400), 10**400, -1.0, [1], {}])
@pytest.mark.parametrize("name", ["damping", "half_life", "sequence"])
def test_settings_in_python_too(name, wrong):
    if name == "half_life" and wrong == math.inf:
        return
    with pytest.raises(RequestError) as error:
        Settings(**{name: wrong})
    one_line(error.value)


@pytest.mark.parametrize("wrong", ["4", None, True, math.nan, math.inf, 10**400, [1]])
def test_preferences_in_python_too(wrong):
    with pytest.raises(RequestError, match="must be a finite number"):
        Preference(like_rating=wrong)


WRONG_VALUES = {
    "preference": (math.nan, math.inf, -math.inf, 0.0, -1.0, "1", None, [1.0]),
    "rating": (math.nan, math.inf, "5", None, 10**400),
    "timestamp": (math.nan, 0.5, "1", 2**70, None),
}


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, values in WRONG_VALUES.items() for wrong in values]
)
def test_networkx_with_a_wrong_value(name, wrong):
    copy = example_graph().to_networkx()
    kind = "LIKES" if name == "preference" else "RATED"
    *_, facts = next(edge for edge in copy.edges(keys=True, data=True) if edge[2] == kind)
    facts[name] = wrong
    with pytest.raises(RequestError) as error:
        Graph.from_networkx(copy)
    one_line(error.value)


@pytest.mark.parametrize("wrong", [{"year": "1979"}, {"year": 10**6}, {"title": 3}, {"released": "soon"}])
def test_networkx_with_a_wrong_property(wrong):
    copy = example_graph().to_networkx()
    copy.nodes["Title", "alien"].update(wrong)
    with pytest.raises(RequestError) as error:
        Graph.from_networkx(copy)
    one_line(error.value)


@pytest.mark.parametrize("count", [2**31, 2**32, 2**33 + 1])
def test_more_than_positions_can_tell_apart_is_refused_with_the_way_out(count):
    check_count("relationships of one kind", 2**31 - 1)
    with pytest.raises(RequestError, match="Load a part"):
        check_count("relationships of one kind", count)


@given(data=st.data())
@settings(max_examples=100)
def test_any_numbers_in_any_array_make_a_graph_or_one_line(data):
    arrays = example_graph().arrays()
    name = data.draw(st.sampled_from(ARRAYS))
    array = arrays[name].copy()
    if len(array):
        kind = np.int64 if array.dtype.kind == "M" else array.dtype
        drawn = data.draw(st.binary(min_size=array.dtype.itemsize, max_size=array.dtype.itemsize))
        array[data.draw(st.integers(0, len(array) - 1))] = np.frombuffer(drawn, kind)[0]
    try:
        made = Graph.from_arrays(arrays | {name: array})
        Recommender(made).recommend(made.users.ids.ids[0])
    except CinewalkError as error:
        one_line(error)

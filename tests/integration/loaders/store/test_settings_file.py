"""Settings as a TOML file, and graphs that are kept with what was prepared under them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cinewalk
from cinewalk.errors import CinewalkError, FileFormatError, GraphFolderError, RequestError, StorageError
from cinewalk.graph.attributes.privacy import smallest_of
from cinewalk.graph.model.settings import Settings, TitleParameters, Weights
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.loaders.store.settings_file import read_settings, write_settings
from tests.graphs import random_graph

pytestmark = pytest.mark.integration

OTHER = replace(
    Settings(),
    shared_viewers=TitleParameters(0.1, 0.2, 0.3, 1.4, 0.5, 60),
    weights=Weights(0.0, 1.0, 2.0, 0.5, 1.5),
    half_life=math.inf,
    damping=0.85,
)


@pytest.mark.parametrize("chosen", [Settings(), OTHER])
def test_what_is_read_is_what_was_written(tmp_path, chosen):
    write_settings(chosen, tmp_path / "tuned.toml", ("a note",))
    assert read_settings(tmp_path / "tuned.toml") == chosen
    assert "# a note\n" in (tmp_path / "tuned.toml").read_text(encoding="utf-8")


def test_what_is_left_out_has_its_default(tmp_path):
    (tmp_path / "few.toml").write_text("format = 1\n[sequence]\nspan = 7.0\n")
    found = read_settings(tmp_path / "few.toml")
    assert found == replace(Settings(), sequence=replace(Settings().sequence, span=7.0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has the settings format None, this cinewalk reads 1"),
        ("format = 2", "has the settings format 2"),
        ("format = 1\nhalf_lief = 3", "there is no parameter half_lief; there are shared_viewers"),
        ("format = 1\n[sequence]\nspam = 3", r"there is no parameter sequence\.spam"),
        ("format = 1\nsequence = 3", "sequence must be a section"),
        ("format = 1\n[sequence]\nspan = 0", r"sequence\.span is 0; it must be above 0"),
        ("format = 1\n[sequence]\nspan = nan", "must be a number"),
        ("format = 1\n[sequence]\nsize = 2.5", "whole number"),
        ("format = 1\n[sequence]\nspan = 'x'", "must be a number"),
        ("format = 1\n[privacy]\nsmallest = 2.5", "whole number"),
        ("format = 1\n[privacy]\nsmallest = -1", "at least 0"),
        ("format = 1\n[privacy]\nsmallest = true", "must be a whole number"),
        ("format = 1\n[shared_titles]\nsharpness = -1", "above 0"),
        ("format = 1\n[learned_titles]\nridge = inf", "is infinite"),
        ("format = 1\ndamping = 1.0", "between 0 and 1"),
        ("format = 1\n[weights]\n" + "".join(f"{part} = 0\n" for part in Weights.__slots__), "at least one part"),
        ("format = ", "is not TOML"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_one_line(tmp_path, text, message):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(FileFormatError, match=message) as caught:
        read_settings(tmp_path / "bad.toml")
    assert "\n" not in str(caught.value)
    assert "bad.toml" in str(caught.value)


@given(st.binary(max_size=200))
@settings(max_examples=60)
def test_any_bytes_give_settings_or_one_line(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "any.toml"
    path.write_bytes(content)
    try:
        read_settings(path)
    except CinewalkError as error:
        assert "\n" not in str(error)


def test_how_few_may_be_told_is_kept_with_a_graph(tmp_path):
    (tmp_path / "own.toml").write_text("format = 1\n[privacy]\nsmallest = 0\n")
    own = read_settings(tmp_path / "own.toml")
    graph = random_graph(1)
    assert smallest_of(graph) == 5
    opened = open_graph(save(prepare(Registry(graph, own)), tmp_path / "own.cinewalk"))
    assert smallest_of(opened) == cinewalk.Recommender(opened).catalogue.smallest == 0


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")
    with pytest.raises(StorageError, match="cannot be written"):
        write_settings(Settings(), tmp_path / "none" / "tuned.toml")


@pytest.mark.parametrize("chosen", [Settings(), OTHER])
def test_a_prepared_graph_keeps_its_rows_and_settings(tmp_path, chosen):
    graph = random_graph(1)
    opened = open_graph(save(prepare(Registry(graph, chosen)), tmp_path / "some.cinewalk"))
    assert opened.equals(graph)
    assert opened.prepared is not None
    assert opened.prepared.settings == chosen
    reco, fresh = cinewalk.Recommender(opened), cinewalk.Recommender(graph, settings=chosen)
    assert reco.settings == chosen
    assert isinstance(opened.prepared.rows["learned_viewers"].values, np.ndarray)
    for user in graph.users.ids.ids:
        assert reco.recommend(user) == fresh.recommend(user)


def test_other_settings_are_not_taken_for_the_prepared_ones(tmp_path):
    graph = random_graph(2)
    opened = open_graph(save(prepare(Registry(graph, Settings())), tmp_path / "some.cinewalk"))
    other, fresh = cinewalk.Recommender(opened, settings=OTHER), cinewalk.Recommender(graph, settings=OTHER)
    assert all(other.recommend(user) == fresh.recommend(user) for user in graph.users.ids.ids)
    changed = cinewalk.Recommender(opened).recommend("u000")
    assert [item.score for item in other.recommend("u000")] != [item.score for item in changed]


@pytest.mark.parametrize(
    "damage",
    [
        lambda facts: facts["settings"].update(damping=7),
        lambda facts: facts["settings"].update(unknown=7),
        lambda facts: facts.update(settings=3),
        lambda facts: facts["arrays"].pop("prepared.sequence.values"),
    ],
)
def test_damage_to_what_is_prepared_is_refused(tmp_path, damage):
    from tests.integration.loaders.store.test_graph_folder import change_manifest

    folder = save(prepare(Registry(random_graph(1), Settings())), tmp_path / "some.cinewalk")
    change_manifest(folder, damage)
    with pytest.raises(GraphFolderError, match="damaged"):
        open_graph(folder)


def test_likes_that_are_not_in_the_graph_are_fitted_on_the_spot():
    from cinewalk.graph.model.profile import profile_of

    graph = random_graph(3)
    walk = Registry(graph, Settings()).walk("learned-viewers")
    for user in range(len(graph.users)):
        profile = profile_of(graph, user, 5.0)
        if len(profile.titles):
            stored = walk.run(profile).scores
            walk._is_known = lambda _: False  # as if every like had just come in
            np.testing.assert_array_equal(walk.run(profile).scores, stored)
            del walk._is_known


def test_a_walk_that_is_the_same_for_everybody_has_no_reasons():
    graph = random_graph(1)
    reco = cinewalk.Recommender(graph, walk="popularity")
    title = reco.recommend("u000")[0].title_id
    with pytest.raises(RequestError, match="the same for everybody"):
        reco.explain("u000", title)

"""`cinewalk audit --compare` and `--curve` print what Python measures, and refuse what makes no sense."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.cli.compare import _dial
from cinewalk.queries.tune.trade_offs import compare, curve
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> str:
    return str(
        cinewalk.save(random_graph(2, users=60, titles=40), tmp_path_factory.mktemp("g") / "g.cinewalk")
    )


def test_the_command_prints_what_python_measures(run, place):
    graph, settings = cinewalk.load(place), cinewalk.Settings()
    code, out, err = run(
        "audit", place, "--compare", "calibrated=0.1", "--curve", "diverse=0.1,0.3", "--json"
    )
    assert code == 0, err
    expected = [compare(graph, settings, "calibrated=0.1"), curve(graph, settings, "diverse", [0.1, 0.3])]
    assert json.loads(out) == json.loads(json.dumps([steps.to_dict() for steps in expected]))
    code, out, _ = run("audit", place, "--compare", "calibrated=0.1")
    assert code == 0
    assert "What remedies change" in out
    assert "calibrated=0.1" in out


@pytest.mark.parametrize(
    ("text", "dial"),
    [
        ("calibrated=0.05,0.1", ("calibrated", [0.05, 0.1])),
        ("bubble=1", ("bubble", [1.0])),
        ("floor=year:before:1980:0.2,0.3", ("floor=year:before:1980", [0.2, 0.3])),
    ],
)
def test_a_dial_is_read(text, dial):
    assert _dial(text) == dial


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("--compare", "nonsense=1"), 1, "nonsense"),
        (("--compare", "calibrated=0.1", "--by", "age"), 1, "do not go with --html, --by or --creators"),
        (("--curve", "calibrated"), 2, "is not a remedy and numbers"),
    ],
)
def test_wrong_asks_get_one_line(run, place, words, code, line):
    left, _, err = run("audit", place, *words)
    assert left == code
    assert line in " ".join(err.split())

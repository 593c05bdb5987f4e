"""`cinewalk card` as a person runs it."""

from __future__ import annotations

import pytest

from cinewalk.loaders.store.graph_folder import save
from tests.graphs import random_graph
from tests.integration.queries.report.test_card import section

pytestmark = pytest.mark.integration


def test_the_command_writes_the_card(run, kept, tmp_path) -> None:
    code, out, err = run("card", "movielens-100k", "--no-audit", "--out", "card.md")
    assert (code, out) == (0, ""), err
    text = (tmp_path / "card.md").read_text("utf-8")
    assert text.startswith("# Model card: cinewalk on movielens-100k\n")
    assert "Terms: movielens-100k is made by GroupLens" in text
    assert "Not measured" in text
    code, out, err = run("card", "movielens-100k", "--no-audit", "--remedies", "bubble=2")
    assert (code, out) == (0, text.replace("force: none", "force: `bubble=2`") + "\n"), err


def test_the_command_measures_with_remedies(run, tmp_path) -> None:
    save(random_graph(3, users=60, titles=50), tmp_path / "small.cinewalk")
    code, out, err = run("card", "small.cinewalk", "--remedies", "calibrated=0.3")
    assert code == 0, err
    found = section(out, "Quantitative analyses")
    assert "| the walk and remedies in force | " in found
    assert "| without remedies | " in found
    assert "# Model card: cinewalk on small\n" in out


def test_mistakes_are_one_line(run, kept) -> None:
    for words, code in (
        (("card", "movielens-100k", "--no-audit", "--remedies", "magic=1"), 1),
        (("card", "no-such-source"), 1),
        (("card", "movielens-100k", "--no-audit", "--out", "nowhere/card.md"), 3),
    ):
        found, _, err = run(*words)
        assert (found, err.count("error: "), err.splitlines()[-1][:7]) == (code, 1, "error: "), err

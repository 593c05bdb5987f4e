"""The worked example: which bias is shown, and what mending it cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cinewalk.queries.report.example import Bias, Example, cost_text, find_bias
from cinewalk.queries.report.tables import example_table
from cinewalk.queries.tune.figures import Step, TradeOffs
from tests.unit.queries.report.figures import PLAIN, shown

pytestmark = pytest.mark.unit


class TestBias:
    def test_creators_come_first_then_old_titles_then_genres(self) -> None:
        genre, decade = shown("genre", "Drama", 0.1, 0.3), shown("decade", "1950s", 0.02, 0.04)
        creator = shown("creator.gender", "F", 0.1, 0.2)
        assert find_bias(replace(PLAIN, exposure=(genre,))) == Bias(
            "titles in Drama", 0.1, 0.3, "calibrated", (0.05, 0.1, 0.2)
        )
        found = find_bias(replace(PLAIN, exposure=(genre, decade)))
        assert found == Bias("titles from 1950 to 1959", 0.02, 0.04, "floor=year:1950-1959", (0.03, 0.04))
        found = find_bias(replace(PLAIN, exposure=(genre, decade, creator)))
        assert found is not None
        assert (found.words, found.remedy) == ("titles by women", "floor=creator.gender:F")

    def test_old_titles_are_shown_decades_without_gaps_from_the_first(self) -> None:
        rows = [shown("decade", f"19{d}0s", 0.02, 0.04) for d in (3, 4, 6)]
        found = find_bias(replace(PLAIN, exposure=tuple(rows)))
        assert found is not None
        assert found.remedy == "floor=year:1930-1949"
        assert found.dials == pytest.approx((0.06, 0.08))
        recent = (shown("decade", "1980s", 0.6, 0.5), shown("decade", "1990s", 0.4, 0.5))
        assert find_bias(replace(PLAIN, exposure=recent)) is None

    def test_nothing_over_shown_is_mended(self) -> None:
        assert find_bias(replace(PLAIN, exposure=(shown("genre", "Drama", 0.3, 0.1),))) is None


class TestExample:
    BIAS = Bias("titles from 1950 to 1959", 0.02, 0.04, "floor=year:1950-1959", (0.03, 0.04))

    def trade_offs(
        self, cost: float, low: float, high: float, figure: str = "exposure year:1950-1959"
    ) -> TradeOffs:
        before = Step("", {"ndcg@10": 0.2, figure: 0.02, "coverage@10": 0.3}, 0.0, (0.0, 0.0))
        after = Step("it", {"ndcg@10": 0.19, figure: 0.04, "coverage@10": 0.4}, cost, (low, high))
        return TradeOffs((before, after), 100)

    def test_what_was_found_done_and_lost(self) -> None:
        example = Example(self.BIAS, self.trade_offs(0.015, 0.002, 0.027))
        found, remedy, outcome = (text.replace("\N{NO-BREAK SPACE}", " ") for text in example.sentences())
        assert found == "Found: titles from 1950 to 1959 get 2.0 % of what is shown and 4.0 % of all likes."
        assert remedy.startswith("Remedy: floor=year:1950-1959:0.04 adds the same bonus")
        assert outcome == (
            "Outcome: Their share rose from 2.0 % to 4.0 %, and NDCG@10 fell by 1.5 % of itself (95 % interval: 0.2 % "
            "to 2.7 %)."
        )
        table = example_table(example)
        assert table is not None
        assert table.columns[1] == "Share of what is shown, year:1950-1959"
        assert [row[0] for row in table.rows] == ["none", "it"]
        assert table.rows[0][-1] == "–"

    def test_calibration(self) -> None:
        bias = self.BIAS._replace(remedy="calibrated", dials=(0.1, 0.2))
        trade_offs = self.trade_offs(0.01, -0.01, 0.03, "genre_divergence")
        sentences = Example(bias, trade_offs).sentences()
        assert sentences[1].startswith("Remedy: calibrated=0.2 chooses titles")
        assert "from 0.02 to 0.04 nats" in sentences[2]

    @pytest.mark.parametrize(
        ("cost", "low", "high", "words"),
        [
            (
                0.01,
                -0.01,
                0.03,
                "fell by 1.0 % of itself (95 % interval: −1.0 % to 3.0 %; that may be chance)",
            ),
            (
                -0.01,
                -0.03,
                0.01,
                "rose by 1.0 % of itself (95 % interval: −1.0 % to 3.0 %; that may be chance)",
            ),
            (-0.02, -0.03, -0.01, "rose by 2.0 % of itself (95 % interval: 1.0 % to 3.0 %)"),
        ],
    )
    def test_costs(self, cost: float, low: float, high: float, words: str) -> None:
        text = cost_text(self.trade_offs(cost, low, high).after)
        assert text.replace("\N{NO-BREAK SPACE}", " ") == f"NDCG@10 {words}"

    def test_nothing_to_mend_what_cannot_be_mended_and_what_is_mended_already(self) -> None:
        assert "nothing to mend" in Example(None).sentences()[0]
        assert (
            Example(self.BIAS, problem="it is too much.").sentences()[1]
            == "It was not mended: it is too much."
        )
        assert example_table(Example(self.BIAS)) is None
        in_force = Example(None, self.trade_offs(0.01, 0.005, 0.02, "genre_divergence"))
        assert "Remedies are in force already" in in_force.sentences()[0]
        assert "With all of them, NDCG@10 fell" in in_force.sentences()[1]

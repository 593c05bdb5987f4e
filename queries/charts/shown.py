"""A chart for who looks at it in a notebook: an Altair chart in the colours and type of the report's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cinewalk.errors import RequestError
from cinewalk.extras import need

if TYPE_CHECKING:
    from cinewalk.queries.audit.figures import Audit
    from cinewalk.queries.evaluate.figures import Evaluation
    from cinewalk.queries.explain.explanation import Explanation

#: How many reasons are drawn one by one.
_REASONS = 10


def explanation_plot(why: Explanation) -> Any:
    """Draw the shares of a score as bars that add up to the whole; see ``Explanation.plot``."""
    _need()
    from cinewalk.queries.charts.drawing import styled, titled
    from cinewalk.queries.charts.result_charts import shares_chart

    return styled(titled(shares_chart(why, _REASONS), f"Why {why.label}: shares of its score"))


def audit_plot(audit: Audit) -> Any:
    """Draw an audit, one plot below the other; see ``Audit.plot``."""
    _need()
    import altair as alt

    from cinewalk.queries.charts import audit_charts as charts
    from cinewalk.queries.charts.drawing import styled, titled
    from cinewalk.queries.charts.words import SHORT_NAMES, words_of

    kinds = dict.fromkeys(row.kind for row in audit.groups)
    figures = [name for name in SHORT_NAMES if name in audit.everybody.figures]
    pairs = [figures[first : first + 2] for first in range(0, len(figures), 2)]
    drawn = [
        titled(
            charts.groups_chart(audit, kind, pair), f"Viewers by {words_of(kind)}" if pair == pairs[0] else ""
        )
        for kind in kinds
        for pair in pairs
    ]
    if audit.gaps:
        drawn.append(titled(charts.gaps_chart(audit), "Gaps between groups, beside what chance makes"))
    drawn += [
        titled(charts.exposure_chart(audit, by), f"What is shown, by {words_of(by)}")
        for by in dict.fromkeys(row.by for row in audit.exposure)
    ]
    if not drawn:
        raise RequestError("there is nothing to draw: no group and no attribute was audited.")
    return styled(alt.vconcat(*drawn, spacing=30).resolve_scale(color="independent", shape="independent"))


def evaluation_plot(evaluation: Evaluation) -> Any:
    """Draw what walks come to, with intervals; see ``Evaluation.plot``."""
    _need()
    from cinewalk.queries.charts.drawing import styled
    from cinewalk.queries.charts.result_charts import accuracy_chart

    return styled(accuracy_chart(evaluation))


def _need() -> None:
    need("report", "A plot", "altair", "vl_convert")

"""What notebooks show of a result: a sentence, and a table of its first rows; every text of others is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

#: How many rows of a table are shown; the others are counted.
MOST_ROWS: Final = 30


def html_of(text: str, frame: pd.DataFrame | None = None) -> str:
    """Return a text, each line of it a paragraph, and a table below it.

    Parameters
    ----------
    text
        The text.
    frame
        The table; its first :data:`MOST_ROWS` rows are shown.

    Examples
    --------
    >>> import pandas as pd
    >>> html_of("Alien & <Aliens>")
    '<p>Alien &amp; &lt;Aliens&gt;</p>'
    >>> "<td>&lt;b&gt;</td>" in html_of("", pd.DataFrame({"title": ["<b>"]}))
    True
    """
    parts = [f"<p>{escape(line)}</p>" for line in text.splitlines() if line]
    if frame is not None and len(frame):
        import pandas as pd

        with pd.option_context("display.max_colwidth", None):
            parts.append(str(frame.head(MOST_ROWS).to_html(index=False, na_rep="")))
        if len(frame) > MOST_ROWS:
            parts.append(f"<p>… and {len(frame) - MOST_ROWS:,} more rows</p>")
    return "".join(parts)

"""What was published, in a line."""

from __future__ import annotations

import pytest

from cinewalk.loaders.neo4j.write.publish import Published

pytestmark = pytest.mark.unit


def test_published_in_a_line() -> None:
    published = Published({"User": 7, "Person": 0}, {"rated": 1500}, "<run>")
    assert repr(published) == "<Published: 7 User, 1,500 rated; run <run>>"
    assert published._repr_html_() == "<p>Published: 7 User, 1,500 rated; run &lt;run&gt;</p>"
    assert repr(Published({}, {}, None)) == "<Published: nothing>"

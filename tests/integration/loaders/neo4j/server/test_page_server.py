"""Pages served to this machine alone."""

from __future__ import annotations

import pytest
import requests

from cinewalk.loaders.neo4j.server.page_server import serving
from cinewalk.queries.neo4j.browse import pages

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("neo4j")]


def test_pages_are_served_to_this_machine_alone():
    with serving(pages) as base:
        asks = {"Origin": "http://localhost:7474", "Access-Control-Request-Headers": "pragma,sentry-trace"}
        asked = requests.options(f"{base}guide.html", headers=asks, timeout=5)
        assert asked.status_code == 204
        assert (
            asked.headers["Access-Control-Allow-Origin"]
            == asked.headers["Access-Control-Allow-Headers"]
            == "*"
        )
        found = requests.get(f"{base}guide.html", timeout=5)
        assert found.headers["Content-Type"] == "text/html"
        assert f"style {base}style.grass" in found.text
        assert requests.head(f"{base}style.grass", timeout=5).headers["Content-Length"] != "0"
        assert (
            requests.get(f"{base}guide.html", headers={"Host": "evil.example"}, timeout=5).status_code == 421
        )
        for path in ("", "..%2Fguide.md", "nothing", "browse.py"):
            assert requests.get(base + path, timeout=5).status_code == 404
        assert requests.post(f"{base}guide.html", timeout=5).status_code == 501
    with pytest.raises(requests.ConnectionError):
        requests.get(base, timeout=5)

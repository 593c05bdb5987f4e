"""Neo4j Browser, for real: a headless Chromium logs in, reads the guide and looks at an explanation.

``CINEWALK_SCREENSHOTS=docs/images`` (``make screenshots``) keeps the pictures for the documentation.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cinewalk.loaders.neo4j.server.page_server import serving
from cinewalk.loaders.store.home import graph_path
from cinewalk.queries.neo4j.browse import SHOWN_WALKS, browser_link, pages, saved_scripts
from cinewalk.queries.neo4j.guide import guide_slides
from cinewalk.queries.words.literals import literal
from cinewalk.queries.words.ready import ready_queries, ready_query

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("neo4j")]

USER, TITLE = "196", "100"
AWKWARD = 'O\'Brien \\ "50 %" & more #1 + a?b=c; `\\u0060` é 映画 \U0001f3ac // x'
SECONDS = 1000
RUN, EDITOR = "[data-testid=editor-Run]", ".monaco-editor"
#: What is drawn in the newest frame: the colour of each circle, and its caption.
DRAWN = """() => [...document.querySelector('article:has(g.node)').querySelectorAll('g.node')].map(node => [
  node.querySelector('circle.b-outline').getAttribute('fill'),
  [...node.querySelectorAll('text.caption')].map(line => line.textContent.trim()).join(' ')])"""
LINES = "() => document.querySelector('article:has(g.node)').querySelectorAll('g.relationship').length"
NEW_DRAWING = """before => document.querySelectorAll('article').length > before
  && document.querySelector('article').querySelector('g.node') !== null"""
DROP = """([name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name));
  return carried;
}"""


@pytest.fixture(scope="module")
def home(neo4j_server, movielens, tmp_path_factory):
    """A home of somebody who has loaded MovieLens and runs the local server."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "neo4j").symlink_to(neo4j_server.home.path)
    return folder, graph_path("movielens-100k")


@pytest.fixture
def command(run, home, monkeypatch):
    """Run a command in that home."""
    monkeypatch.setenv("CINEWALK_HOME", str(home[0]))
    monkeypatch.setenv("CINEWALK_GRAPH", str(home[1]))
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE", "DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return run


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory):
    folder = os.environ.get("CINEWALK_SCREENSHOTS")
    return Path(folder).resolve() if folder else tmp_path_factory.mktemp("screenshots")


@pytest.fixture
def link(command):
    """The address that `browse` gives for an explanation."""
    code, out, _ = command("browse", "--user", USER, "--title", "Fargo", "--json")
    assert code == 0
    return json.loads(out)["address"]


@pytest.fixture
def page(chromium, neo4j_server, published, link):
    """Browser after somebody has followed the address and typed the password."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, device_scale_factor=1)
    opened = context.new_page()
    opened.set_default_timeout(60 * SECONDS)
    opened.goto(link)
    assert opened.input_value("[data-testid=username]") == "neo4j"
    assert opened.input_value("[data-testid=boltaddress]") in neo4j_server.address().uri
    opened.fill("[data-testid=password]", neo4j_server.address().password)
    opened.click("[data-testid=connect]")
    opened.wait_for_selector("article h3:has-text('what to watch, and why')")
    yield opened
    context.close()


def first_line(page):
    return page.locator(f"{EDITOR} .view-line").first.inner_text().replace("\N{NO-BREAK SPACE}", " ").strip()


def picture(page, folder, name):
    page.wait_for_timeout(5 * SECONDS)  # until the nodes have come to rest
    folder.mkdir(parents=True, exist_ok=True)
    page.locator("article").first.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").stat().st_size < 300_000


def test_it_lands_on_an_explanation_in_our_colours(page, published, screenshots):
    _, connection = published
    page.screenshot(path=screenshots / "browser-guide.png")
    page.click(RUN)
    page.wait_for_selector("g.node")
    picture(page, screenshots, "browser-explanation")

    rows = connection.read(ready_query("explain_paths").text, userId=USER, titleId=TITLE, k=SHOWN_WALKS)
    nodes = {node.element_id: node for row in rows for node in row["path"].nodes}
    lines = {line.element_id for row in rows for line in row["path"].relationships}
    expected = sorted(
        ("#E69F00", node["userId"]) if "User" in node.labels else ("#0072B2", node["title"])
        for node in nodes.values()
    )
    assert ("#E69F00", USER) in expected
    assert ("#0072B2", "Fargo") in expected
    assert len(expected) > 2 * 3
    assert sorted(map(tuple, page.evaluate(DRAWN))) == expected
    assert page.evaluate(LINES) == len(lines), "more is drawn than the query returns"


def test_the_guide_can_be_followed_to_its_end(page):
    slides = guide_slides()
    guide = page.locator("article:has-text(':play')").first
    for number, slide in enumerate(slides):
        guide.locator(f"h3:has-text('{slide[0].text}')").wait_for()
        for block in slide:
            if block.kind == "ready":
                shown = guide.locator("[data-populate]", has_text=block.name).first
                assert shown.get_attribute("data-populate") == block.text
            elif block.kind == "query":
                shown = guide.locator("pre.runnable", has_text=block.text.splitlines()[0]).first
                assert shown.inner_text().strip() == block.text
            else:
                continue
            page.wait_for_timeout(SECONDS // 5)
            shown.click(position={"x": 100, "y": 8})  # on its words: the small arrow before them runs it
            page.wait_for_timeout(SECONDS // 5)
            assert first_line(page) == block.text.splitlines()[0]
        if number + 1 < len(slides):
            guide.locator("[data-testid=nextSlide]").first.click()


def test_every_query_of_the_guide_answers(published):
    _, connection = published
    for slide in guide_slides():
        for block in slide:
            if block.kind in ("query", "ready"):
                assert connection.read(block.text), block.text


def ask(page, query):
    """Run a query, or a command of Browser, in the editor."""
    page.wait_for_timeout(SECONDS)  # Browser empties the editor a little after it has taken what is in it
    page.click(EDITOR)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)
    page.click(RUN)


def test_pictures_of_the_guide_are_no_tangle(page, screenshots):
    queries = [block.text for slide in guide_slides() for block in slide if block.kind == "query"]
    drawn = [query for query in queries if "RETURN path" in query]
    for name, query in zip(("title", "taste", "alike"), drawn, strict=True):
        before = page.locator("article").count()
        ask(page, " ".join(query.split()))
        page.wait_for_function(NEW_DRAWING, arg=before)
        picture(page, screenshots, f"browser-{name}")
        nodes, lines = len(page.evaluate(DRAWN)), page.evaluate(LINES)
        assert 10 < nodes < 20
        assert lines < 2 * nodes


def test_another_server_gets_the_guide_from_a_page_of_this_machine(page):
    with serving(pages) as base:
        ask(page, f":play {base}guide.html")
        page.wait_for_selector(f"article:has-text('{base}') h3:has-text('what to watch, and why')")
        ask(page, f":style {base}style.grass")
        page.wait_for_selector(f"article:has-text('{base}style.grass'):has-text('#0072B2')")


def test_saved_scripts_are_imported(page, screenshots):
    carried = page.evaluate_handle(DROP, ["saved-scripts.zip", list(saved_scripts())])
    target = page.locator("article").first
    target.dispatch_event("dragover", {"dataTransfer": carried})
    target.dispatch_event("drop", {"dataTransfer": carried})
    page.click("button[name=Favorites]")
    page.wait_for_timeout(SECONDS)
    page.get_by_text("cinewalk", exact=True).first.click()
    for query in ready_queries():
        page.get_by_text(query.title).first.wait_for()
    page.screenshot(path=screenshots / "browser-scripts.png")


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


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**63), 2**63 - 1) | st.booleans())
@example("Schindler's \\ List")
@example("\\u0027 OR true //")
@example("\\\\u0060`'\"; MATCH (n) DETACH DELETE n; //")
@example("&#%+?=\n\r\t\0\u2028\U0001f3ac\N{COMBINING ACUTE ACCENT}")
@pytest.mark.parametrize("language", ["", "CYPHER 25 "])
def test_a_literal_means_its_value(database, language, value):
    assert database.connection.read(f"{language}RETURN {literal(value)} AS value")[0]["value"] == value
    assert not set("&#") & set(literal(value))


def test_an_address_holds_any_text(chromium, neo4j_server):
    text = f"RETURN {literal(AWKWARD)} AS text"
    status = neo4j_server.status()
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.goto(browser_link(status.browser, neo4j_server.address(), text))
    opened.wait_for_selector("[data-testid=password]")
    opened.click(EDITOR)
    opened.keyboard.press("Control+A")
    opened.keyboard.press("Control+C")
    assert opened.evaluate("() => navigator.clipboard.readText()") == text
    context.close()


def test_json_is_for_programs(command):
    code, out, _ = command("browse", "--json")
    plain = json.loads(out)
    assert (code, plain["query"], plain["guide"], plain["username"]) == (0, None, True, "neo4j")
    assert set(parse_qs(urlsplit(plain["address"]).query)) == {"dbms"}


def test_what_browse_says(command, neo4j_server, home, tmp_path, monkeypatch):
    code, out, err = command("browse", "--print")
    assert code == 0
    assert out.startswith(neo4j_server.status().browser)
    assert "User neo4j; the password is in" in err
    assert neo4j_server.address().password not in out + err
    code, out, err = command("browse", "--user", USER, "--print", "--save", str(tmp_path / "pages"))
    assert code == 0
    assert "LIMIT%2010" in out
    assert {file.name for file in (tmp_path / "pages").iterdir()} == set(pages(""))
    assert "SIMILAR" in command("browse", "--title", "Fargo", "--print")[1]


def test_it_opens_the_persons_web_browser(neo4j_server, home, tmp_path):
    script, seen = tmp_path / "browser", tmp_path / "seen"
    script.write_text(f"#!/bin/sh\nprintf %s \"$1\" >'{seen}'\n")
    script.chmod(0o755)
    environment = {**os.environ, "BROWSER": str(script), "CINEWALK_HOME": str(home[0])}
    words = [sys.executable, "-m", "cinewalk", "browse"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    while not seen.exists():
        time.sleep(0.05)
    assert done.stdout == ""
    assert seen.read_text().startswith(neo4j_server.status().browser)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--user", "19x"], 1, "There is no user '19x'"),
        (["--title", "Frago"], 1, "Nearest: Fargo (1996)"),
        (["--user", USER, "--title", "Babe"], 1, "already rated"),
        (["--browser", "localhost"], 1, "is no address of a Browser"),
        (["--browser", "http://127.0.0.1:9/browser"], 3, "no Neo4j Browser answers there"),
    ],
)
def test_what_cannot_be_is_one_line(command, words, code, told):
    got, out, err = command("browse", "--print", *words)
    assert (got, out) == (code, "")
    assert err.count("\n") == 1
    assert told in err


def test_without_a_server_it_says_what_to_do(run, monkeypatch):
    monkeypatch.delenv("NEO4J_URI", raising=False)
    code, out, err = run("browse")
    assert (code, out) == (3, "")
    assert err == (
        "error: No Neo4j is named and none runs here. Set NEO4J_URI, or run `cinewalk neo4j start`.\n"
    )


def test_a_served_guide_stays_until_the_person_ends_it(neo4j_server, tmp_path):
    """A server of somebody else's: it has no pages of ours, so the command serves them."""
    address = neo4j_server.address()
    other = neo4j_server.status().browser + "assets/"  # answers, but has no guide beside it
    environment = {
        "NEO4J_URI": address.uri,
        "NEO4J_PASSWORD": address.password,
        "CINEWALK_HOME": str(tmp_path),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "cinewalk", "browse", "--print", "--browser", other],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        # What runs in the background of a shell may ignore interrupts, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no locks in it
    ) as running:
        try:
            link = parse_qs(urlsplit(running.stdout.readline()).query)
            command, place = link["arg"][0].split()
            assert command == ":play"
            time.sleep(0.5)
            assert "what to watch, and why" in requests.get(place, timeout=5).text
            running.send_signal(signal.SIGINT)
            assert running.wait(10) == 0
        finally:
            running.kill()

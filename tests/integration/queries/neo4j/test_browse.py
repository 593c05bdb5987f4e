"""Neo4j Browser, for real: a headless Chromium logs in, reads the guide and looks at an explanation.

``CINEWALK_SCREENSHOTS=docs/images`` (``make screenshots``) keeps the pictures for the documentation."""

from __future__ import annotations

import json

import pytest
from neo4j.graph import Node, Path

from cinewalk.loaders.neo4j.server.page_server import serving
from cinewalk.loaders.store.home import graph_path
from cinewalk.queries.neo4j.browse import SHOWN_REASONS, browser_link, pages, saved_scripts
from cinewalk.queries.neo4j.guide import guide_slides
from cinewalk.queries.neo4j.perspective import perspective
from cinewalk.queries.words.literals import literal
from cinewalk.queries.words.ready import ready_queries, ready_query

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("neo4j")]


USER, TITLE = "196", "100"


AWKWARD = 'O\'Brien \\ "50 %" & more #1 + a?b=c; `\\u0060` é 映画 \U0001f3ac // x'


SECONDS = 1000


RUN, EDITOR = "[data-testid=editor-Run]", ".monaco-editor"


GUIDE = "article:has-text('what to watch, and why')"


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


@pytest.mark.slow
def test_it_lands_on_an_explanation_in_our_colours(page, published, screenshots):
    _, connection = published
    page.wait_for_timeout(5 * SECONDS)  # until the frames have come, of which the newest is above
    page.locator(GUIDE).first.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "browser-guide.png")
    page.click(RUN)
    page.wait_for_selector("g.node")
    picture(page, screenshots, "browser-explanation")

    rows = connection.read(ready_query("explain_reasons").text, userId=USER, titleId=TITLE, k=SHOWN_REASONS)
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


@pytest.mark.slow
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


@pytest.mark.parametrize("template", json.loads(perspective())["templates"], ids=lambda each: each["text"])
def test_every_search_phrase_shows_something(published, template):
    _, connection = published
    values = {"$userId": USER, "$titleId": TITLE}
    asked = {each["name"].removeprefix("$"): values[each["name"]] for each in template["params"]}
    rows = connection.read(template["cypher"], **asked)
    assert rows
    assert all(isinstance(row[0], Node | Path) for row in rows)


def ask(page, query):
    """Run a query, or a command of Browser, in the editor."""
    page.wait_for_timeout(SECONDS)  # Browser empties the editor a little after it has taken what is in it
    page.click(EDITOR)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)
    page.click(RUN)


@pytest.mark.slow
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


@pytest.mark.slow
def test_another_server_gets_the_guide_from_a_page_of_this_machine(page):
    with serving(pages) as base:
        ask(page, f":play {base}guide.html")
        page.wait_for_selector(f"article:has-text('{base}') h3:has-text('what to watch, and why')")
        ask(page, f":style {base}style.grass")
        page.wait_for_selector(f"article:has-text('{base}style.grass'):has-text('#0072B2')")


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_nothing_is_loaded_from_the_web_and_nobody_is_told_anything(chromium, neo4j_server):
    """As web browsers keep the policy that comes with the page."""
    status = neo4j_server.status()
    context = chromium.new_context()
    opened = context.new_page()
    answered, refused = [], []
    opened.on("response", lambda answer: answered.append(answer.url))
    opened.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
    opened.goto(status.browser)
    opened.wait_for_selector("[data-testid=password]")
    opened.fill("[data-testid=password]", neo4j_server.address().password)
    opened.click("[data-testid=connect]")
    opened.wait_for_selector("article")
    opened.wait_for_timeout(5 * SECONDS)
    ours = (status.browser.partition("/browser")[0], "data:", "blob:")
    assert [url for url in answered if not url.startswith(ours)] == []
    assert {why for url, why in refused if "googleapis" in url} == {"csp"}
    assert {why for url, why in refused if url.startswith("https:")} == {"csp"}
    context.close()

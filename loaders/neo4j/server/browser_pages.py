"""Neo4j Browser with pages of ours beside it, served by the local server itself.

The server looks for Browser in a folder on its class path before it looks into Browser's jar, and serves what lies
in that folder. So Browser is unpacked there, once, and our pages are put beside it. Browser would ask others for fonts
and tell its makers what people do (segment, sentry, canny); a content security policy in its page keeps web browsers
from letting it.
"""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING, Final

from cinewalk.errors import DatabaseError, LocalServerError
from cinewalk.loaders.neo4j.server.home import HOST, writable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.loaders.neo4j.server.artifacts import Jar

#: The folder of our pages, below Browser.
FOLDER: Final = "cinewalk"
#: The folder inside the jar, and the one that the server looks for.
_BROWSER: Final = "browser"
#: What Browser may load: its own files, and databases over Bolt; from the web nothing.
_POLICY: Final = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' data: blob: ws: wss: http://127.0.0.1:* http://localhost:*; "
    "object-src 'none'; form-action 'self'"
)
_HEAD: Final = '<head><meta charset="UTF-8"/>'
_ARTIFACT: Final = "neo4j-browser"
#: Seconds to wait for an answer.
_TIMEOUT: Final = 5


def serve(
    configuration: Path,
    jars: Mapping[Jar, Path],
    pages: Callable[[str], Mapping[str, bytes]],
    browser: str,
) -> dict[str, str]:
    """Put pages beside Browser, and return the server's settings that make it open with them after a login.

    Only what a query returns is drawn: with every relationship between similar titles, a picture is a tangle.

    Parameters
    ----------
    configuration
        The folder of the server's settings, which is on its class path.
    jars
        Its jars, Browser's among them.
    pages
        Gives our pages by their names, from the address at which they will be; among them ``guide.html`` and
        ``style.grass``.
    browser
        The address of Browser, with a slash at its end.
    """
    folder = _unpacked(configuration, next(file for jar, file in jars.items() if jar.artifact == _ARTIFACT))
    base = f"{browser}{FOLDER}/"
    with writable(folder):
        folder.mkdir(exist_ok=True)
        for name, content in pages(base).items():
            (folder / name).write_bytes(content)
    commands = ("config autoComplete: false", f"style {base}style.grass", f"play {base}guide.html")
    return {
        "browser.remote_content_hostname_whitelist": f"{HOST},localhost",
        "browser.post_connect_cmd": "; ".join(commands),
    }


def _unpacked(configuration: Path, jar: Path) -> Path:
    """Unpack Browser, unless this version is there in full, and return the folder for our pages."""
    browser = configuration / _BROWSER
    done = browser / f".{jar.stem}-with-policy"
    if not done.exists():
        with writable(browser), zipfile.ZipFile(jar) as archive:
            shutil.rmtree(browser, ignore_errors=True)
            inside = [name for name in archive.namelist() if name.startswith(f"{_BROWSER}/")]
            archive.extractall(configuration, inside)
            page = browser / "index.html"
            page.write_text(with_policy(page.read_text(encoding="utf-8")), encoding="utf-8")
            done.touch()
    return browser / FOLDER


def with_policy(page: str) -> str:
    """Return Browser's page with a policy by which it loads nothing from the web and tells nobody anything.

    >>> with_policy('<html><head><meta charset="UTF-8"/></head></html>').count("Content-Security-Policy")
    1

    Raises
    ------
    LocalServerError
        Where the page has no place for it: another version of Browser, whose requests are not known.
    """
    if _HEAD not in page:
        raise LocalServerError(
            "Neo4j Browser has another page than expected, so it cannot be kept off the web."
        )
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'
    return page.replace(_HEAD, f"{_HEAD}{policy}", 1)


def are_served(browser: str) -> bool:
    """Tell whether a Browser has our pages beside it.

    Parameters
    ----------
    browser
        The address of Browser, with a slash at its end.

    Raises
    ------
    DatabaseError
        Where no Browser answers.
    """
    import requests

    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy for the wide world does not lead to this machine
            answer = session.head(f"{browser}{FOLDER}/guide.html", timeout=_TIMEOUT, allow_redirects=True)
    except requests.RequestException as error:
        raise DatabaseError(
            f"{browser}: no Neo4j Browser answers there. Name its address with --browser."
        ) from error
    return answer.ok

"""How Sphinx makes the site from these pages, the docstrings and the notebooks: ``make site``."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "cinewalk"
author = "the cinewalk developers"
version = release = version_of("cinewalk")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"cinewalk {release}"

#: Links to headings of other pages, and the README's pictures, as they work where the pages are read as files.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

#: Notebooks are run for each site, and one that fails fails it.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

#: Signatures stay readable; types stand there, and what they mean in the text.
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
autodoc_member_order = "bysource"
napoleon_google_docstring = False
copybutton_prompt_text = "$ "

#: Pygments does not know all of Cypher 25; such a query is shown without colours for the words that it does not know.
suppress_warnings = ["misc.highlighting_failure"]

#: `make links` asks for nothing that is only an example, and waits so many seconds for an answer.
linkcheck_ignore = [r"https?://(localhost|127\.0\.0\.1|host|HOST)\b.*"]
linkcheck_timeout = 15

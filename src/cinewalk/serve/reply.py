"""How an answer is sent: plain values as JSON."""

import json
import string
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from cinewalk.clean_text import clean
from cinewalk.queries.words.results import Recommendations

#: What stands in a header as it is.
_PLAIN = string.punctuation.replace("%", "") + " "


class JsonAnswer(Response):
    """Plain values as JSON, in which characters that would command whoever reads it are written out."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body, as the command line prints it."""
        return clean(json.dumps(content, ensure_ascii=False, allow_nan=False), lines=True).encode()


def listed(titles: Recommendations) -> JsonAnswer:
    """Return a list; why it is not what was asked for, where that is so, is in the header ``Cinewalk-Note``."""
    note = {"Cinewalk-Note": quote(titles.note, safe=_PLAIN)} if titles.note else None
    return JsonAnswer(titles.to_dict(), headers=note)

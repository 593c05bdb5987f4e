"""One function cleans text; here alone, and in the errors."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk import errors
from cinewalk.clean_text import LONGEST_MESSAGE, clean, control_in, cut, quoted, shortened
from tests.payloads import PAYLOADS, commands_in

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_what_commands_is_written_out(payload):
    assert commands_in(payload)
    assert control_in(payload) is not None
    assert commands_in(clean(f"Alien{payload}!")) == []
    assert clean(payload, lines=True) == clean(payload)


@given(text=st.text(st.characters(), max_size=60))
def test_clean_json_says_the_same(text):
    told = clean(json.dumps({"title": text}, ensure_ascii=False, indent=1), lines=True)
    assert commands_in(told) == []
    assert json.loads(told)["title"].encode("utf-16", "surrogatepass") == text.encode(
        "utf-16", "surrogatepass"
    )


@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_clean_text_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)
    if control_in(text) is None:
        assert clean(text) is text


def test_lines_stay_where_they_are_wanted():
    assert clean("a\n\tb", lines=True) == "a\n\tb"
    assert clean("a\n\tb") == r"a\u000a\u0009b"


def test_what_is_long_is_cut():
    assert cut("a" * 90, 80) == "a" * 79 + "…"
    assert len(quoted("a" * 10**6)) == 82
    message = shortened("start " + "a" * 10**6 + " do this")
    assert message.startswith("start ")
    assert message.endswith(" do this")
    assert len(message) <= LONGEST_MESSAGE


@pytest.mark.parametrize("name", ["RequestError", "SourceError", "DatabaseError"])
def test_no_message_commands_or_goes_on(name):
    message = str(getattr(errors, name)("\x1b[2J" + "a" * 100_000 + "\x9b Do that."))
    assert commands_in(message) == []
    assert len(message) < LONGEST_MESSAGE + 20
    assert message.endswith("Do that.")


@pytest.mark.parametrize("name", ["UnknownUserError", "UnknownTitleError"])
def test_what_is_unknown_is_repeated_in_short(name):
    message = str(getattr(errors, name)("\x1b[2J" + "a" * 100_000))
    assert commands_in(message) == []
    assert len(message) < 130

"""Errors travel: between processes, and into copies."""

from __future__ import annotations

import copy
import errno
import inspect
import pickle

import pytest

from cinewalk import errors

pytestmark = pytest.mark.unit

#: Something for each parameter of the errors, by its name.
VALUES = {
    "path": "some/file.csv",
    "problem": "is empty",
    "advice": "Take another",
    "line": 3,
    "rejected": 2,
    "limit": 1,
    "first": "ratings.csv:3: rating: is no number",
    "rejects_path": "rejects.csv",
    "iterations": 1000,
    "residual": 1e-3,
    "tolerance": 1e-13,
}


def made(kind):
    """Make an error of a kind, whatever it takes."""
    if kind.__init__ is Exception.__init__:
        return kind("a message")
    given, named = [], {}
    for parameter in list(inspect.signature(kind).parameters.values()):
        lists = "Sequence" in str(parameter.annotation) or "Iterable" in str(parameter.annotation)
        value = VALUES.get(parameter.name, ["one", "two"] if lists else parameter.name)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            given.append(value)
    return kind(*given, **named)


@pytest.mark.parametrize("name", errors.__all__)
@pytest.mark.parametrize(
    "travel",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy],
    ids=["pickle", "copy", "deep"],
)
def test_an_error_comes_back_as_it_was(name, travel):
    error = made(getattr(errors, name))
    back = travel(error)
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert str(error)
    assert vars(back) == vars(error)
    assert back.exit_code == error.exit_code


def failed_by(first):
    """Return an error that another led to."""
    try:
        try:
            raise first
        except Exception as error:
            raise errors.StorageError("rows.parquet: cannot be written.") from error
    except errors.StorageError as error:
        return error


@pytest.mark.parametrize("first", [MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory")], ids=repr)
def test_memory_that_ran_out_is_told_from_all_else(first):
    assert errors.of_memory(first)
    assert errors.of_memory(failed_by(first))
    assert errors.of_memory(failed_by(failed_by(first)))


@pytest.mark.parametrize("first", [OSError(errno.ENOSPC, "No space left on device"), ValueError()], ids=repr)
def test_what_is_not_of_memory(first):
    assert not errors.of_memory(first)
    assert not errors.of_memory(failed_by(first))

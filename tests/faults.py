"""Faults, put between a piece of work and the disk: an exception, a full disk, or a killed process at any step.

A step is a call that changes the disk, or has it changed. Whatever work does at a step that fails, a test looks at what
is left of it.
"""

from __future__ import annotations

import errno
import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: What changes the disk.
CALLS = ("open", "fsync", "replace", "rename", "mkdir", "unlink", "rmdir")


class Interrupted(BaseException):
    """What nobody catches, as a second Ctrl-C is."""


def _full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _interrupted() -> None:
    raise Interrupted


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


FAULTS = {"disk full": _full, "interrupted": _interrupted, "killed": _killed}


@contextmanager
def counted(at: Callable[[int, str], None]) -> Iterator[None]:
    """Call a function before every step, with its number and its name."""
    count = 0

    def counting(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def step(*words: object, **named: object) -> object:
            nonlocal count
            writes = name != "open" or (
                len(words) > 1 and isinstance(words[1], int) and words[1] & os.O_CREAT
            )
            if writes:
                count += 1
                at(count, name)
            # A test that is not about power failures need not wait for the disk.
            return None if name == "fsync" else call(*words, **named)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, counting(name, getattr(os, name)))
        yield


def steps(work: Callable[[], object]) -> list[str]:
    """Do work, and name its steps."""
    names: list[str] = []
    with counted(lambda _, name: names.append(name)):
        work()
    return names


def fails(work: Callable[[], object], step: int, fault: str) -> bool:
    """Do work with a fault at a step, in a process of its own; tell whether it ended as if nothing had been."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with counted(lambda number, _: FAULTS[fault]() if number == step else None):
                work()
            code = 0
        except BaseException:
            pass
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) == (fault == "killed" and os.waitstatus_to_exitcode(status) < 0)
    return os.waitstatus_to_exitcode(status) == 0

"""Where commands begin and end: before anything is loaded, so that a signal finds somebody at home at any moment."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from cinewalk.clean_text import shortened

if TYPE_CHECKING:
    from types import FrameType

#: The signals that ask a command to stop, and what each is called.
_ASKS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "a request to end"}


#: A second signal within so many seconds is taken for the first: a shell sends to the group, and to the process.
_AT_ONCE = 1.0
_COMPILING = "Compiling the inner loops for this machine, once; that takes about 10 s, and longer where much else runs."
_IN_MEMORY = (
    "Compiling the inner loops in memory, as at every start: no folder can be written to keep them in. "
    "Set NUMBA_CACHE_DIR to one that can."
)


class _Stop:
    """Turns a signal into an interruption of what is done; one that follows at once finds it stopping already."""

    def __init__(self) -> None:
        self.by: int | None = None
        self._at = 0.0

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the form that is asked for
        before, self._at = self._at, time.monotonic()
        if self.by is None or self._at - before > _AT_ONCE:
            self.by = self.by or number
            raise KeyboardInterrupt


def main() -> NoReturn:
    """Run the command line; stopped by a signal, leave with 128 and its number, and one line.

    What is written is whole or not there at all, whenever that happens.
    """
    stop, code = _Stop(), 0
    try:
        for number in _ASKS:
            # Who started this in the background, or under nohup, has asked that signals be passed over.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, stop)
        sys.unraisablehook = partial(_unraisable, stop)
        if os.path.expanduser("~").startswith("~"):  # noqa: PTH111 - Path.expanduser raises
            # Of a user without a home numba would make a folder here that is called "~".
            os.environ.setdefault("XDG_CACHE_HOME", os.devnull)
        from cinewalk.cli.app import main as run

        _listen()
        run()
    except SystemExit as left:
        if stop.by is None:
            # All is done: while Python tidies up, a signal would find nobody at home any more.
            _pass_over()
        code = left.code if isinstance(left.code, int) else 0
    except BaseException:
        # However it comes out of what was interrupted, what was asked for was an end.
        if stop.by is None:
            raise
        code = 1
    if stop.by is not None:
        _leave(stop.by)
    sys.exit(code)


def _listen() -> None:
    """Tell in one line what Python, or a cold start, has to say."""
    import warnings

    from cinewalk import console
    from cinewalk.graph.numeric.compile_notes import tell_compiling

    def warn(message: Warning | str, *_: object, **__: object) -> None:
        console.say(f"note: {shortened(str(message))}".replace("\n", " "))

    warnings.showwarning = warn
    tell_compiling(lambda kept: console.say(_COMPILING if kept else _IN_MEMORY))


def _unraisable(stop: _Stop, raised: sys.UnraisableHookArgs) -> None:
    """End where a signal came while something ran whose errors nobody hears of, such as what tidies up."""
    if isinstance(raised.exc_value, KeyboardInterrupt) and stop.by is not None:
        _leave(stop.by)
    sys.__unraisablehook__(raised)


def _pass_over() -> None:
    """Let signals come to nothing from now on."""
    for number in _ASKS:
        signal.signal(number, signal.SIG_IGN)


def _leave(by: int) -> NoReturn:
    """Say so in one line, and leave at once: threads that are still at work have nothing left to tell anybody."""
    _pass_over()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError):
        said = f"stopped by {_ASKS[signal.Signals(by)]}. What was being written is whole, or as before.\n"
        os.write(2, said.encode())
    os._exit(128 + by)

"""What SIGINT (Ctrl-C) and SIGTERM do to a program of this package: it ends with status 130 or 143, and never with a traceback.

    modules are being loaded    the process ends at once and silently: there is nothing to undo yet
    the command runs            `Interrupted` unwinds the stack, so that temporary files go and locks are released
    the command has ended       the signal is ignored: the status is settled

Before the first line of this program runs, Python alone decides: SIGTERM ends it silently, SIGINT with Python's traceback.

A SIGINT that was ignored when the process started stays ignored. A shell without job control starts `command &` that
way, so that Ctrl-C in its terminal ends what runs in the foreground only. SIGTERM still ends such a command.

This module is loaded before everything else, so it imports nothing but the standard library's smallest parts.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

#: the signals by which a person or a service manager ends a command
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(SystemExit):
    """A signal asked the command to end; `number` is the signal.

    Not `KeyboardInterrupt`, for two reasons. Under `python -m`, Python ends the process by SIGINT itself, with status
    -2, once a `KeyboardInterrupt` has left an `exec` of text, even if it was caught later; loading a dataclass or a
    named tuple is such an `exec`. And click prints an empty line for it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


#: The first signal that `Interrupted` was raised for. `main` looks here, because other code may catch `Interrupted` and raise
#: a different exception.
received: int | None = None


def end_at_once() -> None:
    """From now on the signals end the process at once. For the time in which modules are loaded."""
    _handle_by(_leave)


def unwind() -> None:
    """From now on the signals raise `Interrupted` in the main thread."""
    global received
    received = None
    sys.unraisablehook = _raise_again
    _handle_by(_interrupt)


def ignore() -> None:
    """From now on nothing ends the process any more, also while Python shuts down and has put its handlers away."""
    for number in (*SIGNALS, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


def status_of(work: Callable[[], int], when_interrupted: Callable[[], None]) -> int:
    """The exit status of `work`, or of the signal that ended it. `when_interrupted` says so after a Ctrl-C.

    Afterwards signals are ignored, so the process can only leave with this status.
    """
    try:
        unwind()
        status = work()
        ignore()
    except Interrupted as interrupted:
        ignore()
        status = 128 + interrupted.number
        if interrupted.number == signal.SIGINT:
            when_interrupted()
    except BaseException:
        # Python replaces an exception from a descriptor's `__set_name__` by a RuntimeError (up to 3.11), so the handler's
        # `Interrupted` can arrive here as a different exception.
        if received is None:
            raise
        ignore()
        status = 128 + received
    return status


def _handle_by(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in SIGNALS:
        if number != signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    os._exit(128 + number)


def _interrupt(number: int, frame: FrameType | None) -> None:
    global received
    received = received or number
    raise Interrupted(number)


def _raise_again(failure: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised in a destructor or in the callback of a weak reference: raise it again in a moment."""
    error = failure.exc_value
    if isinstance(error, Interrupted):
        number = error.number
        signal.signal(signal.SIGALRM, lambda *_: _interrupt(number, None))
        signal.setitimer(signal.ITIMER_REAL, 0.001)
    else:
        sys.__unraisablehook__(failure)

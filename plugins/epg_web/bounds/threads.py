"""How long a thread of this process may keep the event loop waiting."""

import sys

#: seconds after which Python takes turns between threads that compute; its own default is 5 ms
TURN = 0.001


def take_short_turns() -> None:
    """Let the event loop run again a millisecond after it has something to do, while other threads compute.

    A request goes back and forth between the event loop and a reading thread, and at each step it waits for its turn. With 40
    strangers who search, other pages took 13 ms, and with short turns they take 9 ms.
    """
    sys.setswitchinterval(TURN)

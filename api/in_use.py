"""What is in use at present, where another can take its place while the service runs."""

import ctypes
import gc
from typing import Generic, TypeVar

It = TypeVar("It")

_ARENA_MAX = -8  # glibc's name in numbers, from its malloc.h


def share_heaps() -> None:
    """Before threads start: they take their memory from two heaps together, where that has a way.

    Else glibc gives each thread heaps of its own, and what one has no use for any more, no other
    takes: a hundred megabytes after fifty visitors at once.
    """
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit is not None:
        limit(_ARENA_MAX, 2)


def settle() -> None:
    """What is there now stays until the next call: it is looked through for garbage no more, and
    memory that loading it took for a while goes back to the system, where that has a way. Takes a
    third of a second, for a thread.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if give_back is not None:
        give_back(0)


class InUse(Generic[It]):
    """Who needs it calls for it and keeps what he was given until his work is done, so that he
    never works with half of one and half of another.
    """

    def __init__(self) -> None:
        self._it: It | None = None

    def __call__(self) -> It:
        """What is in use; raises LookupError while nothing is."""
        if self._it is None:
            raise LookupError("nothing is in use yet")
        return self._it

    def put(self, it: It) -> None:
        """Let this be in use from here on, in one step."""
        self._it = it

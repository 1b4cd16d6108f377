"""What is in use at present, where another can take its place while the service runs."""

from typing import Generic, TypeVar

It = TypeVar("It")


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

"""What can go wrong between an account and the platform, on demand."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

CALLBACK = "callback"  # the platform's own requests to the account


class Fault(BaseModel):
    """Something that goes wrong the next `times` times at a place.

    `where` is the last part of an interface's path (send, stable_token, get, …), `callback`, or
    `*` for every interface. `does`: errcode (`value` is the code), status (of HTTP), latency
    (seconds), close (the connection ends before anything was done), drop (it was done, and the
    answer is lost).
    """

    where: str
    does: Literal["errcode", "status", "latency", "close", "drop"]
    value: float = 0
    times: int = Field(default=1, ge=1)


@dataclass
class Faults:
    """The faults that are still to come, in order."""

    waiting: list[Fault] = field(default_factory=list)

    def plan(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.waiting.append(fault.model_copy())

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()

    async def meet(self, place: str) -> Fault | None:
        """The fault that a request meets; latencies have passed when this returns."""
        for fault in list(self.waiting):
            if not self._concerns(fault, place):
                continue
            fault.times -= 1
            if not fault.times:
                self.waiting.remove(fault)
            if fault.does != "latency":
                return fault
            await asyncio.sleep(fault.value)
        return None

    def _concerns(self, fault: Fault, place: str) -> bool:
        return fault.where == place or (fault.where == "*" and place != CALLBACK)

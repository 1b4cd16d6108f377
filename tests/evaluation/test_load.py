"""The memory that is told is that of the process which listens at the address."""

import os
import socket
import sys
from contextlib import closing

import pytest

from evaluation.load import memory, resident

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def test_the_process_behind_an_address_is_found_with_its_memory() -> None:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        told = memory({"helpline": f"http://127.0.0.1:{listening.getsockname()[1]}"})["helpline"]

    assert told.endswith(" MB") and float(told.split()[0]) == pytest.approx(
        resident(os.getpid()), rel=0.2
    )


def test_an_address_where_nobody_listens_has_no_memory() -> None:
    assert memory({"Rasa": "http://127.0.0.1:1"}) == {"Rasa": "not known here"}

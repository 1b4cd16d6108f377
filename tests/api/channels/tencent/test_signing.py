"""Nobody but WeChat, and nobody later, calls in its name."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.tencent.signing import WINDOW_S, is_signed, is_timely, signature
from api.clock import SHANGHAI
from tests.api.channels.wechat import CALLED, TOKEN

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
PARTS = (TOKEN, CALLED["timestamp"], CALLED["nonce"])


@pytest.mark.parametrize(
    ("parts", "signed"),
    [
        # The two examples of the published pages.
        (("AAAAA", "1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("AAAAA", "1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (PARTS, CALLED["signature"]),
    ],
)
def test_a_signature_is_the_one_that_wechat_makes(parts: tuple[str, ...], signed: str) -> None:
    assert signature(*parts) == signed and is_signed(signed, *parts)


@given(st.integers(0, 39), st.sampled_from("0123456789abcdefX好"))
def test_a_signature_that_differs_in_one_place_is_none(place: int, instead: str) -> None:
    right = signature(*PARTS)
    wrong = right[:place] + instead + right[place + 1 :]

    assert is_signed(wrong, *PARTS) is (wrong == right)


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=4))
def test_no_text_is_a_signature_by_chance(given_: str, parts: list[str]) -> None:
    assert not is_signed(given_, *parts)


@pytest.mark.parametrize("wrong", ["", " ", "A930579DB0A3A593803746DD7C841C55037E8C76"])
def test_what_only_looks_like_the_signature_is_none(wrong: str) -> None:
    assert not is_signed(wrong, *PARTS)


@pytest.mark.parametrize("seconds", [-WINDOW_S, -5, 0, 5, WINDOW_S])
def test_clocks_may_differ(seconds: int) -> None:
    assert is_timely(str(int(NOW.timestamp()) + seconds), NOW)


@pytest.mark.parametrize("seconds", [-WINDOW_S - 1, WINDOW_S + 1, -86400, 86400])
def test_what_was_signed_long_ago_or_for_later_is_refused(seconds: int) -> None:
    assert not is_timely(str(int(NOW.timestamp()) + seconds), NOW)


@pytest.mark.parametrize(
    "wrong",
    ["", "now", "-5", "1e9", "１７９５３１２８００", "1795312800.5", "9" * 400, " 1795312800"],
)
def test_what_is_no_timestamp_is_refused(wrong: str) -> None:
    assert not is_timely(wrong, NOW)


@given(st.text(max_size=20))
def test_any_timestamp_is_judged(timestamp: str) -> None:
    assert is_timely(timestamp, NOW + timedelta(0)) in (True, False)

"""Nobody waits longer than a quarter of a minute for a word when one part fails, by what each
part is set to. docs/operations.md says what adds up.
"""

import re

from api.conversations.receive import Receiver
from api.database import LONGEST_IN_LINE_S, LONGEST_WAIT_S, PATIENCE
from api.dialogue.engine import TRIAL_S, Dialogue
from api.edge.limits import REDIS_S
from api.lanes.lanes import LEASE_S, LOOK_AGAIN_S, RENEW_S, UNSEEN_S
from api.settings import Settings
from knowledge.reviewed import ROOT

LONGEST_S = 15.0
FOR_A_TURN_S = float(Settings.model_fields["rasa_timeout_s"].default)  # of an engine that hangs
COUNTED = 2  # times that a message is counted

PROXY = (ROOT / "deploy/nginx/server.conf").read_text(encoding="utf-8")
PAGE = (ROOT / "web/widget/api/api.ts").read_text(encoding="utf-8")


def told_by_the_proxy() -> float:
    told = re.findall(r"add_header Retry-After (\d+) always;", PROXY)
    return max(map(float, told))


def test_an_engine_that_hangs_is_waited_for_once_with_the_queue_before_it() -> None:
    dialogue = Dialogue("http://rasa", FOR_A_TURN_S)

    assert dialogue.queue.longest_wait_s + TRIAL_S < FOR_A_TURN_S < LONGEST_S
    assert Receiver.patience_s <= LONGEST_S


def test_who_spoke_to_a_process_that_was_killed_is_answered_by_another() -> None:
    page_sends_again = told_by_the_proxy()
    lane_is_free = UNSEEN_S + LOOK_AGAIN_S

    assert max(page_sends_again, lane_is_free) + FOR_A_TURN_S < LONGEST_S


def test_a_process_that_lives_is_not_taken_for_gone_between_two_signs() -> None:
    # It may miss one, and has time for a new session before the next.
    assert 2 * RENEW_S < UNSEEN_S < LEASE_S
    assert LONGEST_IN_LINE_S + RENEW_S < LEASE_S


def test_a_page_that_reaches_nobody_tells_so_in_time() -> None:
    [pauses] = re.findall(r"const PAUSES = \[([\d_, ]+)\];", PAGE)

    assert sum(int(one) for one in pauses.split(",")) / 1000 < LONGEST_S


def test_a_database_or_a_redis_that_does_not_answer_is_waited_for_so_long_and_no_longer() -> None:
    keepalives = (
        PATIENCE["keepalives_idle"] + PATIENCE["keepalives_interval"] * PATIENCE["keepalives_count"]
    )

    assert LONGEST_IN_LINE_S < LONGEST_S and LONGEST_WAIT_S < LONGEST_S
    assert max(keepalives, PATIENCE["tcp_user_timeout"] / 1000) < LONGEST_S
    assert COUNTED * REDIS_S + FOR_A_TURN_S < LONGEST_S


def test_the_proxy_goes_on_to_another_process_in_time() -> None:
    connecting = [int(one) for one in re.findall(r"proxy_connect_timeout +(\d+)s;", PROXY)]

    assert connecting and max(connecting) + FOR_A_TURN_S < LONGEST_S

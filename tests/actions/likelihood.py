"""How strong the signs for a written answer must be to make it as likely as a test wants it."""

from actions.deciding.answering import weighed
from actions.deciding.turn import Likely
from knowledge.slots import Facts
from tests.content import ANSWERS

SURELY, HARDLY = 100.0, -100.0  # signs that leave no doubt, whatever is known


def signs(answer: str, chance: float, facts: Facts, in_matter: bool = False) -> float:
    """The weakest signs by which the answer reaches the chance where these facts are known.

    `in_matter`: in the middle of a matter whose words are known.
    """
    low, high = HARDLY, SURELY
    for _ in range(60):
        middle = (low + high) / 2
        [found] = weighed([Likely(answer, middle)], facts, ANSWERS, in_matter, in_matter)
        low, high = (low, middle) if found.chance >= chance else (middle, high)
    return high

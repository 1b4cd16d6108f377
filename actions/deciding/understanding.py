"""What is known after a message: its situation above all, and whether that is in doubt. Pure."""

from collections.abc import Sequence

from actions.deciding.case import Case, only_tells
from actions.deciding.decision import State
from actions.deciding.matters import begins_another
from actions.deciding.merge import (
    NO_PROBLEM,
    answers,
    carried_by,
    combine,
    in_progress,
    names_right,
    told_by,
)
from actions.deciding.turn import OUT, Does, Turn
from knowledge.facts.reader import Reading
from knowledge.routing.doubt import Doubt
from knowledge.slots import EVERY_MATTER, UNKNOWN, Facts

# What is said in the middle of a matter; said first, it tells one.
_MAY_TELL = frozenset({Does.INFORMS, Does.ASKS_STEPS, Does.PASSED_ON, Does.WORRIES, Does.COMPLAINS})
_COMPLAINED = "投诉没人管"
# Whoever got such a paper is in this situation, where nothing else tells it.
_PAPERS = {
    "传票": "accused_court",
    "律师函": "accused_letter",
    "平台通知": "accused_platform",
    "处罚告知": "accused_admin",
    "处罚决定": "accused_admin",
    "海关通知": "customs",
}


def understand(case: Case) -> tuple[Facts, Facts]:
    """The facts after the message, and those of the matter that it left, empty when it did not."""
    turn, before = case.turn, case.state.facts
    facts = stated(case, turn, before, case.state.asked)
    opens_another = Does.OPENS_ANOTHER in turn.does
    alone = stated(case, turn, {}, ()) if opens_another else facts
    if begins_another(before, alone, turn.text):
        kept = {slot: value for slot, value in before.items() if slot in EVERY_MATTER}
        return combine(kept, alone), before
    return combine(before, facts), {}


def stated(case: Case, turn: Turn, before: Facts, asked: Sequence[str]) -> Facts:
    """What a message states; None for a situation that it leaves open."""
    rules = case.known.rules
    if turn.pressed:
        facts = carried_by(turn, rules)
    else:
        guessed = case.state.guessed_right == before.get("right")
        facts = told_by(turn, before, asked, rules, guessed=guessed)
        if _names_another_sum(turn, before, asked):
            facts.pop("amount", None)
        facts["situation"] = _situation(case, turn, before, facts, asked)
    return facts | answers(turn, before, facts, asked)


def guessed_right(turn: Turn, state: State, facts: Facts) -> str | None:
    """The right among the facts after a message, where it was never named."""
    right = facts.get("right")
    if right in (None, UNKNOWN) or names_right(turn):
        return None
    is_kept = right == state.facts.get("right")
    return state.guessed_right if is_kept else str(right)


def _names_another_sum(turn: Turn, before: Facts, asked: Sequence[str]) -> bool:
    """Whether a sum is told beside the known one, which it does not correct: 他还要三万授权费."""
    known = before.get("amount") not in (None, UNKNOWN)
    return known and "amount" not in asked and Does.CORRECTS not in turn.does


def _situation(
    case: Case, turn: Turn, before: Facts, facts: Facts, asked: Sequence[str]
) -> str | None:
    """The situation after this message.

    Clear words (a summons, a lawyer's letter) count more than a hesitant classifier, and words that
    only hint count where it says nothing. A short reply to a question never changes the situation,
    nor does a guess that no word confirms: an accused who adds 是我们自己生产的 would be told to
    sue.
    """
    vocabulary = case.known.rules.vocabulary["situation"]
    guess = turn.likeliest.name if turn.likeliest.name in vocabulary else None
    elsewhere = turn.likeliest.name.startswith(OUT) or turn.main in _MAY_TELL
    no_problem = guess in NO_PROBLEM or (any(turn.places.values()) and not case.sure)
    if no_problem and only_tells(case) and before.get("situation") in (None, UNKNOWN):
        guess = None  # 赣州的, 有商标证 say nothing of what happened
    elif guess is None and elsewhere and before.get("situation") in (None, UNKNOWN):
        # It was not turned away, or sounds like more about a matter of which nothing is known yet:
        # the likeliest of our own situations counts.
        guess = next((one.name for one in turn.ranking if one.name in vocabulary), None)
    words = next((reading for reading in turn.readings if reading.slot == "situation"), None)
    earlier = before.get("situation")
    if earlier in (None, UNKNOWN) or "situation" in asked:
        first = _first_situation(case, turn, guess, words, facts)
        if earlier not in (None, UNKNOWN) and not _settles(case, turn, first, words):
            first = str(earlier)
        case.doubt = _doubt(case, turn, first, words, facts, asked)
        if case.doubt and words and not words.weak:
            case.doubt = None  # rather than ask, take the visitor at his word
            return str(words.value)
        return first
    replies = any(slot in asked for slot in facts) and not case.reaches(
        "story_length", len(turn.text)
    )
    if replies and in_progress(before):
        return str(before["situation"])
    return _changed_situation(case, turn, guess, words, before)


def _changed_situation(
    case: Case, turn: Turn, guess: str | None, words: Reading | None, before: Facts
) -> str:
    """The situation of a matter that is being spoken of.

    Only clear words change that of a problem: what a sentence sounds like turned matters over that
    were answered rightly. What was no problem yet takes a sure guess.
    """
    earlier = str(before["situation"])
    clear = str(words.value) if words and not words.weak else None
    if clear and (Does.CORRECTS in turn.does or clear == guess):
        return clear
    if in_progress(before) or guess is None:
        return earlier
    return guess if case.reaches("intent_sure", turn.likeliest.chance) else earlier


def _first_situation(
    case: Case, turn: Turn, guess: str | None, words: Reading | None, facts: Facts
) -> str | None:
    """The situation where none was known.

    The guess, unless clear words speak against a hesitant one.
    """
    if words is None or words.weak:
        guess = _of_the_holder(case, turn, guess, facts)
        return guess or _situation_by_paper(facts) or (str(words.value) if words else None)
    if guess and _believed(case, turn, str(words.value), guess, facts):
        return guess
    return str(words.value)


def _of_the_holder(case: Case, turn: Turn, guess: str | None, facts: Facts) -> str | None:
    """A hesitant guess that whoever tells of his own right, or of his complaint, is the accused
    gives way to the next that is not.
    """
    holds = facts.get("right_status") not in (None, UNKNOWN) or _COMPLAINED in (
        facts.get("proceeding") or ()
    )
    if not guess or not holds or _side(guess) != "defends":
        return guess
    if case.reaches("intent_sure_against", turn.likeliest.chance):
        return guess
    vocabulary = case.known.rules.vocabulary["situation"]
    others = (one.name for one in turn.ranking if one.name in vocabulary)
    return next((name for name in others if _side(name) != "defends"), guess)


def _settles(case: Case, turn: Turn, situation: str | None, words: Reading | None) -> bool:
    """Whether a reply to the question about the situation answers it: 他卖的酒 does not."""
    clear = words is not None and not words.weak
    return situation is not None and (clear or case.reaches("intent_sure", turn.likeliest.chance))


def _doubt(
    case: Case,
    turn: Turn,
    situation: str | None,
    words: Reading | None,
    facts: Facts,
    asked: Sequence[str],
) -> Doubt | None:
    """What is to be asked before this situation is taken for true; clear words leave no doubt."""
    by_words = words is not None and words.value == situation
    if situation in (None, UNKNOWN) or by_words:
        return None
    known = [one for one in turn.ranking if one.name in case.known.rules.vocabulary["situation"]]
    total = sum(one.chance for one in known)
    if not total or known[0].name != situation:
        return None
    chances = [(one.name, one.chance / total) for one in known]
    if facts.get("right_status") not in (None, UNKNOWN):  # his own right is not squatted
        chances = [one for one in chances if _side(one[0]) != "defends" and one[0] != "squatted"]
    return case.known.base.doubt.about(str(situation), chances, "situation" in asked)


def _believed(case: Case, turn: Turn, words: str, guess: str, facts: Facts) -> bool:
    """Whether a guess counts more than clear words that tell another situation.

    A brand in a foreign language alone puts nothing abroad.
    """
    chance = turn.likeliest.chance
    abroad = guess == "overseas" and facts.get("venue") != "overseas"
    if abroad or _speaks_against(words, guess):
        return case.reaches("intent_sure_against", chance)
    return case.reaches("intent_sure", chance)


def _speaks_against(words: str, guess: str) -> bool:
    """Whether words put the visitor on another side; 他偷偷用我的名字 alone makes no attacker."""
    sides = (_side(words), _side(guess))
    return sides[0] != sides[1] and sides != ("attacks", "neither")


def _side(situation: str) -> str:
    """On which side a situation puts the visitor.

    A wrong side costs more than any other mistake.
    """
    if situation in ("infringed", "criminal_lead"):
        return "attacks"
    return "defends" if situation.startswith("accused") else "neither"


def _situation_by_paper(facts: Facts) -> str | None:
    papers = facts.get("doc_received") or ()
    return next((situation for paper, situation in _PAPERS.items() if paper in papers), None)

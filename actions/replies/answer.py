"""Tells a written answer: the conclusion first, then why, what would change it, its articles."""

from collections.abc import Mapping, Sequence

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import resume
from actions.base import Visit
from actions.deciding.decision import Form
from actions.deciding.turn import Likely
from knowledge.answers.answers import Told


async def answer(visit: Visit) -> list[EventType]:
    """Answer what was asked, and go on with the matter that is spoken of."""
    if visit.decision.perhaps:
        perhaps(visit, visit.decision.perhaps)
    else:
        say(visit)
    resume(visit)
    kept = await visit.keep()
    return [*kept, SlotSet("offered", None)] if visit.decision.records else kept


async def about_us(visit: Visit) -> list[EventType]:
    """What the helpline itself does and does not do, then the offer to hear the matter."""
    say(visit)
    if visit.decision.resume is None and visit.state.form is not Form.ASKING:
        visit.dispatcher.utter_message(response="utter_about_us_next")
    resume(visit)
    return await visit.keep()


def say(visit: Visit) -> None:
    """Say the decision's answer, where it has one."""
    if visit.decision.answer is not None:
        tell(visit, visit.decision.answer, visit.dispatcher)


def tell(visit: Visit, id_: str, dispatcher: CollectingDispatcher) -> None:
    """Say a written answer on today's law."""
    told = visit.services.knowledge.answers[id_].on(visit.known.day)
    dispatcher.utter_message(
        response="utter_answer",
        says=told.says,
        why=f"\n{told.why}{told.unless}",
        basis=_basis(told),
        json_message={"citations": [one.as_dict() for one in told.citations]},
    )


def perhaps(visit: Visit, id_: str, buttons: Sequence[Mapping[str, str]] = ()) -> None:
    """Say an answer that may be meant, with the question that it answers."""
    answer = visit.services.knowledge.answers[id_]
    told = answer.on(visit.known.day)
    visit.dispatcher.utter_message(
        response="utter_answer_perhaps",
        question=answer.asks[0],
        says=told.says,
        why=f"{told.why}{told.unless}",
        basis=_basis(told),
        buttons=list(buttons),
        json_message={"citations": [one.as_dict() for one in told.citations]},
    )


def ask_which(visit: Visit) -> None:
    """Ask which of the closest answers' questions is meant, where any is close enough."""
    if likely := visit.decision.nearest:
        buttons = asked_so(visit, likely)
        visit.dispatcher.utter_message(response="utter_which_question", buttons=buttons)


def asked_so(visit: Visit, likely: Sequence[Likely]) -> list[dict[str, str]]:
    """Buttons that put the questions of these answers in the visitor's place."""
    answers = visit.services.knowledge.answers
    questions = [answers[one.name].asks[0] for one in likely]
    return [{"title": one, "payload": one} for one in questions]


def _basis(told: Told) -> str:
    """The articles by name, those of one law together: 《商标法》第五十七条、第六十条."""
    by_law: dict[str, list[str]] = {}
    for one in told.citations:
        by_law.setdefault(one.title, []).append(one.article)
    listed = "；".join(f"《{law}》{'、'.join(articles)}" for law, articles in by_law.items())
    return f"\n依据：{listed}。" if listed else ""

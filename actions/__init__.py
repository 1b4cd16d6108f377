"""What the bot does when Rasa asks for it: one file per thing that a visitor wants.

The actions run inside the service's process, so that they call its services directly. They catch what can go wrong and
say so: an action that fails would leave the visitor in silence.
"""

from rasa_sdk import Action

from actions.answer import AnswerLaw
from actions.draft import OfferDrafts
from actions.explain import ExplainClosed, ExplainRoad
from actions.figures import AnswerDamages, AnswerDeadline, AnswerThreshold
from actions.handoff import HandOff
from actions.leave import Cancel, Exit, StartAfresh
from actions.refer import Affirm, AskMatter, Deny, Refer, ReturnTopic
from actions.services import Services
from actions.status import TicketStatus
from actions.ticket import OpenTicket, ValidateTicketForm

__all__ = ["Services", "all_actions"]


def all_actions(services: Services) -> list[Action]:
    """Every action that domain.yml names, ready to be registered with the executor."""
    kinds = (
        Refer, ReturnTopic, AskMatter, Affirm, Deny, ExplainRoad, ExplainClosed, OfferDrafts, AnswerLaw, AnswerDamages,
        AnswerThreshold, AnswerDeadline, ValidateTicketForm, OpenTicket, TicketStatus, HandOff, Cancel, StartAfresh, Exit,
    )  # fmt: skip
    return [kind(services) for kind in kinds]

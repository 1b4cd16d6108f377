"""What the bot does with a message: it is read, decided, and the decision carried out.

`turn` reads, `decide` decides, `respond` carries out, with one file per thing that a visitor wants.
The actions run inside the service's process, so that they call its services directly.
"""

from rasa_sdk import Action

from actions.base import Services
from actions.respond import Respond
from actions.ticket import AskContact, AskMatter, OpenTicket, ValidateTicketForm

__all__ = ["Services", "all_actions"]


def all_actions(services: Services) -> list[Action]:
    """Every action that domain.yml names, ready to be registered with the executor."""
    kinds = (Respond, ValidateTicketForm, AskMatter, AskContact, OpenTicket)
    return [kind(services) for kind in kinds]

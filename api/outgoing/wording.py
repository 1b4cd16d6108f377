"""What the service says to visitors beside the bot: the reviewed responses that are in use."""

from api.in_use import InUse
from knowledge.answers.responses import Responses, Said

_in_use = InUse[Responses]()


def speak(responses: Responses) -> None:
    """Let this process say these words from here on."""
    _in_use.put(responses)


def wording(file: str, key: str, /, **filled: object) -> Said:
    """An entry of `knowledge/content/responses/`, filled in; of what ships while the process has
    no voice yet.
    """
    try:
        responses = _in_use()
    except LookupError:
        responses = Responses.load()
        speak(responses)
    return responses.say(file, key, **filled)

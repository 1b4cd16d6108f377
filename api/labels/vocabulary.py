"""What a sentence may be labelled with: the repository's intents, situations, rights and facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

import yaml

from api.errors import HelplineError
from api.labels import schemas
from knowledge.reviewed import CONTENT
from knowledge.routing.rulebook import load_vocabulary
from knowledge.slots import LIST_SLOTS, TABLE, Kind

CHOICES = Path(__file__).parent / "choices.yml"
JOINED_BY = "、"
_BY_THEMSELVES = ("right", "situation")  # fields of their own


class LabelWrong(HelplineError):
    code = "label_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "标注不对"


@dataclass(frozen=True)
class Vocabulary:
    """`facts`: slot → its values in order. Names are Chinese, by value."""

    intents: Sequence[schemas.ChoiceGroup]
    situations: Mapping[str, str]
    rights: Sequence[schemas.ChoiceGroup]
    facts: Mapping[str, Mapping[str, str]]
    slots: Mapping[str, str]

    def checked(self, label: schemas.Label) -> schemas.Label:
        """The label with nothing that the vocabularies do not know; several values of a slot stand
        in the vocabulary's order. An intent that is a situation says that one. Raises LabelWrong.
        """
        intents = {one.value for group in self.intents for one in group.options}
        rights = {one.value for group in self.rights for one in group.options}
        if label.intent not in intents:
            raise LabelWrong("意图不在词表里，请重新选一个。")
        situation = label.intent if label.intent in self.situations else label.situation
        if situation is not None and situation not in self.situations:
            raise LabelWrong("处境不在词表里，请重新选一个。")
        if label.right is not None and label.right not in rights:
            raise LabelWrong("权利不在词表里，请重新选一个。")
        facts = {slot: self._value(slot, value) for slot, value in label.facts.items() if value}
        return schemas.Label(
            intent=label.intent,
            situation=situation,
            right=label.right,
            facts=dict(sorted(facts.items())),
        )

    def proposed(
        self, intent: str, facts: Mapping[str, object], situation: str | None, right: str | None
    ) -> schemas.Label | None:
        """A label of what a model takes a sentence for, as far as the vocabularies know it."""
        known = {
            slot: JOINED_BY.join(value) if isinstance(value, list) else str(value)
            for slot, value in facts.items()
            if slot in self.facts and value
        }
        label = schemas.Label(intent=intent, situation=situation, right=right, facts=known)
        try:
            return self.checked(label)
        except LabelWrong:
            return None

    def _value(self, slot: str, value: str) -> str:
        said = value.split(JOINED_BY) if slot in LIST_SLOTS else [value]
        known = self.facts.get(slot, {})
        if not set(said) <= known.keys():
            raise LabelWrong("情况不在词表里，请重新选一个。")
        return JOINED_BY.join(one for one in known if one in said)


@cache
def vocabulary(content: Path = CONTENT) -> Vocabulary:
    """The vocabularies of the repository."""
    words = load_vocabulary(content)
    choices = yaml.load(CHOICES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    facts = {
        slot.name: words[slot.name]
        for slot in TABLE
        if slot.kind in (Kind.CHOICE, Kind.CHOICES) and slot.name not in _BY_THEMSELVES
    }
    return Vocabulary(
        intents=[_group(one["name"], one["options"]) for one in choices["intents"]],
        situations=words["situation"],
        rights=[
            _group(one["name"], {value: words["right"][value] for value in one["options"]})
            for one in choices["rights"]
        ],
        facts=facts,
        slots={slot: words["slot"][slot] for slot in facts},
    )


def _group(name: str, options: Mapping[str, str]) -> schemas.ChoiceGroup:
    return schemas.ChoiceGroup(
        name=name,
        options=[schemas.Choice(value=value, label=label) for value, label in options.items()],
    )

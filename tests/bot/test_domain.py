"""domain.yml, the training data, the rules, the questions, the actions and what they say name the
same things.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.actions.forms import FormAction
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import DEFAULT_ACTION_NAMES, DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.reading.fold import normalise
from tests.bot.taught import FOLDER, read

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = Domain.load(str(ROOT / "domain.yml"))


def content(name: str) -> Any:
    return yaml.load((ROOT / name).read_text(encoding="utf-8"), yaml.CSafeLoader)


RESPONSES: dict[str, dict[str, Any]] = {
    one["key"]: one for one in content("knowledge/content/responses/bot.yml")["responses"]
}
INTENTS: list[str] = content("domain.yml")["intents"]
ACTIONS: list[str] = content("domain.yml")["actions"]
FORMS: dict[str, Any] = content("domain.yml")["forms"]
ENTITY_NAMES: list[str] = content("domain.yml")["entities"]
VOCABULARY: dict[str, dict[str, str]] = content("knowledge/content/vocabulary.yml")
ASKS: list[dict[str, Any]] = content("knowledge/content/asks.yml")["asks"]
NLU = {path.stem: path for path in sorted(FOLDER.glob("*.yml"))}
VOICES = {path.stem: path for path in sorted((FOLDER / "voices").glob("*.yml"))}
RULES = [
    rule
    for path in (ROOT / "data" / "rules").glob("*.yml")
    for rule in yaml.load(path.read_text(), yaml.CSafeLoader)["rules"]
]
ASKS_FOR = {"answer", "road", "no"}
WANTS_FORM = {"open_ticket", "provide_contact"}
SOURCES = {
    path.name: ast.parse(path.read_text(encoding="utf-8"))
    for path in (ROOT / "actions").rglob("*.py")
}


def examples(intent: str) -> list[Message]:
    """What the file of an intent teaches."""
    return read(NLU[intent]).intent_examples


def voices() -> list[Message]:
    """What the files of writers teach, of many intents each."""
    return [one for path in VOICES.values() for one in read(path).intent_examples]


@cache
def taught() -> "dict[str, set[str]]":
    """Every sentence that is taught, of any file, as the normaliser leaves it, by its intent."""
    by_intent: dict[str, set[str]] = defaultdict(set)
    for example in [*(one for intent in NLU for one in examples(intent)), *voices()]:
        by_intent[example.get(INTENT)].add(normalise(example.get(TEXT)))
    return dict(by_intent)


def lesson(example: Message, what: str) -> Any:
    """What the metadata of an example teaches beside the intent; None where it teaches nothing."""
    return example.get("metadata", {}).get("example", {}).get(what)


# --- intents --------------------------------------------------------------------------------------


def test_every_intent_is_taught_and_nothing_else_is() -> None:
    assert set(taught()) == set(INTENTS)
    assert len(INTENTS) == len(set(INTENTS))


@pytest.mark.parametrize("intent", INTENTS)
def test_an_intent_has_examples_enough(intent: str) -> None:
    assert len(taught().get(intent, ())) >= 15


@pytest.mark.parametrize("intent", NLU)
def test_the_file_of_an_intent_teaches_no_other(intent: str) -> None:
    assert {example.get(INTENT) for example in examples(intent)} == {intent}


def test_no_sentence_teaches_two_intents() -> None:
    by_sentence: dict[str, set[str]] = defaultdict(set)
    for intent, sentences in taught().items():
        for sentence in sentences:
            by_sentence[sentence].add(intent)

    assert {text: intents for text, intents in by_sentence.items() if len(intents) > 1} == {}


@pytest.mark.parametrize("file", [*NLU.values(), *VOICES.values()], ids=lambda path: path.stem)
def test_what_an_example_teaches_beside_its_intent_is_known(file: Path) -> None:
    told = read(file).intent_examples

    assert {lesson(one, "right") for one in told} - {None} <= set(VOCABULARY["right"])
    assert {lesson(one, "asks") for one in told} - {None} <= ASKS_FOR


def test_examples_teach_each_thing_that_can_be_asked_for() -> None:
    assert {lesson(one, "asks") for one in voices()} >= ASKS_FOR


def test_every_sentence_that_is_held_out_has_an_intent_of_the_domain_and_stands_there_once() -> (
    None
):
    held_out = [
        (entry["intent"], sentence)
        for entry in content("tests/nlu/test_data.yml")["nlu"]
        for sentence in entry["examples"].splitlines()
    ]

    assert {intent for intent, _ in held_out} == set(INTENTS)
    assert [one for one in set(held_out) if held_out.count(one) > 1] == []


def test_stories_of_a_problem_teach_the_right_as_well() -> None:
    for intent in ("infringed", "accused_letter", "accused_court", "criminal_lead", "squatted"):
        without = [
            example.get(TEXT) for example in examples(intent) if not lesson(example, "right")
        ]
        assert without == [], intent


def test_every_situation_is_an_intent_of_the_same_name() -> None:
    # Two are no stories: a ticket is asked about with intents of its own, and what is out of scope
    # has its topics.
    assert set(VOCABULARY["situation"]) - {"ticket_service", "out_of_scope"} <= set(INTENTS)


def test_every_topic_out_of_scope_has_its_words() -> None:
    topics = {intent[len("out_") :] for intent in INTENTS if intent.startswith("out_")}

    assert topics == set(content("knowledge/content/out_of_scope.yml")["topics"])


# --- rules ----------------------------------------------------------------------------------------


def steps(rule: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a rule and of its conditions, alternatives laid flat."""
    for step in [*rule.get("condition", []), *rule["steps"]]:
        yield from step.get("or", [step])


def test_every_action_of_every_rule_can_be_taken() -> None:
    taken = {step["action"] for rule in RULES for step in steps(rule) if "action" in step}

    assert taken <= {*ACTIONS, *FORMS, *DEFAULT_ACTION_NAMES}


def test_every_intent_of_every_rule_is_known_and_every_intent_is_answered() -> None:
    used = {step["intent"] for rule in RULES for step in steps(rule) if "intent" in step}

    assert used <= {*INTENTS, *DEFAULT_INTENTS}
    assert set(INTENTS) <= used
    assert "nlu_fallback" in used


def test_rasa_runs_the_form_and_brings_all_else_to_the_one_action() -> None:
    for rule in RULES:
        flat = list(steps(rule))
        intents = {step["intent"] for step in flat if "intent" in step}
        actions = {step["action"] for step in flat if "action" in step}
        if intents and not intents <= WANTS_FORM:
            assert actions == {"action_turn"}, rule["rule"]


def test_the_rules_and_the_reader_of_turns_agree_on_the_form() -> None:
    [deeds] = [
        statement.value
        for statement in SOURCES["turn.py"].body
        if isinstance(statement, ast.Assign)
        and getattr(statement.targets[0], "id", "") == "_BY_INTENT"
    ]
    assert isinstance(deeds, ast.Dict)
    does = {
        key.value: value.attr
        for key, value in zip(deeds.keys, deeds.values)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Attribute)
    }
    opens = {name for name, deed in does.items() if deed in ("WANTS_TICKET", "GIVES_CONTACT")}
    assert opens == WANTS_FORM


def test_a_rule_has_a_name_of_its_own() -> None:
    names = [rule["rule"] for rule in RULES]

    assert len(names) == len(set(names))


# --- actions --------------------------------------------------------------------------------------


def action_names() -> set[str]:
    """The names that the actions give themselves."""
    return {
        str(node.body[-1].value.value)
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.name == "name"
        and isinstance(node.body[-1], ast.Return)
        and isinstance(node.body[-1].value, ast.Constant)
    }


def test_every_action_of_the_domain_is_implemented_and_every_implementation_is_named_there() -> (
    None
):
    assert action_names() == set(ACTIONS)


def test_every_form_is_validated_and_asks_for_each_of_its_slots() -> None:
    for form, settings in FORMS.items():
        assert f"validate_{form}" in ACTIONS
        for slot in settings["required_slots"]:
            assert f"action_ask_{form}_{slot}" in ACTIONS, slot


def test_rasa_asks_for_each_slot_by_the_action_that_the_service_answers() -> None:
    for form, settings in FORMS.items():
        asked = FormAction(form, None)
        names = [asked._name_of_utterance(DOMAIN, slot) for slot in settings["required_slots"]]
        assert names == [f"action_ask_{form}_{slot}" for slot in settings["required_slots"]]


def test_rasa_has_no_words_of_its_own() -> None:
    assert DOMAIN.responses == {}


def test_rasa_holds_what_its_form_needs_and_nothing_else() -> None:
    of_rasa = {"requested_slot", "session_started_metadata"}

    needed = {slot for form in FORMS.values() for slot in form["required_slots"]}
    assert {slot.name for slot in DOMAIN.slots} - of_rasa == needed


# --- what the bot says ----------------------------------------------------------------------------


def constants(node: ast.AST) -> set[str]:
    return {
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def assigned(statements: Iterable[ast.AST]) -> dict[str, set[str]]:
    """Name → the constants in what it is set to; of a function, those in its body."""
    found: dict[str, set[str]] = {}
    for node in statements:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            found.update({name: constants(node.value) for name in names})
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[node.name] = constants(node)
    return found


def meant(node: ast.AST, given: dict[str, set[str]]) -> set[str]:
    """The constants in an expression, and in what its names were set to."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return constants(node).union(*(given.get(name, set()) for name in names))


def utterances() -> Iterator[tuple[str, str, set[str]]]:
    """(file and line, response, variables) of every call that says a response.

    A name stands for what it was set to.
    """
    for file, tree in SOURCES.items():
        of_the_module = assigned(tree.body)
        for function in (
            n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))
        ):
            given = {**of_the_module, **assigned(ast.walk(function))}
            for call in ast.walk(function):
                if not (
                    isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "utter_message"
                ):
                    continue
                named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
                spread = {
                    c
                    for keyword in call.keywords
                    if keyword.arg is None
                    for c in meant(keyword.value, given)
                }
                if "response" not in named:
                    continue
                variables = set(named) - {"response", "text", "json_message", "buttons"} | spread
                for response in meant(named["response"], given):
                    if response.startswith("utter_"):
                        yield f"{file}:{call.lineno}", response, variables


def variables_of(response: str) -> set[str]:
    """The variables that every variant of a response needs."""
    return {name for text in RESPONSES[response]["texts"] for name in re.findall(r"{(\w+)}", text)}


def test_calls_are_found() -> None:
    assert len(list(utterances())) > 20


def test_every_response_that_an_action_says_exists_and_gets_all_its_variables() -> None:
    wrong = [
        (
            where,
            response,
            variables_of(response) - variables if response in RESPONSES else "no such response",
        )
        for where, response, variables in utterances()
        if response not in RESPONSES or variables_of(response) - variables
    ]
    assert wrong == []


def test_every_response_is_said_by_somebody() -> None:
    by_code = {
        name
        for folder in ("actions", "api")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"\butter_\w+", path.read_text(encoding="utf-8"))
    }
    assert set(RESPONSES) - by_code == set()


def test_responses_speak_chinese_and_leave_no_brace_behind() -> None:
    for key, response in RESPONSES.items():
        for text in response["texts"]:
            said = re.sub(r"{\w+}", "某", text)
            assert re.search("[一-鿿]", said), key
            assert "{" not in said and "}" not in said, key


# --- buttons --------------------------------------------------------------------------------------


def payloads() -> Iterator[tuple[str, str]]:
    """(where, payload) of every button of responses and questions.

    A payload without a slash is what the visitor would type (确认删除); the words are read as such.
    """
    for key, response in RESPONSES.items():
        for button in response.get("buttons", []):
            if button["payload"].startswith("/"):
                yield key, button["payload"]
    for ask in ASKS:
        for option in ask.get("options", []):
            yield (
                ask["question"],
                f"/inform{json.dumps({ask['slot']: option['value']}, ensure_ascii=False)}",
            )


def test_a_button_without_a_slash_says_its_own_title() -> None:
    said = [
        (button["title"], button["payload"])
        for response in RESPONSES.values()
        for button in response.get("buttons", [])
        if not button["payload"].startswith("/")
    ]
    assert ("确认删除", "确认删除") in said
    assert [(title, payload) for title, payload in said if title != payload] == []


@pytest.mark.parametrize(("where", "payload"), list(payloads()))
def test_what_a_button_carries_is_understood_by_rasa(where: str, payload: str) -> None:
    message = YAMLStoryReader.unpack_regex_message(Message({TEXT: payload}), domain=DOMAIN)
    carried = {entity["entity"]: entity["value"] for entity in message.get(ENTITIES, [])}

    assert message.get(INTENT)["name"] in INTENTS, where
    assert carried == json.loads(payload[payload.index("{") :]) if "{" in payload else carried == {}
    for slot, value in carried.items():
        assert slot in ENTITY_NAMES
        assert value in {*VOCABULARY.get(slot, {value: ""}), "unknown"}


# --- the pipeline ---------------------------------------------------------------------------------


def test_rasa_can_build_the_pipeline() -> None:
    graph = DefaultV1Recipe().graph_config_for_recipe(content("config.yml"), cli_parameters={})
    components = {node.uses.__name__ for node in graph.predict_schema.nodes.values()}

    named = {
        entry["name"].rpartition(".")[2]
        for part in ("pipeline", "policies")
        for entry in content("config.yml")[part]
    }
    assert named <= components


def test_text_is_made_comparable_before_anything_reads_it() -> None:
    names = [entry["name"].rpartition(".")[2] for entry in content("config.yml")["pipeline"]]

    assert names[0] == "Normaliser"
    for classifier in ("LinearIntentClassifier", "RightClassifier", "AskClassifier"):
        assert names.index("SentenceVectors") < names.index(classifier)
    assert names[-1] == "FallbackClassifier"

"""What the graph components that learn nothing have in common."""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import action_answers

action_answers.install()  # here, because whoever loads a component loads this module


class FixedComponent(GraphComponent):
    """A component that is the same in every model: it stores nothing and takes no settings."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FixedComponent":
        return cls()


class FixedFeaturizer(FixedComponent):
    """A fixed component that treats training examples just as it treats messages."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        raise NotImplementedError

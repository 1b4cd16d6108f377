from pathlib import Path
from typing import List

import pytest
from rasa.shared.importers import utils
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.importer import RememberingImporter

CONFIG = "language: zh\nimporters:\n- name: bot.importer.RememberingImporter\n"


def examples(text: str) -> str:
    return f'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - {text}\n'


def test_a_training_reads_its_examples_once_and_whatever_changed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, file, domain = (tmp_path / name for name in ("config.yml", "nlu.yml", "domain.yml"))
    config.write_text(CONFIG, encoding="utf-8")
    domain.write_text("intents:\n- greet\n", encoding="utf-8")
    file.write_text(examples("您好"), encoding="utf-8")
    read: List[List[str]] = []

    def reads(paths: List[str], language: str) -> TrainingData:
        read.append([Path(path).name for path in paths])
        return once(paths, language)

    once = utils.training_data_from_paths
    monkeypatch.setattr(utils, "training_data_from_paths", reads)

    def read_for_training() -> TrainingData:
        importer = TrainingDataImporter.load_from_config(str(config), str(domain), [str(file)])
        assert isinstance(importer.importer._importer._importers[0], RememberingImporter)
        return importer.get_nlu_data()

    def texts(data: TrainingData) -> List[str]:
        return [one.get("text") for one in data.training_examples if one.get("text")]

    first = read_for_training()
    for message in first.training_examples:
        message.set("text", "改过的")  # as a component does in the midst of a training
    assert texts(read_for_training()) == ["您好"]
    assert read == [["nlu.yml"]]

    file.write_text(examples("早上好呀"), encoding="utf-8")
    assert texts(read_for_training()) == ["早上好呀"]
    assert read == [["nlu.yml"], ["nlu.yml"]]

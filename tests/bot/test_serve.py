"""An engine is started without what no component of ours uses."""

import subprocess
import sys

# Every module that the pipeline and the policies of config.yml name is imported, as a model is
# loaded; then what is left out is asked for.
PROGRAM = """
import importlib, sys
from bot import serve
with serve.left_out():
    for name in serve.IMPORTERS:
        importlib.import_module(name)
import yaml
config = yaml.safe_load(open("config.yml", encoding="utf-8"))
names = [entry["name"] for part in ("pipeline", "policies") for entry in config[part]]
rasas = {
    "JiebaTokenizer": "rasa.nlu.tokenizers.jieba_tokenizer",
    "FallbackClassifier": "rasa.nlu.classifiers.fallback_classifier",
    "RulePolicy": "rasa.core.policies.rule_policy",
}
for name in names:
    module = importlib.import_module(rasas.get(name) or name.rpartition(".")[0])
    assert hasattr(module, name.rpartition(".")[2]), name
loaded = [name for name, module in sys.modules.items() if module and serve._is_left_out(name)]
refused = []
for name in serve.LEFT_OUT:
    try:
        importlib.import_module(name)
    except ImportError:
        refused.append(name)
print(loaded, refused == list(serve.LEFT_OUT))
"""


def test_rasa_and_every_component_of_ours_do_without_what_is_left_out() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True
    )

    assert (result.stdout, result.returncode) == ("[] True\n", 0), result.stderr

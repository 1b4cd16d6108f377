"""domain.yml, the training data, the rules and the actions name the same things."""

import ast
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Text, Tuple

import pytest
import yaml
from rasa.core.nlg.interpolator import interpolate
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import DEFAULT_ACTION_NAMES
from rasa.shared.core.domain import DEFAULT_INTENTS if False else Domain

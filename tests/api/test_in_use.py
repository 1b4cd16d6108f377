import subprocess
import sys

from api.settings import ROOT

SETTLES = """
import gc, weakref
from api.in_use import settle

class Node:
    def __init__(self):
        self.itself = self

gc.disable()
kept, gone = Node(), weakref.ref(Node())
settle()
print(gone() is None, any(one is kept for one in gc.get_objects()))
del kept
gone = weakref.ref(Node())
settle()
print(gone() is None, sum(isinstance(one, Node) for one in gc.get_objects()))
gc.unfreeze()
print(sum(isinstance(one, Node) for one in gc.get_objects()))
"""


def test_what_is_settled_is_looked_through_no_more_until_the_next_time() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SETTLES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["True", "False", "True", "0", "0"]

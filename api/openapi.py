"""Prints the description of the chat API, without starting it: python -m api.openapi >
web/openapi.json.
"""

import json

from api.app import create_app
from api.settings import Settings


def description() -> str:
    """The service's OpenAPI document as indented JSON text.

    No setting changes it, and nothing is opened or loaded: an application connects only when it
    starts.
    """
    document = create_app(Settings(), actions=()).openapi()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    print(description(), end="")

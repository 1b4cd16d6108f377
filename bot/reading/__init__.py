"""How a sentence is folded and scored, for Rasa's pipeline and for the service alike.

The one code that both sides run: it needs numpy and OpenCC, which both environments have, and
neither Rasa nor FastAPI. So a message is understood in the same way whether Rasa is there or not.
"""

"""What a message means and what to do about it: read once, decided in one place, purely.

Nothing here knows Rasa's types, a database or the web: the service may decide without Rasa.
"""

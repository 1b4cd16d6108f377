"""The edge: what every request passes on its way in, and the door for the dialogue engine's action
calls.
"""

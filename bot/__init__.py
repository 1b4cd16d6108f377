"""Rasa graph components that understand a visitor's message.

They import Rasa, never the service.
"""

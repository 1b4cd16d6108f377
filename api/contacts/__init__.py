"""Contacts: who a visitor is over a channel that can be written to, such as WeChat."""

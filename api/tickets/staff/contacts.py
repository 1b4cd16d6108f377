"""A contact in lists: enough to tell callers apart, too little to call them."""

from api.protection.keys import as_searched

_LONG = 7  # characters from which on some can be shown


def masked(contact: str | None) -> str | None:
    """138****5678; j***m for what is no number; None where none was left."""
    if not contact:
        return None
    reached = as_searched(contact)
    if reached.isdecimal() and len(reached) >= _LONG:
        return f"{reached[:3]}****{reached[-4:]}"
    return f"{reached[:1]}***{reached[-1:]}" if len(reached) > 1 else "***"

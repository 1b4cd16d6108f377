"""Logging in which no personal data stands: whatever is logged, and by whom, is masked on its way
out.
"""

import logging
import sys
import traceback

from api.protection.masking import mask


class PersonalDataFilter(logging.Filter):
    """Masks the message and the traceback of every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = mask("".join(traceback.format_exception(*record.exc_info)).rstrip())
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


def configure(level: str) -> None:
    """Send everything that is logged in this process to standard error, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(PersonalDataFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A line for each call to Rasa and each look at the database's revision says nothing new.
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

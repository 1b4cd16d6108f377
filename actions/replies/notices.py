"""Notices beside a way, each part of which a visitor is told once."""

from collections.abc import Collection


def unsaid(notice: str, said: Collection[str]) -> tuple[str, list[str]] | None:
    """What of a notice was not said yet, and its parts, to be remembered; None where all was.

    A law that changes soon is told with all that changes in it (「……换新版：甲；乙。」), and the
    ways that come up in turn touch some of it again.
    """
    lead, colon, rest = notice.rstrip("。").partition("换新版，条号会变：")
    if not colon:
        return None if notice in said else (notice, [notice])
    parts = [one for one in rest.split("；") if one not in said]
    return (f"{lead}{colon}{'；'.join(parts)}。", parts) if parts else None

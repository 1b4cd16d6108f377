"""What every error of the service has in common."""

import re

import httpx


def problem(response: httpx.Response, status: int, code: str, *more: str) -> str:
    """Check that this is the one form of errors, with `more` fields, and give its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "code", "detail", *more}
    assert (body["status"], body["code"], body["type"]) == (
        status,
        code,
        f"urn:helpline:problem:{code}",
    )
    assert re.search(r"[\u4e00-\u9fff]", body["title"]) and re.search(
        r"[\u4e00-\u9fff]", body["detail"]
    )
    assert "Traceback" not in response.text
    detail: str = body["detail"]
    return detail

"""The interface reference at /docs, with every file served from here."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(prefix="/docs", include_in_schema=False)

OWN = Path(__file__).parent
# Only the files of this package are used: it follows the releases of Swagger UI closely.
SWAGGER_UI = Path(str(files("fastapi_swagger"))) / "resources"


@router.get("")
@router.get("/")
async def page() -> FileResponse:
    """The page itself."""
    return FileResponse(OWN / "index.html")


@router.get("/start.js")
async def start() -> FileResponse:
    """What the page runs: a file, because its policy allows no script in the page."""
    return FileResponse(OWN / "start.js", media_type="text/javascript")


@router.get("/swagger-ui-bundle.js")
async def script() -> FileResponse:
    """Swagger UI."""
    return FileResponse(SWAGGER_UI / "swagger-ui-bundle.js", media_type="text/javascript")


@router.get("/swagger-ui.css")
async def styles() -> FileResponse:
    """Swagger UI's styles."""
    return FileResponse(SWAGGER_UI / "swagger-ui.css", media_type="text/css")

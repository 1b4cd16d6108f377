"""The web channel: the built pages, and a clear page while there are none."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, status
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from api.errors import NotFound

NOT_BUILT = Path(__file__).parent / "not_built.html"


class _HashedFiles(StaticFiles):
    """Files whose names change with their content, so that browsers may keep them for good."""

    async def check_config(self) -> None:
        """A folder that is not there yet holds no files; that is no error."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _page(built: Path) -> Response:
    """A page that browsers ask for anew each time: it names files whose names change."""
    if built.is_file():
        return FileResponse(built, headers={"Cache-Control": "no-cache"})
    return HTMLResponse(NOT_BUILT.read_text(encoding="utf-8"), status.HTTP_503_SERVICE_UNAVAILABLE)


def serve_front_end(app: FastAPI, dist: Path) -> None:
    """Serve the page, its assets and the widget script from the folder `dist`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page() -> Response:
        return _page(dist / "index.html")

    @router.get("/desk")
    async def console() -> Response:
        return _page(dist / "console.html")

    @router.get("/widget.js")
    async def widget() -> Response:
        if (script := dist / "widget.js").is_file():
            return FileResponse(
                script, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
            )
        raise NotFound("网页组件还没有构建，请先构建前端。")

    app.include_router(router)
    app.mount("/assets", _HashedFiles(directory=dist / "assets", check_dir=False))

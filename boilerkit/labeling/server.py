"""The server of the labelling pages: this computer alone, and only who knows the token in the address."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from boilerkit.errors import BoilerkitError, OptionError, error_message
from boilerkit.labeling import look
from boilerkit.labeling.rendering import asset, list_html, look_page_html, page_html
from boilerkit.labeling.retraining import Retraining
from boilerkit.labeling.session import MODES, Mode, Session, StaleError
from boilerkit.labels import Label

HOST = "127.0.0.1"
#: Names by which a browser on this computer may call it. Another name was made to lead here (DNS rebinding).
_HOST_NAMES = frozenset({HOST, "localhost"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ASSETS = {"page.js": "text/javascript", "label.css": "text/css"}
#: An action names at most all blocks of a page.
_MAX_BODY = 32_000_000

Handler = Callable[[Request], Response]


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(24)


def make_app(session: Session, retraining: Retraining, token: str) -> ASGIApp:
    """Return the application; all of its addresses begin with the token."""
    site = _Site(session, retraining)
    posts = ("label", "title", "undo", "done")
    routes = [
        Route("/", site.start),
        Route("/pages", site.list_pages),
        Route("/pages/{number:int}", site.page),
        Route("/pages/{number:int}/look", site.look),
        *(Route(f"/pages/{{number:int}}/{name}", _posted(getattr(site, name)), methods=["POST"]) for name in posts),
        Route("/state", site.state),
        Route("/retrain", _posted(site.retrain), methods=["POST"]),
        Route("/undo-retrain", _posted(site.undo_retrain), methods=["POST"]),
        Route("/{name:str}", site.asset),
    ]
    return _Guard(Starlette(routes=[Mount(f"/{token}", routes=routes)]), token)


class _Guard:
    """Lets a request in that was sent to this computer, with the token, from a page of its own; sets all headers."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((n.lower().encode(), v.encode()) for n, v in _HEADERS.items() if n.lower().encode() not in given),
                ]
            await send(message)

        app = self._app if refusal is None else refusal
        await app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        request = Request(scope)
        if request.headers.get("host", "").partition(":")[0].lower() not in _HOST_NAMES:
            return Response("This server is for this computer alone.\n", 421)
        given = scope["path"].lstrip("/").partition("/")[0]
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            return Response("Open the address that boilerkit label printed: it has a token.\n", 403)
        origin = request.headers.get("origin")
        if origin is not None and origin != f"http://{request.headers['host']}":
            return Response("Requests of other sites are refused.\n", 403)
        return None


def _posted(handler: Callable[[Request, dict[str, Any]], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that takes an object as JSON, and returns one; what goes wrong is in its "error"."""

    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type") != "application/json":
            return JSONResponse({"error": "expected JSON"}, 415)
        if int(request.headers.get("content-length") or 0) > _MAX_BODY:
            return JSONResponse({"error": "too much at once"}, 413)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise ValueError("expected an object")
            return JSONResponse(await run_in_threadpool(handler, request, body))
        except StaleError as error:
            return JSONResponse({"error": str(error)}, 409)
        except BoilerkitError as error:
            return JSONResponse({"error": str(error)}, 400)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            return JSONResponse({"error": f"not an action: {error}"}, 400)
        except OSError as error:
            return JSONResponse({"error": error_message(error)}, 500)

    return endpoint


class _Site:
    """The endpoints. Those that are not coroutines run in threads."""

    def __init__(self, session: Session, retraining: Retraining) -> None:
        self._session = session
        self._retraining = retraining

    def start(self, request: Request) -> Response:
        """Lead to the page to label next, or to the list where all are done."""
        following = self._session.next_page()
        return RedirectResponse("pages" if following is None else f"pages/{following}")

    def list_pages(self, request: Request) -> Response:
        """Show the list of pages."""
        return HTMLResponse(list_html(self._session))

    def page(self, request: Request) -> Response:
        """Show the blocks of a page."""
        return HTMLResponse(page_html(self._session, self._number(request)))

    def look(self, request: Request) -> Response:
        """Show a page as it looks."""
        mode = request.query_params.get("mode", "content")
        if mode not in MODES:
            raise HTTPException(404)
        html = look_page_html(self._session, self._number(request), cast(Mode, mode))
        return HTMLResponse(html, headers={"Content-Security-Policy": look.POLICY})

    def asset(self, request: Request) -> Response:
        """Return a script or a style."""
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise HTTPException(404)
        return Response(asset(name), media_type=_ASSETS[name])

    def label(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Give blocks a label."""
        label = None if body["label"] is None else Label(body["label"])
        blocks = [int(block) for block in body["blocks"]]
        page = self._session.set_labels(self._number(request), int(body["revision"]), label, blocks)
        return {"revision": page.revision}

    def title(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Give a page its title."""
        page = self._session.set_title(self._number(request), int(body["revision"]), str(body["title"]))
        return {"revision": page.revision}

    def undo(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Take the last action back."""
        number = self._number(request)
        change = self._session.undo(number, int(body["revision"]))
        page = self._session.pages[number]
        labels = {} if change is None else change.labels
        return {
            "revision": page.revision,
            "undone": change is not None,
            "labels": {str(block): label for block, label in labels.items()},
            "title": page.title or self._session.analyzed(number).title or "",
            "done": page.done,
        }

    def done(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Take a page as labelled, and name the next one."""
        if body["mode"] not in MODES:
            raise OptionError(f"mode is one of {', '.join(MODES)}")
        number = self._number(request)
        page = self._session.finish(number, int(body["revision"]), body["mode"], str(body["model"]))
        return {"revision": page.revision, "next": self._session.next_page(after=number)}

    def state(self, request: Request) -> Response:
        """Say how far the training is."""
        return JSONResponse({"done": self._session.n_done, **self._retraining.state()})

    def retrain(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Start a training."""
        self._retraining.start()
        return self._retraining.state()

    def undo_retrain(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Go back to the model before."""
        self._retraining.undo()
        return self._retraining.state()

    def _number(self, request: Request) -> int:
        number: int = request.path_params["number"]
        if number >= len(self._session.pages):
            raise HTTPException(404)
        return number


def listen(port: int = 0) -> socket.socket:
    """Return a socket on this computer alone; port 0 is a free one. Raises OSError."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    listening.listen()  # a browser that is faster than the server waits
    return listening


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until the program is interrupted."""
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    with suppress(KeyboardInterrupt):  # which the server passes on once it has ended
        uvicorn.Server(config).run(sockets=[listening])

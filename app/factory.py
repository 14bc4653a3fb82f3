"""Builds the application: settings, extensions, blueprints, headers, error pages."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, flash, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app import commands
from app.accounts import appointments, security
from app.accounts.actor import actor_signed_in_as
from app.accounts.sessions import ServerSessions, has_rested_too_long
from app.applications.asked_beside import Beside, ask_beside
from app.audit import sentences
from app.certificates import keyring
from app.courses.queries import full_runs
from app.dashboards import menus
from app.exchanges.operations import hand_over_office
from app.files import retention, scanning, storage
from app.foundation import assets, clock, languages, logs, page_cache, templates
from app.foundation.actors import VISITOR, Scope
from app.foundation.database import AWAY, db
from app.foundation.errors import IllegalMove, NotFound, Refusal
from app.foundation.hosts import OurNameOnly
from app.foundation.languages import gettext as _
from app.foundation.texts import for_reader
from app.foundation.turns import InTurns
from app.foundation.web import RowId, current_actor
from app.opportunities import unmet
from app.opportunities.queries import programmes_by_name
from app.opportunities.states import Kind, address_of
from app.organisations.operations import hand_over
from app.outcomes.queries import outcomes_of_project
from app.projects.queries import tell_beside
from app.research_stays.queries import stay_asked_for
from app.research_stays.wording import (
    home_of_request,
    parts_of_request,
    said_of_home,
    said_of_request,
    said_purpose,
)
from config import ROOT, Settings

# The offices that have pages, floor by floor.
OFFICES = (
    "public",
    "dashboards",
    "stays",
    "recognition",
    "learning",
    "placements",
    "mobility",
    "reviews",
    "courses",
    "exchanges",
    "facilities",
    "visits",
    "research_stays",
    "invitations",
    "outcomes",
    "fellowships",
    "applications",
    "projects",
    "working_groups",
    "opportunities",
    "certificates",
    "accounts",
    "notifications",
    "organisations",
)
MEGABYTE = 1024 * 1024
YEAR = 365 * 24 * 3600
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}
# Of the one kind of page that other sites may show in a frame.
IN_FRAMES = {
    **{name: value for name, value in HEADERS.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors *"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Robots-Tag": "noindex",
}


class _Application(Flask):
    """Flask, told that no view or hook here is a coroutine: it asks of each, at every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings, **overrides: Any) -> Flask:
    """Build the application for these settings; `overrides` are Flask's own (tests use them)."""
    app = _Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "app" / "static"),
        instance_path=str(settings.instance_path),
    )
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    prefix = "__Host-" if settings.secure else ""
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        SESSION_COOKIE_NAME=f"{prefix}session",
        SESSION_COOKIE_SECURE=settings.secure,
        MAX_CONTENT_LENGTH=12 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=2000,
        WTF_CSRF_TIME_LIMIT=None,
        TRUSTED_HOSTS=_hosts(settings),
    )
    app.config.update(overrides)
    app.jinja_options = {"bytecode_cache": templates.compiled_in(settings.instance_path)}
    app.url_map.converters["int"] = RowId
    app.session_interface = ServerSessions()
    db.init_app(app)
    equip(settings)
    security.install(app, settings)
    _keep_logs(app, settings)
    appointments.offer(Scope.PROGRAMME, programmes_by_name)
    hand_over("whom partners reach", by=hand_over_office)
    tell_beside("outcomes", by=outcomes_of_project)
    ask_beside(
        Kind.RESEARCH_STAY,
        by=Beside(stay_asked_for, parts_of_request, said_of_request, home_of_request, said_of_home),
    )
    _speak(app)
    _guard_the_door(app)
    _show_refusals(app)
    for office in OFFICES:
        views = import_module(f"app.{office}.views")
        for blueprint in getattr(views, "blueprints", None) or (views.bp,):
            app.register_blueprint(blueprint)
    app.after_request(partial(_add_headers, app))
    commands.register(app)
    page_cache.keep_pages(app, _catalogue_stamp(app))
    unmet.count_searches(app, full=full_runs)
    if settings.database_url.startswith("sqlite"):
        app.wsgi_app = InTurns(app.wsgi_app)  # type: ignore[method-assign]
    assets.serve_assets(app, ROOT / "app" / "static", settings.instance_path / "assets")
    app.wsgi_app = OurNameOnly(app.wsgi_app, _hosts(settings))  # type: ignore[method-assign]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def equip(settings: Settings) -> None:
    """Say where this process keeps files and keys, what scans uploads, and when some are erased."""
    storage.keep_in(storage.Folder(settings.storage_path))
    scanning.scan_by(scanning.Clamd(settings.clamd_url) if settings.clamd_url else None)
    retention.keep_apart_for(settings.sensitive_days)
    keyring.keep_in(settings.signing_keys, settings.public_url)


def _hosts(settings: Settings) -> list[str]:
    """The names that we answer to: a forged Host header gets no page."""
    ours = [urlsplit(settings.public_url).hostname or ""]
    return ours if settings.production else [*ours, "localhost", "127.0.0.1", "[::1]"]


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"check_same_thread": False}}
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_pre_ping": True,
        # A database that is away is noticed in seconds, not when the network gives up.
        "connect_args": {"connect_timeout": 5, "tcp_user_timeout": 8000, "keepalives_idle": 20},
    }


def _catalogue_stamp(app: Flask) -> Callable[[], int | None]:
    """Reads the number that grows with every change of the catalogue, as cheaply as can be."""
    with app.app_context():
        engine = db.engine
    unreachable = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)

    def read() -> int | None:
        try:
            with closing(engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute("SELECT number FROM catalogue_stamp WHERE id = 1")
                row = cursor.fetchone()
        except unreachable:
            return None
        return row[0] if row else 0

    return read


def _keep_logs(app: Flask, settings: Settings) -> None:
    """One line for each request: what was asked, by whom, and how it was answered."""

    @app.before_request
    def _begin() -> None:
        told = request.headers.get("X-Request-Id", "") if settings.proxy_hops else ""
        g.request_id, g.began = logs.begin_request(told), perf_counter()

    @app.after_request
    def _note(response: Any) -> Any:
        if "request_id" in g and request.endpoint != "static":
            if current_actor().user_id is not None or response.status_code >= 400:
                response.headers["X-Request-Id"] = g.request_id  # kept pages carry nobody's
            logs.say(
                "request",
                method=request.method,
                path=logs.shown_path(request.path),
                status=response.status_code,
                ms=round(1000 * (perf_counter() - g.began), 1),
                user=current_actor().user_id,
            )
        return response


def _speak(app: Flask) -> None:
    """Templates speak through `foundation.languages`, bound to the reader once a request."""
    env = app.jinja_env
    templates.speak(env)
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        LANGUAGES=languages.LANGUAGES,
        language=languages,
        site_name=app.config["SETTINGS"].site_name,
        demo=app.config["SETTINGS"].demo,
        now=clock.now,
        address_of=address_of,
        for_reader=for_reader,
        said=sentences.sentence,
        said_for_applicant=sentences.sentence_for_applicant,
        said_reason=sentences.reason,
        said_purpose=said_purpose,
        csrf_token=generate_csrf,
        main_menu=menus.main_menu,
        person_menu=menus.person_menu,
        this_page_elsewhere=partial(menus.this_page_elsewhere, app.url_map),
    )

    app.before_request(_bind)

    @app.after_request
    def _remember_language(response: Any) -> Any:
        asked = request.args.get("lang")
        known = asked in languages.LANGUAGES and not _is_embeddable(app)
        if known and request.cookies.get("lang") != asked:
            response.set_cookie("lang", asked, max_age=YEAR, samesite="Lax")
        return response

    @app.context_processor
    def _reader() -> dict[str, Any]:
        return {"actor": current_actor(), "locale": languages.reader().locale}


def _bind() -> None:
    """Who reads, in which language and zone."""
    g.actor = VISITOR
    away = getattr(session, "away", None)
    if away is not None:
        languages.speak(_locale_wanted(), _zone_wanted())
        raise away
    if session.get("_user_id"):
        g.actor = actor_signed_in_as(db.session(), session["_user_id"])
    rested = bool(g.actor.grants) and has_rested_too_long(session)
    if session.get("_user_id") and (rested or g.actor.user_id is None):
        session.clear()  # an account that was closed, or a desk that somebody left
        g.actor = VISITOR
    languages.speak(_locale_wanted(), _zone_wanted())
    if rested:
        flash(_("You were signed out after 30 minutes without a click."), "info")


def _locale_wanted() -> str:
    """What was asked for in the address, chosen in this browser, set in the profile, accepted."""
    for choice in (request.args.get("lang"), request.cookies.get("lang")):
        if choice in languages.LANGUAGES:
            return str(choice)
    if g.actor.user_id is not None and g.actor.locale in languages.LANGUAGES:
        return str(g.actor.locale)
    return languages.best_language([tag for tag, _ in request.accept_languages])


def _zone_wanted() -> str | None:
    """The profile's zone, else the one that the browser's script put into a cookie."""
    if g.actor.zone:
        return str(g.actor.zone)
    told = request.cookies.get("zone", "")
    return told if languages.is_zone(told) else None


def _guard_the_door(app: Flask) -> None:
    """Closed by default: only a view marked `public` is open to an anonymous visitor."""

    @app.before_request
    def _know_no_such_name() -> None:
        """Nothing has a NUL in its name, and PostgreSQL cannot even be asked for it."""
        if "\0" in request.path:
            raise NotFound(_("There is no such page, or it is not yours to see."))

    @app.before_request
    def _require_sign_in() -> ResponseReturnValue | None:
        if request.endpoint is None or current_actor().user_id is not None:
            return None
        view = app.view_functions.get(request.endpoint)
        if request.endpoint == "static" or getattr(view, "is_public", False):
            return None
        return security.ask_to_sign_in()


def _show_refusals(app: Flask) -> None:
    """Every refusal, whoever raised it, becomes one page in the reader's language."""

    @app.errorhandler(Refusal)
    def _refuse(refusal: Refusal) -> ResponseReturnValue:
        db.session.rollback()
        logs.say("refused", kind=type(refusal).__name__, endpoint=request.endpoint)
        # What a flow says of an impossible move is for the log; people read why in plain words.
        said = "" if isinstance(refusal, IllegalMove) else str(refusal)
        return _error_page(refusal.http_status, said)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        answer = _error_page(error.code or 500, "")
        response = app.make_response(answer)
        for name, value in error.get_headers(request.environ):
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    @app.errorhandler(500)
    def _broken(error: Exception) -> ResponseReturnValue:
        if isinstance(getattr(error, "original_exception", None), AWAY):
            db.session.remove()
            g.actor = VISITOR  # the page is drawn without the database
            return *_error_page(503, ""), {"Retry-After": "10"}
        db.session.rollback()
        return _error_page(500, "")


def _error_page(status: int, sentence: str) -> tuple[str, int]:
    return render_template("errors/refusal.html", status=status, sentence=sentence), status


def _is_embeddable(app: Flask) -> bool:
    return getattr(app.view_functions.get(request.endpoint or ""), "is_embeddable", False)


def _add_headers(app: Flask, response: Any) -> Any:
    framed = response.status_code == 200 and _is_embeddable(app)  # a refusal is a page like others
    headers = IN_FRAMES if framed else HEADERS
    ours = {**headers, "Content-Language": languages.reader().locale}
    if request.is_secure:
        ours["Strict-Transport-Security"] = "max-age=63072000"
    if request.endpoint != "static":
        ours["Cache-Control"] = "no-cache" if current_actor().user_id is None else "no-store"
    said = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - repeated names
    response.headers.extend([(n, value) for n, value in ours.items() if n.lower() not in said])
    if request.endpoint != "static":
        response.headers.add("Vary", "Cookie, Accept-Language")
    return response

"""How gunicorn serves the site: `gunicorn --config python:app.commands.web_server wsgi:app`.

Threads in one process, or more processes by WORKERS; what it has to say is a line of JSON.
"""

from config import Settings

_settings = Settings.from_environment()

bind = f"127.0.0.1:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 5
accesslog = None
loglevel = "warning"
_to_standard_error = {"level": "WARNING", "handlers": ["lines"], "propagate": False}
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "app.foundation.logs.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["lines"]},
    "loggers": {"gunicorn.error": _to_standard_error, "gunicorn.access": _to_standard_error},
}

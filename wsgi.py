"""The door for web servers and for the command line: `flask --app wsgi …`."""

from app.factory import create_app
from config import Settings

app = create_app(Settings.from_environment())

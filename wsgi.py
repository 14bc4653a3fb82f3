"""The door for web servers and for the command line: `flask --app wsgi …`."""

from app.factory import create_app
from app.foundation import logs
from config import Settings

logs.set_up()
app = create_app(Settings.from_environment())

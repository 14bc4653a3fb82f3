"""The door for web servers and for the command line: `flask --app wsgi …`."""

import gc

# What a start makes stays for as long as the process: looking through it for garbage, again and
# again as it grows, took a third of the start, and each later look through all of it held a page
# up for a quarter of a second. So it is made without looking, and then set aside for good.
gc.disable()

from sqlalchemy.orm import configure_mappers

from app.factory import create_app
from app.foundation import logs
from config import Settings

logs.set_up()
app = create_app(Settings.from_environment())
configure_mappers()
gc.freeze()
# A page makes some thousand objects and drops them all again by itself: what a fault left in a
# ring can wait for a dozen pages.
gc.set_threshold(20_000, 20, 20)
gc.enable()

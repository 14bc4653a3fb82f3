"""The smallest Flask application: what every figure is a share of."""

from flask import Flask

app = Flask(__name__)


@app.get("/hello")
def hello() -> str:
    return "Hello, world!"

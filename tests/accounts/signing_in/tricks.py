"""What the tests of the door share."""

from tests.accounts import door


def sign_up(client, email, password=door.PASSWORD, name="MAUNG THIHA", onward="", **more):
    values = {"email": email, "password": password, "passport_name": name, "privacy": "y"}
    values |= {"next": onward} if onward else {}
    return door.post(client, "/sign-up", values, **more)

"""Who there is at this university; everybody's password is `password`."""

from cas_server.auth import AuthUser

NUMBERS = {
    "zhang": {"xh": "20151000056"},
    "library": {"gh": "10000005"},
    "external": {"wb": "W0001"},
    "guest": {},
}


class People(AuthUser):
    """A person by user name; their number is an attribute, as at most universities."""

    def test_password(self, password):
        return self.username in NUMBERS and password == "password"

    def attributs(self):
        return NUMBERS.get(self.username, {})

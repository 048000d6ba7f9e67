"""Who there is at this university: a few by name, and whoever has a number. The password is `password`."""

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
        known = self.username in NUMBERS or any(character.isdigit() for character in self.username)
        return known and password == "password"

    def attributs(self):
        return NUMBERS.get(self.username, {})

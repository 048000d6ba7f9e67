"""A university's mail server for the tests: keeps what it takes, and takes not everything."""

from aiosmtpd.handlers import Mailbox


class Post(Mailbox):
    """Refuses addresses that begin with `later` for now, and those that begin with `gone` for good."""

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("later"):
            return "451 4.7.1 Try again later"
        if address.startswith("gone"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

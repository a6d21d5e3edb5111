"""A real mail server for tests: takes letters, and says no where a reader's name asks for it.

server.py CERTIFICATE KEY: both PEM. Prints one line of JSON with its ports, then one for each letter that it took, read by
Python's own parser. It runs until it is killed.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

READERS = {
    "nobody": "550 5.1.1 no such user", "full": "452 4.2.2 mailbox full", "policy": "550 5.7.1 not welcome",
    "plain": "550 no mailbox",
}
LETTERS = {"later": "451 4.3.0 try again", "spam": "554 5.7.1 looks like spam"}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = READERS.get(address.split("@")[0])
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name in LETTERS:
            return LETTERS[name]
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say({
            "sender": envelope.mail_from, "readers": envelope.rcpt_tos, "from": str(message["From"]),
            "to": str(message["To"]), "subject": str(message["Subject"]), "id": str(message["Message-ID"]),
            "headers": len(message.keys()), "defects": len(message.defects), "text": message.get_content().replace("\r\n", "\n"),
            "secure": session.ssl is not None, "user": bool(session.authenticated), "greeting": session.host_name,
        })
        if name == "lost":
            # It has the letter, and nobody hears so.
            server.transport.abort()
        if name == "silent":
            await asyncio.sleep(60)
        return "250 2.0.0 taken"


def say(value):
    print(json.dumps(value), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"wifi", "sim\u00e9ba".encode())
    return AuthResult(success=good, handled=False)


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*sys.argv[1:3])
    loop = asyncio.get_running_loop()
    secured = {"authenticator": authenticate, "auth_required": True}

    def starttls():
        return SMTP(Handler(), tls_context=tls, require_starttls=True, **secured)

    def implicit():
        # TLS lies below it already, which aiosmtpd only believes of its own.
        return SMTP(Handler(), auth_require_tls=False, **secured)

    def plain():
        return SMTP(Handler())

    servers = [
        await loop.create_server(starttls, "127.0.0.1", 0), await loop.create_server(implicit, "127.0.0.1", 0, ssl=tls),
        await loop.create_server(plain, "127.0.0.1", 0),
    ]
    say(dict(zip(("starttls", "tls", "none"), (server.sockets[0].getsockname()[1] for server in servers))))
    await asyncio.Event().wait()


asyncio.run(main())

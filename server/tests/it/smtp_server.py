"""A mail server on this machine, for one test: says its port, then each letter it took as a line of JSON.

What it answers is said in the address: nobody@ is no mailbox, later@ is taken the second time, stranger@ is not for us.
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def say(**told):
    print(json.dumps(told), flush=True)


class Rules:
    def __init__(self):
        self.tried = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        if user == "nobody":
            return "550 5.1.1 No such mailbox"
        if user == "stranger":
            return "550 5.7.1 Relaying denied"
        if user == "later" and address not in self.tried:
            self.tried.add(address)
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            headers={name.lower(): str(value) for name, value in message.items()},
            text=message.get_content(),
        )
        return "250 2.0.0 OK"


async def serve():
    rules = Rules()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(rules), "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    # It ends with whoever started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(serve())

"""PyPI's pywebpush as a careful sender uses it: the token is signed once, and its own asynchronous sending goes over
connections that stay open, so many at once. It knows HTTP/1.1 only."""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

import aiohttp
from py_vapid import Vapid
from pywebpush import WebPusher

AT_ONCE = 64


async def send_all(session, headers, given, subscriptions):
    left = iter(subscriptions)
    accepted = 0

    async def send_some():
        nonlocal accepted
        for subscription in left:
            pusher = WebPusher(subscription, aiohttp_session=session)
            answer = await pusher.send_async(given["text"], headers, ttl=given["ttl"], timeout=None)
            accepted += answer.status == 201

    await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))
    return accepted


async def main():
    with open(sys.argv[1]) as file:
        given = json.load(file)
    subscriptions = given["subscriptions"]
    place = urlsplit(subscriptions[0]["endpoint"])
    claims = {"sub": given["contact"], "aud": f"{place.scheme}://{place.netloc}", "exp": int(time.time()) + 12 * 3600}
    headers = Vapid.from_string(private_key=given["key"]["private"]).sign(claims)
    headers |= {"urgency": "normal", "topic": given["topic"], "content-type": "application/octet-stream"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        await send_all(session, headers, given, subscriptions[:1000])
        begun, used = time.perf_counter(), time.process_time()
        accepted = await send_all(session, headers, given, subscriptions)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    print(json.dumps({"accepted": accepted, "seconds": seconds, "cpu": cpu}))


asyncio.run(main())

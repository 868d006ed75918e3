"""A back office made of the packages `ocpp` and `websockets`, for one test.

csms.py PROFILE [CERT KEY [CLIENT_ROOTS]]: security profile 1, 2 or 3 on a free port of
127.0.0.1, which is printed as `PORT n`. Profiles 1 and 2 want the password in CSMS_KEY;
profile 3 wants a client certificate whose common name is the identity. OCPP 1.6 and
2.0.1 are spoken; every BootNotification is printed and accepted. It ends with its input.
"""

import asyncio
import base64
import hmac
import os
import ssl
import sys
import threading
from datetime import datetime, timezone
from http import HTTPStatus
from urllib.parse import unquote

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint as ChargePoint16
from ocpp.v16 import call_result as result16
from ocpp.v201 import ChargePoint as ChargePoint201
from ocpp.v201 import call_result as result201
from websockets.asyncio.server import serve

PROFILE = int(sys.argv[1])


def now():
    return datetime.now(timezone.utc).isoformat()


class Central16(ChargePoint16):
    @on("BootNotification")
    def boot(self, charge_point_model, charge_point_vendor, **_):
        print("BOOT ocpp1.6", self.id, charge_point_vendor, charge_point_model, flush=True)
        return result16.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self):
        return result16.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_):
        return result16.StatusNotification()


class Central201(ChargePoint201):
    @on("BootNotification")
    def boot(self, charging_station, reason, **_):
        print("BOOT ocpp2.0.1", self.id, charging_station["vendor_name"], charging_station["model"], flush=True)
        return result201.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self):
        return result201.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_):
        return result201.StatusNotification()


def identity(path):
    return unquote(path.rsplit("/", 1)[-1])


def has_password(request):
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        login = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    expected = f"{identity(request.path)}:{os.environ['CSMS_KEY']}".encode()
    return hmac.compare_digest(login, expected)


def has_certificate(connection, request):
    certificate = connection.transport.get_extra_info("peercert") or {}
    subject = [pair for part in certificate.get("subject", ()) for pair in part]
    return ("commonName", identity(request.path)) in subject


def check(connection, request):
    allowed = has_certificate(connection, request) if PROFILE == 3 else has_password(request)
    if not allowed:
        return connection.respond(HTTPStatus.UNAUTHORIZED, "who are you?\n")


async def charge(connection):
    central = {"ocpp1.6": Central16, "ocpp2.0.1": Central201}[connection.subprotocol]
    try:
        await central(identity(connection.request.path), connection).start()
    except websockets.ConnectionClosed:
        pass


def tls():
    if PROFILE == 1:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    if PROFILE == 3:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(sys.argv[4])
    return context


async def main():
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def wait():
        sys.stdin.read()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait, daemon=True).start()
    protocols = ["ocpp1.6", "ocpp2.0.1"]
    async with serve(charge, "127.0.0.1", 0, subprotocols=protocols, process_request=check, ssl=tls()) as server:
        print("PORT", server.sockets[0].getsockname()[1], flush=True)
        await over.wait()


asyncio.run(main())

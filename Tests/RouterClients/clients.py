"""Other people's clients of the binary API against a simulated router.

clients.py PORT TLS_PORT OLD_PORT FINGERPRINT: a router of today on PORT and TLS_PORT, one before 6.43 on OLD_PORT;
user lango, password open. Prints the name of each check that holds; ends with 1 at the first that does not.
"""

import hashlib
import socket
import ssl
import sys
import threading
import traceback

import librouteros
import routeros_api
from librouteros.exceptions import LibRouterosError
from librouteros.login import token
from librouteros.query import And, Key, Or

PORT, TLS_PORT, OLD_PORT = (int(word) for word in sys.argv[1:4])
FINGERPRINT = sys.argv[4]
WHO = {"username": "lango", "password": "open"}


def connect(**more):
    return librouteros.connect("127.0.0.1", **{"port": PORT, "encoding": "utf-8", "timeout": 10, **WHO, **more})


def refused(work, words):
    try:
        work()
    except (LibRouterosError, routeros_api.exceptions.RouterOsApiError) as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"not refused: {words}")


def librouteros_rows():
    api = connect()
    assert list(api.path("system", "identity")) == [{"name": "MikroTik"}]
    users = api.path("ip", "hotspot", "user")
    first = users.add(name="v1", password="p", comment="été", **{"limit-uptime": "90m"})
    users.add(name="v2", disabled=True)
    name, comment, disabled = Key("name"), Key("comment"), Key("disabled")
    row = list(users.select(Key(".id"), name, comment, Key("limit-uptime")).where(name == "v1"))
    assert row == [{".id": first, "name": "v1", "comment": "été", "limit-uptime": "1h30m"}], row
    names = lambda *query: sorted(row["name"] for row in users.select(name).where(*query))
    assert names(Or(name == "v1", name == "v2")) == ["v1", "v2"]
    assert names(And(name == "v2", disabled == True)) == ["v2"]
    assert names(name.In("v1", "v3")) == ["v1"]
    users.update(**{".id": first, "comment": "new", "disabled": True})
    assert names(comment == "new", disabled == True) == ["v1"]
    users.remove(first)
    assert names(name == "v1") == []
    api.close()


def librouteros_traps():
    api = connect()
    users = api.path("ip", "hotspot", "user")
    refused(lambda: users.add(name="v2"), "already have user with this name for this server")
    refused(lambda: users.add(name="x", nonsense="1"), "unknown parameter nonsense")
    refused(lambda: tuple(api("/nowhere/print")), "no such command prefix")
    assert len(list(users)) == 2, "a trap leaves the connection"
    refused(lambda: connect(password="wrong"), "invalid user name or password (6)")
    api.close()


def librouteros_listens():
    """The client gathers rows until a command ends, so the sentences of a listener are read one by one."""
    api, other = connect(), connect()
    users = other.path("ip", "hotspot", "user")
    api.protocol.writeSentence("/ip/hotspot/user/listen")
    adding = threading.Timer(0.3, lambda: users.add(name="heard"))
    adding.start()
    word, row = api.readSentence()
    assert (word, row["name"]) == ("!re", "heard"), row
    # The listener may hear of it before the one who adds has its own answer; two must not read one connection.
    adding.join()
    users.remove(row[".id"])
    assert api.readSentence() == ("!re", {".id": row[".id"], ".dead": True})
    api.protocol.writeSentence("/cancel")
    refused(api.readResponse, "interrupted")
    assert api.readResponse() == []
    assert list(api.path("system", "identity")) == [{"name": "MikroTik"}]
    api.close()
    other.close()


def librouteros_tls():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", TLS_PORT), timeout=10) as plain:
        with context.wrap_socket(plain) as secure:
            assert hashlib.sha256(secure.getpeercert(True)).hexdigest() == FINGERPRINT
    api = connect(port=TLS_PORT, ssl_wrapper=context.wrap_socket)
    assert list(api.path("system", "identity")) == [{"name": "MikroTik"}]
    api.close()


def librouteros_challenge():
    api = connect(port=OLD_PORT, login_method=token)
    assert list(api.path("system", "identity")) == [{"name": "MikroTik"}]
    api.close()
    refused(lambda: connect(port=OLD_PORT, login_method=token, password="wrong"), "cannot log in")


def routeros_api_rows():
    pool = routeros_api.RouterOsApiPool("127.0.0.1", port=PORT, plaintext_login=True, **WHO)
    users = pool.get_api().get_resource("/ip/hotspot/user")
    users.add(name="r1", password="p")
    row = users.get(name="r1")[0]
    users.set(id=row["id"], comment="seen")
    assert users.get(name="r1")[0]["comment"] == "seen"
    later = [users.get_async(name=name) for name in ("r1", "v2")]
    assert [promise.get()[0]["name"] for promise in later] == ["r1", "v2"]
    refused(lambda: users.add(name="r1"), "already have user with this name for this server")
    users.remove(id=row["id"])
    assert users.get(name="r1") == []
    pool.disconnect()


def routeros_api_challenge():
    pool = routeros_api.RouterOsApiPool("127.0.0.1", port=OLD_PORT, plaintext_login=False, **WHO)
    assert pool.get_api().get_resource("/system/identity").get()[0]["name"] == "MikroTik"
    pool.disconnect()


for check in (
    librouteros_rows, librouteros_traps, librouteros_listens, librouteros_tls, librouteros_challenge,
    routeros_api_rows, routeros_api_challenge,
):
    try:
        check()
    except Exception as error:
        print(f"{check.__name__}: {error!r} {traceback.extract_tb(error.__traceback__)[-1].line}")
        sys.exit(1)
    print(check.__name__)

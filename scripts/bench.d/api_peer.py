"""A stand-in for many routers: api_peer.py PORT PEM serves the binary API over TLS, 50 users on each router."""

import asyncio
import ssl
import sys


def sentence(*words):
    return b"".join(bytes([len(word)]) + word for word in words) + b"\0"


async def words_from(reader):
    """The words of the next sentence; all of ours are shorter than 16 KiB."""
    words = []
    while length := (await reader.readexactly(1))[0]:
        if length >= 0x80:
            length = (length & 0x3F) << 8 | (await reader.readexactly(1))[0]
        words.append(await reader.readexactly(length))
    return words


async def serve(reader, writer):
    try:
        while True:
            words = await words_from(reader)
            tag = [word for word in words if word.startswith(b".tag=")]
            for number in range(50 if words[0].endswith(b"/print") else 0):
                writer.write(sentence(
                    b"!re", b"=.id=*%X" % (number + 1), b"=name=01890a5d%08x" % number, b"=profile=1 hour 2M/5M",
                    b"=limit-bytes-total=1073741824", b"=comment=lango:01890a5d-%04x/02:00:00:00:00:01" % number, *tag))
            writer.write(sentence(b"!done", *tag))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port, pem):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = await asyncio.start_server(serve, "127.0.0.1", int(port), ssl=context, backlog=1_024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""librouteros on a file of sentences: api_limit.py make FILE | decode FILE; wants librouteros in its interpreter.

`make` writes what a router answers to a reading of 5,000 hotspot users. `decode` prints how many sentences and values
librouteros reads of it, and the seconds that takes; the bytes come from memory, which is faster than its socket.
"""

import io
import sys
import time

from librouteros.protocol import ApiProtocol, encode_sentence, parse_word


def sentences():
    for number in range(5_000):
        mac = ":".join(f"{number >> shift & 0xFF:02X}" for shift in (40, 32, 24, 16, 8, 0))
        yield (
            "!re", f"=.id=*{number + 1:X}", "=server=hotspot1", f"=name=01890a5d{number:08x}",
            f"=password=k{number * 7_919 % 1_000_003:07d}", f"=mac-address={mac}", "=profile=1 hour 2M/5M",
            "=limit-uptime=1h", "=limit-bytes-total=1073741824", f"=uptime={number % 60}m{number % 59}s",
            f"=bytes-in={number * 104_729}", f"=bytes-out={number * 15_485_863}", f"=packets-in={number * 97}",
            f"=packets-out={number * 193}", "=dynamic=false", "=disabled=false",
            f"=comment=lango:01890a5d-{number:04x}/{mac}")
    yield ("!done",)


class Stream:
    """The transport that librouteros reads from, on bytes that are there already."""

    def __init__(self, data):
        self.read = io.BytesIO(data).read


def make(path):
    with open(path, "wb") as file:
        for words in sentences():
            file.write(encode_sentence(*words, encoding="utf-8"))


def decode(path):
    with open(path, "rb") as file:
        protocol = ApiProtocol(Stream(file.read()), "utf-8")
    count = values = 0
    reply = None
    start = time.perf_counter()
    while reply != "!done":
        reply, words = protocol.readSentence()
        record = dict(parse_word(word) for word in words)
        count += 1
        values += len(record)
    print(count, values, time.perf_counter() - start)


if __name__ == "__main__":
    {"make": make, "decode": decode}[sys.argv[1]](sys.argv[2])

"""What the database of an install holds, read past the gateway on either engine; bytes and ids are hexadecimal."""

import json
import sqlite3

from machine import run


class SQLite:
    def __init__(self, install):
        self.path = install.database

    def rows(self, query):
        with sqlite3.connect(self.path, timeout=60) as store:
            store.row_factory = sqlite3.Row
            return [{key: plain(row[key]) for key in row.keys()} for row in store.execute(query)]

    def close(self):
        pass


class PostgreSQL:
    """A database of its own on a server, made for the run and dropped after it."""

    def __init__(self, install, server, name):
        self.server, self.name, self.url = server, name, f"{server}/{name}"
        self.psql(f"{server}/postgres", f"CREATE DATABASE {name}")
        install.environment["LANGO_DATABASE"] = self.url

    def rows(self, query):
        # The fence shows nothing to who does not say for whom he asks.
        words = f"SET search_path TO main; SET lango.platform TO 'on'; SELECT row_to_json(found) FROM ({query}) AS found"
        return [
            {key: plain(value) for key, value in json.loads(line).items()}
            for line in self.psql(self.url, words).splitlines()
        ]

    def close(self):
        self.psql(f"{self.server}/postgres", f"DROP DATABASE {self.name} WITH (FORCE)")

    @staticmethod
    def psql(url, words):
        return run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", words)


def plain(value):
    """Bytes and keys as hexadecimal digits, whichever way an engine shows them."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str) and value.startswith("\\x"):
        return value[2:]
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return value.replace("-", "")
    return value

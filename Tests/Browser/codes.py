"""Voucher codes as the standard alphabet makes them: the rule of Sources/Vouchers/CheckCharacter.swift for 25 characters."""

import random

ALPHABET = "23456789ACDEFHJKMNPRTUWXY"


def check_character(body: str) -> str:
    """Places weigh 1 and 2 in turn; the whole comes out as 0 modulo the size of the alphabet."""
    size = len(ALPHABET)
    total = sum(ALPHABET.index(c) * (2 if place % 2 else 1) for place, c in enumerate(body))
    weight = 2 if len(body) % 2 else 1
    return next(c for value, c in enumerate(ALPHABET) if (total + weight * value) % size == 0)


def is_sound(code: str) -> bool:
    plain = code.replace("-", "")
    return check_character(plain[:-1]) == plain[-1]


def made_up() -> str:
    """A code that reads right and that nobody printed: the chance of a hit is one in a hundred billion."""
    body = "".join(random.choice(ALPHABET) for _ in range(9))
    code = body + check_character(body)
    return f"{code[:5]}-{code[5:]}"


def with_one_slip(code: str) -> str:
    """The code with one character in the middle misread."""
    place = 3
    wrong = ALPHABET[(ALPHABET.index(code[place]) + 1) % len(ALPHABET)]
    return code[:place] + wrong + code[place + 1 :]


def as_typed(code: str) -> str:
    """The code as a hasty thumb types it: small letters, spaces here and there."""
    plain = code.replace("-", "").lower()
    return f" {plain[:3]} {plain[3:5]}  {plain[5:]} "

"""Programs that accounts tweet with, as the field `source` of a tweet names them: a link.

Few programs write most tweets, and many write a few. The more automated an account, the likelier its main
program is one that posts by itself; most of those serve people, too.
"""

from __future__ import annotations

import numpy as np

from helpers.world.draw import category, logistic, table

TABLE = table("clients")
CLIENTS = tuple(f'<a href="{one["address"]}" rel="nofollow">{one["name"]}</a>' for one in TABLE)
PEOPLE, AUTOMATED = (np.array([float(one[kind]) for one in TABLE]) for kind in ("people", "automated"))
PHONE = np.array([one["phone"] == "yes" for one in TABLE])
MAIN = 0.92  # share of an account's tweets that come from its main program
START, SLOPE, NOISE = -3.4, 0.9, 1.0  # log odds that the main program is drawn from the automated


def draw_main_client(z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The program (int8, row of CLIENTS) that each account of automation z tweets with most."""
    odds = START + SLOPE * z + NOISE * rng.standard_normal(len(z))
    u = rng.random((2, len(z)))
    return np.where(u[0] < logistic(odds), category(u[1], AUTOMATED), category(u[1], PEOPLE))


def draw_clients(main: np.ndarray, author: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The program (int8, row of CLIENTS) of each tweet, given accounts' main programs and tweets' authors."""
    client = main[author]
    other = np.flatnonzero(rng.random(len(author), np.float32) >= MAIN)
    client[other] = category(rng.random(len(other)), PEOPLE)
    return client


def draw_among(phone: bool, n: int, rng: np.random.Generator) -> np.ndarray:
    """n programs (int8, rows of CLIENTS): of phones, or of those that automated accounts use, too."""
    weights = PEOPLE * PHONE if phone else (PEOPLE + AUTOMATED) * ~PHONE
    return category(rng.random(n), weights)

"""The people of the synthetic world: handles, names, descriptions, counts, languages, programs."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from helpers.world import descriptions, generate, handles
from helpers.world.clients import AUTOMATED, CLIENTS, PEOPLE, draw_clients, draw_main_client
from helpers.world.descriptions import pool
from helpers.world.profiles import LANGUAGES, draw_languages

NAMED = re.compile("trump|clinton|hillary|donald|obama", re.IGNORECASE)


@cache
def world():
    return generate(0.02, 2016)


def drawn(number, z=1.0):
    rng = np.random.default_rng(0)
    return handles.draw_handles(number, np.full(len(number), z), 0.5, rng).text.to_pylist()


def test_handles_are_longer_than_a_real_one_can_be_and_all_different():
    number, outside = np.arange(handles.OUTSIDE_FROM), handles.outside(3000, 0, 7)
    some = [*drawn(number[:3000]), *drawn(number[handles.WORLD_FROM :][::97], 2.0), *outside]
    assert {len(handle) for handle in some} == set(range(16, 21))
    assert all(re.fullmatch(r"\w+", handle, re.ASCII) for handle in some)
    assert len({handle.lower() for handle in some}) == len(some)
    assert not [handle for handle in some if NAMED.search(handle)]


def test_handles_outside_are_the_same_in_one_piece_or_two_and_run_out():
    whole = handles.outside(50, 0, seed=3)
    assert whole == handles.outside(20, 0, seed=3) + handles.outside(30, 20, seed=3)
    with pytest.raises(ValueError, match="accounts outside"):
        handles.outside(10, handles.NUMBERS, seed=3)


@pytest.mark.parametrize("group", handles.PATTERNS)
def test_every_book_has_handles_for_its_share_of_the_numbers(group):
    patterns = handles.PATTERNS[group]
    endings = {"plain": [("", 0)], "short": [("{digits1}", 0), ("{digits2}", 0)]} | {
        "long": [("{digits3}", 0), ("{digits4}", 0), ("{digits3}", 5)],
        "tail": [("", 0), ("", 4), ("{digits3}", 2), ("{digits3}", 5)],
    }
    whole = sum(weight for _, weight in patterns)
    for pattern, weight in patterns:
        for ending, free in endings[group]:
            size = handles.book(pattern + ending, 16 - free, 20 - free).size
            assert size >= handles.NUMBERS * weight / whole + weight


def test_one_in_three_handles_has_a_digit_and_more_of_the_automated():
    has = world().profiles["screen_name"].str.contains(r"\d")
    bot = world().accounts.bot
    assert 0.20 < has.mean() < 0.40 and has[bot].mean() > 2 * has[~bot].mean()


def test_counts_and_ages_spread_as_on_twitter_in_2016():
    table = world().profiles
    followers, statuses = table["followers_count"], table["statuses_count"]
    assert 5_600 < followers.quantile(0.95) < 14_600 and 38_000 < followers.quantile(0.99) < 57_000
    assert 160 < statuses.quantile(0.05) < 1_140 and 110_000 < statuses.quantile(0.95) < 238_000
    year = pd.to_datetime(table["created_at"], unit="ms").dt.year
    assert (year == 2006).mean() < 0.001 and year.max() == 2016
    assert (year.value_counts(normalize=True).sort_index() > 0.005).all()
    assert (year.between(2009, 2015)).mean() > 0.8


def test_descriptions_differ_but_for_copies_which_bots_make():
    table = world().profiles
    said = table["description"][table["description"] != ""]
    assert said.nunique() / len(said) > 0.85 and said.str.len().max() <= descriptions.LONGEST
    copied, bot = said.isin(pool().to_pylist()), pd.Series(world().accounts.bot)[said.index]
    assert 0.18 < copied[bot].mean() < 0.35 and copied[~bot].mean() < 0.04
    hosts = set(re.findall(r"([\w.]+\.\w+)/", " ".join(said)))
    assert hosts and all(host.endswith(".example") for host in hosts)
    assert not said[said.str.contains(NAMED)].any()


def test_names_fit_and_are_of_nobody_in_the_news():
    names = world().profiles["name"]
    assert names.str.len().max() <= 20 and names.str.strip().ne("").all()
    assert names.nunique() / len(names) > 0.75
    assert not names[names.str.contains(NAMED)].any()
    assert len(set(handles.FIRST)) == len(handles.FIRST) and len(set(handles.LAST)) == len(handles.LAST)


def test_languages_have_their_shares_and_descriptions_of_their_own():
    language = draw_languages(100_000, seed=1)
    shares = np.bincount(language) / len(language)
    assert shares == pytest.approx(list(LANGUAGES.values()), abs=0.002)
    table = world().profiles
    assert table["description"][table["lang"] == "ja"].str.contains(r"[ぁ-んァ-ヶ一-龠]").mean() > 0.3


def test_programs_have_a_tail_and_the_automated_have_others():
    rng = np.random.default_rng(0)
    assert len(CLIENTS) >= 20 and len(set(CLIENTS)) == len(CLIENTS)
    assert all(re.fullmatch(r'<a href="https?://[^"]+" rel="nofollow">[^<]+</a>', one) for one in CLIENTS)
    calm, busy = (draw_main_client(np.full(20_000, z), rng) for z in (0.7, 3.5))
    posting = AUTOMATED > 2 * PEOPLE
    assert posting[busy].mean() > 2 * posting[calm].mean()
    author = rng.integers(20_000, size=50_000)
    client = draw_clients(calm, author, rng)
    assert client.dtype == np.int8 and 0.85 < (client == calm[author]).mean() < 0.95

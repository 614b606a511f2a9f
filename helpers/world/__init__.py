"""A generative model of the discussion: accounts, what they say when and to whom, and how they present
themselves.

`generate` draws a world; `helpers.world.writing` writes it as a study, `helpers.world.formats` its tweets in
other formats. Behaviour is set for single accounts and tweets only (`parameters`), and findings follow from
it or do not. Nothing in the analysis imports this package.

    python -m helpers.world --scale 0.02 --seed 2016 --out DIR
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.world.accounts import Accounts, draw_accounts
from helpers.world.clients import draw_clients, draw_main_client
from helpers.world.controls import world
from helpers.world.draw import Stage, stream
from helpers.world.habits import draw_styles
from helpers.world.handles import outside
from helpers.world.parameters import Parameters
from helpers.world.profiles import draw_automation, draw_suspended, profiles_of
from helpers.world.recent_tweets import draw_organisations
from helpers.world.tweets import Tweets, draw_tweets

OUTSIDE_IDS_FROM = 9_120_000_000_000_000_000  # of accounts outside the collection


@dataclass(frozen=True)
class World:
    """A drawn world. Profiles are drawn when first asked for."""

    name: str
    scale: float
    seed: int
    parameters: Parameters
    accounts: Accounts
    tweets: Tweets

    @cached_property
    def automation(self) -> np.ndarray:
        """Latent automation z of each account."""
        return draw_automation(self.parameters.profile, self.accounts, self.seed)

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """Profile of each account: columns of `profiles.draw_profiles`."""
        return profiles_of(self.parameters.profile, self.accounts, self.automation, self.seed)

    @cached_property
    def handles(self) -> pa.Array:
        """Handles of the accounts, and after them of those outside the collection."""
        others = outside(self.outside, 0, self.seed)
        return pa.array([*self.profiles["screen_name"], *others], pa.string())

    @property
    def outside(self) -> int:
        """Number of accounts outside the collection that some answer or mention."""
        return len(self.accounts) // 2 + 1

    @cached_property
    def user_ids(self) -> np.ndarray:
        """Ids (int64) of the accounts, and after them of those outside the collection."""
        return np.r_[self.accounts.user_id, OUTSIDE_IDS_FROM + np.arange(self.outside)]

    @cached_property
    def ids_and_handles(self) -> list[tuple[str, str]]:
        """Both, as text, of the accounts, and after them of those outside the collection."""
        return [*zip(map(str, self.user_ids.tolist()), self.handles.to_pylist(), strict=True)]

    @cached_property
    def clients(self) -> np.ndarray:
        """The program (int8, row of clients.CLIENTS) that sent each tweet."""
        rng = stream(self.seed, Stage.CLIENTS)
        return draw_clients(draw_main_client(self.automation, rng), self.tweets.author, rng)

    @cached_property
    def style(self) -> np.ndarray:
        """In which habit the automation of each account shows most (int8, row of habits.STYLES)."""
        return draw_styles(len(self.accounts), self.seed)

    @cached_property
    def organisation(self) -> np.ndarray:
        """Which accounts (bool) are organisations: some of the scored people."""
        person = ~self.accounts.bot & (np.arange(len(self.accounts)) < self.accounts.scored)
        return draw_organisations(self.profiles, person, stream(self.seed, Stage.ORGANISATIONS))

    @cached_property
    def suspended(self) -> np.ndarray:
        """Which of the scored accounts (bool) are gone by the time they are looked up."""
        return draw_suspended(self.parameters.profile, self.accounts, self.seed)


def generate(scale: float, seed: int, name: str = "base") -> World:
    """A world of a size (1 is the article's), from a seed.

    Raises ValueError for a name that is not in `controls.VARIANTS`, and for a size that is not within
    0.001 and 1.
    """
    if not 0.001 <= scale <= 1:
        raise ValueError(
            f"The scale is {scale:g}; it must be within 0.001 (20,000 tweets) and 1 (20.7 million)."
        )
    parameters = world(name)
    accounts = draw_accounts(parameters, scale, seed)
    return World(name, scale, seed, parameters, accounts, draw_tweets(parameters, accounts, seed))

"""What misread tones do to Figure 6: the tweets of worlds as three readers see them.

    python -m helpers.world.tone

A tweet has the tone that was *meant*, what a person would see in it; the tone that its *words* were planted
with; and the one that the *scorer* of notebook 03 reads in its text. The command counts the tones of the
scored accounts of both camps, sides and classes as planted, over some base worlds, and writes them to
data/reference/tone.csv, which notebook 08 reads (`helpers.support.readers`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sentiment import score_texts
from helpers.study import write_text
from helpers.support import by_subject
from helpers.support.readers import BY, READERS, TONES
from helpers.tweets import SIGNS
from helpers.world import World, generate
from helpers.world.messages import texts
from helpers.world.parameters import NEITHER, ON_CLINTON, ON_TRUMP, RETWEET, TRUMP


def tweets_of_camps(world: World) -> pd.DataFrame:
    """Tweets of the scored accounts with a lean: columns user_id, camp, class, on_clinton, on_trump, meant,
    words, scored (tones, −1, 0, +1).

    Lean, class, topic and the first two tones are the planted ones; a retweet has those of its target.
    """
    t, a = world.tweets, world.accounts
    rows = np.flatnonzero((t.author < a.scored) & (a.lean[t.author] != NEITHER))
    said, of_row = np.unique(np.where(t.kind[rows] == RETWEET, t.target[rows], rows), return_inverse=True)
    author = t.author[rows]
    return pd.DataFrame({
        "user_id": a.user_id[author],
        "camp": np.where(a.lean[author] == TRUMP, "trump", "clinton"),
        "class": np.where(a.bot[author], "bot", "human"),
        "on_clinton": t.topic[rows] == ON_CLINTON,
        "on_trump": t.topic[rows] == ON_TRUMP,
        "meant": t.texts.meant[rows],
        "words": t.sentiment[rows],
        "scored": np.sign(score_texts(texts(world, said))["score"].to_numpy())[of_row],
    })  # fmt: skip


def count(tweets: pd.DataFrame) -> pd.DataFrame:
    """Tweets by tone, from `tweets_of_camps`: columns reader, camp, class, subject and SIGNS."""
    readers = {reader: by_subject(tweets.assign(score=tweets[reader], tweets=1)) for reader in READERS}
    table = pd.concat(readers, names=["reader"]).reset_index("reader")
    return table.groupby(BY[1:], observed=True, sort=False)[SIGNS].sum().reset_index()


def main(arguments: list[str] | None = None) -> None:
    """Draw base worlds and write the tones of their tweets, as three readers see them, as CSV."""
    parser = argparse.ArgumentParser("python -m helpers.world.tone", description=main.__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="worlds (default 5)")
    parser.add_argument("--scale", type=float, default=0.02, help="size; 1 is the article's (default 0.02)")
    parser.add_argument("--out", type=Path, default=TONES, help="file (default data/reference/tone.csv)")
    asked = parser.parse_args(arguments)
    seeds = range(1, asked.seeds + 1)
    counts = [count(tweets_of_camps(generate(asked.scale, seed))).assign(seed=seed) for seed in seeds]
    table = pd.concat(counts).sort_values(BY)[[*BY, *SIGNS]]
    write_text(asked.out, table.to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    main()

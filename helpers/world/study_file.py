"""The study.toml of a generated study."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from helpers.world.draw import DATA
from helpers.world.hashtags import TAGS
from helpers.world.timeline import DEBATES, WINDOWS

POLL_SECONDS = 10
# the largest k whose core holds the share of accounts that the 100-core holds at full size, whatever the seed
LARGEST_K = {0.001: 19, 0.005: 36, 0.01: 47, 0.02: 56, 0.04: 66, 0.1: 80, 1.0: 100}


def largest_k(scale: float) -> int:
    """The k of a scaled-down network whose core corresponds to the article's 100-core."""
    scales = np.log(list(LARGEST_K))
    return round(float(np.interp(np.log(scale), scales, list(LARGEST_K.values()))))


def study_file(world, name: str) -> str:
    """The text of study.toml for a world."""
    size = Fraction(world.scale).limit_denominator(10_000)
    control = "" if world.name == "base" else f', control world "{world.name}"'
    tags = {key: [tag.text.lower() for tag in TAGS if tag.group == key] for key in ("clinton", "trump")}
    terms = (
        f'  {{ term = "#{tag.text.lower()}", group = "{tag.group}", source = "{tag.source}" }},\n'
        for tag in TAGS
        if tag.source
    )
    title = f"Synthetic tweets on the 2016 U.S. presidential election, {size} of full size{control}"
    return (
        (DATA / "study.toml.template")
        .read_text(encoding="utf-8")
        .format(
            name=name,
            title=title.replace('"', "'"),
            seed=world.seed,
            poll_seconds=POLL_SECONDS,
            sample_rate=world.scale,
            windows="".join(f"  [{moment(start)}, {moment(end)}],\n" for start, end in WINDOWS),
            terms="".join(terms),
            clinton=str(tags["clinton"]).replace("'", '"'),
            trump=str(tags["trump"]).replace("'", '"'),
            events="".join(f'[[events]]\nname = "{event}"\nat = {moment(at)}\n\n' for event, at in DEBATES),
            top_accounts=world.accounts.scored,
            largest_k=largest_k(world.scale),
        )
    )


def moment(at) -> str:
    """A moment as TOML writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")

"""Control worlds: the base world with one thing taken out, to see which findings vanish with it and which do
not.

A finding that is still there where its cause is not was made by something else: the base rate, label
coverage, the camps, chance. `angry` is the other way round: it has an effect that the base world lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from helpers.world.parameters import BASE, CLINTON, Activity, Behaviour, Home, Parameters, Rhythm


def both(base: Parameters, change: Callable[[Behaviour], Behaviour]) -> Parameters:
    """The same change to people and to bots."""
    return replace(base, people=change(base.people), bots=change(base.bots))


def unchanged(base: Parameters) -> Parameters:
    """The sample's world."""
    return base


def null(base: Parameters) -> Parameters:
    """Bots keep their profiles, and behave in every way as people do: any difference found is an artefact."""
    no_growth = replace(base.prevalence, entry_share=0.144, growth=0.0, tail_share=0.144)
    return replace(busy(base), prevalence=no_growth)


def busy(base: Parameters) -> Parameters:
    """Bots keep their profiles and tweet as much as bots do, and are people in every other way."""
    like_people = replace(base.people, bot_reply_weight=1.0)
    return replace(base, people=like_people, bots=like_people)


def nobots(base: Parameters) -> Parameters:
    """There are no bots. Who is called one is a person."""
    return replace(base, prevalence=replace(base.prevalence, entry_share=0.0, tail_share=0.0))


def nogeo(base: Parameters) -> Parameters:
    """Bots say they are from where people are from."""
    everywhere = replace(base.bots.home, region=Home().region, state={})
    return replace(base, bots=replace(base.bots, home=everywhere))


def noreply(base: Parameters) -> Parameters:
    """Nobody minds in a reply who is a bot."""
    blind = both(base, lambda behaviour: replace(behaviour, botnet=0.0))
    return replace(blind, people=replace(blind.people, bot_reply_weight=1.0))


def nosent(base: Parameters) -> Parameters:
    """Bots take the tone of the people of their camp."""
    return replace(base, bots=replace(base.bots, sentiment=base.people.sentiment))


def nopartisan(base: Parameters) -> Parameters:
    """The camps are mirror images: as large, as positive on their own candidate and as
    negative on the other.
    """
    even = both(replace(base, heavy_trump_ramp=0.0), mirrored)
    neither, clinton, _ = base.hashtags.partisan
    on_trump, on_clinton, on_debate = (mirrored_tags(row) for row in clinton)
    partisan = (neither, clinton, (on_clinton, on_trump, on_debate))
    return replace(even, hashtags=replace(base.hashtags, partisan=partisan))


def mirrored(behaviour: Behaviour) -> Behaviour:
    """Trump's camp as Clinton's, with the candidates exchanged."""
    neither, clinton, trump = behaviour.lean
    side = (clinton + trump) / 2
    on_trump, on_clinton, on_debate = behaviour.sentiment[CLINTON]
    return replace(
        behaviour,
        lean=(neither, side, side),
        rhythm=replace(behaviour.rhythm, trump_ramp=0.0),
        kind=(behaviour.kind[0], behaviour.kind[CLINTON], behaviour.kind[CLINTON]),
        topic=(behaviour.topic[0], (0.20, 0.60, 0.20), (0.60, 0.20, 0.20)),
        sentiment=(
            behaviour.sentiment[0],
            behaviour.sentiment[CLINTON],
            (on_clinton, on_trump, on_debate),
        ),
    )


def mirrored_tags(row: tuple[float, ...]) -> tuple[float, ...]:
    """Probabilities of the nine partisan hashtags with the candidates exchanged; #TrumpPence16 has no
    counterpart.
    """
    donald, trump2016, neverhillary, _, trump, hillaryclinton, imwithher, nevertrump, hillary = row
    return (hillaryclinton, imwithher, nevertrump, 0.0, hillary, donald, trump2016, neverhillary, trump)


def noburst(base: Parameters) -> Parameters:
    """Bots tweet when people do; what grows from debate to debate still does."""
    rhythm = replace(base.people.rhythm, trump_ramp=base.bots.rhythm.trump_ramp)
    return replace(base, bots=replace(base.bots, rhythm=rhythm))


def nogrowth(base: Parameters) -> Parameters:
    """Trump's bots and heavy users tweet no more at the second debate than at the first."""
    steady = replace(base.bots, rhythm=replace(base.bots.rhythm, trump_ramp=0.0))
    return replace(base, bots=steady, heavy_trump_ramp=0.0)


def noembed(base: Parameters) -> Parameters:
    """Bots seldom retweet, and are seldom retweeted."""
    unpopular = replace(base.bots.popularity, factor=0.25, hubs=0.0)
    return replace(base, bots=replace(base.bots, popularity=unpopular, kind=((0.70, 0.20, 0.10),) * 3))


def nonever(base: Parameters) -> Parameters:
    """Everybody is as often positive as negative about everything, so every hashtag is."""

    def balanced(behaviour: Behaviour) -> Behaviour:
        tables = tuple(
            tuple(((1 - neutral) / 2, neutral, (1 - neutral) / 2) for _, neutral, _ in by_topic)
            for by_topic in behaviour.sentiment
        )
        return replace(behaviour, sentiment=tables)

    return both(base, balanced)


def timed(base: Parameters, change: Callable[[Rhythm], Rhythm]) -> Parameters:
    """The same change to the rhythm of people and of bots."""
    return both(base, lambda behaviour: replace(behaviour, rhythm=change(behaviour.rhythm)))


def noclock(base: Parameters) -> Parameters:
    """Nights and weekends are as busy as days."""
    return timed(base, lambda rhythm: replace(rhythm, circadian=0.0, weekend=1.0))


def nodebates(base: Parameters) -> Parameters:
    """Nobody tweets more because of a debate."""
    return timed(base, lambda rhythm: replace(rhythm, burst=(0.0,) * 4, slow=0.0))


def even(base: Parameters) -> Parameters:
    """As many tweets an account, but exponentially distributed: nobody tweets ten times as much as most."""
    return replace(base, activity=Activity(exponent=1000.0, offset=6928.0))


def angry(base: Parameters) -> Parameters:
    """Who has something negative to say retweets it twice as readily: an effect that the base world lacks."""
    return replace(base, anger=2.0)


VARIANTS: dict[str, Callable[[Parameters], Parameters]] = {
    "base": unchanged,
    **{
        variant.__name__: variant
        for variant in (
            null, busy, nobots, nogeo, noreply, nosent, nopartisan, noburst, nogrowth, noembed, nonever,
            noclock, nodebates, even, angry,
        )
    },
}  # fmt: skip


def world(name: str = "base") -> Parameters:
    """Parameters of a named world: "base", or a control in which something is taken out.
    Raises ValueError.
    """
    if name not in VARIANTS:
        raise ValueError(f"No world is called {name!r}. There are: {', '.join(VARIANTS)}.")
    return VARIANTS[name](BASE)

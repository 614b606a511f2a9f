"""The numbers of the model, each with the published figure (of Bessi & Ferrara 2016 unless said otherwise) it
serves.

How fields of a profile follow from automation stands in `profiles` and `lookups`, how states differ in
`places`.

A value here says how one account or one tweet behaves. No finding is written down: that bots are a seventh of
the accounts yet write almost a fifth of the tweets, say, follows from who is a bot at which activity. The
values were tuned by hand until the published figures came out together; the match is a calibration, not a
test of the model.

Leans are indexed N, C, T (neither, Clinton, Trump), topics T, C, D (Trump, Clinton, the debate itself).
"""

from __future__ import annotations

from dataclasses import dataclass, field

NEITHER, CLINTON, TRUMP = range(3)  # leans
ON_TRUMP, ON_CLINTON, ON_DEBATE = range(3)  # topics
ORIGINAL, RETWEET, REPLY, QUOTE = range(4)  # kinds of tweet; a quote has words of its own about another
PRO, ANTI = range(2)  # stances towards the topic

FULL_ACCOUNTS = 2_782_418  # "nearly 2.8 million" users; 20.7 million tweets / 7.44 each
FULL_SCORED = 50_000  # the most active accounts, which get a bot score

Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Activity:
    """Tweets an account has in the collection: P(X >= x) ~ ((x - 1 + offset) / offset) ** -exponent."""

    exponent: float = 0.9319  # with offset: top 50,000 accounts write 60.9 % of all tweets
    offset: float = 0.6293  # 7.44 tweets an account, 59 % of accounts with a single one
    maximum: int = 6000  # 200 a day


@dataclass(frozen=True)
class BotPrevalence:
    """P(bot | activity x) = entry_share * (x / entry) ** growth among the scored, tail_share below them."""

    entry: int = 46  # tweets that take an account into the top 50,000
    entry_share: float = 0.134  # 14.4 % of the scored accounts are bots …
    growth: float = 0.115  # … but they write 18.5 % of the scored accounts' tweets
    maximum: float = 0.45
    tail_share: float = 0.15  # the extrapolation to "15 % of all accounts"


@dataclass(frozen=True)
class Rhythm:
    """When an account of one class tweets: an hourly rate in the time zone of its home state (Figure 2)."""

    level: tuple[float, float, float]  # per collection window: 5-10 k people and 1-2 k bots an hour at first
    circadian: float  # amplitude over the day; bots sleep less
    weekend: float  # factor on Saturdays and Sundays
    burst: tuple[float, float, float, float]  # peak of each debate night: 60-80 k people, 10 k bots an hour
    slow: float  # the day after a debate
    burst_hours: float = 3.2  # a burst fades to 1/e in this time
    slow_hours: float = 30.0
    trump_ramp: float = 0.0  # pro-Trump growth from first to second debate (Oxford memo: bots +36.7 %)


@dataclass(frozen=True)
class Popularity:
    """How likely an account's tweets are retweeted: lognormal of mean 1, times `factor` (Figures 5 and 7)."""

    sd: float
    factor: float = 1.0
    hubs: float = 0.0  # share of accounts that are hubs …
    hub_factor: float = 26.0  # … and how much more popular: people retweet bots about as often as people
    elites: float = 0.0  # share of public figures and media among the less active
    elite_factor: float = 100.0


@dataclass(frozen=True)
class Home:
    """Home states: population x interest, times these factors (Figure 3)."""

    region: dict[str, float] = field(
        default_factory=lambda: {"midwest": 1.0, "south": 1.0, "west": 1.0, "northeast": 1.0}
    )
    state: dict[str, float] = field(default_factory=dict)
    declared: float = 0.55  # share of accounts whose profile names a place that can be found
    geotagged: float = 0.03  # share of tweets with a place
    spoofed: float = 0.0  # share of those with a place drawn anew instead of the home state


@dataclass(frozen=True)
class Behaviour:
    """How one class of accounts (people, or bots) behaves. Rows are leans N, C, T."""

    lean: tuple[float, float, float]  # 7,112 Clinton and 17,202 Trump supporters among the scored
    rhythm: Rhythm
    kind: Table  # by lean: original, retweet, reply
    topic: Table  # by lean: Trump, Clinton, debate
    sentiment: tuple[Table, Table, Table]  # by lean and topic: negative, neutral, positive (Figure 6)
    popularity: Popularity
    home: Home
    botnet: float  # share of replies that go to a bot of the own lean (Figure 4)
    bot_reply_weight: float  # of bots' tweets among those one may reply to (Figure 4: people answer people)


@dataclass(frozen=True)
class Reach:
    """How far back a feed reaches: lognormal, and at least to so much as a few tweets of usual weight."""

    hours: float  # median
    sd: float  # of its logarithm
    least: float  # tweets


@dataclass(frozen=True)
class Network:
    """Whom accounts retweet, quote, answer and mention, blind to who is a bot.

    In tables of affinity rows are the own lean, columns the other's.
    """

    retweet_affinity: Table = ((0.80, 0.10, 0.10), (0.03, 0.955, 0.015), (0.025, 0.01, 0.965))
    retweet_reach: Reach = Reach(0.28, 2.0, 2)  # retweets come after an hour (median)
    relay: float = 0.9  # how likely a retweet is taken up, to an original of the same account
    virality: float = 1.4  # sd of log popularity between tweets of one account
    self_retweets: float = 0.015  # of retweets, where the account has lately said something of the kind
    quotes: float = 0.17  # of tweets that are neither retweet nor reply
    quote_affinity: Table = ((0.6, 0.2, 0.2), (0.07, 0.85, 0.08), (0.05, 0.05, 0.90))
    angry_quote_affinity: Table = ((0.4, 0.3, 0.3), (0.05, 0.55, 0.40), (0.05, 0.35, 0.60))
    quote_reach: Reach = Reach(2.0, 1.6, 5)
    threads: float = 0.10  # of replies, where the account has lately written something
    own_hours: float = 12.0  # how lately
    replies_outside: float = 0.60  # of the other replies
    replies_elsewhere: float = 0.2  # of the rest: they answer a tweet that was not collected
    outside_known: float = 5.0  # accounts outside that are much better known than the others
    reply_affinity: Table = ((0.4, 0.3, 0.3), (0.2, 0.6, 0.2), (0.15, 0.25, 0.60))
    reply_reach: Reach = Reach(1.5, 1.2, 20)
    botnet_reach: Reach = Reach(6.0, 1.0, 20)
    reply_popularity: float = 0.5  # exponent of popularity in the choice of whom to reply to
    mentions: float = 0.22  # of originals and quotes …
    mentions_outside: float = 0.5  # … and of these
    mention_reach: Reach = Reach(24.0, 1.0, 50)


@dataclass(frozen=True)
class Hashtags:
    """Probability that an original or a reply has each hashtag (columns: the nine partisan of `TAGS`)."""

    # by lean and topic; #NeverTrump 105.9 k positive, 118.7 k negative tweets, #NeverHillary 171.9 k, 204.4 k
    partisan: tuple[Table, Table, Table] = (
        (
            (0.03, 0.03, 0.008, 0.01, 0.12, 0.0, 0.01, 0.008, 0.02),
            (0.0, 0.01, 0.008, 0.0, 0.02, 0.05, 0.03, 0.008, 0.12),
            (0.005, 0.012, 0.004, 0.003, 0.02, 0.005, 0.012, 0.004, 0.02),
        ),
        (
            (0.03, 0.0, 0.002, 0.0, 0.13, 0.03, 0.30, 0.113, 0.06),
            (0.0, 0.0, 0.002, 0.0, 0.02, 0.14, 0.55, 0.098, 0.20),
            (0.0, 0.0, 0.0, 0.0, 0.03, 0.06, 0.38, 0.042, 0.08),
        ),
        (
            (0.08, 0.42, 0.051, 0.12, 0.28, 0.0, 0.0, 0.002, 0.02),
            (0.02, 0.24, 0.126, 0.06, 0.14, 0.05, 0.0, 0.0, 0.13),
            (0.04, 0.36, 0.03, 0.09, 0.18, 0.01, 0.0, 0.0, 0.03),
        ),
    )
    third_party: Table = ((0.006, 0.004, 0.002), (0.001, 0.001, 0.0), (0.001, 0.0, 0.0))  # by lean
    debate: tuple[float, float, float] = (0.55, 0.14, 0.14)  # by lean: carries a tag of the debates
    debate_factor: tuple[float, float, float] = (0.8, 0.8, 1.8)  # by topic
    companion: float = 0.35  # carries one of the tags that were not searched for, or #election2016
    tail: float = 0.40  # share with hashtags of the tail, which nobody searched for …
    crammed: float = 0.045  # … and of those that put in as many as there is room for
    favourite: float = 0.6  # sd of an account's log preference for each partisan tag


@dataclass(frozen=True)
class Wording:
    """How accounts put into words what they have to say."""

    # Meant (negative, neutral, positive) by words that a lexicon reads as negative, neutral, positive:
    # of one's own candidate, of the other, of the debate. So a scorer with a lexicon, which made Figure 6,
    # errs on 23 % of the tweets, as the strongest word alone does on the 4,200 that people coded for VADER
    # (helpers/sentiment, which looks at more, on 20 %).
    meant: tuple[Table, Table, Table] = (
        ((0.87, 0.10, 0.03), (0.07, 0.73, 0.20), (0.00, 0.10, 0.90)),
        ((0.90, 0.10, 0.00), (0.27, 0.73, 0.00), (0.45, 0.15, 0.40)),
        ((0.87, 0.10, 0.03), (0.13, 0.73, 0.14), (0.12, 0.10, 0.78)),
    )
    link: float = 0.60  # share of originals and replies that have a link if there is room
    full: float = 0.17  # share of those that fill the 140 characters
    aside: float = 0.15  # share of the others that go on after the sentence
    opener: float = 0.06
    emoji: float = 0.065
    leading: float = 0.12  # hashtags first
    own_language: float = 0.9  # of what those whose language is not English say without feeling


@dataclass(frozen=True)
class Profile:
    """Latent automation z of an account (mean, standard deviation), and how noisily it shows (Figure 1)."""

    activist: tuple[float, float] = (0.71, 0.37)  # scored people: most scores in .2-.5
    ordinary: tuple[float, float] = (0.79, 1.45)  # other people, and those of the training set: AUC .95
    bot: tuple[float, float] = (3.48, 0.66)  # the second bump of Figure 1 near .7
    bot_volume: float = 0.20  # busier bots look more automated
    noise: float = 0.40  # of the profile, in each field's unit: 14.4 % called bots, precision above 95 %
    habit_noise: float = 0.46  # of the timeline looked up for scoring
    # people and bots gone when scored: with those too close to the threshold, 5.3 % without a class
    suspended: tuple[float, float] = (0.062, 0.10)
    suspended_decay: float = 0.6  # the busiest are watched, and survive


@dataclass(frozen=True)
class Parameters:
    """A world."""

    people: Behaviour
    bots: Behaviour
    activity: Activity = Activity()
    prevalence: BotPrevalence = BotPrevalence()
    network: Network = Network()
    hashtags: Hashtags = Hashtags()
    wording: Wording = Wording()
    profile: Profile = Profile()
    heavy: int = 600  # tweets from which an account counts as heavy, and joins …
    heavy_trump_ramp: float = 0.36  # … the growth of pro-Trump traffic: the memos' "automation" is heavy use
    tail_burst: float = 1.8  # accounts below the scored list join in for the debates
    temper: float = 0.3  # sd of an account's log odds of positive to negative
    kind_concentration: float = 6.0  # Beta concentration of an account's shares of retweets and replies
    anger: float = 1.0  # factor on the odds that somebody with something negative to say retweets it


PEOPLE = Behaviour(
    lean=(0.342, 0.195, 0.463),
    rhythm=Rhythm(level=(1.0, 1.85, 2.0), circadian=0.75, weekend=0.85, burst=(4.8, 3.8, 4.8, 4.8), slow=1.7),
    kind=((0.36, 0.54, 0.10), (0.29, 0.59, 0.12), (0.25, 0.64, 0.11)),
    topic=((0.25, 0.25, 0.50), (0.20, 0.60, 0.20), (0.47, 0.33, 0.20)),
    sentiment=(
        ((0.19, 0.61, 0.20), (0.19, 0.61, 0.20), (0.18, 0.62, 0.20)),
        ((0.30, 0.55, 0.15), (0.245, 0.505, 0.25), (0.21, 0.59, 0.20)),
        ((0.10, 0.53, 0.37), (0.35, 0.57, 0.08), (0.19, 0.60, 0.21)),
    ),
    popularity=Popularity(sd=1.2, elites=0.004),
    home=Home(),
    botnet=0.0,
    bot_reply_weight=0.25,
)

BOTS = Behaviour(
    lean=(0.572, 0.092, 0.336),
    rhythm=Rhythm(
        level=(1.0, 2.15, 2.6),
        circadian=0.30,
        weekend=0.97,
        burst=(3.2, 2.4, 3.2, 3.2),
        slow=0.6,
        trump_ramp=0.43,
    ),
    kind=((0.30, 0.61, 0.09), (0.28, 0.62, 0.10), (0.26, 0.65, 0.09)),
    topic=((0.25, 0.25, 0.50), (0.22, 0.60, 0.18), (0.32, 0.165, 0.515)),
    sentiment=(
        ((0.18, 0.64, 0.18), (0.18, 0.64, 0.18), (0.16, 0.66, 0.18)),
        ((0.30, 0.58, 0.12), (0.25, 0.53, 0.22), (0.20, 0.62, 0.18)),
        ((0.015, 0.525, 0.46), (0.24, 0.69, 0.07), (0.05, 0.73, 0.22)),
    ),
    popularity=Popularity(sd=0.5, factor=0.8, hubs=0.25),
    home=Home(
        region={"midwest": 2.3, "south": 2.3, "west": 0.55, "northeast": 0.45},
        state={"GA": 4.0, "TX": 0.45, "FL": 0.45},  # Georgia first, the most populous states not
        declared=0.40,
        geotagged=0.05,
        spoofed=0.7,
    ),
    botnet=0.90,
    bot_reply_weight=1.0,
)

BASE = Parameters(people=PEOPLE, bots=BOTS)

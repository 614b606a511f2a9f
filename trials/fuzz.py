"""Fuzz: what every reader makes of inputs that are wrong in ways that a seed draws, and what must hold of it.

    python trials/fuzz.py --lines 100000 --seed 0

Tweets of the sample are changed by each of WAYS and read with good ones between them (and so are timelines,
which are raw tweets). There must be no exception, the ledger must close, good lines must come out as they do
alone, what is kept must be sane, and a second reading must give the same bytes. A tenth as many files for the
other readers (READERS) are changed likewise: each is read, twice the same, or refused in lines that name it.
Counts go to trials/results/fuzz.csv (what, inputs, refused, kept, violations), where `refused` and `kept` of
tweets leave out duplicates and notices; violations are printed, and end it with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.bots.external import read_scores, scores_from_botometer
from helpers.ingest.accounts import read_label_file, read_objects
from helpers.ingest.ledger import ingest_files
from helpers.ingest.records import records_of
from helpers.ingest.staging import as_table
from helpers.ingest.tweets import FIRST, TOMORROW, TWEET_COLUMNS, parse
from helpers.study import ROOT, StudyError, read_settings, write_text
from helpers.tables import TIME

RESULTS, SAMPLE = ROOT / "trials" / "results" / "fuzz.csv", ROOT / "data" / "sample"
COLUMNS = ["what", "inputs", "refused", "kept", "violations"]
HOSTILE = [
    None, True, 0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**20, 0.5, 1e308, -180.1, [],
    {}, float("nan"), float("inf"), [[]], [None], [{}], {"id": 1}, {"id_str": None}, [0, 0], [1, 2, 3], "",
    " ", "0", "-1", "1_0", "\u0663", "1e9", "9" * 20, "9" * 5_000, "null", "nan", "\0", "\x1b[31m", "\ud800",
    "a\udc00b", "\u202e", "\u2028", "&#" + "1" * 4301, "&#xd800;", "&#0;", "<" * 9_000, "x" * 1_001,
    "x" * 30_000, "=1+1", "../../x", "{x}", "%s", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "Mon Jan 01 00:00:00 +0000 0001", "Sun Sep 18 24:61:61 +9999 2016", "2016-W37-7", 1473854400000,
]  # fmt: skip
FOUND = {
    "hashtags": [{"text": "x"}],
    "user_mentions": [{"id_str": "8"}],
    "urls": [{"expanded_url": "x.example"}],
}
MORE = {  # what few tweets of the sample have
    "id": 1, "coordinates": {"coordinates": [-122.5, 45.25]}, "place": {"full_name": "Portland, OR"},
    "in_reply_to_user_id": 8, "quoted_status": {"user": {"id": 9}},
    "extended_tweet": {"full_text": "A &amp; B #x", "entities": FOUND},
}  # fmt: skip

# ── Ways to change an input ─────────────────────────────────────────────────────────────────────────────────

Way = Callable[[random.Random, bytes], bytes]
TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[^\s\w]|\w+|')
AROUND = [(b"[", b"]"), (b'{"a":', b"}"), (b"{a=", b"}"), (b'"', b'"')]


def places(thing: dict | list) -> list[tuple[dict | list, str | int]]:
    """Every place in a JSON document: what holds it, and its key or number there."""
    here = [(thing, key) for key in (thing if isinstance(thing, dict) else range(len(thing)))]
    return here + [one for it, key in here if isinstance(it[key], dict | list) for one in places(it[key])]


def of_json(change: Callable) -> Way:
    """A way that changes a place in a JSON document, perhaps with another one; of other text, a token."""

    def way(chance: random.Random, given: bytes) -> bytes:
        try:
            document = json.loads(given)
            change(chance, *chance.choice(places(document)), *chance.choice(places(document)))
            changed = json.dumps(document, ensure_ascii=chance.random() < 0.5)
        except ValueError:
            return WAYS["tokens"](chance, given)
        return changed.encode(errors="surrogatepass")

    return way


def of_text(new: Callable[[random.Random, bytes], bytes]) -> Way:
    """A way that changes a token: a word, a string or a mark."""

    def way(chance: random.Random, given: bytes) -> bytes:
        at = chance.choice(list(TOKENS.finditer(given)))
        return given[: at.start()] + new(chance, at[0]) + given[at.end() :]

    return way


def swap(chance: random.Random, one: dict, at: str, other: dict, there: str) -> None:
    """What is at two places changes places."""
    one[at], other[there] = other[there], one[at]


def nest(chance: random.Random, token: bytes) -> bytes:
    """A token within lists, objects or quotes, some of them deep."""
    (before, after), deep = chance.choice(AROUND), chance.choice([1, chance.randint(900, 1_000), 9_000])
    return before * deep + token + after * deep


def hostile(chance: random.Random, token: bytes) -> bytes:
    """A hostile value in the place of a token, with or without its quotes."""
    value = json.dumps(chance.choice(HOSTILE), ensure_ascii=chance.random() < 0.5)
    return value.strip(chance.choice(['"', ""])).encode(errors="surrogatepass")


def overwrite(chance: random.Random, given: bytes) -> bytes:
    """Two bytes in the place of one."""
    at = chance.randrange(len(given))
    return given[:at] + chance.randbytes(2) + given[at + 1 :]


WAYS: dict[str, Way] = {
    "bytes": overwrite, "tokens": of_text(hostile), "nested": of_text(nest),
    "truncated": lambda chance, given: given[: chance.randrange(len(given))],
    "values": of_json(lambda chance, one, at, *_: one.__setitem__(at, chance.choice(HOSTILE))),
    "left out": of_json(lambda _, one, at, *__: one.__delitem__(at)), "swapped": of_json(swap),
}  # fmt: skip

# ── What must hold ──────────────────────────────────────────────────────────────────────────────────────────

IDS, SHARES = (1, 2**63 - 1), (0, 1)
BOUNDS = {
    "longitude": (-180, 180), "latitude": (-90, 90), "mentions": IDS, "hashtags": (1, 1_000), "label": SHARES,
    pa.string(): (0, 25_000), pa.int64(): (0, 2**63 - 1), TIME: (FIRST, TOMORROW + 86_400 * 10**6),
}  # fmt: skip


def insane(table: pa.Table) -> Iterator[str]:
    """What a row holds and none may: half a letter, a count below 0, a time before Twitter's."""
    table.validate(full=True)
    for name, column in zip(table.column_names, table.columns, strict=True):
        flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
        low, high = IDS if name.endswith("_id") else BOUNDS.get(name) or BOUNDS.get(flat.type, SHARES)
        flat = pc.utf8_length(flat) if flat.type == pa.string() else flat
        flat = flat.cast(pa.int64()) if flat.type in (TIME, pa.bool_()) else flat
        least, most = pc.min_max(flat).as_py().values()
        if least is not None and not low <= least <= most <= high:
            yield f"{name} from {least} to {most}"


def sample(number: int) -> list[dict]:
    """So many tweets of the sample's first day, two of three with MORE."""
    day = islice(records_of(min((SAMPLE / "raw").iterdir())), number)
    return [json.loads(line) | (MORE if place % 3 else {}) for place, (_, line) in enumerate(day)]


def own(chance: random.Random, tweet: dict) -> bytes:
    """A tweet as a line, with an id of its own."""
    return json.dumps(tweet | {"id_str": str(chance.getrandbits(62))}).encode()


def tweets(number: int, chance: random.Random, folder: Path) -> Iterator[tuple]:
    """Rows of RESULTS, with violations in words, for so many lines: a file for each of WAYS."""
    spare = sample(100 * len(WAYS))
    good = [own(chance, tweet) for tweet in spare]
    for place, (name, way) in enumerate(WAYS.items()):
        mine = good[place :: len(WAYS)]  # and the first again, changed: what comes first counts
        others = (own(chance, chance.choice(spare)) for _ in range(number // len(WAYS)))
        changed = [way(chance, mine[0] if chance.random() < 0.02 else line) for line in others]
        between = chain.from_iterable((one, *changed[at :: len(mine)]) for at, one in enumerate(mine))
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(between))
    raw, outs = sorted(folder.glob("*.jsonl")), [folder / "first", folder / "second"]
    ledger, _ = [ingest_files(raw, out).set_index("file") for out in outs]
    made = {path: pq.read_table(path) for path in sorted(outs[0].glob("*.parquet"))}
    wrong = [f"{path.name}: {what}" for path, table in made.items() for what in insane(table)]
    wrong += [f"{one.name}: differs" for one in made if one.read_bytes() != (outs[1] / one.name).read_bytes()]
    alone = as_table([parse(line)[0] for line in good], TWEET_COLUMNS).sort_by("tweet_id")
    kept = made[outs[0] / "tweets.parquet"].select(alone.column_names).cast(alone.schema).sort_by("tweet_id")
    if not kept.filter(pc.is_in(kept["tweet_id"], alone["tweet_id"])).equals(alone):
        wrong.append("good lines come out otherwise than alone")
    for path in raw:
        row, given = ledger.loc[path.name], sum(map(bool, map(bytes.strip, path.read_bytes().split(b"\n"))))
        if not given == row["lines"] == row[["kept", "duplicates", "other", "rejected"]].sum():
            wrong.append(f"{given} lines, and the ledger says {row.to_dict()}")
        yield f"tweets, {path.stem}", given, row["rejected"], row["kept"], wrong
        wrong = []


def outcome(reader: Callable, path: Path) -> tuple[bool, str, list[str]]:
    """Whether a file was read, what came of it, and what is wrong with that."""
    try:
        found = reader(path)
        frame = pd.DataFrame(found[0]).reset_index() if isinstance(found, tuple) else pd.DataFrame()
        return True, repr(found), list(insane(pa.Table.from_pandas(frame, preserve_index=False)))
    except StudyError as error:
        clear = [str(path) in line and len(line) < 600 for line in str(error).split("\n")]
        return False, str(error), [] if all(clear) else [f"it says {error!s:.300}"]
    except Exception as error:
        return False, "", [f"{type(error).__name__}: {error!s:.300}"]


def files(name: str, number: int, chance: random.Random, folder: Path) -> tuple:
    """A row of RESULTS, with violations in words, for so many files of a reader."""
    reader, good = READERS[name]
    path, kept, wrong = folder / name, 0, []
    for _ in range(number):
        path.write_bytes(chance.choice(list(WAYS.values()))(chance, good))
        (read, found, faults), again = outcome(reader, path), outcome(reader, path)
        faults += ["differs on second reading"] * (found != again[1])
        wrong += [f"{fault}, of {path.read_bytes()[:300]!r}" for fault in faults]
        kept += read
    return name, number, number - kept, kept, wrong


ACCOUNTS = [str(9 * 10**18 + number) for number in range(5)]
LITE = [{"user_id": one, "botscore": 0.2} for one in ACCOUNTS]
V4 = {
    "user": {"majority_lang": "en", "user_data": {"id_str": "3"}}, "cap": {"english": 0.7, "universal": 0.8},
    "raw_scores": {"english": {"overall": 0.4, "fake_follower": 0.2}},
}  # fmt: skip
READERS: dict[str, tuple[Callable, bytes]] = {
    "accounts.json": (read_objects, json.dumps([tweet["user"] for tweet in sample(5)]).encode()),
    "labels.tsv": (read_label_file, "\n".join(f"{one}\tbot" for one in ACCOUNTS).encode()),
    "scores.csv": (read_scores, "\n".join(["id,score", *(f"{one},0.5" for one in ACCOUNTS)]).encode()),
    "botometer.json": (scores_from_botometer, json.dumps([V4, V4]).encode()),
    "lite.json": (scores_from_botometer, json.dumps(LITE).encode()),
    "study.toml": (read_settings, (SAMPLE / "study.toml").read_bytes()),
}  # fmt: skip


def trial(number: int, seed: int) -> pd.DataFrame:
    """RESULTS of so many changed lines and a tenth as many files, drawn by a seed; violations are printed."""
    chance = random.Random(seed)
    with TemporaryDirectory() as name:
        folder, each = Path(name), number // 10 // len(READERS)
        rows = [*tweets(number, chance, folder), *(files(name, each, chance, folder) for name in READERS)]
    for what, *_, wrong in rows:
        print(*(f"{what}: {one}\n" for one in wrong[:20]), sep="", end="", file=sys.stderr)
    return pd.DataFrame([(*row[:4], len(row[4])) for row in rows], columns=COLUMNS)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python trials/fuzz.py", description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000, help="changed tweets (default 100,000)")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn (default 0)")
    given = parser.parse_args()
    found = trial(given.lines, given.seed)
    write_text(RESULTS, found.to_csv(index=False, lineterminator="\n"))
    print(found.to_string(index=False))
    sys.exit(bool(found["violations"].any()))


if __name__ == "__main__":
    main()

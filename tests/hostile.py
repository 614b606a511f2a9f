"""A small study that does its worst in every field of text, and what no browser may find on its pages."""

import json
import re
from itertools import cycle, product

import test_empty as small
from conftest import read_data

from helpers.settings import PLAIN

EVIL = [*read_data("hostile.json"), "_" + "w" * 10_000]
MORE = dict.fromkeys(["name", "description", "url", "profile_image_url", "time_zone", "lang"], "Ohio")
PLACE = dict.fromkeys(["id", "name", "full_name", "country", "country_code", "place_type"], "Ohio")
LINK = dict.fromkeys(["url", "expanded_url", "display_url"], "Ohio")
SIZES = [{"width": 1280, "height": 900}, {"width": 375, "height": 740}]
FAULTS = r"""() => [
  ["foreign", "script + script, body script ~ *, iframe, object, embed, form, base, [onload]"],
  ["handler", "*", each => [...each.attributes].some(({name}) => name.startsWith("on"))],
  ["address", "[href], [src]", each => /evil|javascript:/i.test(each.getAttribute("href") + each.src)],
  ["made", "h1, h2, h3, h4, li, b, strong, em, code, blockquote, main a",
    each => /^\W*evil/.test(each.innerText)],
  ["template", "main", each => each.innerText.includes(7 * 191)],
  ["mark", "html",
    each => /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(each.outerHTML)],
  ["wide", "html", each => each.scrollWidth > innerWidth],
  ["hacked", "html", () => window.hacked],
].flatMap(([what, selector, is]) => [...document.querySelectorAll(selector)].filter(is ?? (() => true))
  .map(each => `${what}: ${each.outerHTML.slice(0, 99)}`))"""


def spoiled(item, evil, fields, name="tweet"):
    """A tweet with something of EVIL before every text but ids and times; `fields` gets the fields' names."""
    if isinstance(item, dict):
        return {key: spoiled(value, evil, fields, f"{name}.{key}") for key, value in item.items()}
    if isinstance(item, list):
        return [spoiled(value, evil, fields, name) for value in item]
    if not isinstance(item, str) or name.endswith(("id_str", "created_at")):
        return item
    fields.add(name)
    return f"{next(evil)} {item}"


def write_study(folder):
    """Write the study; the names of its fields of text, all of which are spoiled."""
    evil, fields, lines = cycle(EVIL), {"title", "candidates.name", "events.name", "collection.terms"}, []
    small.write_study(folder, 4, 2, 0, True, True, True, 400)
    toml, raw = folder / "study.toml", folder / "raw" / "a.jsonl"
    terms = ", ".join(quoted(f"{term} {number}") for number, term in enumerate(EVIL))
    text = toml.read_text().replace('"#vote"', terms)
    words = re.compile('"(A small study|Candidate .*|Debate .*)"')
    most = " ".join(EVIL[:6])
    toml.write_text(words.sub(lambda old: quoted(f"{next(evil)[:200]} {old[1]} {most}"), text), "utf-8")
    for tweet in map(json.loads, raw.read_text().splitlines()):
        tags = tweet["entities"]["hashtags"]
        tweet |= {"source": "web", "place": PLACE, "user": tweet["user"] | MORE}
        tweet["entities"] |= {"urls": [LINK], "user_mentions": [LINK | {"screen_name": "m", "name": "m"}]}
        tweet = spoiled(tweet, evil, fields)
        tweet["entities"]["hashtags"] += tags  # those of candidates, or nobody had a side
        lines.append(json.dumps(tweet))
    raw.write_text("\n".join(lines))
    return fields


def quoted(text):
    """A text as study.toml may have it: without marks that are refused there, and not too long."""
    plain = "".join(letter if re.match(PLAIN, letter) else " " for letter in text)
    return json.dumps(plain[:1000], ensure_ascii=False)


def look(browser, out):
    """What is wrong on the pages of a folder of results, at SIZES; and how many pages there are."""
    names, faults = ["index.html", *(f"notebooks/{path.name}" for path in out.glob("notebooks/*.html"))], []
    tell = faults.append
    for name, size in product(names, SIZES):
        page = browser.new_page(viewport=size)
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or tell(asked.url))
        page.on("pageerror", lambda error: tell(str(error)))
        page.goto((out / name).as_uri())
        faults += [f"{name} at {size['width']}: {fault}" for fault in page.evaluate(FAULTS)]
        page.close()
    return faults, len(names)

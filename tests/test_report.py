"""The report: true to notebooks and claims, harmless whatever a study says, fit for all readers."""

import base64
import json
import re
import shutil
from contextlib import suppress
from io import BytesIO
from itertools import count
from pathlib import Path

import hostile
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import read_data
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers import claims, verdicts
from helpers.reproduce import notebooks, pages, report
from helpers.reproduce.results import fingerprint
from helpers.scorecard import KINDS, MARKS
from helpers.study import ROOT, coded, in_markdown, open_study, write_text

EXHIBITS = report.exhibits()
SOURCES = report.Notebooks(ROOT / "notebooks")
CARD = pd.read_csv(ROOT / "figures" / "scorecard.csv", keep_default_na=False, na_values=[""])
CARD = CARD[CARD["notebook"].isin([2, 5, 7, 12])].set_index("id")  # enough for nearly every mark


def plain(html):
    return BeautifulSoup(str(html), "html.parser").get_text()


# What belongs to what


def test_every_exhibit_of_the_article_is_there_and_every_figure_has_a_maker():
    names = {f"{kind} {number}" for kind in ("Figure", "Table") for number in range(1, 8)}
    assert len(EXHIBITS) == len(names) and {exhibit.name for exhibit in EXHIBITS} == names
    assert not [path.stem for path in (ROOT / "figures").glob("*.csv") if SOURCES.maker(path.stem) is None]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.id)
def test_exhibits_agree_with_notebooks_functions_and_claims(exhibit):
    code = "\n".join(cell.source for cell in SOURCES.cells[exhibit.notebook])
    assert {SOURCES.maker(name)[0] for name in exhibit.files} == {exhibit.notebook}
    for name in exhibit.functions:
        shown, (*_, module, function) = report.function(name), name.split(".")
        uses = re.findall(rf"\b{function}\b", (ROOT / shown["file"]).read_text("utf-8"))
        assert f"def {function}(" in plain(shown["code"])
        assert len(uses) > 1 or f"{module}.{function}(" in code, name  # by `measures`, for one
    ledger = claims.claims()
    own = ledger[[exhibit.has(claim) for claim in ledger.index]]
    assert all(any(report.fnmatchcase(claim, pattern) for claim in own.index) for pattern in exhibit.claims)
    assert set(own["notebook"]) <= {int(exhibit.notebook[:2]), 11, 12}  # 11: thresholds, 12: not checkable
    assert exhibit.section in set(ledger["section"])
    typed = set(re.findall(r"\d[\d.,]*\d|\d", re.sub(r"\{\w+\}", "", exhibit.paper + exhibit.ours)))
    assert typed <= {"0.2", "0.5"}  # a range read from Figure 1, and the threshold
    assert "{" not in report.in_prose(exhibit.paper)


def test_a_wrong_entry_is_told_with_its_file(tmp_path):
    (tmp_path / "exhibits.toml").write_text('[[exhibit]]\nname = "Figure 8"\n')
    with pytest.raises(ValueError, match=r"exhibits\.toml: .*missing required field `topic`"):
        report.exhibits(tmp_path / "exhibits.toml")


def test_values_are_written_as_a_reader_would():
    text = report.in_prose("{bots}, {core_bots_largest}, {score_bump}, {peak_humans}")
    assert text == "7,183, 12%, 0.7, 60,000 to 80,000"
    with pytest.raises(KeyError):
        report.in_prose("{no_such_claim}")
    ranges = pd.DataFrame({"accepted_low": [6, 6, 6, None], "accepted_high": [9, 6, None, 9]})
    told = ranges.assign(unit="tweets").apply(report.accepted, axis="columns").tolist()
    assert told == ["6 to 9", "6", "at least 6", "at most 9"]


# What a page lets through


@pytest.mark.parametrize(("html", "kept"), list(read_data("html.toml").items()))
def test_only_harmless_html_is_kept(html, kept):
    assert pages.clean(html) == kept


def test_tables_scroll_and_say_what_their_headers_head():
    head = "<tr><th></th><th>text</th><th>n</th></tr><tr><th>id</th><th></th><th></th></tr>"
    html = f"<table><thead>{head}</thead><tbody><tr><th>0</th><td>a</td><td>1,200</td></tr></tbody></table>"
    table = BeautifulSoup(pages.clean(html), "html.parser")
    assert table.div["class"] == ["scroll"] and table.div["tabindex"] == "0"
    col, row, number, empty = ("th", "col", None), ("th", "row", None), ["number"], ("td", None, None)
    cells = [(cell.name, cell.get("scope"), cell.get("class")) for cell in table(["th", "td"])]
    assert cells[:3] == [empty, col, ("th", "col", number)]
    assert cells[3:] == [col, empty, empty, row, empty, ("td", None, number)]


# A folder of results, made by hand; the study does its worst

EVIL = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
LINK = "[read](javascript:window.hacked=1) | **bold** <b>b</b>"
TITLE = f"Bots {EVIL} {LINK}"
PAGES = ["index.html", "notebooks/02_bots.html"]
DESKTOP = {"viewport": {"width": 1400, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
ARTICLE = """
candidates = [
  {key = "trump", name = "Donald Trump", hashtags = []},
  {key = "clinton", name = "Hillary Clinton", hashtags = []},
]
"""
LEDGER = pd.DataFrame({"file": ["a.jsonl", EVIL], "lines": [1000, 5], "kept": [990, 5], "rejected": [10, 0]})


def picture(color):
    """A small PNG of one colour, in base64."""
    file = BytesIO()
    Image.new("RGB", (40, 30), color).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def write_results(folder, title, synthetic=True, candidates=ARTICLE):
    """A study and its results: two figures, two tables, a scorecard, a ledger, a notebook that ran."""
    (folder / "study").mkdir(parents=True)
    facts = f'name = "tiny"\ntitle = {json.dumps(title)}\nsynthetic = {str(synthetic).lower()}\nseed = 7\n'
    facts += candidates
    (folder / "study" / "study.toml").write_text(facts, "utf-8")
    study = open_study(folder / "study", folder / "out")
    for name in ("figures", "tables", "notebooks"):
        (study.out / name).mkdir(parents=True)
    scores = {"score": [0.25, 0.5], "share": [0.1, 0.9]}
    evil = {"screen_name": [EVIL], "text": [LINK], "tweets": [12345]}
    tables = {"sizes": {"name": ["b", "a", "c"] * 10, "n": [9.0, 1000.0, None] * 10}, "table_4": evil}
    for name, columns in (tables | {"figure_1": scores, "extra": scores}).items():
        about = {"provenance": "tiny", "title": f"{name} {title}", "alt": f'"<0.5" {title}', "caption": title}
        pd.DataFrame(columns).to_csv(study.out / "figures" / f"{name}.csv", index=False)
        (study.out / "figures" / f"{name}.json").write_text(json.dumps(about), "utf-8")
    for name, color in (("figure_1", "green"), ("extra", "red")):
        (study.out / "figures" / f"{name}.png").write_bytes(base64.b64decode(picture(color)))
        (study.out / "figures" / f"{name}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    CARD.to_csv(study.out / "scorecard.csv")
    rows = "notebook,seconds,peak_mb,verdict\n02_bots,98.7,432,ok\n03_gone,,,skipped\n"
    (study.out / "summary.csv").write_text(rows)
    LEDGER.to_parquet(study.tables / "ledger.parquet")
    rejected = pd.DataFrame({"file": [EVIL], "line": [3], "reason": ["no JSON"]})
    rejected.to_parquet(study.tables / "rejected.parquet")
    nbformat.write(executed(title), study.out / "notebooks" / "02_bots.ipynb")
    return study


def executed(title):
    """A notebook as it is after a run, with every kind of output that a page shows."""

    def cell(id, source, *shown, tags=(), **about):
        outputs = [new_output("display_data", data=data, metadata=about) for data in shown]
        return new_code_cell(source, outputs=outputs, id=id, metadata={"tags": list(tags)})

    slider = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "slider at 0.5"}
    script = {"application/javascript": "window.hacked=1", "text/plain": "plain"}
    alt = {"image/png": {"alt": f'a "{title}"'}}
    given = f"study = '{ROOT}/data/x'\nout = 'o'\nthreshold = 0.7"
    cells = [
        new_markdown_cell("# 02 · Bots\n\nProse with `code` and [a link](https://example.org/).", id="head"),
        cell("set", given, tags=["injected-parameters"]),
        cell("draw", 'figures.save(fig, "figure_1", data)', {"image/png": picture("green")}, **alt),
        cell("own", "other()", {"image/png": picture("blue")}),
        cell("tables", 'figures.save_table(table, f"table_{number}")', {"text/html": LEDGER.to_html()}),
        cell("html", "html()", {"text/html": EVIL}, {"text/markdown": f"## Sub\n\n{title}"}),
        cell("widget", "slider", slider, script),
        cell("error", "boom"),
    ]
    error = new_output("error", ename="E", evalue=EVIL, traceback=["\x1b[31mE\x1b[0m", EVIL])
    cells[-1].outputs = [new_output("stream", name="stdout", text=EVIL), error]
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The study of hostile texts with its report, and a published copy of it."""
    folder = tmp_path_factory.mktemp("hostile")
    study = write_results(folder, TITLE)
    report.write(study, folder / "docs")
    report.write(study)
    return study


@pytest.fixture(scope="module")
def soups(results):
    """The first page and that of the notebook."""
    return [BeautifulSoup((results.out / name).read_text("utf-8"), "html.parser") for name in PAGES]


def test_no_text_becomes_markup(soups):
    (filter_and_sort,), (sort,) = (soup("script") for soup in soups)
    assert sort.get_text().strip() == pages.source_of("tables.js").strip()
    assert filter_and_sort.get_text().endswith(sort.get_text().strip())
    for soup in soups:
        assert not soup("iframe") and not soup("base") and not soup.find("b", string="b")
        policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'")
        for tag in soup(True):
            assert not [name for name in tag.attrs if name.startswith("on")], tag
            assert not re.match(r"\s*(javascript|data):", tag.get("href", ""), re.I), tag
            for name in ("src", "href", "action", "poster", "data", "srcset"):
                assert tag.name == "a" or "//" not in tag.get(name, "").split(",")[0], tag
    images = {img["src"] for soup in soups for img in soup("img")}
    own = f"data:image/png;base64,{picture('blue')}"
    assert images == {"figures/figure_1.png", "figures/extra.png", "../figures/figure_1.png", own}
    assert not re.search(r"url\(|@import", pages.source_of("report.css"))


def test_hostile_text_is_shown_as_it_is(soups):
    index, page = soups
    assert [cell.get_text() for cell in index.find(id="table_4").tbody.tr("td")] == [EVIL, LINK, "12,345"]
    assert index.h1.get_text() == TITLE
    assert index.find("img", src="figures/figure_1.png")["alt"] == f'"<0.5" {TITLE}'
    assert EVIL in index.find(id="ledger").get_text()
    assert all(EVIL in page.find(id=f"cell-id={cell}").get_text() for cell in ("html", "error"))
    assert page.find(id="cell-id=draw").img["alt"] == f'a "{TITLE}"'
    text = page.get_text()
    assert 'figures.save(fig, "figure_1", data)' in text and "slider at 0.5" in text and "plain" in text
    assert str(ROOT) not in text and "'data/x'" in text


def test_every_exhibit_has_its_parts(soups):
    index, _ = soups
    section = index.find(id="figure_1")
    links = {link["href"] for link in section("a")}
    assert {"figures/figure_1.csv", "figures/figure_1.svg", "#claim-score_bump"} <= links
    assert "notebooks/02_bots.html#cell-id=draw" in links
    assert "def score_density" in section.get_text() and "10.0%" in section.find("details").get_text()
    assert "Not made in this run." in index.find(id="figure_2").get_text()
    assert index.find(id="table_4").find("a", href="notebooks/02_bots.html#cell-id=tables")
    assert index.find(id="file-extra")
    assert len(index.find(id="file-sizes").select("tbody tr")) == 30  # all, since no picture shows them


def test_every_claim_has_its_row_with_mark_verdict_interval_and_control(soups):
    index, _ = soups
    rows = {row["id"].removeprefix("claim-"): row for row in index.select("#claims tr[data-mark]")}
    assert set(rows) == set(CARD.index)
    kinds = CARD.loc[list(rows), "kind"]
    assert list(dict.fromkeys(kinds)) == list(KINDS)  # findings first
    interval = claims.found_value(CARD.loc["geo_region_contrast"])
    assert " to " in interval and interval in rows["geo_region_contrast"].get_text()
    for claim, row in CARD.fillna({"control": ""}).iterrows():
        assert row["verdict"] in rows[claim].get_text() and row["control"] in rows[claim].get_text()
    tally = {mark["data-mark"]: int(mark.b.get_text()) for mark in index.select(".legend a")}
    assert tally == CARD.loc[kinds == "finding", "mark"].value_counts().to_dict()  # of nothing else
    for name, (_, fill, edge) in MARKS.items():
        mark = index.find(id=f"mark-{name}").g
        assert (mark["fill"], mark["stroke"]) == (fill, edge)
        assert len(mark.find_all(True)) == (2 if name == "reaches" else 1)  # half and half


def test_ledger_and_provenance(soups, results):
    index, _ = soups
    files, sums, rejected = index.find(id="ledger")("table")
    assert [cell.get_text() for cell in sums("td")] == ["1,005", "995", "10"]
    assert "990" in files.get_text() and "no JSON" in rejected.get_text()
    lines = (results.out / "ledger.csv").read_text("utf-8").splitlines()
    assert lines[:2] == ["file,lines,kept,rejected", "a.jsonl,1000,990,10"]
    names, values = (index.find(id="provenance")(tag) for tag in ("dt", "dd"))
    facts = {name.get_text(): value.get_text() for name, value in zip(names, values, strict=True)}
    assert facts["Seed of the generator"] == "7" and facts["Command"].endswith(" -p threshold=0.7")
    assert "nbconvert 7" in facts["Packages"] and "ruff" not in facts["Packages"]


def test_a_page_is_made_anew_when_its_notebook_is_newer(tmp_path):
    study = write_results(tmp_path, "Real", synthetic=False)
    notebook, html = (study.out / "notebooks" / f"02_bots.{kind}" for kind in ("ipynb", "html"))
    report.write(study)
    assert "synthetic" not in html.read_text("utf-8").lower()
    assert 'class="synthetic"' not in (study.out / "index.html").read_text("utf-8")
    html.write_text("as it was")
    report.write(study)
    assert html.read_text("utf-8") == "as it was"
    notebook.write_text(notebook.read_text("utf-8"), "utf-8")
    report.write(study)
    assert "slider at 0.5" in html.read_text("utf-8")


def test_another_election_reads_as_another_and_real_data_are_not_recovered(tmp_path):
    study = write_results(tmp_path, "Real", synthetic=False, candidates="")
    own = CARD.index.isin(claims.applying(study).index)
    said = CARD["mark"].map(verdicts.words(synthetic=False)).where(own, claims.NOT_APPLICABLE)
    CARD.assign(verdict=said).to_csv(study.out / "scorecard.csv")
    report.write(study)
    text = BeautifulSoup((study.out / "index.html").read_text("utf-8"), "html.parser").main.get_text()
    assert "is of another election than theirs" in text
    assert "that election alone (of its candidates" in text
    assert not re.search(r"What Trump|Georgia|Without its cause|holds here", text)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_published_copy_is_light_and_does_not_depend_on_the_run(results):
    docs, summary = results.out.parent / "docs", results.out / "summary.csv"
    (docs / "guides").mkdir()
    (docs / "guides" / "kept.md").write_text("kept")
    before = contents(docs)
    (docs / "figures" / "old.png").write_text("old")
    summary.write_text(summary.read_text().replace("98.7,432", "11.1,999"))
    report.write(results, docs)
    assert contents(docs) == before
    assert {".nojekyll", "notebooks/02_bots.html", "figures/figure_1.csv"} <= set(before)
    assert not [name for name in before if name.endswith((".svg", ".ipynb", ".partial"))]
    html = before["index.html"].decode()
    assert "98.7" not in html and "Python" not in plain(html.split('id="provenance"')[1])
    assert str(ROOT) not in html and ".svg" not in html


# What a bad disk, a foreign hand or a kill leaves

DAMAGED = read_data("damaged.json")  # by the notebook that makes it anew


@pytest.mark.parametrize("damage", [
    lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"\0garbage\xff\n" * 99,
], ids=["empty", "cut", "garbage"])  # fmt: skip
def test_what_is_damaged_is_told_in_a_line_and_the_rest_is_made(tmp_path, capsys, damage):
    study = write_results(tmp_path, "Real")
    made = {"claims/bots": {"found": 9}, "tables/ingest": {}, "made_from": fingerprint(study, {}, None)}
    for name, about in made.items():
        write_text(study.out / f"{name}.json", json.dumps(about))
    pd.DataFrame({"created_at": pd.to_datetime([], utc=True)}).to_parquet(study.tables / "tweets.parquet")
    for name, notebook in DAMAGED.items():
        path = study.out / name
        data = path.read_bytes()
        path.write_bytes(damage(data))
        report.main([str(study.folder), "--out", str(study.out)])
        assert len(claims.recorded(study)) == (not name.startswith("claims"))
        said = capsys.readouterr().err
        assert said.startswith(f"{path}: damaged") and said.count("\n") == 1 and notebook in said
        html = (study.out / "index.html").read_text("utf-8")
        assert html.rstrip().endswith("</html>") and (f"{name}: damaged" in html or "claims" in name)
        path.write_bytes(data)


class Killed(BaseException):
    """The end of a process."""


def kill(patch, point):
    """Let the file operation of this number write half of what it would, and have none done after it."""
    numbers = count()

    def dying(real, half):
        def operation(path, *rest, **more):
            if (number := next(numbers)) < point:
                return real(path, *rest, **more)
            if number == point:
                half(path, *rest)
            raise Killed

        return operation

    for name in ("replace", "unlink"):
        patch.setattr(Path, name, dying(getattr(Path, name), lambda *_: None))
    patch.setattr(shutil, "rmtree", dying(shutil.rmtree, lambda *_: None))
    patch.setattr(shutil, "copyfile", dying(shutil.copyfile, lambda _, target: target.write_bytes(b"half")))
    patch.setattr(Path, "write_text", dying(Path.write_text, lambda path, _: path.write_bytes(b"half")))


def test_a_killed_publishing_leaves_no_half_file_and_the_next_one_is_whole(tmp_path, monkeypatch):
    study, site = write_results(tmp_path, "Real"), tmp_path / "site"
    monkeypatch.setattr(report, "index", lambda *_, **__: "new")  # which takes its time
    report.write(study, site)
    new = contents(site)
    old = dict.fromkeys([*new, "figures/gone.png", "guides/kept.md"], b"old")
    for point in count():
        shutil.rmtree(site)
        for name, data in old.items():
            write_text(site / name, data.decode())
        with monkeypatch.context() as patch, suppress(Killed):
            kill(patch, point)
            report.write(study, site)
            break
        left = {name: data for name, data in contents(site).items() if ".partial" not in name}
        assert all(data in (old.get(name), new.get(name)) for name, data in left.items()), point
        report.write(study, site)
        assert contents(site) == new | {"guides/kept.md": b"old"}
    assert point > 2 * len(new)


@pytest.mark.parametrize("text", hostile.EVIL)
def test_words_of_a_study_are_shown_by_markdown_as_they_are(text):
    paragraph = BeautifulSoup(pages.markdown(f"of {in_markdown(text)}"), "html.parser")
    assert paragraph.get_text().split() == ["of", *coded(text).split()]
    assert [tag.name for tag in paragraph(True)] == ["p"]


def test_results_that_are_not_there_are_asked_for(tmp_path, capsys):
    (tmp_path / "study.toml").write_text('name = "tiny"\ntitle = "T"\nsynthetic = true\n')
    with pytest.raises(SystemExit, match="2"):
        report.main([str(tmp_path), "--out", str(tmp_path / "out")])
    assert "no results here. Run python -m helpers.reproduce" in capsys.readouterr().err


# In a browser


@pytest.fixture(scope="module")
def browser():
    """Chromium of the system, without a network; skipped where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium here; on Debian and Ubuntu: apt-get install chromium")
    driver = pytest.importorskip("playwright.sync_api")
    with driver.sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        yield playwright.chromium.launch(executable_path=path, args=options)


@pytest.fixture
def visit(browser, results):
    """Open a page of the report; what it asks for and what goes wrong is gathered in `page.told`."""

    def go(name, **options):
        page = browser.new_page(**options)
        page.told = []
        for event, told in (("request", "url"), ("pageerror", "message"), ("requestfailed", "failure")):
            page.on(event, lambda about, told=told: page.told.append(getattr(about, told)))
        page.goto((results.out / name).as_uri())
        return page

    return go


@pytest.mark.slow
@pytest.mark.parametrize("look", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name, look):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(name, **look)
    closed = ".exhibit details, #ledger details"
    page.evaluate(f"document.querySelectorAll('{closed}').forEach(each => each.open = true)")
    results = axe.Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    assert [(each["id"], each["nodes"][0]["html"]) for each in results.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_for_their_own_files_only_and_what_slips_in_cannot_run(visit, name):
    page = visit(name)
    assert all(told.startswith(("file:", "data:")) for told in page.told), page.told
    loud = page.evaluate("getComputedStyle(document.querySelector('.synthetic')).backgroundColor")
    assert loud == "rgb(170, 51, 119)"
    shown = """[...document.images].filter(img => img.src.includes("figures/"))
        .map(async img => { img.loading = "eager"; await img.decode(); return img.naturalWidth; })"""
    assert set(page.evaluate(f"Promise.all({shown})")) == {40}
    page.evaluate("""document.body.insertAdjacentHTML("beforeend",
        "<img src='https://example.org/a.png'><img src=x onerror='window.hacked=1'>")""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None and "csp" in page.told


def visible(page):
    return page.locator("#claims tr[data-mark]:visible").count()


@pytest.mark.slow
def test_claims_are_searched_and_filtered(visit):
    page = visit("index.html")
    page.locator(".legend a[data-mark=leak]").click()
    leaks = (CARD["mark"] == "leak").sum()
    assert visible(page) == leaks < len(CARD)
    assert page.locator("#count").inner_text() == f"{leaks} of {len(CARD)} claims shown."
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Search the claims").fill("georgia rank")
    wanted = page.locator("#claims tr[data-mark]:visible").all_inner_texts()
    assert 0 < len(wanted) < len(CARD) and all("Georgia" in text for text in wanted)
    page.locator("#figure_1 a[href='#claim-score_bump']").click()
    assert visible(page) == len(CARD) and page.locator("#claim-score_bump").is_visible()


@pytest.mark.slow
def test_a_table_is_sorted_by_a_header_with_mouse_and_keyboard(visit):
    page = visit("index.html")
    table = page.locator("#file-sizes table")

    def column(number):
        return table.locator(f"tbody td:nth-child({number})").all_inner_texts()

    table.get_by_role("button", name="n", exact=True).click()
    assert column(2) == ["9"] * 10 + ["1,000"] * 10 + ["–"] * 10  # by size, what is empty last
    page.keyboard.press("Enter")
    assert column(2) == ["1,000"] * 10 + ["9"] * 10 + ["–"] * 10
    assert table.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    table.get_by_role("button", name="name").press("Space")
    assert column(1) == ["a"] * 10 + ["b"] * 10 + ["c"] * 10
    assert table.locator("th").nth(1).get_attribute("aria-sort") is None


@pytest.mark.slow
def test_without_scripts_and_on_paper_everything_is_shown_and_no_furniture(visit):
    still = visit("index.html", java_script_enabled=False)
    printed = visit("index.html", **DESKTOP)
    assert printed.locator(".contents").get_by_text("Ledger").is_visible()  # where the column begins
    printed.emulate_media(media="print")
    for page in (still, printed):
        assert visible(page) == len(CARD) and page.locator(".synthetic").is_visible()
        assert not page.locator(".filter").is_visible()
    assert still.locator("th button").count() == 0 and not printed.locator(".contents").is_visible()
    still.keyboard.press("Tab")
    assert "Skip to the report" in still.locator(":focus").inner_text()


@pytest.mark.parametrize("only", [
    ["00", "01", "02", "03", "06", "08"], pytest.param(None, marks=pytest.mark.slow),
], ids=["what shows texts", "all"])  # fmt: skip
def test_a_hostile_study_stays_text_in_a_browser(browser, tmp_path, capfd, only):
    fields = hostile.write_study(tmp_path / "study")
    ended = notebooks.run(tmp_path / "study", tmp_path / "out", only, jobs=2)["verdict"]
    said = capfd.readouterr().err
    assert set(ended) == {"ok"} and "Warning" not in said, said
    faults, looked = hostile.look(browser, tmp_path / "out")
    assert not faults and looked == len(ended) + 1 and len(fields) > 30
    sizes = {size for path in (tmp_path / "out/figures").glob("*.png") for size in Image.open(path).size}
    assert max(sizes) < 2500
    for path in (tmp_path / "out/figures").glob("*.csv"):
        cells = pd.read_csv(path, dtype=str, keep_default_na=False).to_numpy().ravel()
        assert not [cell for cell in cells if re.match(r"[=@\t\r]|[+-](?![\d.])", cell)], path.name

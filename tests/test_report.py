"""The report: true to notebooks and claims, harmless whatever a study says, fit for all readers."""

import json
import re
import shutil
from io import BytesIO

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers import claims
from helpers.reproduce import report
from helpers.scorecard import MARKS
from helpers.study import ROOT, open_study

EXHIBITS = report.exhibits()
SOURCES = report.Notebooks(ROOT / "notebooks")


# What belongs to what


def test_all_figures_and_tables_of_the_article_are_there():
    names = {exhibit.name for exhibit in EXHIBITS}
    assert names == {f"{kind} {number}" for kind in ("Figure", "Table") for number in range(1, 8)}
    assert len(names) == len(EXHIBITS)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.id)
def test_exhibits_agree_with_notebooks_functions_and_claims(exhibit):
    code = "\n".join(cell.source for cell in SOURCES.cells[exhibit.notebook])
    for name in exhibit.files:
        assert SOURCES.maker(name)[0] == exhibit.notebook, name
    for name in exhibit.functions:
        assert f"{'.'.join(name.split('.')[-2:])}(" in code, name
        shown = report.function(name)
        assert (ROOT / shown["file"]).exists() and f"def {name.rpartition('.')[2]}" in plain(shown["code"])
    for pattern in exhibit.claims:
        assert any(report.fnmatchcase(claim, pattern) for claim in claims.claims().index), pattern
    measured = {claim: row["notebook"] for claim, row in claims.claims().iterrows() if exhibit.has(claim)}
    assert set(measured.values()) <= {int(exhibit.notebook[:2]), 11, 12}, (
        measured
    )  # 11: arithmetic, 12: not checkable
    assert exhibit.section in set(claims.claims()["section"])


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.id)
def test_published_values_are_taken_from_the_claims(exhibit):
    typed = set(re.findall(r"\d[\d.,]*\d|\d", re.sub(r"\{\w+\}", "", exhibit.paper + exhibit.ours)))
    assert typed <= {"0.2", "0.5"}  # a range read from Figure 1, and the threshold
    assert "{" not in report.in_prose(exhibit.paper)


def test_a_published_value_is_written_as_a_reader_would():
    assert report.in_prose("{bots}, {core_bots_largest}, {score_bump}, {peak_humans}") == (
        "7,183, 12%, 0.7, 60,000 to 80,000"
    )
    with pytest.raises(KeyError):
        report.in_prose("{no_such_claim}")


def test_every_figure_of_the_package_has_one_maker():
    figures = {path.stem for path in (ROOT / "figures").glob("*.csv")}
    assert {name for name in figures if SOURCES.maker(name) is None} == set()


def test_a_wrong_entry_is_told_with_its_file(tmp_path):
    path = tmp_path / "exhibits.toml"
    path.write_text('[[exhibit]]\nname = "Figure 8"\n')
    with pytest.raises(ValueError, match=r"exhibits\.toml: .*missing required field `topic`"):
        report.exhibits(path)


# A folder of results, made by hand; the study does its worst

EVIL = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
LINK = "[read](javascript:window.hacked=1) | **bold** <b>b</b>"
TITLE = f"Bots {EVIL} {LINK}"


def picture(color):
    """A small PNG of one colour."""
    file = BytesIO()
    Image.new("RGB", (40, 30), color).save(file, "PNG")
    return file.getvalue()


def base64(data):
    return report.base64.b64encode(data).decode()


def write_results(folder, title, synthetic=True):
    """A study and its results: two figures, a table, a scorecard, a ledger, a notebook that ran. Returns the study."""
    (folder / "study").mkdir(parents=True)
    (folder / "study" / "study.toml").write_text(
        f'name = "tiny"\ntitle = {json.dumps(title)}\nsynthetic = {str(synthetic).lower()}\nseed = 7\n',
        "utf-8",
    )
    study = open_study(folder / "study", folder / "out")
    figures = study.out / "figures"
    figures.mkdir(parents=True)
    for name, color in {"figure_1": "green", "extra": "red"}.items():
        (figures / f"{name}.png").write_bytes(picture(color))
        (figures / f"{name}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        pd.DataFrame({"score": [0.25, 0.5], "share": [0.1, 0.9]}).to_csv(figures / f"{name}.csv", index=False)
        about = {
            "title": f"Scores {title}",
            "alt": f'bots "<0.5" {title}',
            "caption": title,
            "provenance": "tiny",
        }
        (figures / f"{name}.json").write_text(json.dumps(about), "utf-8")
    pd.DataFrame({"screen_name": [EVIL], "text": [LINK], "tweets": [12345]}).to_csv(
        figures / "table_4.csv", index=False
    )
    (figures / "table_4.json").write_text(json.dumps({"title": "Table 4.", "provenance": "tiny"}))
    shutil.copyfile(ROOT / "figures" / "scorecard.csv", study.out / "scorecard.csv")
    (study.out / "summary.csv").write_text(
        "notebook,seconds,peak_mb,verdict\n02_bots,98.7,432,ok\n03_gone,,,skipped\n"
    )
    study.tables.mkdir()
    ledger = {"file": ["a.jsonl", EVIL], "lines": [1000, 5], "kept": [990, 5], "rejected": [10, 0]}
    pd.DataFrame(ledger).to_parquet(study.tables / "ledger.parquet")
    pd.DataFrame({"file": [EVIL], "line": [3], "reason": ["no JSON"]}).to_parquet(
        study.tables / "rejected.parquet"
    )
    (study.out / "notebooks").mkdir()
    nbformat.write(executed(title), study.out / "notebooks" / "02_bots.ipynb")
    return study


def executed(title):
    """A notebook as it is after a run, with every kind of output that a page shows."""
    table = pd.DataFrame({"text": [EVIL, LINK], "tweets": [10, 20]})
    by_hand = f"<table><tr><th></th><td onclick='window.hacked=1'>{EVIL}</td></tr></table>"
    saved, own = picture("green"), picture("blue")

    def shown(data, **about):
        return new_output("display_data", data=data, metadata=about)

    def cell(source, *outputs, id, tags=()):
        return new_code_cell(source, outputs=list(outputs), id=id, metadata={"tags": list(tags)})

    slider = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "slider at 0.5"}
    cells = [
        new_markdown_cell("# 02 · Bots\n\nProse with `code` and [a link](https://example.org/).", id="head"),
        cell(f"study = '{ROOT}/data/x'\nout = 'o'\nthreshold = 0.7", id="set", tags=["injected-parameters"]),
        cell('figures.save(fig, "figure_1", data)', shown({"image/png": base64(saved)}, **{"image/png": {"alt": f'a "{title}"'}}), id="draw"),
        cell("other()", shown({"image/png": base64(own)}), id="own"),
        cell('figures.save_table(table, f"table_{number}", title)', shown({"text/html": table.to_html()}), id="tables"),
        cell("html()", shown({"text/html": by_hand + EVIL}), shown({"text/markdown": f"## Sub\n\n{title}"}), id="html"),
        cell("slider", shown(slider), shown({"application/javascript": "window.hacked=1", "text/plain": "plain"}), id="widget"),
        cell("boom", new_output("stream", name="stdout", text=EVIL), new_output("error", ename="E", evalue=EVIL, traceback=["\x1b[31mE\x1b[0m", EVIL]), id="error"),
    ]  # fmt: skip
    return new_notebook(cells=cells)


def plain(html):
    return BeautifulSoup(str(html), "html.parser").get_text()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The study of hostile texts with its report, and a published copy of it."""
    folder = tmp_path_factory.mktemp("hostile")
    study = write_results(folder, TITLE)
    report.write(study)
    report.write(study, folder / "docs")
    return study


@pytest.fixture(scope="module")
def index(results):
    return BeautifulSoup((results.out / "index.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def page(results):
    return BeautifulSoup((results.out / "notebooks" / "02_bots.html").read_text("utf-8"), "html.parser")


def test_no_text_becomes_markup(index, page):
    assert [script.get_text() for script in index("script")] == [report.source_of("report.js").strip()]
    assert not page("script")
    for soup in (index, page):
        assert not soup("iframe") and not soup("base") and not soup.find("b", string="b")
        for tag in soup(True):
            assert not [name for name in tag.attrs if name.startswith("on")], tag
            assert not re.match(r"\s*(javascript|data):", tag.get("href", ""), re.I), tag
    sources = {
        img["src"]
        for soup in (index, page)
        for img in soup("img")
        if not img["src"].startswith("data:image/png")
    }
    assert sources == {"figures/figure_1.png", "figures/extra.png", "../figures/figure_1.png"}


def test_hostile_text_is_shown_as_it_is(index, page):
    row = index.find(id="table_4").find("tbody").find("tr")
    assert [cell.get_text() for cell in row("td")] == [EVIL, LINK, "12,345"]
    assert index.h1.get_text() == TITLE
    assert index.find("img", src="figures/figure_1.png")["alt"] == f'bots "<0.5" {TITLE}'
    assert EVIL in index.find(id="ledger").get_text()
    assert EVIL in page.find(id="cell-id=html").find(class_="prose").get_text()


def test_pages_name_nothing_outside_but_links(index, page):
    for soup in (index, page):
        for tag in soup(True):
            for name in ("src", "href", "action", "poster", "data", "srcset"):
                assert tag.name == "a" or "//" not in tag.get(name, "").split(",")[0], tag
        assert soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"].startswith(
            "default-src 'none'"
        )
    css = report.source_of("report.css")
    assert "url(" not in css and "@import" not in css


def test_every_exhibit_has_its_parts(index):
    section = index.find(id="figure_1")
    assert section.find("img")["src"] == "figures/figure_1.png"
    assert {link["href"] for link in section("a")} >= {
        "figures/figure_1.csv", "figures/figure_1.svg", "notebooks/02_bots.html#cell-id=draw", "#claim-score_bump",
    }  # fmt: skip
    assert "helpers.bots.score_density" in section.get_text() and "def score_density" in section.get_text()
    assert "10.0%" in section.find("details").get_text()
    assert index.find(id="file-extra") and "Not made in this run." in index.find(id="figure_2").get_text()
    assert index.find(id="table_4").find("a", href="notebooks/02_bots.html#cell-id=tables")


def test_every_claim_has_its_row_with_mark_verdict_interval_and_control(index):
    card = pd.read_csv(ROOT / "figures" / "scorecard.csv", keep_default_na=False, na_values=[""]).set_index(
        "id"
    )
    rows = {row["id"].removeprefix("claim-"): row for row in index.select("#claims tr[data-mark]")}
    assert list(rows) == list(card.index)
    assert {row["data-mark"] for row in rows.values()} <= set(MARKS)
    interval = claims.found_value(card.loc["geo_region_contrast"])
    assert " to " in interval and interval in rows["geo_region_contrast"].get_text()
    for claim, row in rows.items():
        assert card.loc[claim, "verdict"] in row.get_text()
        assert pd.isna(card.loc[claim, "control"]) or card.loc[claim, "control"] in row.get_text()
    shares = {mark["data-mark"]: int(mark.b.get_text()) for mark in index.select(".legend a")}
    assert sum(shares.values()) == len(card)
    assert shares == pd.Series([row["data-mark"] for row in rows.values()]).value_counts().to_dict()


def test_ledger_and_provenance(index, results):
    totals = index.select("#ledger tfoot td")
    assert [cell.get_text() for cell in totals] == ["1,005", "995", "10"]
    assert "no JSON" in index.find(id="ledger").get_text()
    assert (
        (results.out / "ledger.csv")
        .read_text("utf-8")
        .startswith("file,lines,kept,rejected\na.jsonl,1000,990,10\n")
    )
    names, values = (index.find(id="provenance")(tag) for tag in ("dt", "dd"))
    facts = {name.get_text(): value.get_text() for name, value in zip(names, values, strict=True)}
    assert facts["Seed of the generator"] == "7" and facts["Command"].endswith(" -p threshold=0.7")
    assert "nbconvert 7" in facts["Packages"] and "ruff" not in facts["Packages"]


def test_page_keeps_code_pictures_and_what_a_widget_says(page):
    text = page.get_text()
    assert 'figures.save(fig, "figure_1", data)' in text and "slider at 0.5" in text and "plain" in text
    assert page.find(id="cell-id=draw").img["alt"] == f'a "{TITLE}"'
    assert page.find(id="cell-id=own").img["src"] == f"data:image/png;base64,{base64(picture('blue'))}"
    assert str(ROOT) not in text and "'data/x'" in text
    assert EVIL in page.find(id="cell-id=error").get_text()


def test_tables_of_a_page_scroll_and_say_what_their_headers_head(page):
    first, second = page("table")
    assert first.parent["class"] == ["scroll"] and first.parent["tabindex"] == "0"
    assert [cell.get("scope") for cell in first.thead.tr(["th", "td"])] == [None, "col", "col"]
    assert [cell.get("class") for cell in first.thead.tr(["th", "td"])] == [None, None, ["number"]]
    assert first.tbody.tr.th["scope"] == "row"
    assert [cell.get("class") for cell in first.tbody.tr("td")] == [None, ["number"]]
    assert not second("th")  # it was empty
    assert first.parent["aria-label"] != second.parent["aria-label"]


def test_real_data_is_not_called_synthetic(tmp_path):
    study = write_results(tmp_path, "Real", synthetic=False)
    report.write(study)
    soup = BeautifulSoup((study.out / "index.html").read_text("utf-8"), "html.parser")
    assert soup.find(class_="synthetic") is None
    page = (study.out / "notebooks" / "02_bots.html").read_text("utf-8")
    assert "synthetic" not in page.lower()


def test_a_published_copy_is_light_and_does_not_depend_on_the_run(results):
    docs = results.out.parent / "docs"
    (docs / "guides").mkdir()
    (docs / "guides" / "kept.md").write_text("kept")
    (docs / "figures" / "old.png").write_text("old")
    before = contents(docs)
    summary = results.out / "summary.csv"
    summary.write_text(summary.read_text().replace("98.7,432", "11.1,999"))
    report.write(results, docs)
    after = contents(docs)
    assert after == {name: data for name, data in before.items() if name != "figures/old.png"}
    assert {".nojekyll", "guides/kept.md", "notebooks/02_bots.html", "figures/figure_1.csv"} <= set(after)
    assert not [name for name in after if name.endswith((".svg", ".ipynb", ".partial"))]
    html = after["index.html"].decode()
    assert "98.7" not in html and "Python" not in plain(html.split('id="provenance"')[1])
    assert str(ROOT) not in html and ".svg" not in html


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_published_pictures_look_the_same(tmp_path):
    source, target = tmp_path / "from", tmp_path / "to"
    source.mkdir()
    shutil.copy(ROOT / "figures" / "figure_7.png", source)
    report.publish_figures(source, target)
    before, after = (Image.open(folder / "figure_7.png").convert("RGB") for folder in (source, target))
    assert after.size == before.size
    differences = abs(pd.Series(list(before.tobytes())) - pd.Series(list(after.tobytes())))
    assert differences.mean() < 1 and differences.quantile(0.99) <= 16
    assert (target / "figure_7.png").stat().st_size < 0.6 * (source / "figure_7.png").stat().st_size


def test_marks_are_those_of_the_scorecard():
    drawn = report.marks()
    assert list(drawn) == list(MARKS)
    for mark in drawn.values():
        numbers = [float(n) for path, _ in mark["paths"] for n in re.findall(r"-?\d+\.\d+", path)]
        assert numbers and max(map(abs, numbers)) <= 1
    assert len(drawn["interval"]["paths"]) == 2  # half and half
    assert drawn["leak"]["paths"][0][1] == "white" and drawn["holds"]["paths"][0][1] == MARKS["holds"][2]


def test_results_that_are_not_there_are_asked_for(tmp_path, capsys):
    (tmp_path / "study.toml").write_text('name = "tiny"\ntitle = "T"\nsynthetic = true\n')
    assert report.main([str(tmp_path), "--out", str(tmp_path / "out")]) == 2
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
    opened = []

    def go(name, **options):
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        page.told = []
        page.on("request", lambda request: page.told.append(request.url))
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.goto((results.out / name).as_uri())
        return page

    yield go
    for context in opened:
        context.close()


PAGES = ["index.html", "notebooks/02_bots.html"]
LOOKS = {
    "desktop": {"viewport": {"width": 1400, "height": 900}},
    "phone, dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name, look):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(name, **LOOKS[look])
    page.evaluate(
        "for (const part of document.querySelectorAll('.exhibit details, #ledger details')) part.open = true"
    )
    found = axe.Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    told = [
        (each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found.response["violations"]
    ]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_for_their_own_files_only(visit, name):
    page = visit(name)
    assert all(told.startswith(("file:", "data:")) for told in page.told), page.told
    assert any(told.endswith("report.css") for told in page.told)
    loud = page.evaluate("getComputedStyle(document.querySelector('.synthetic')).backgroundColor")
    assert loud == "rgb(170, 51, 119)"
    shown = """[...document.images].filter(img => img.src.includes("figures/"))
        .map(async img => { img.loading = "eager"; await img.decode(); return img.naturalWidth; })"""
    assert set(page.evaluate(f"Promise.all({shown})")) == {40}


@pytest.mark.parametrize("name", PAGES)
def test_what_slips_in_cannot_run_or_load(visit, name):
    page = visit(name)
    failed = []
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    page.evaluate("""document.body.insertAdjacentHTML("beforeend",
        "<img src='https://example.org/a.png'><img src=x onerror='window.hacked=1'>")""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None
    assert ("https://example.org/a.png", "csp") in failed


def visible(page):
    return page.locator("#claims tr[data-mark]:visible").count()


def test_claims_are_searched_and_filtered(visit):
    page = visit("index.html")
    every, leaks = visible(page), int(page.locator(".legend a[data-mark=leak] b").inner_text())
    assert every == len(pd.read_csv(ROOT / "figures" / "scorecard.csv"))
    page.locator(".legend a[data-mark=leak]").click()
    assert (
        visible(page) == leaks and page.locator("#count").inner_text() == f"{leaks} of {every} claims shown."
    )
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Search the claims").fill("georgia rank")
    wanted = page.locator("#claims tr[data-mark]:visible").all_inner_texts()
    assert 0 < len(wanted) < every and all("Georgia" in text for text in wanted)
    page.locator("#figure_1 a[href='#claim-score_bump']").click()
    assert visible(page) == every and page.locator("#claim-score_bump").is_visible()


def test_without_scripts_everything_is_shown(visit):
    page = visit("index.html", java_script_enabled=False)
    assert visible(page) == len(pd.read_csv(ROOT / "figures" / "scorecard.csv"))
    assert not page.locator(".filter").is_visible()


def test_keyboard_goes_to_the_content_first(visit):
    page = visit("notebooks/02_bots.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_on_paper_there_is_no_furniture(visit):
    page = visit("index.html", viewport={"width": 1280, "height": 800})
    assert (
        page.locator(".contents").get_by_text("Ledger").is_visible()
    )  # at the width where the column begins
    page.emulate_media(media="print")
    assert not page.locator(".contents").is_visible() and not page.locator(".filter").is_visible()
    assert page.locator(".synthetic").is_visible() and page.locator("#claims table").is_visible()

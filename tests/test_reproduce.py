"""The runner, on small notebooks that the tests write themselves."""

import functools
import json
import re
import sys

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.reproduce import machine
from helpers.reproduce import notebooks as reproduce
from helpers.reproduce.notebooks import SequenceError, declare, literal, needs, run, select

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

# Waits until the notebook it is set beside has begun too: ends only if both run at the same time.
MEET = """
import time
from pathlib import Path
assert Path(out, "collected").exists()
Path(out, "{mine}").touch()
deadline = time.monotonic() + 60
while not Path(out, "{other}").exists():
    assert time.monotonic() < deadline, "the other notebook has not begun"
    time.sleep(0.05)
"""


def write_notebook(folder, name, *sources, parameters="study, out = '', ''\n"):
    """A notebook with its parameters cell and one cell for each source."""
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters")
    cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    folder.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=[first, *cells], metadata=PYTHON), folder / f"{name}.ipynb")


def write_study(folder, synthetic=True):
    folder.mkdir()
    toml = f'name = "tiny"\ntitle = "Bots & people"\nsynthetic = {str(synthetic).lower()}\n'
    (folder / "study.toml").write_text(toml)
    return folder


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A whole run, two notebooks at a time: 03 and 04 both need 01, by way of a 02 that is not there."""
    base = tmp_path_factory.mktemp("run")
    write_study(base / "study")
    notebooks = base / "notebooks"
    write_notebook(
        notebooks,
        "01_collect",
        "import json, os, sys, time\ntime.sleep(1)",
        "from pathlib import Path\nPath(out, 'collected').touch()",
        "print(json.dumps([study, out, k, sys.executable, os.getcwd(), os.environ['STUDY_ENGINE']]))",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig(Path(out, 'line.png'))",
        "from IPython.display import Image\nImage(str(Path(out, 'line.png')), alt='a \"rising\" line')",
        parameters="study = ''\nout = ''\nk = 1",
    )
    write_notebook(notebooks, "03_left", MEET.format(mine="left", other="right"), parameters="out = ''")
    write_notebook(notebooks, "04_right", MEET.format(mine="right", other="left"), parameters="out = ''")
    summary = run(base / "study", base / "out", jobs=2, parameters={"k": 7}, notebooks=notebooks)
    return base, summary


@pytest.mark.parametrize(
    ("asked", "given"), [({}, ["1GB", "/from/study"]), ({"memory": "2GB"}, ["2GB", "/from/study"])]
)
def test_the_engine_s_limits_come_from_the_study_or_the_command(tmp_path, asked, given):
    folder = write_study(tmp_path / "study")
    with (folder / "study.toml").open("a") as file:
        file.write('[engine]\nmemory = "1GB"\nspill = "/from/study"\n')
    show = "import json, os\nprint(json.dumps([os.environ['STUDY_MEMORY'], os.environ['STUDY_SPILL']]))"
    write_notebook(tmp_path / "notebooks", "01_limits", show, parameters="out = ''")
    run(folder, tmp_path / "out", notebooks=tmp_path / "notebooks", **asked)
    assert json.loads(printed(tmp_path / "out" / "notebooks" / "01_limits.ipynb")) == given


def printed(notebook):
    """What the notebook printed."""
    cells = nbformat.read(notebook, as_version=4).cells
    return "".join(
        o.text
        for c in cells
        for o in c.get("outputs", [])
        if o.output_type == "stream" and o.name == "stdout"
    )


def test_notebooks_wait_for_what_they_need_and_else_run_together(done):
    _, summary = done
    assert list(summary["notebook"]) == ["01_collect", "03_left", "04_right"]
    assert list(summary["verdict"]) == ["ok", "ok", "ok"]  # 03 and 04 fail unless they meet, after 01
    assert (summary["seconds"] > 0).all()


def test_parameters_python_and_working_directory_reach_the_kernel(done):
    base, _ = done
    executed = printed(base / "out" / "notebooks" / "01_collect.ipynb")
    assert json.loads(executed) == [
        str(base / "study"),
        str(base / "out"),
        7,
        sys.executable,
        str(base / "notebooks"),
        "duckdb",
    ]


def test_summary_is_written(done):
    base, summary = done
    written = pd.read_csv(base / "out" / "summary.csv")
    assert list(written) == ["notebook", "seconds", "peak_mb", "verdict"]
    assert list(written["notebook"]) == list(summary["notebook"])


def test_the_whole_sequence_says_how_long_it_took_and_where(done):
    base, _ = done
    about = json.loads((base / "out" / "run.json").read_text("utf-8"))
    assert about["jobs"] == 2 and about["engine"] == "duckdb"
    assert about["seconds"] > 0
    assert set(about["machine"]) == {"cpu", "cores", "memory_gb", "system", "python"}
    assert machine.in_words(about["machine"]).startswith(f"{about['machine']['cores']} cores of ")


def test_pages_load_nothing_from_elsewhere(done):
    base, _ = done
    pages = [base / "out" / "index.html", *sorted((base / "out" / "notebooks").glob("*.html"))]
    assert len(pages) == 4
    for page in pages:
        html = page.read_text("utf-8")
        assert html.count("<script") == (page.name == "index.html") and "<script src" not in html
        assert not re.search(r"""<(?!a\b)[^>]*\b(?:src|href)\s*=\s*["']?(?:https?:)?//""", html)
        assert not re.search(r"""url\(\s*["']?(?:https?:)?//""", html)


def test_pictures_are_in_the_page_with_their_alternative_text(done):
    base, _ = done
    html = (base / "out" / "notebooks" / "01_collect.html").read_text("utf-8")
    assert """<img alt='a "rising" line' src="data:image/png;base64,""" in html


def test_index_links_the_pages_and_says_that_the_data_is_synthetic(done):
    base, _ = done
    html = (base / "out" / "index.html").read_text("utf-8")
    assert '<html lang="en">' in html and "Bots &amp; people" in html and "Synthetic data" in html
    assert re.findall(r'href="(notebooks/[^"]*)"', html) == [
        "notebooks/01_collect.html",
        "notebooks/03_left.html",
        "notebooks/04_right.html",
    ]


def test_a_second_run_gives_the_same_bytes_and_keeps_the_other_rows(done):
    base, _ = done
    folder = base / "out" / "notebooks"
    files = [folder / "01_collect.ipynb", folder / "01_collect.html"]
    before = [path.read_bytes() for path in files]
    for path in files:
        path.unlink()
    summary = run(
        base / "study", base / "out", only=["01"], parameters={"k": 7}, notebooks=base / "notebooks"
    )
    assert [path.read_bytes() for path in files] == before
    assert list(summary["notebook"]) == ["01_collect"]
    assert list(pd.read_csv(base / "out" / "summary.csv")["notebook"]) == [
        "01_collect",
        "03_left",
        "04_right",
    ]
    assert not list((base / "out").rglob(".*"))


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command line over a tiny study and the notebooks in tmp_path: returns the exit code."""
    write_study(tmp_path / "study")
    monkeypatch.setattr(reproduce, "run", functools.partial(run, notebooks=tmp_path / "notebooks"))
    return lambda *arguments: reproduce.main(
        [str(tmp_path / "study"), "--out", str(tmp_path / "out"), *arguments]
    )


def test_stops_at_the_first_failure(command, tmp_path, capsys):
    write_notebook(tmp_path / "notebooks", "01_good", "1 + 1")
    write_notebook(tmp_path / "notebooks", "02_bad", "x = 1", "y = x / 0")
    write_notebook(tmp_path / "notebooks", "03_never", "1 + 1")
    assert command() == 1

    told = capsys.readouterr()
    assert told.err.count("ZeroDivisionError: division by zero") == 1
    assert "02_bad failed" in told.err and "    y = x / 0\n" in told.err
    assert "\x1b" not in told.err
    assert [line.split() for line in told.out.splitlines()[1:]][-1] == ["03_never", "-", "-", "skipped"]
    assert list(pd.read_csv(tmp_path / "out" / "summary.csv")["verdict"]) == ["ok", "failed", "skipped"]

    kept = tmp_path / "out" / "notebooks"
    assert f"Kept: {kept / '02_bad'}.ipynb and .html\n" in told.err
    assert sorted(path.name for path in kept.iterdir()) == [
        "01_good.html",
        "01_good.ipynb",
        "02_bad.html",
        "02_bad.ipynb",
    ]
    assert "ZeroDivisionError" in (kept / "02_bad.ipynb").read_text("utf-8")
    assert "03_never.html" not in (tmp_path / "out" / "index.html").read_text("utf-8")


def test_a_dead_kernel_is_a_failure_and_no_older_leftover_is_taken_for_its_notebook(
    command, tmp_path, capsys
):
    write_notebook(tmp_path / "notebooks", "01_fatal", "print('begun')", "import os\nos._exit(1)")
    (tmp_path / "out" / "notebooks").mkdir(parents=True)
    (tmp_path / "out" / "notebooks" / ".01_fatal.partial.ipynb").write_text("half a noteb")
    assert command() == 1
    assert "DeadKernelError" in capsys.readouterr().err
    assert printed(tmp_path / "out" / "notebooks" / "01_fatal.ipynb") == "begun\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_process_is_a_failure(command, tmp_path, capsys):
    write_notebook(
        tmp_path / "notebooks", "01_fatal", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"
    )
    assert command() == 1
    told = capsys.readouterr().err
    assert "ended unexpectedly" in told and "Kept" not in told
    assert list(pd.read_csv(tmp_path / "out" / "summary.csv")["verdict"]) == ["failed"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "07"], "No such notebook: 07. There are: 01_first, 02_second.\n"),
        (["-p", "kk=3"], "No selected notebook has this parameter to set: kk. They have: j, k.\n"),
        (["-p", "study=3"], "No selected notebook has this parameter to set: study. They have: j, k.\n"),
        (
            ["--only", "01", "-p", "j=3"],
            "No selected notebook has this parameter to set: j. They have: k.\n",
        ),
    ],
)
def test_what_does_not_exist_is_refused(command, tmp_path, capsys, arguments, message):
    write_notebook(tmp_path / "notebooks", "01_first", parameters="study = ''\nk = 1")
    write_notebook(tmp_path / "notebooks", "02_second", parameters="j = 1")
    assert command(*arguments) == 2
    assert capsys.readouterr().err == message
    assert not (tmp_path / "out").exists()


def test_a_study_that_is_none_is_refused(tmp_path, capsys):
    assert reproduce.main([str(tmp_path / "nowhere")]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{tmp_path / 'nowhere' / 'study.toml'}: no such file") and told.count("\n") == 1


def test_an_interrupted_run_ends_without_a_traceback(monkeypatch, capsys):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(reproduce, "run", interrupted)
    assert reproduce.main([]) == 130
    assert capsys.readouterr().err.startswith("Interrupted.")


@pytest.mark.parametrize("arguments", [["-p", "k"], ["-p", "=3"], ["--jobs", "0"], ["--jobs", "two"]])
def test_malformed_arguments_are_refused(arguments):
    with pytest.raises(SystemExit) as stop:
        reproduce.main(arguments)
    assert stop.value.code == 2


def test_select_takes_numbers_and_names_in_the_order_of_the_folder(tmp_path):
    for name in ["10_last", "02_second", "01_first", "draft"]:
        write_notebook(tmp_path, name)
    assert [p.stem for p in select(tmp_path)] == ["01_first", "02_second", "10_last"]
    assert [p.stem for p in select(tmp_path, ["10", " 01_first.ipynb"])] == ["01_first", "10_last"]
    with pytest.raises(
        SequenceError, match=r"No such notebook: 1\. There are: 01_first, 02_second, 10_last\."
    ):
        select(tmp_path, ["1", "10"])
    with pytest.raises(SequenceError, match="no numbered notebooks"):
        select(tmp_path / "elsewhere")


def test_declare_gives_a_notebook_only_the_parameters_it_has(tmp_path):
    write_notebook(tmp_path, "01_first", parameters="study = ''\nk: int = 1  # how many")
    write_notebook(tmp_path, "02_second", parameters="out = ''")
    assert list(declare(select(tmp_path), {"study": "s", "out": "o"}, {"k": 5}).values()) == [
        {"study": "s", "k": 5},
        {"out": "o"},
    ]


def test_needs_reach_through_notebooks_between():
    assert needs("00") == needs("01") == set()
    assert needs("04") == {"01", "02"}
    assert needs("08") == {"01", "02", "03", "06"}
    assert needs("11") == {"01", "02", "03", "06"}
    assert needs("12") == {f"{n:02}" for n in range(12)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("[1, 2]", [1, 2]),
        ("None", None),
        ("null", None),
        ("True", True),
        ("false", False),
        ("'3'", "3"),
        ("2016-09-26", "2016-09-26"),
        ("data/sample", "data/sample"),
        ("", ""),
    ],
)
def test_literal(text, value):
    found = literal(text)
    assert found == value and type(found) is type(value)

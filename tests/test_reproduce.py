"""The runner, on small notebooks that the tests write themselves."""

import functools
import json
import os
import re
import signal
import subprocess
import sys
import time

import nbformat
import pandas as pd
import papermill
import psutil
import pytest
from conftest import read_data
from nbformat.v4 import new_code_cell, new_notebook

from helpers.reproduce import notebooks as reproduce
from helpers.reproduce.notebooks import SequenceError, execute, literal, needs, run, select
from helpers.study import ROOT, sole

CASES = read_data("reproduce.json")
PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
STUDY = 'name = "tiny"\ntitle = "Bots & people"\nsynthetic = true\n'
STUDY += '[engine]\nmemory = "1GB"\nspill = "/there"\n'

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
COLLECT = "import time\nfrom pathlib import Path\ntime.sleep(1)\nPath(out, 'collected').touch()"
TOLD = "[study, out, k, sys.executable, os.getcwd()] + [os.environ[f'STUDY_{n}'] for n in names]"
TELL = f"import json, os, sys\nnames = 'ENGINE', 'MEMORY', 'SPILL'\nprint(json.dumps({TOLD}))"

STYLED = "import pandas as pd\npd.DataFrame({'a': [1]}).style"


def write_notebook(folder, name, *sources, parameters="study, out = '', ''\n"):
    """A notebook with its parameters cell and one cell for each source."""
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters")
    cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    folder.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=[first, *cells], metadata=PYTHON), folder / f"{name}.ipynb")


def printed(notebook):
    """What the notebook printed."""
    outputs = [out for cell in nbformat.read(notebook, as_version=4).cells for out in cell.get("outputs", [])]
    return "".join(out.text for out in outputs if out.output_type == "stream" and out.name == "stdout")


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A whole run, two notebooks at a time: 03 and 04 both need 01, by way of a 02 that is not there."""
    base = tmp_path_factory.mktemp("run") / "of {k}"  # papermill would fill in the parameter
    base.mkdir()
    (base / "study").mkdir()
    (base / "study" / "study.toml").write_text(STUDY)
    given = "study = ''\nout = ''\nk = 1"
    write_notebook(base / "notebooks", "01_collect", COLLECT, TELL, STYLED, parameters=given)
    for mine, other in (("03_left", "04_right"), ("04_right", "03_left")):
        write_notebook(base / "notebooks", mine, MEET.format(mine=mine, other=other), parameters="out = ''")
    chosen = {"parameters": {"k": 7}, "memory": "2GB", "notebooks": base / "notebooks"}
    again = functools.partial(run, base / "study", base / "out", **chosen)
    return base, again, again(jobs=2)


def test_notebooks_wait_for_what_they_need_and_else_run_together_and_the_run_is_told(done):
    base, _, summary = done
    assert list(summary["verdict"]) == ["ok", "ok", "ok"]  # 03 and 04 fail unless they meet, after 01
    written = pd.read_csv(base / "out" / "summary.csv")
    assert list(written) == list(summary) == ["notebook", "seconds", "peak_mb", "verdict"]
    assert list(written["notebook"]) == list(summary["notebook"]) == ["01_collect", "03_left", "04_right"]
    about = json.loads((base / "out" / "run.json").read_text("utf-8"))
    assert about["jobs"] == 2 and about["engine"] == "duckdb" and about["seconds"] > 0
    assert re.fullmatch(r"\d+ cores of .+, Python 3\.\d+\.\d+", about["machine"])
    pages = ["index.html", *(f"notebooks/{name}.html" for name in written["notebook"])]
    assert set(pages) < set(files(base / "out"))


def test_parameters_python_folder_and_the_engine_s_limits_reach_the_kernel(done):
    base, *_ = done
    told = [str(base / "study"), str(base / "out"), 7, sys.executable, str(base / "notebooks")]
    limits = ["duckdb", "2GB", "/there"]  # the command's, before the study's
    assert json.loads(printed(base / "out" / "notebooks" / "01_collect.ipynb")) == told + limits


def test_a_second_run_gives_the_same_bytes_and_keeps_the_other_rows(done, tmp_path, monkeypatch):
    base, again, _ = done
    (tmp_path / "profile_default" / "startup").mkdir(parents=True)
    (tmp_path / "profile_default" / "startup" / "own.py").write_text("print('a user')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = [base / "out" / "notebooks" / f"01_collect.{kind}" for kind in ("ipynb", "html")]
    before = [path.read_bytes() for path in made]
    for path in made:
        path.unlink()
    assert list(again(only=["01"])["notebook"]) == ["01_collect"]
    assert [path.read_bytes() for path in made] == before
    assert len(pd.read_csv(base / "out" / "summary.csv")) == 3
    assert not list((base / "out").rglob(".*"))


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command line over a tiny study and the notebooks in tmp_path: returns the exit code."""
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.toml").write_text(STUDY)
    monkeypatch.setattr(reproduce, "run", functools.partial(run, notebooks=tmp_path / "notebooks"))
    given = [str(tmp_path / "study"), "--out", str(tmp_path / "out")]
    return lambda *arguments: reproduce.main([*given, *arguments])


def test_solutions_leave_the_results_alone(command, tmp_path):
    write_notebook(tmp_path / "notebooks", "02_later", "1 + 1")
    assert command("--solutions") == 0
    assert files(tmp_path / "out") == ["notebooks/solutions/02_later.ipynb"]


def test_stops_at_the_first_failure(command, tmp_path, capsys):
    write_notebook(tmp_path / "notebooks", "01_good", "1 + 1")
    write_notebook(tmp_path / "notebooks", "02_bad", "x = 1", "y = x / 0")
    write_notebook(tmp_path / "notebooks", "03_never", "1 + 1")
    assert command() == 1
    told, kept = capsys.readouterr(), tmp_path / "out" / "notebooks"
    assert told.err.count("ZeroDivisionError: division by zero") == 1 and "\x1b" not in told.err
    assert "02_bad failed" in told.err and "    y = x / 0\n" in told.err
    assert f"Kept: {kept / '02_bad'}.ipynb\n" in told.err
    assert told.out.splitlines()[-1].split() == ["03_never", "-", "-", "skipped"]
    assert list(pd.read_csv(tmp_path / "out" / "summary.csv")["verdict"]) == ["ok", "failed", "skipped"]
    assert files(kept) == ["01_good.html", "01_good.ipynb", "02_bad.html", "02_bad.ipynb"]
    assert "ZeroDivisionError" in (kept / "02_bad.html").read_text("utf-8")


def test_a_study_error_is_one_sentence(command, tmp_path, capsys):
    stops = "from helpers.study import StudyError\nraise StudyError('Nothing to study.')"
    write_notebook(tmp_path / "notebooks", "01_empty", stops)
    assert command() == 1
    told = capsys.readouterr().err
    assert "01_empty failed.\nNothing to study.\nKept: " in told and "Traceback" not in told
    large = "raise type('OutOfMemoryException', (Exception,), {})('3 MB are too few\\n\\nSET threads')"
    write_notebook(tmp_path / "notebooks", "01_empty", large)
    assert command() == 1
    assert "01_empty failed.\n3 MB are too few. Raise --memory" in capsys.readouterr().err


def test_a_dead_kernel_is_a_failure_and_no_leftover_is_taken_for_its_notebook(command, tmp_path, capsys):
    write_notebook(tmp_path / "notebooks", "01_fatal", "print('begun')", "import os\nos._exit(1)")
    (tmp_path / "out" / "notebooks").mkdir(parents=True)
    (tmp_path / "out" / "notebooks" / ".01_fatal.partial.ipynb").write_text("half a noteb")
    assert command() == 1
    assert "DeadKernelError: Kernel died. If memory was short: Raise --memory" in capsys.readouterr().err
    assert printed(tmp_path / "out" / "notebooks" / "01_fatal.ipynb") == "begun\n"


def test_what_fails_before_the_first_cell_is_tried_once_more(tmp_path, monkeypatch):
    for name in ("PYTHONHASHSEED", "JUPYTER_PREFER_ENV_PATH", "IPYTHONDIR"):
        monkeypatch.setenv(name, "0")  # what `execute` sets in a process of its own is undone
    write_notebook(tmp_path / "notebooks", "01_one", "print('run')")
    taken, really = iter([True, False, True, True]), papermill.execute_notebook

    def start(*given, **named):
        if next(taken):
            raise RuntimeError("Address already in use")
        return really(*given, **named)

    monkeypatch.setattr(papermill, "execute_notebook", start)
    ended = [execute(tmp_path / "notebooks" / "01_one.ipynb", {}, tmp_path, {}) for _ in range(2)]
    assert [outcome.verdict for outcome in ended] == ["ok", "failed"] and not list(taken)


def test_kernels_run_the_helpers_beside_the_runner_not_those_installed(command, tmp_path, monkeypatch):
    (tmp_path / "other" / "helpers").mkdir(parents=True)
    (tmp_path / "other" / "helpers" / "__init__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "other"))
    write_notebook(tmp_path / "notebooks", "01_whose", "import helpers\nprint(helpers.__file__)")
    assert command() == 0
    told = printed(tmp_path / "out" / "notebooks" / "01_whose.ipynb")
    assert told.strip() == str(ROOT / "helpers" / "__init__.py")


def test_two_runs_do_not_write_the_same_results_and_a_file_is_no_folder_of_results(command, tmp_path, capsys):
    write_notebook(tmp_path / "notebooks", "01_good", "1 + 1")
    if sys.platform != "win32":
        with sole(tmp_path / "out"):
            assert command() == 2
        assert capsys.readouterr().err.startswith(f"{tmp_path / 'out'}: another run is writing here.")
    assert command() == 0
    (tmp_path / "file").touch()
    assert command("--out", str(tmp_path / "file")) == 2
    assert "file: no folder can be made here (File exists)" in capsys.readouterr().err


# SIGINT is ignored by what a script runs in the background, and so would be by this.
ENDED = """
import functools, signal, sys
from helpers import commands
from helpers.reproduce import notebooks
notebooks.run = functools.partial(notebooks.run, notebooks=sys.argv.pop())
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    commands.run(notebooks.main)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(("sent", "code"), [("SIGTERM", 143), ("SIGINT", 130), ("SIGKILL", -9)])
def test_however_a_run_is_ended_it_says_so_in_a_line_and_leaves_no_process(tmp_path, sent, code):
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "ended.py").write_text(ENDED)
    long = "import time\nopen('begun', 'w').close()\ntime.sleep(99)"
    write_notebook(tmp_path / "notebooks", "01_long", long)
    given = ["ended.py", ".", "--out", "out", "notebooks"]
    marked = os.environ | {"PYTHONPATH": str(ROOT), "TRIAL": str(tmp_path)}
    how = {"cwd": tmp_path, "env": marked, "stderr": subprocess.PIPE, "text": True}
    began = subprocess.Popen([sys.executable, *given], **how)
    assert soon((tmp_path / "notebooks" / "begun").exists)
    began.send_signal(getattr(signal, sent))
    told = began.communicate(timeout=30)[1]
    assert began.returncode == code
    assert sent == "SIGKILL" or told == "Interrupted. What was whole before is kept.\n"
    assert soon(lambda: str(tmp_path) not in str([one.info for one in psutil.process_iter(["environ"])]))


def soon(true, seconds=30):
    """Whether something becomes true within some time."""
    until = time.monotonic() + seconds
    while not (done := true()) and time.monotonic() < until:
        time.sleep(0.1)
    return done


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_process_is_a_failure(command, tmp_path, capsys):
    kill = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"
    write_notebook(tmp_path / "notebooks", "01_fatal", kill)
    assert command() == 1
    told = capsys.readouterr().err
    assert "ended unexpectedly" in told and "Kept" not in told


@pytest.mark.parametrize(("arguments", "message"), CASES["refused"])
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


@pytest.mark.parametrize("arguments", [["-p", "k"], ["-p", "=3"], ["--jobs", "0"], ["--jobs", "two"]])
def test_malformed_arguments_are_refused(arguments):
    with pytest.raises(SystemExit, match="2"):
        reproduce.main(arguments)


def test_select_takes_numbers_and_names_in_the_order_of_the_folder(tmp_path):
    for name in ["10_last", "02_second", "01_first", "draft"]:
        write_notebook(tmp_path, name)
    assert [p.stem for p in select(tmp_path)] == ["01_first", "02_second", "10_last"]
    assert [p.stem for p in select(tmp_path, ["10", " 01_first.ipynb"])] == ["01_first", "10_last"]
    with pytest.raises(SequenceError, match="no numbered notebooks"):
        select(tmp_path / "elsewhere")


def test_needs_reach_through_notebooks_between():
    assert needs("01") == set() and needs("08") == {"01", "02", "03", "06"}
    assert needs("12") == {f"{n:02}" for n in range(12)}


@pytest.mark.parametrize(("text", "value"), CASES["literals"])
def test_literal(text, value):
    assert literal(text) == value and type(literal(text)) is type(value)

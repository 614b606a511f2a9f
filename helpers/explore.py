"""Sliders for notebooks: move a number and see the picture change; a still picture where nobody can."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ipywidgets
from IPython import get_ipython
from IPython.display import Markdown, display


def slider(show: Callable, **settings: tuple[Iterable, object]) -> None:
    """Show what `show` makes of some settings, with a slider for each of them: NAME=(values, start).

    `show(**settings)` returns a list of things to display (`figures.picture`, tables, Markdown). It is called
    anew for every move, so it should only draw what was computed before. Headless (papermill, nbconvert, a
    script) it is called once, at the start values, and no slider is shown. Raises ValueError if a start is
    not among its values.
    """
    values = {name: list(choice) for name, (choice, _) in settings.items()}
    starts = {name: start for name, (_, start) in settings.items()}
    for name, start in starts.items():
        if start not in values[name]:
            raise ValueError(f"slider {name}: the start {start!r} is not among {values[name]}")
    if not somebody_is_there():
        at = ", ".join(f"{name} = {start}" for name, start in starts.items())
        display(Markdown(f"*A still picture, at {at}. In JupyterLab a slider moves it.*"), *show(**starts))
        return
    look = {"continuous_update": False, "style": {"description_width": "initial"}}
    sliders = {
        name: ipywidgets.SelectionSlider(options=values[name], value=start, description=name, **look)
        for name, start in starts.items()
    }
    display(ipywidgets.interactive(lambda **chosen: display(*show(**chosen)), **sliders))


def somebody_is_there() -> bool:
    """Whether a person runs this cell: their program says with each cell that it can be asked for input.

    JupyterLab, VS Code and Colab say so; papermill, nbconvert and scripts do not.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    return bool(kernel and kernel.get_parent().get("content", {}).get("allow_stdin"))

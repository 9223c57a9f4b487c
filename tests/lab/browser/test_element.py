"""The custom element in somebody's page: properties, methods, events; and Python's bits."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sklearn.exceptions import ConvergenceWarning

from tests.lab.browser.conftest import embedding

TANH3 = {"units": 3, "activation": "tanh"}

RECIPES: dict[str, dict[str, Any]] = {
    "gd": {"training": {"passes": 300}},
    "softmax": {
        "data": {"test_share": 0},
        "network": {"output": "softmax", "init": "lecun_normal"},
        "training": {"learning_rate": 2, "passes": 300},
    },
    "blobs": {"data": {"source": "blobs", "classes": 4, "noise": 1}, "training": {"passes": 100}},
    "deep": {
        "network": {
            "hidden": [{"units": 8, "activation": "relu"}, {"units": 4, "activation": "gelu"}]
        },
        "training": {"solver": "adam", "dropout": 0.2, "learning_rate": 0.01, "passes": 120},
    },
    "sgd": {
        "training": {"solver": "sgd", "batch_size": 5000, "learning_rate": 0.01, "passes": 200}
    },
    "adaptive": {
        "training": {"solver": "sgd", "schedule": "adaptive", "learning_rate": 0.1, "passes": 300}
    },
    "cosine": {"training": {"solver": "adam", "schedule": "cosine", "passes": 60}},
    "lbfgs": {"training": {"solver": "lbfgs", "passes": 200}},
    "line": {"network": {"hidden": []}, "training": {"passes": 100}},
    "terms": {
        "data": {"source": "circles", "noise": 0.1, "terms": ["x1", "x1^2", "x1*x2", "sin(x2)"]},
        "training": {"passes": 200},
    },
    "plane": {"data": {"source": "plane", "noise": 0.1}, "training": {"passes": 200}},
    "huber": {
        "data": {"source": "hills", "noise": 0.1, "test_share": 0.25},
        "training": {"solver": "adam", "loss": "huber", "learning_rate": 0.01, "passes": 50},
    },
    "drawn": {
        "data": {
            "source": "drawn",
            "test_share": 0,
            "drawn": [[0.1, -0.2, 0], [1, 1 / 3, 1], [-1, 0.5, 2], [2, 2, 1]],
        },
        "training": {"passes": 200},
    },
    "iris": {
        "data": {"source": "iris", "features": ["petal length (cm)", "sepal width (cm)"]},
        "training": {"passes": 100},
    },
    "diabetes": {"data": {"source": "diabetes"}, "training": {"learning_rate": 0.1, "passes": 100}},
}

# Gives the element a recipe, and waits until its first picture is there.
SET = """async recipe => {
    lab.recipe = recipe;
    const is = () => lab.recipe.training.passes === recipe.training.passes && lab.passes === 0
        && lab.weights().length > 0 && !lab.shadowRoot.querySelector('.is-waiting');
    do await new Promise(then => setTimeout(then, 40)); while (!is());
}"""
# Trains until the button offers to play again.
PLAY = """async () => {
    await lab.play();
    const ended = () => lab.shadowRoot.querySelector('.play').textContent === 'Play';
    do await new Promise(then => setTimeout(then, 40)); while (!ended());
}"""


def run_script(script: str) -> Any:
    """The network that a script leaves behind."""
    left: dict[str, Any] = {}
    with warnings.catch_warnings():
        # A run that was stopped before its end has not converged, and says so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        exec(compile(script, "moonlet_lab.py", "exec"), left)  # noqa: S102 - what users do with it
    return left["network"]


def assert_same_weights(element: Page) -> None:
    script = element.evaluate("lab.python()")
    network = run_script(script)
    layers = zip(network.coefs_, network.intercepts_, strict=True)
    packed = np.concatenate([part.ravel() for layer in layers for part in layer])
    weights = np.array(element.evaluate("[...lab.weights()]"))
    assert np.isfinite(weights).all()
    np.testing.assert_array_equal(packed, weights, err_msg=script)


def set_recipe(element: Page, recipe: dict[str, Any]) -> None:
    whole = {"version": 1, "view": {"pace": 0}, **recipe}
    element.evaluate(SET, whole)


@pytest.fixture(scope="module")
def reused(browser: Browser, site: str) -> Iterator[Page]:
    """One page for many recipes: each is given whole, so nothing is left of the one before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    with embedding(context, site) as page:
        yield page
    context.close()


@pytest.mark.parametrize("name", RECIPES)
def test_the_copied_script_gives_the_pages_weights(reused: Page, name: str) -> None:
    set_recipe(reused, RECIPES[name])
    reused.evaluate(PLAY)
    assert reused.evaluate("lab.passes") > 0
    assert_same_weights(reused)


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_the_script_follows_every_change_that_was_made_on_the_way(
    element: Page, solver: str
) -> None:
    set_recipe(element, {"training": {"solver": solver, "learning_rate": 0.1, "passes": 37}})
    element.evaluate(PLAY)
    for name, value, passes in (("L2 penalty", "0.5", 60), ("L2 penalty", "0.02", 83)):
        field = element.get_by_label(name, exact=True)
        field.fill(value)
        field.press("Enter")
        limit = element.get_by_label("Stop after")
        limit.fill(str(passes))
        limit.press("Enter")
        element.evaluate(PLAY)
    assert element.evaluate("lab.passes") >= 60
    assert "warm_start=True" in element.evaluate("lab.python()")
    assert_same_weights(element)


def test_weights_that_were_set_by_hand_are_in_the_script_and_in_the_recipe(element: Page) -> None:
    set_recipe(element, {"training": {"passes": 40}})

    def set_weight(label: str, value: str) -> None:
        element.get_by_role("button", name="Unit 2 of layer 1").click()
        field = element.get_by_label(label)
        field.fill(value)
        field.press("Enter")
        element.wait_for_timeout(200)
        element.keyboard.press("Tab")
        element.get_by_role("button", name="Close").click()

    set_weight("From x₂", "2.5")
    element.evaluate(PLAY)
    assert_same_weights(element)
    set_weight("Bias", "-1.25")
    assert_same_weights(element)
    limit = element.get_by_label("Stop after")
    limit.fill("90")
    limit.press("Enter")
    element.evaluate(PLAY)
    assert element.evaluate("lab.passes") == 90
    assert_same_weights(element)
    before = element.evaluate("[...lab.weights()]")
    recipe = json.loads(json.dumps(element.evaluate("lab.recipe")))
    assert [phase["passes"] for phase in recipe["past"]] == [40, 50]
    element.evaluate("recipe => { lab.recipe = recipe }", {"version": 1})
    expect(element.get_by_label("Passes done")).to_have_text("0")
    element.evaluate("recipe => { lab.recipe = recipe }", recipe)
    expect(element.get_by_label("Passes done")).to_have_text("90")
    assert element.evaluate("[...lab.weights()]") == before


def test_names_of_any_characters_are_in_the_script_as_they_are(element: Page) -> None:
    """Emoji were cut in two (faults.md, D7), and a name must never become code."""
    name = '");import os;os.abort()#\U00020bb7\U0001f600'
    cells = [[0.5 * i, (i * 7) % 5, i % 2] for i in range(12)]
    columns = [
        {
            "name": title,
            "kind": "number",
            "from": None,
            "labels": [],
            "cells": [row[k] for row in cells],
        }
        for k, title in enumerate([name, "\U0001f98b", "y"])
    ]
    table = {"name": '../../"\U0001f600".csv', "columns": columns, "target": "y"}
    data = {"source": "table", "table": table, "test_share": 0, "features": [name, "\U0001f98b"]}
    set_recipe(element, {"data": data, "training": {"passes": 5}})
    element.evaluate(PLAY)
    script = element.evaluate("lab.python()")
    compile(script, "moonlet_lab.py", "exec")
    assert "\U0001f98b" in script
    assert [line for line in script.splitlines() if line.startswith("import os")] == []
    assert ".." not in script


# An editor's page for a notebook's output (VS Code with notebook.experimental.enableCsp).
EDITOR = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; connect-src https:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' https: http: data:; child-src https: data:"
)


def test_it_trains_where_no_worker_may_come_from_a_blob(
    context: BrowserContext, site: str, folder: Path
) -> None:
    page_of_all = (folder / "element.html").read_text(encoding="utf-8")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{EDITOR}">'
    (folder / "editor.html").write_text(
        page_of_all.replace("<meta", f"{meta}<meta", 1), encoding="utf-8"
    )
    page = context.new_page()
    page.add_init_script(
        "window.refused = [];"
        "addEventListener('securitypolicyviolation', (e) => refused.push(e.blockedURI))"
    )
    page.goto(f"{site}/editor.html")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('moonlet-lab').passes > 0")
    assert page.evaluate("window.refused") == ["blob"]


def test_what_is_asked_of_it_before_it_is_ready_is_done(element: Page) -> None:
    passes = element.evaluate(
        """async () => {
            const another = document.createElement('moonlet-lab');
            document.querySelector('main').append(another);
            await another.play();
            while (another.passes < 1) await new Promise((then) => setTimeout(then, 40));
            return another.passes;
        }"""
    )
    assert passes > 0


def test_methods_properties_and_events_are_those_of_the_contract(element: Page) -> None:
    element.evaluate(
        """() => { window.heard = [];
            for (const kind of ["pass", "finding", "stop"])
                lab.addEventListener(kind, event => heard.push([kind, event.detail])); }"""
    )
    set_recipe(element, {"training": {"passes": 50, "learning_rate": 2}, "view": {"pace": 0}})
    assert element.evaluate("lab.weights() instanceof Float64Array")
    element.evaluate("lab.step()")
    expect(element.get_by_label("Passes done")).to_have_text("1")
    assert element.evaluate("lab.passes") == 1
    element.evaluate(PLAY)
    assert element.evaluate("lab.passes") == 50
    heard = element.evaluate("heard")
    assert ["stop", {"reason": "max_iter", "passes": 50}] in heard
    assert {detail["passes"] for kind, detail in heard if kind == "pass"} >= {1, 50}
    element.evaluate("lab.reset()")
    expect(element.get_by_label("Passes done")).to_have_text("0")
    element.evaluate("lab.play(); lab.pause()")
    element.evaluate("lab.setAttribute('lang', 'zh')")
    expect(element.locator(".moonlet-lab")).to_have_attribute("lang", "zh")
    element.evaluate('lab.setAttribute(\'recipe\', \'{"version": 1, "data": {"source": "xor"}}\')')
    assert element.evaluate("lab.recipe.data.source") == "xor"


def test_hidden_and_locked_controls_are_so(element: Page) -> None:
    set_recipe(
        element,
        {
            "training": {"passes": 50},
            "hidden": ["sweep", "data.noise", "take"],
            "locked": ["training", "network.units"],
        },
    )
    expect(element.get_by_role("region", name="The sweep")).to_be_hidden()
    expect(element.get_by_label("Noise", exact=True)).to_be_hidden()
    expect(element.get_by_role("button", name="Copy as Python")).to_be_hidden()
    expect(element.get_by_label("Learning rate")).to_be_disabled()
    expect(element.get_by_label("Units of hidden layer 1")).to_be_disabled()
    expect(element.get_by_label("Points", exact=True)).to_be_enabled()


def test_a_recipe_that_is_none_is_refused_in_words_and_changes_nothing(element: Page) -> None:
    said = element.evaluate(
        "() => { try { lab.recipe = { version: 1, data: { source: 'nowhere' } } }"
        " catch (error) { return error.message } }"
    )
    assert said.startswith("recipe.data.source must be one of moons")
    assert element.evaluate("lab.recipe.data.source") == "moons"

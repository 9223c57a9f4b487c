from __future__ import annotations

import pytest

from tests.engine.programs import run_python

DEFERRED = "from moonlet.cli.deferred import defer_scipy_stats\ndefer_scipy_stats()\n"
LOADED = "'scipy.stats._stats_py' in sys.modules"


def after(statements: str) -> str:
    """What a fresh Python prints that has put scipy.stats off."""
    return str(run_python("-W", "error", "-c", f"import sys\n{DEFERRED}{statements}")).strip()


@pytest.mark.parametrize(
    "statement",
    ["import scipy.stats", "from scipy import stats", "from scipy.stats import rankdata"],
)
def test_an_import_alone_loads_nothing(statement: str) -> None:
    assert after(f"{statement}\nprint({LOADED})") == "False"


@pytest.mark.parametrize(
    "statement",
    [
        "import scipy.stats; value = scipy.stats.norm.cdf(0.0)",
        "from scipy import stats; value = stats.norm.cdf(0.0)",
        "from scipy.stats import norm; value = norm.cdf(0.0)",
        "from scipy.stats import rankdata; value = rankdata([3.0, 5.0]).min() / 2",
        "from scipy.stats.distributions import norm; value = norm.cdf(0.0)",
        "import scipy.stats.distributions as d; value = d.norm.cdf(0.0)",
        "from scipy.stats import rv_continuous\n"
        "class Mine(rv_continuous):\n"
        "    def _cdf(self, x): return x\n"
        "value = Mine(a=0, b=1).cdf(0.5)",
        "from scipy.stats import rv_continuous\n"
        "from scipy.stats import norm\n"
        "value = 0.5 * isinstance(norm._fetch(), rv_continuous)",
        "import scipy.stats; scipy.stats.norm.cdf(0.0)\n"
        "import scipy.stats; from scipy.stats import norm; value = norm.cdf(0.0)",
    ],
)
def test_whatever_is_used_is_the_real_one(statement: str) -> None:
    said = after(
        f"{statement}\nimport scipy.stats\n"
        f"print(value, {LOADED}, scipy.stats.norm is sys.modules['scipy.stats'].norm)"
    )
    assert said == "0.5 True True"


def test_a_module_that_is_there_stays() -> None:
    kept = "import scipy.stats as real\n" + DEFERRED + "print(sys.modules['scipy.stats'] is real)"
    assert run_python("-c", f"import sys\n{kept}").strip() == "True"


def test_whoever_looks_through_all_modules_loads_nothing() -> None:
    looks = (
        "import inspect, unittest\n"
        "import scipy.stats\n"
        "for module in list(sys.modules.values()): getattr(module, '__warningregistry__', None)\n"
        "inspect.getmodule(inspect.currentframe())\n"
        f"print({LOADED})"
    )
    assert after(looks) == "False"


@pytest.mark.parametrize("command", ["data", "fit", "study"])
def test_no_command_needs_it(command: str, tmp_path) -> None:
    arguments = {
        "data": ["moons"],
        "fit": ["iris", "-o", str(tmp_path / "model.onnx")],
        # Boosted trees of three classes take a geometric mean from it.
        "study": ["moons", "--hidden", "0,2", "--restarts", "1", "--out", str(tmp_path)],
    }[command]
    code = (
        "import sys\n"
        "from moonlet.cli import main\n"
        "try:\n"
        f"    main({[command, *arguments]!r}, prog_name='moonlet')\n"
        "except SystemExit as end:\n"
        f"    print(end.code, {LOADED})\n"
    )
    assert run_python("-c", code).splitlines()[-1] == "0 False"

"""The plan of the house, held to: who may import whom, how long things get, and what is nowhere."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
APPS = ("practice", "clients", "sessions", "billing", "claims")
LONGEST_FILE = 400
LONGEST_FUNCTION = 49  # about 30, never 50
MODULES = sorted(
    path for app in APPS for path in (PROJECT / app).rglob("*.py") if "migrations" not in path.parts
)  # fmt: skip
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
# A program of its own, which prints; and what Celery calls a signal: its worker's start, not a push between apps.
PRINTS = {"claims/clearinghouse/sandbox/__main__.py"}
SIGNALS = {"practice/embedded/pool.py"}


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def dotted(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def pyproject() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


# --- imports --------------------------------------------------------------------------------------


def test_the_contracts_of_imports_hold() -> None:
    """In a process of its own: the linter reads the files as they stand, not what is imported here."""
    done = subprocess.run(
        [PROJECT / ".venv/bin/lint-imports", "--no-cache"], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def hearts() -> list[str]:
    """Modules that say of themselves that they are hearts."""
    return [dotted(path) for path in MODULES if (ast.get_docstring(tree(path)) or "").startswith("Heart.")]


def test_every_heart_is_held_to_the_rules_of_hearts() -> None:
    """One that is not on the lists is neither strictly typed nor kept from Django."""
    tool = pyproject()["tool"]
    [typed] = [o["module"] for o in tool["mypy"]["overrides"] if o.get("disallow_untyped_defs")]
    [kept] = [c["source_modules"] for c in tool["importlinter"]["contracts"] if c["name"].startswith("Hearts")]
    assert len(hearts()) > 20
    for heart in hearts():
        # mypy's "package.*" means the package too
        assert any(fnmatch(heart, pattern) or f"{heart}.*" == pattern for pattern in typed), (
            f"{heart} is not among mypy's strict modules"
        )
        assert any(heart == module or heart.startswith(f"{module}.") for module in kept), f"{heart} may import Django"


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_happens_behind_anybodys_back() -> None:
    found = {name(path) for path in MODULES for word in imported(path) if "signals" in word.split(".")}
    assert found <= SIGNALS


def test_the_clock_is_read_in_one_place() -> None:
    """`clock.now()` can be stood still; `datetime.now()` cannot."""
    clocks = {"now", "utcnow", "today"}
    outside = {"practice/clock.py", *(name(path) for path in MODULES if "sandbox" in path.parts)}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in clocks and isinstance(node.value, ast.Name):
                reads = node.value.id in ("datetime", "date", "timezone")
                assert not reads or name(path) in outside, f"{name(path)}:{node.lineno} reads the clock"


# --- sizes ----------------------------------------------------------------------------------------


def test_files_fit_a_head() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_fit_a_screen() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{name(path)} {node.name}"] = lines
    assert long == {}


FORBIDDEN_NAMES = {"utils", "helpers", "manager", "common", "core", "process", "handle", "services", "domain"}


def test_names_say_what_is_in_a_file() -> None:
    found = {name(path) for path in MODULES if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES}
    assert found <= {"practice/embedded/services.py"}  # PostgreSQL and Valkey are services


# --- words that are nowhere ------------------------------------------------------------------------


def test_nothing_prints() -> None:
    found = {
        name(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "breakpoint")
    }
    assert found <= PRINTS


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is(path: Path) -> None:
    """But those whose place says it: urls, models' apps, commands with a help text, empty packages."""
    known = {"urls", "api_urls", "apps", "__init__", "wsgi", "celery"}
    if path.stem in known or "commands" in path.parts or not path.read_text(encoding="utf-8").strip():
        return
    assert ast.get_docstring(tree(path)), f"{name(path)} has no docstring"


# --- templates and the content security policy ---------------------------------------------------------

COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", re.DOTALL)
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<inside>.*?)</script>", re.DOTALL)
REFUSED = {
    "an inline style": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline htmx handler": re.compile(r"hx-on|hx-vars|hx-(?:vals|headers)\s*=\s*.js:"),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "something of another host": re.compile(r"""(?:src|href|action|hx-\w+)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
    "text that is not escaped": re.compile(r"\|\s*safe\b|{%\s*autoescape off"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    """The browser would refuse it, silently; here it is told."""
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    for script in SCRIPT.finditer(text):
        assert " src=" in script["attributes"] and not script["inside"].strip(), f"an inline script: {script[0][:80]}"
    for what, pattern in REFUSED.items():
        found = pattern.search(text)
        assert not found, f"{what}: {found[0][:80]}"


def test_styles_and_scripts_load_nothing_from_elsewhere() -> None:
    files = [path for kind in ("css", "js") for path in (PROJECT / "static" / kind).rglob(f"*.{kind}")]
    assert len(files) > 10
    for path in files:
        text = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        outside = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}|@import|\beval\(|new Function", text)
        assert [word for word in outside if "w3.org" not in word] == [], name(path)

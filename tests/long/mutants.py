"""Small faults put into a heart one at a time: do its tests notice?

    python -m tests.long.mutants MODULE HOW_MANY TEST_FILE…

Each fault is one change of the syntax tree: a comparison, an operator, a number, a word in a table, an
answer turned round. A child process is forked for each, so that nothing is imported twice: it puts the
faulty module in the place of the right one, before a test has seen it, and runs the tests until the
first fails. What it prints is JSON; `test_mutations.py` reads it.
"""

import ast
import importlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

PROJECT = Path(__file__).parents[2]
SEED = 20_260_615
LONGEST = 30  # seconds; a mutant that never ends was noticed
CORES = 2
PLUGINS = ("pytest_django.plugin", "pytest_socket", "_hypothesis_pytestplugin")  # the others take seconds to load

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Div: ast.Mult,
}

type Change = Callable[[], None]


@dataclass(frozen=True)
class Mutant:
    """The `nth` change of a module's source, in words."""

    nth: int
    told: str


def mutants(source: str) -> list[Mutant]:
    """Every change there is, in the order of the source."""
    tree, found = ast.parse(source), []
    for nth, (node, _) in enumerate(_changes(tree)):
        before, line = ast.unparse(node), getattr(node, "lineno", 0)
        mutated, _ = _nth(source, nth)
        found.append(Mutant(nth, f"line {line}: {before[:90]} → {ast.unparse(mutated)[:90]}"))
    return found


def mutated_tree(source: str, nth: int) -> ast.Module:
    return _nth(source, nth)[1]


def _nth(source: str, nth: int) -> tuple[ast.AST, ast.Module]:
    """The changed node, and the tree it stands in."""
    tree = ast.parse(source)
    node, change = next(found for n, found in enumerate(_changes(tree)) if n == nth)
    change()
    return node, ast.fix_missing_locations(tree)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.AST, Change]]:
    """Nodes with a change of each. Docstrings, annotations, decorators and wordings are left alone."""
    for node in _walk(tree):
        match node:
            case ast.Compare():
                for place, operator in enumerate(node.ops):
                    for other in COMPARISONS.get(type(operator), ()):
                        yield node, _setter(node.ops, place, other())
            case ast.BinOp() | ast.AugAssign() if type(node.op) in OPERATORS:
                yield node, _attribute(node, "op", OPERATORS[type(node.op)]())
            case ast.BoolOp():
                yield node, _attribute(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
            case ast.UnaryOp(op=ast.USub()):
                yield node, _attribute(node, "op", ast.UAdd())
            case ast.IfExp() | ast.If():
                yield node, _attribute(node, "test", ast.UnaryOp(ast.Not(), node.test))
            case ast.Constant(value=bool()):
                yield node, _attribute(node, "value", not node.value)
            case ast.Constant(value=int()):
                yield node, _attribute(node, "value", node.value + 1)
            case ast.Tuple() | ast.Set() | ast.List() | ast.Call():
                for word in node.args if isinstance(node, ast.Call) else node.elts:
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield node, _attribute(word, "value", word.value + "~")


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Depth first, in the order of the source, past what no test of behaviour can see."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params") or isinstance(
            node, ast.Raise | ast.TypeAlias
        ):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr) and not _cosmetic(child):
                yield from _walk(child)


def _cosmetic(node: ast.AST) -> bool:
    """zip(strict=…), the table of wordings, and the list of names to take away."""
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("MEANINGS", "__all__")


def _setter(items: list, place: int, value: object) -> Change:
    return lambda: items.__setitem__(place, value)


def _attribute(node: ast.AST, name: str, value: object) -> Change:
    return lambda: setattr(node, name, value)


# --- running --------------------------------------------------------------------------------------


def survivors(module: str, tests: list[str], most: int) -> dict[str, object]:
    """Run the tests against up to `most` mutants, chosen by a fixed seed; tell who was not noticed."""
    source = Path(importlib.import_module(module).__file__ or "").read_text(encoding="utf-8")
    every = mutants(source)
    chosen = sorted(random.Random(SEED).sample(every, min(most, len(every))), key=lambda mutant: mutant.nth)
    assert _run_all(module, source, tests, [None]) == [True], "the tests fail without any mutant"
    lived = _run_all(module, source, tests, [mutant.nth for mutant in chosen])
    return {
        "module": module,
        "there are": len(every),
        "tried": len(chosen),
        "survived": [mutant.told for mutant, alive in zip(chosen, lived, strict=True) if alive],
    }


def _run_all(module: str, source: str, tests: list[str], which: list[int | None]) -> list[bool]:
    """Whether the tests pass, for each change."""
    waiting, running = list(enumerate(which)), {}
    passed = [False] * len(which)
    while waiting or running:
        while waiting and len(running) < CORES:
            place, nth = waiting.pop(0)
            running[_fork(module, source, tests, nth)] = place, time.monotonic()
        for pid, (place, begun) in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                passed[place] = os.waitstatus_to_exitcode(status) == 0
                del running[pid]
            elif time.monotonic() - begun > LONGEST:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    return passed


def _fork(module: str, source: str, tests: list[str], nth: int | None) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if nth is not None:
            _replace(module, mutated_tree(source, nth))
        code = _test(tests)
    except BaseException:
        code = 1
    finally:
        os._exit(code)


def _replace(name: str, tree: ast.Module) -> None:
    """Put a faulty module in the place of the right one, and have what stands on it imported anew."""
    fault = ModuleType(name)
    right = sys.modules[name]
    fault.__file__, fault.__package__ = right.__file__, right.__package__
    sys.modules[name] = fault
    exec(compile(tree, str(right.__file__), "exec"), fault.__dict__)
    package, _, leaf = name.rpartition(".")
    setattr(sys.modules[package], leaf, fault)


def _test(tests: list[str]) -> int:
    import pytest

    plugins = [word for plugin in PLUGINS for word in ("-p", plugin)]
    quiet = ["-q", "-x", "--assert=plain", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    return int(pytest.main([*plugins, *quiet, *tests]))


def main() -> None:
    module, most, *tests = sys.argv[1:]
    os.chdir(PROJECT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    import hypothesis
    from hypothesis import Phase

    django.setup()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for plugin in (*PLUGINS, "tests.conftest"):
        importlib.import_module(plugin)
    # The same examples every time, none kept for other runs; the first that fails is enough.
    hypothesis.settings.register_profile(
        "mutants", database=None, derandomize=True, deadline=None, max_examples=40,
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    json.dump(survivors(module, tests, int(most)), sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()

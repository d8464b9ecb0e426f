"""Find the source files that a stage imports, and fingerprint their code.

A module counts if the stage uses it: if the imports of its root modules lead there, or an import
inside a function that it can call. Calls are followed by name: a function is called if its name or
an attribute of this name occurs in code that is reached. What a package re-exports in its
``__init__`` counts where it is used, by the same rule. The graph sees no names in strings, so
callers add modules that are loaded by name: the track and the variant of a row.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("benchmark", "gans")
# functions that load a module of the track by its name, the second argument
TRACK_LOADERS = ("find_module", "load_module")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Code:
    """Names, attributes and modules that a piece of code uses.

    Attributes:
        names: names that it reads, such as those of functions.
        attributes: attributes that it reads, such as those of methods.
        modules: modules that it imports.
        track_modules: modules that it loads from the package of a track.
    """

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    track_modules: set[str] = field(default_factory=set)


@dataclass
class Module:
    """The code of a module.

    Attributes:
        top: code that runs on import.
        functions, methods: code of each name.
        exports: of a package, the modules from which it re-exports each name.
    """

    top: Code = field(default_factory=Code)
    exports: dict[str, set[str]] = field(default_factory=dict)
    functions: dict[str, list[Code]] = field(default_factory=dict)
    methods: dict[str, list[Code]] = field(default_factory=dict)


@cache
def find_file(module: str) -> Path | None:
    """Find the source file of a module of this project, or None."""
    path = ROOT.joinpath(*module.split("."))
    if module.split(".")[0] not in PACKAGES:
        return None
    files = [path / "__init__.py", path.with_suffix(".py")]
    return next((file for file in files if file.is_file()), None)


def list_parents(module: str) -> Iterator[str]:
    """List a module and the packages that contain it, which Python imports first."""
    parts = module.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))


@cache
def parse_module(module: str) -> Module:
    """Parse a module of this project."""
    file = find_file(module)
    assert file is not None
    parsed, statements = Module(), ast.parse(file.read_text()).body
    imports = [node for node in statements if isinstance(node, ast.ImportFrom)]
    others = [node for node in statements if node not in imports]
    _read_statements(others, parsed.top, parsed, in_class=False)
    functions = [*parsed.functions.values(), *parsed.methods.values()]
    codes = [parsed.top, *(code for same_name in functions for code in same_name)]
    used = {name for code in codes for name in code.names}
    for node in imports:
        for alias in node.names:
            name = alias.asname or alias.name
            modules = {str(node.module), f"{node.module}.{alias.name}"}
            if file.name != "__init__.py" or name in used:
                parsed.top.modules |= modules
            else:
                parsed.exports[name] = modules
    return parsed


def _read_statements(
    statements: Iterable[ast.stmt], code: Code, module: Module, *, in_class: bool
) -> None:
    for statement in statements:
        if isinstance(statement, Function):
            body = Code()
            for inner in statement.body:
                _read(inner, body)
            functions = module.methods if in_class else module.functions
            functions.setdefault(statement.name, []).append(body)
            for node in (*statement.decorator_list, statement.args):
                _read(node, code)
        elif isinstance(statement, ast.ClassDef):
            for node in (*statement.decorator_list, *statement.bases, *statement.keywords):
                _read(node, code)
            _read_statements(statement.body, code, module, in_class=True)
        elif isinstance(statement, ast.If) and _is_type_checking(statement.test):
            _read_statements(statement.orelse, code, module, in_class=in_class)
        else:
            _read(statement, code)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _read(tree: ast.AST, code: Code) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            code.names.add(node.id)
        elif isinstance(node, ast.Attribute):
            code.attributes.add(node.attr)
        elif isinstance(node, ast.Import):
            code.modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            code.modules.add(node.module)
            code.modules.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in TRACK_LOADERS:
                code.track_modules |= {
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                }


def list_imports(
    roots: Iterable[str], *, calls: Iterable[str] = (), tracks: Iterable[Sequence[str]] = ()
) -> set[str]:
    """List the modules of this project that code imports, directly or not.

    Args:
        roots: modules that are imported first.
        calls: functions of these modules that are called.
        tracks: of each track, its package and those of the tracks that it derives from; the first
            one that has a module of a name is searched for it.

    Raises:
        ValueError: a root is no module of this project.
    """
    search = _Search(tracks)
    for root in roots:
        if find_file(root) is None:
            raise ValueError(f"expected a module of this project, got {root}")
        search.add_module(root)
    for name in calls:
        search.add_name(name, search.names, ("functions",))
    search.finish()
    return search.modules


class _Search:
    """A search for the modules and functions that code reaches."""

    def __init__(self, tracks: Iterable[Sequence[str]]) -> None:
        self.tracks = list(tracks)
        self.modules: set[str] = set()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.queue: list[Code] = []
        self.imported: set[str] = set()  # names as in import statements
        # re-exported names of imported packages, until they are used: name -> package, modules
        self.exports: dict[str, list[tuple[str, set[str]]]] = {}
        # functions and methods of imported modules, until a name calls them
        self.waiting: dict[str, dict[str, list[Code]]] = {"functions": {}, "methods": {}}

    def add_module(self, name: str) -> None:
        """Reach a module and the packages that contain it; skip what is no module."""
        for module in list_parents(name):
            if module in self.modules or find_file(module) is None:
                continue
            self.modules.add(module)
            parsed = parse_module(module)
            self.queue.append(parsed.top)
            for export, sources in parsed.exports.items():
                if export in self.attributes or f"{module}.{export}" in self.imported:
                    self.queue.append(Code(modules=sources))
                else:
                    self.exports.setdefault(export, []).append((module, sources))
            for kind in ("functions", "methods"):
                for function, codes in getattr(parsed, kind).items():
                    if self.is_called(function, kind):
                        self.queue += codes
                    else:
                        self.waiting[kind].setdefault(function, []).extend(codes)

    def is_called(self, function: str, kind: str) -> bool:
        """Whether the code reached so far, or Python itself, calls a function."""
        if function.startswith("__"):
            return True
        return function in self.attributes or (kind == "functions" and function in self.names)

    def add_name(self, name: str, names: set[str], kinds: Iterable[str]) -> None:
        """Reach the functions that a name calls, and the re-exported name."""
        if name not in names:
            names.add(name)
            for kind in kinds:
                self.queue += self.waiting[kind].pop(name, [])
        if names is self.attributes:
            self.queue += [Code(modules=found) for _, found in self.exports.pop(name, [])]

    def add_import(self, name: str) -> None:
        """Reach a module, or the module from which a package re-exports a name."""
        if name in self.imported:
            return
        self.imported.add(name)
        package, _, export = name.rpartition(".")
        for exporter, sources in self.exports.get(export, []):
            if exporter == package:
                self.queue.append(Code(modules=sources))
        self.add_module(name)

    def finish(self) -> None:
        """Follow all code that is reached until nothing is new."""
        while self.queue:
            code = self.queue.pop()
            for module in sorted(code.modules):
                self.add_import(module)
            for part in code.track_modules:
                for packages in self.tracks:
                    modules = [f"{package}.{part}" for package in packages]
                    self.add_module(next(filter(find_file, modules), packages[0]))
            for name in code.names:
                self.add_name(name, self.names, ("functions",))
            for name in code.attributes:
                self.add_name(name, self.attributes, ("functions", "methods"))


@cache
def fingerprint(module: str) -> str:
    """Compute the SHA-256 of the code of a module, without comments, docstrings and formatting."""
    file = find_file(module)
    assert file is not None
    return fingerprint_source(file.read_text())


def fingerprint_source(source: str) -> str:
    """Compute the SHA-256 of source code, without comments, docstrings and formatting."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | Function):
            continue
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return sha256(ast.unparse(tree).encode()).hexdigest()


def clear_caches() -> None:
    """Forget the files that were read, because they may have changed."""
    for function in (find_file, parse_module, fingerprint):
        function.cache_clear()

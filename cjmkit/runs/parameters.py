"""A report template's parameters, typed; a misspelt or ill-typed one is refused before anything starts.

papermill only warns of an unknown parameter, so that a misspelt one would silently give every client the defaults.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from cjmkit.errors import N_, NotFoundError, UsageError

TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
MUST_BE = {
    "str": N_("Parameter {name} must be a text, not {value}."),
    "int": N_("Parameter {name} must be a whole number, not {value}."),
    "float": N_("Parameter {name} must be a number, not {value}."),
    "bool": N_("Parameter {name} must be true or false, not {value}."),
    "list": N_("Parameter {name} must be a list, not {value}."),
    "dict": N_("Parameter {name} must be a table of names and values, not {value}."),
}
GIVEN_BY_RUN = {
    "client": N_("client is no parameter to give: name the client itself, as in: cjmkit run NAME"),
    "language": N_("language is no parameter to give: use --language, or languages in report.toml."),
    "as_of": N_("as_of is no parameter to give: use --as-of, or as_of in journey.json."),
}


def read_parameters(path: Path) -> dict[str, Any]:
    """The parameters in a TOML file: plain, or under [parameters] as in report.toml.

    Raises:
        NotFoundError: it is not there. UsageError: it is no TOML.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFoundError("There is no file {file}.", file=str(path)) from None
    except ValueError as error:
        raise UsageError("{file} is not TOML: {problem}.", file=path.name, problem=str(error)) from None
    except OSError as error:
        problem = error.strerror or str(error)
        raise UsageError("{file} cannot be read: {problem}.", file=str(path), problem=problem) from None
    inner = given.get("parameters")
    return inner if isinstance(inner, dict) and len(given) == 1 else given


def declared(template: Path) -> dict[str, str]:
    """The parameters of a template and their types, from the cell with the tag `parameters`.

    Args:
        template: a notebook.

    Returns:
        Name to type: "str", "int", "float", "bool", "list", "dict"; None is allowed where the type says so.

    Raises:
        NotFoundError: the template is not there.
        UsageError: it is no notebook.
    """
    return dict(_declared(template, _bytes(template)))


def _bytes(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError:
        raise NotFoundError("There is no template {template}.", template=str(template)) from None


@lru_cache(maxsize=8)
def _declared(template: Path, content: bytes) -> Mapping[str, str]:
    try:
        cells = json.loads(content)["cells"]
        tagged = ["".join(c["source"]) for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())]
        statements = ast.parse(tagged[0]).body if tagged else []
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, SyntaxError) as error:
        raise _no_notebook(template, error) from error
    if not tagged:
        raise UsageError("{template} has no cell with the tag parameters.", template=template.name)
    found = {}
    for statement in statements:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found[statement.target.id] = _annotated(statement.annotation)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = _type_of(statement.value)
    return found


def _no_notebook(template: Path, error: Exception) -> UsageError:
    problem = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    return UsageError("{template} is not a notebook: {problem}.", template=template.name, problem=problem)


def checked(template: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters to hand to a template, each of the type it declares.

    Args:
        template: the notebook.
        given: values by name; a text is read as the declared type ("4.5" for a float, "yes" never for a bool).

    Raises:
        UsageError: an unknown name, with the nearest one; one that the run itself gives; a value of another type.
    """
    types = declared(template)
    result = {}
    for name, value in given.items():
        if name in GIVEN_BY_RUN:
            raise UsageError(GIVEN_BY_RUN[name])
        if name in types:
            result[name] = _as(types[name], name, value)
        else:
            near = get_close_matches(name, types.keys() - GIVEN_BY_RUN, n=1)
            if near:
                raise UsageError("{template} has no parameter {name}. Did you mean {near}?",
                                 template=template.name, name=name, near=near[0])  # fmt: skip
            raise UsageError("{template} has no parameter {name}. It has: {names}.",
                             template=template.name, name=name, names=sorted(types.keys() - GIVEN_BY_RUN))  # fmt: skip
    if "client" not in types:
        raise UsageError(
            "{template} has no parameter client: it would not know whose report it is.", template=template.name
        )
    return result


def _annotated(kind: ast.expr) -> str:
    """The type that an annotation names: `int`, `float | None`, `Optional[float]`, `list[str]`, "str"."""
    match kind:
        case ast.Constant(value=str() as text):
            with suppress(SyntaxError):
                return _annotated(ast.parse(text, mode="eval").body)
        case (
            ast.BinOp(left=some, right=ast.Constant(value=None)) | ast.BinOp(left=ast.Constant(value=None), right=some)
        ):
            return _annotated(some)
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional"), slice=some):
            return _annotated(some)
        case ast.Subscript(value=some):
            return _annotated(some)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower() if name.lower() in TYPES else name
    return ""


def _type_of(default: ast.expr) -> str:
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return ""
    return "" if value is None else type(value).__name__


def _as(kind: str, name: str, value: Any) -> Any:
    wanted = TYPES.get(kind)
    if wanted is None or value is None:
        return value
    read = value
    if isinstance(value, str) and wanted is not str:
        try:
            read = ast.literal_eval(value.capitalize() if wanted is bool else value)
        except (ValueError, SyntaxError):
            read = value
    if wanted is float and isinstance(read, int) and not isinstance(read, bool):
        read = float(read)
    if not isinstance(read, wanted) or (isinstance(read, bool) and wanted is not bool):
        raise UsageError(MUST_BE[kind], name=name, value=repr(value))
    return read


def day(value: str | date | None) -> date | None:
    """A date, or ISO text of one.

    Raises:
        UsageError: the text is no date.

    >>> day("2026-11-21")
    datetime.date(2026, 11, 21)
    """
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError("{value} is not a date; write it as 2026-11-21.", value=repr(value)) from None

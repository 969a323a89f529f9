"""The sandbox that templates run in: what they may use, and after how much work they are stopped.

Everything is counted, nothing is timed: a template that is stopped here is stopped on every machine. And
nothing is random: what a template gives depends on the post alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any

from jinja2 import BytecodeCache, Environment, StrictUndefined, nodes, pass_context, pass_environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_STEPS = 50_000
"""Turns of loops and calls in one rendering; a template of ours takes some dozens."""
MAX_CHARACTERS = 8_000_000
"""Written in one rendering, passing through macros counted each time; a post has at most a million."""
GONE_THROUGH = 250
"""Characters that a filter or a method of a text goes through in one step, whatever it makes of them."""
_MAX_EXPONENT = 64
# Random (a rendition must come out the same every time), or of a size that a number decides.
_NO_FILTERS = (
    *("random", "center", "batch", "slice", "indent", "format", "wordwrap", "urlize", "xmlattr"),
    *("tojson", "sum"),
)
_NO_GLOBALS = ("lipsum", "cycler", "joiner")
_NO_METHODS = frozenset(
    {
        *("center", "ljust", "rjust", "zfill", "expandtabs"),
        *("format", "format_map", "translate", "encode", "to_bytes"),
    }
)


class RunsOnError(Exception):
    """A template is stopped: the message id `render.template_…`, and the bound it met."""

    def __init__(self, code: str, limit: int) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


class _Meter:
    """What one rendering has used so far."""

    def __init__(self) -> None:
        self.steps = 0
        self.characters = 0

    def step(self, by: int = 1) -> None:
        self.steps += by
        if self.steps > MAX_STEPS:
            raise RunsOnError("render.template_endless", MAX_STEPS)

    def read(self, value: Any) -> None:
        self.step(_size(value) // GONE_THROUGH)

    def write(self, characters: int) -> None:
        self.characters += characters
        if self.characters > MAX_CHARACTERS:
            raise RunsOnError("render.template_too_much", MAX_CHARACTERS)


_meter: ContextVar[_Meter] = ContextVar("meter")


@contextmanager
def metered() -> Iterator[None]:
    """One rendering, whose work is counted."""
    before = _meter.set(_Meter())
    try:
        yield
    finally:
        _meter.reset(before)


def environment(
    load: Callable[[str], Any], filters: Mapping[str, Callable[..., Any]], kept: BytecodeCache | None = None
) -> _Sandbox:
    """A sandbox that finds templates by `load` and has our filters besides those of Jinja that it keeps.

    Args:
        kept: where they are kept as they were compiled.
    """
    from jinja2 import FunctionLoader

    made = _Sandbox(
        loader=FunctionLoader(load),
        bytecode_cache=kept,
        undefined=StrictUndefined,
        autoescape=False,  # the result is plain text, never HTML
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    for name in _NO_FILTERS:
        made.filters.pop(name)
    for name in _NO_GLOBALS:
        made.globals.pop(name)
    made.filters.update(filters, replace=_replace, join=_join)
    for name, function in made.filters.items():
        made.filters[name] = _measured(function)
    made.filters.update({"_counted": _counted, "_bounded": _bounded})
    made.globals["range"] = _range
    return made


class _Counting(CodeGenerator):
    """Writes every loop so that its turns are counted, every `~` and every list so that its size is."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        for loop in node.find_all(nodes.For):
            if loop.recursive:
                self.fail("recursive loops are not offered here", loop.lineno)
            loop.iter = _through("_counted", loop.iter)
        for joined in node.find_all(nodes.Concat):
            joined.nodes = [_through("_bounded", inner) for inner in joined.nodes]
        for listed in list(node.find_all(nodes.List)):
            listed.items = [_through("_bounded", inner) for inner in listed.items]
        for group in [each for each in node.find_all(nodes.Tuple) if each.ctx == "load"]:
            group.items = [_through("_bounded", inner) for inner in group.items]
        for pair in list(node.find_all(nodes.Pair)):
            pair.value = _through("_bounded", pair.value)
        super().visit_Template(node, frame)


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    assert isinstance(node, nodes.Expr)  # noqa: S101 - what is looped over or joined is one
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=node.environment)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, with the bounds above."""

    code_generator_class = _Counting
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        _meter.get().step()
        said, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        _meter.get().read([said, *args])
        if isinstance(said, str) and name in _AHEAD:
            obj = partial(_AHEAD[name], said)
        return _bounded(super().call(context, obj, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> None:
        """Formats are not offered: a width in one is of any size."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr not in _NO_METHODS and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            raise SecurityError("text % values is not offered here; use ~")
        if operator == "**" and not (_small(left) and _small(right)):
            raise SecurityError(f"numbers above {_MAX_EXPONENT} have no powers here")
        result_size = _size(left) * _times(right) + _size(right) * _times(left) if operator == "*" else 0
        _meter.get().write(result_size if operator == "*" else _size(left) + _size(right))
        return super().call_binop(context, operator, left, right)


def _small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= _MAX_EXPONENT


def _size(value: Any) -> int:
    """Of a text, or of all that stands in a list; past the bound it is not counted further."""
    size, waiting = 0, [value]
    while waiting and size <= MAX_CHARACTERS:
        one = waiting.pop()
        if isinstance(one, str):
            size += len(one)
        elif isinstance(one, int):
            size += one.bit_length() // 3  # its digits, roughly
        elif isinstance(one, Mapping | list | tuple | set | frozenset):
            size += len(one)
            waiting += [*one.keys(), *one.values()] if isinstance(one, Mapping) else one
    return size


def _times(value: Any) -> int:
    return max(0, value) if isinstance(value, int) else 1


def _replaced(text: str, old: str, new: str, count: int = -1, /) -> str:
    """`str.replace`, counted before it is done: of two short texts it makes a very long one."""
    found = text.count(old)
    _meter.get().write(len(text) + (found if count < 0 else min(found, count)) * len(new))
    return text.replace(old, new, count)


def _joined(between: str, items: Iterable[Any], /) -> str:
    """`str.join`, likewise."""
    pieces = [str(_bounded(item)) for item in items]
    _meter.get().write(len(between) * len(pieces))
    return between.join(pieces)


_AHEAD: Mapping[str, Callable[..., str]] = {"replace": _replaced, "join": _joined}
"""Methods of texts that make more of them than they are given."""


def _replace(text: Any, old: Any, new: Any, count: int | None = None) -> str:
    """Jinja's filter."""
    return _replaced(str(text), str(old), str(new), -1 if count is None else count)


@pass_environment
def _join(env: Environment, items: Iterable[Any], d: Any = "", attribute: str | int | None = None) -> str:
    """Jinja's filter."""
    inner = items if attribute is None else map(make_attrgetter(env, attribute), items)
    return _joined(str(d), inner)


def _range(*arguments: int) -> range:
    found = range(*arguments)
    if len(found) > MAX_STEPS:
        raise RunsOnError("render.template_endless", MAX_STEPS)
    _meter.get().step(len(found))
    return found


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    meter = _meter.get()
    for item in items:
        meter.step()
        yield item


def _measured(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)  # with the marks that tell Jinja what else the filter wants
    def measured(*args: Any, **kwargs: Any) -> Any:
        _meter.get().read([arg for arg in args if not isinstance(arg, Context)])
        return _bounded(function(*args, **kwargs))

    return measured


@pass_context
def _written(context: Context, value: Any) -> Any:
    """For Jinja: everything that is written passes here."""
    return _bounded(value)


def _bounded(value: Any) -> Any:
    _meter.get().write(max(1, _size(value)))
    return value

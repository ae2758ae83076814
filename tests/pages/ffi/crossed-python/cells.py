"""Does each operation with a fresh value and writes down what it gave; `answer.py` has run before."""

import ast
import functools

from pyodide.code import CodeRunner

# Longer than any operation takes, for one that would wait for ever.
PATIENCE = 20
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def cells(operations):
    programs = [
        (
            CodeRunner(operation, flags=FLAGS, filename="cell.py").compile(),
            bool(re.search(r"\b(async|await)\b", operation)),
        )
        for operation in operations
    ]
    names = dict(globals())
    return functools.partial(answers, programs, names)


async def answers(programs, names, make):
    fresh = run_js(f"() => ({make})")
    return [await cell(program, waits, names, fresh) for program, waits in programs]


async def cell(program, waits, names, fresh):
    lines = []
    try:
        x = fresh()
        own = {**names, "x": x, "fresh": fresh, "out": lambda *values: lines.append(" ".join(map(show, values)))}
        value = await asyncio.wait_for(program.run_async(own), PATIENCE) if waits else program.run(own)
        lines.append(show(value))
    except BaseException as error:
        # A generator of JavaScript's keeps what was thrown into it, and its frames would keep the generator.
        error.__traceback__ = None
        return f"!JavaScript {error.name}" if isinstance(error, JsException) else f"!{type(error).__name__}"
    return "\n".join(lines)


cells

"""Programs whose text nests deeply or goes on for long: the parser and the compiler."""

import ast
import codeop
import symtable
import sys
import tokenize

LONG = (30, 100, 190, 250, 340, 450, 1000, 10_000)


def _source(name, make, depths=LONG, mode="exec"):
    """Programs are compiled; those that get through run, in a namespace with what they name."""

    def go(depth):
        code = compile(make(depth), "x", mode)
        if mode == "eval" and depth <= 1000:
            try:
                eval(code, {"a": 1})
            except (TypeError, AttributeError, NameError):
                pass

    go.__name__ = f"compile_{name}"
    deep(*depths, also=(SyntaxError, ValueError, OverflowError))(go)

    def parse(depth):
        ast.parse(make(depth))

    parse.__name__ = f"parse_{name}"
    deep(*depths, also=(SyntaxError, ValueError, OverflowError))(parse)


for _name, _make in {
    "parentheses": lambda n: "(" * n + "a" + ")" * n,
    "open_parentheses": lambda n: "(" * n,
    "closed_parentheses": lambda n: ")" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "dicts": lambda n: "{1:" * n + "1" + "}" * n,
    "sets": lambda n: "{(" * n + "1," + ")}" * n,
    "mixed_brackets": lambda n: "([{" * n + "1" + "}])" * n,
    "tuples": lambda n: "(" * n + "a" + ",)" * n,
    "comprehensions": lambda n: "[" * n + "a" + " for a in [1]]" * n,
    "conditions_of_comprehension": lambda n: "[a for a in [1]" + " if a" * n + "]",
    "loops_of_comprehension": lambda n: "[a" + " for a in [1]" * n + "]",
    "lambdas": lambda n: "lambda: " * n + "a",
    "lambda_defaults": lambda n: "lambda a=" * n + "a" + ": a" * n,
    "minus": lambda n: "-" * n + "a",
    "invert": lambda n: "~" * n + "a",
    "not": lambda n: "not " * n + "a",
    "await": lambda n: "await " * n + "a",
    "powers": lambda n: "a" + "**a" * n if n < 5 else "a" + "**1" * n,
    "sum": lambda n: "a" + "+a" * n,
    "sum_of_texts": lambda n: "''" + "+''" * n,
    "products": lambda n: "a" + "*a" * n,
    "differences_and_products": lambda n: "a" + "-a*a" * n,
    "shifts": lambda n: "a" + ">>a" * n,
    "bit_or": lambda n: "a" + "|a" * n,
    "and": lambda n: "a" + " and a" * n,
    "and_or": lambda n: "a" + " and a or a" * n,
    "comparison": lambda n: "a" + "==a" * n,
    "less": lambda n: "a" + "<a" * n,
    "is_not_in": lambda n: "a" + " is not a" * n,
    "conditional": lambda n: "a if a else " * n + "a",
    "conditional_conditions": lambda n: "a if " * n + "a" + " else a" * n,
    "attributes": lambda n: "a" + ".real" * n,
    "calls": lambda n: "a" + "()" * n,
    "method_calls": lambda n: "a" + ".a()" * n,
    "arguments": lambda n: "a(" * n + ")" * n,
    "star_arguments": lambda n: "a(*" * n + "a" + ")" * n,
    "keyword_arguments": lambda n: "a(a=" * n + "a" + ")" * n,
    "subscripts": lambda n: "a" + "[a]" * n,
    "nested_subscripts": lambda n: "a[" * n + "a" + "]" * n,
    "slices": lambda n: "a[a:" * n + "a" + "]" * n,
    "walrus": lambda n: "(b:=" * n + "a" + ")" * n,
    "yield": lambda n: "lambda: " + "(yield " * n + "a" + ")" * n,
    "texts": lambda n: "'a' " * n,
    "f_strings": lambda n: "f'a' " * n,
    "f_string_fields": lambda n: "f'" + "{a}" * n + "'",
    "f_string_in_f_string": lambda n: "f'{" * n + "a" + "}'" * n,
    "f_string_formats": lambda n: "f'" + "{a:" * n + "}" * n + "'",
    "f_string_brackets": lambda n: "f'{" + "(" * n + "a" + ")" * n + "}'",
    "f_string_sum": lambda n: "f'{a" + "+a" * n + "}'",
    "t_string_in_t_string": lambda n: "t'{" * n + "a" + "}'" * n,
    "braces_in_f_string": lambda n: "f'" + "{" * n + "'",
    "digits": lambda n: "1" * n,
    "hexadecimal": lambda n: "0x" + "f" * n,
    "name": lambda n: "a" * n,
    "generators": lambda n: "(" * n + "a" + " for a in [1])" * n,
    "starred": lambda n: "[" + "*[" * n + "]" * n + "]",
    "dict_union": lambda n: "{" + "**{" * n + "}" * n + "}",
    "backslashes": lambda n: "a\\\n" * n,
    "long_tuple": lambda n: "(" + "a," * n + ")",
    "long_call": lambda n: "a(" + "a," * n + ")",
    "long_dict": lambda n: "{" + "1:a," * n + "}",
}.items():
    _source(_name, _make, mode="eval")


def _blocks(head):
    return lambda n: "".join(" " * i + head + "\n" for i in range(n)) + " " * n + "pass"


BLOCKS = (50, 70, 90, 99, 110, 300, 2000)
for _name, _head in {
    "if": "if a:",
    "while": "while a:",
    "for": "for a in a:",
    "with": "with a:",
    "def": "def f():",
    "async_def": "async def f():",
    "class": "class C:",
    "match": "match a:",
}.items():
    _source(f"blocks_of_{_name}", _blocks(_head), BLOCKS)
_source(
    "blocks_of_try",
    lambda n: (
        "".join(" " * i + "try:\n" for i in range(n))
        + " " * n
        + "pass\n"
        + "".join(" " * i + "finally: pass\n" for i in reversed(range(n)))
    ),
    BLOCKS,
)
_source(
    "blocks_of_match",
    lambda n: "".join(" " * (2 * i) + "match a:\n" + " " * (2 * i + 1) + "case 1:\n" for i in range(n))
    + " " * (2 * n)
    + "pass",
    BLOCKS,
)
for _name, _make in {
    "elif": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "else_if": lambda n: "a = " + "1 if a else " * n + "1",
    "except": lambda n: "try: pass\n" + "except a: pass\n" * n,
    "cases": lambda n: "match a:\n" + " case 1: pass\n" * n,
    "or_pattern": lambda n: "match a:\n case " + "|".join(["1"] * n) + ": pass",
    "list_pattern": lambda n: "match a:\n case " + "[" * n + "]" * n + ": pass",
    "class_pattern": lambda n: "match a:\n case " + "a(" * n + ")" * n + ": pass",
    "mapping_pattern": lambda n: "match a:\n case " + "{1:" * n + "1" + "}" * n + ": pass",
    "pattern_attributes": lambda n: "match a:\n case a" + ".a" * n + ": pass",
    "decorators": lambda n: "@a\n" * n + "def f(): pass",
    "targets": lambda n: "a=" * n + "1",
    "target_lists": lambda n: "[" * n + "a" + "]" * n + " = b",
    "target_tuples": lambda n: "(" * n + "a" + ",)" * n + " = b",
    "for_targets": lambda n: "for " + "(" * n + "a" + ",)" * n + " in b: pass",
    "delete": lambda n: "del " + "(" * n + "a" + ")" * n,
    "with_items": lambda n: "with " + ", ".join(["a"] * n) + ": pass",
    "import": lambda n: "import a" + ".a" * n,
    "import_names": lambda n: "from a import " + ",".join(["a"] * n),
    "relative_import": lambda n: "from " + "." * n + " import a",
    "annotation": lambda n: "a: " + "a[" * n + "a" + "]" * n,
    "annotation_union": lambda n: "def f(a: a" + "|a" * n + "): pass",
    "type_parameters": lambda n: "def f[" + ", ".join(f"T{i}" for i in range(n)) + "](): pass",
    "type_bounds": lambda n: "type T[A: " + "(" * n + "a" + ")" * n + "] = A",
    "type_alias": lambda n: "type T = " + "list[" * n + "a" + "]" * n,
    "global": lambda n: "def f():\n global " + ",".join(f"a{i}" for i in range(n)),
    "semicolons": lambda n: "a;" * n,
    "statements": lambda n: "a\n" * n,
    "assert": lambda n: "assert " + "a, " * 0 + "(" * n + "a" + ")" * n,
    "return": lambda n: "def f(): return " + "not " * n + "a",
    "functions_on_one_line": lambda n: "def f(a=" + "lambda a=" * n + "1" + ":1" * n + "): pass",
    "comments": lambda n: "#(\n" * n,
    "class_bases": lambda n: "class C(" + "a(" * n + ")" * n + "): pass",
    "ampersands": lambda n: "a = a" + "&a" * n,
    "augmented": lambda n: "a += " + "a+" * n + "a",
}.items():
    _source(_name, _make)


@deep(*LONG, also=(SyntaxError, ValueError))
def literal_eval(depth):
    ast.literal_eval("[" * depth + "]" * depth)


@deep(*LONG, also=(SyntaxError, ValueError))
def literal_eval_sum(depth):
    ast.literal_eval("1" + "+1j" * depth)


@deep(*LONG, also=(SyntaxError,))
def ast_parse_and_dump(depth):
    tree = ast.parse("a" + "+a" * depth)
    ast.dump(tree)
    ast.unparse(tree)
    compile(tree, "x", "exec")


@deep(*LONG, also=(SyntaxError,))
def flags_only_ast(depth):
    compile("a" + "+a" * depth, "x", "exec", ast.PyCF_ONLY_AST)


@deep(*LONG, also=(SyntaxError,))
def compile_bytes(depth):
    compile(b"(" * depth + b"a" + b")" * depth, "x", "eval")


@deep(*LONG, also=(SyntaxError,))
def compile_top_level_await(depth):
    compile("await " * depth + "a", "x", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@deep(*LONG, also=(SyntaxError, ValueError))
def code_of_console(depth):
    codeop.compile_command("(" * depth + "a" + ")" * depth)


@deep(*LONG, also=(SyntaxError,))
def symbol_table(depth):
    symtable.symtable("a" + "+a" * depth, "x", "exec")


@deep(*LONG, also=(SyntaxError,))
def symbol_table_of_lambdas(depth):
    symtable.symtable("lambda: " * depth + "a", "x", "exec")


@deep(100, 1000, 10_000, also=(tokenize.TokenError, SyntaxError))
def tokens(depth):
    lines = iter(["(" * depth + "a" + ")" * depth, ""])
    list(tokenize.generate_tokens(lambda: next(lines)))


@deep(100, 450, 3000, also=(SyntaxError,))
def imported_module(depth):
    import os

    with open("/tmp/limits_deep.py", "w") as file:
        file.write("a = 1" + "+1" * depth)
    sys.path.insert(0, "/tmp")
    sys.modules.pop("limits_deep", None)
    try:
        import limits_deep
    finally:
        sys.path.remove("/tmp")
        os.remove("/tmp/limits_deep.py")


@deep(100, 450, 3000, also=(SyntaxError,))
def annotations_of_text(depth):
    import typing

    def f(a):
        pass

    f.__annotations__["a"] = "list[" * depth + "int" + "]" * depth
    typing.get_type_hints(f)


@deep(100, 450, 3000, also=(SyntaxError,))
def annotation_evaluated(depth):
    def f(a):
        pass

    space = {}
    exec("def f(a: " + "list[" * depth + "int" + "]" * depth + "): pass", space)
    repr(space["f"].__annotations__)


@deep(*LONG)
def error_in_deep_text(depth):
    try:
        compile("a = (\n" * min(depth, 1000) + "?", "x", "exec")
    except SyntaxError as error:
        str(error)

"""Circular structures as JSON: every object is a row of a list, and references are the rows' numbers as text."""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from typing import Any


def stringify(value: Any, **kwargs: Any) -> str:
    """The text of a value that may contain itself."""
    rows: list[Any] = []
    numbers: dict[int | str, int] = {}

    def reference(item: Any) -> Any:
        if not isinstance(item, (str, list, tuple, dict)):
            return item
        key = item if isinstance(item, str) else id(item)
        if key not in numbers:
            numbers[key] = len(rows)
            rows.append(item)
        return str(numbers[key])

    reference(value)
    if not rows:
        rows.append(value)
    text: list[Any] = []
    for item in rows:
        if isinstance(item, dict):
            text.append({str(key): reference(part) for key, part in item.items()})
        elif isinstance(item, (list, tuple)):
            text.append([reference(part) for part in item])
        else:
            text.append(item)
    return json.dumps(text, separators=(",", ":"), **kwargs)


def parse(text: str, **kwargs: Any) -> Any:
    """The value of a text that `stringify` made."""
    rows: list[Any] = json.loads(text, **kwargs)

    def resolve(part: Any) -> Any:
        return rows[int(part)] if isinstance(part, str) else part

    for row in rows:
        if isinstance(row, dict):
            row.update({key: resolve(part) for key, part in row.items()})
        elif isinstance(row, list):
            row[:] = [resolve(part) for part in row]
    return rows[0] if rows else None

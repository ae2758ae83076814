"""Find 10 000 elements by selector and set their text."""

from js import document


def run() -> str:
    for i in range(10_000):
        element = document.querySelector(f"#element-{i}")
        element.textContent = f"text {i}"
    return "done"

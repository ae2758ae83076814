"""Read 10 000 times through the attributes and properties of 100 elements."""

from js import document


def run() -> str:
    items = document.querySelectorAll(".item")
    elements = [items.item(i) for i in range(items.length)]
    total = 0
    for i in range(10_000):
        element = elements[i % 100]
        total += int(element.getAttribute("data-value"))
        total += len(element.id) + element.childElementCount
        if element.className == "item":
            total += 1
    return str(total)

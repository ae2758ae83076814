"""Create a table of 1000 rows with two cells and a link each, and put it into the page."""

from js import document


def run() -> str:
    body = document.createElement("tbody")
    for i in range(1000):
        row = document.createElement("tr")
        row.className = "even" if i % 2 == 0 else "odd"
        number = document.createElement("td")
        number.textContent = str(i)
        row.appendChild(number)
        label = document.createElement("td")
        link = document.createElement("a")
        link.setAttribute("href", f"#row-{i}")
        link.textContent = f"row number {i}"
        label.appendChild(link)
        row.appendChild(label)
        body.appendChild(row)
    document.getElementById("table").appendChild(body)
    return "done"

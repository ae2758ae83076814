"""Strings and dicts: build a text of 100 000 words, split it, count the words, name the most frequent."""


def run() -> str:
    text = " ".join([f"Word{i * i % 5003}" for i in range(100_000)])
    counts: dict[str, int] = {}
    for word in text.split(" "):
        key = word.lower()
        counts[key] = counts.get(key, 0) + 1
    best = ""
    for key in counts:
        if best == "" or counts[key] > counts[best] or (counts[key] == counts[best] and key < best):
            best = key
    return f"{len(text)} {len(counts)} {best} {counts[best]}"

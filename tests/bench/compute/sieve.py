"""Lists by index: the primes below 300 000."""


def run() -> str:
    size = 300_000
    prime = [True] * size
    prime[0] = prime[1] = False
    i = 2
    while i * i < size:
        if prime[i]:
            for j in range(i * i, size, i):
                prime[j] = False
        i += 1
    count = 0
    last = 0
    for i in range(size):
        if prime[i]:
            count += 1
            last = i
    return f"{count} {last}"

"""Random numbers: every draw ends, and seeds give what CPython gives."""

import random
import secrets

generator = random.Random(42)
assert (generator.random(), generator.randint(1, 100), generator.getrandbits(70)) == (
    0.6394267984578837,
    4,
    281774556622676705531,
), random.Random(42).random()


class Own(random.Random):
    def random(self):
        return super().random()


for source in random.Random(1), random.SystemRandom(), Own(1):
    assert 0 <= source._randbelow(7) < 7 and source._randbelow(1) == 0
    assert 0 <= source._randbelow(2**52 + 1) <= 2**52
    for wrong in 0, -1, -(2**40), -(10**300):
        for draw in source._randbelow, source._randbelow_with_getrandbits, source._randbelow_without_getrandbits:
            try:
                draw(wrong)
            except ValueError:
                continue
            raise AssertionError((source, wrong))
    for empty in lambda: source.randrange(0), lambda: source.randrange(3, 3), lambda: source.randint(2, 1):
        try:
            empty()
        except ValueError as error:
            assert "empty range" in str(error), error
        else:
            raise AssertionError
    try:
        source.choice([])
    except IndexError:
        pass
    else:
        raise AssertionError
assert random.Random(3).randrange(10**300) < 10**300
assert secrets.randbelow(10**300) < 10**300 and secrets.choice("a") == "a"
assert random.Random(5).sample(range(10**9), 3) == random.Random(5).sample(range(10**9), 3)

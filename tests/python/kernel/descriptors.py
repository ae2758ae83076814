"""Data descriptors without a getter are asked at every store."""


class Positive:
    """A validator, as they are written."""

    def __set_name__(self, owner, name):
        self.name = name

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(f"{self.name} must be positive")
        instance.__dict__[self.name] = value


class Account:
    balance = Positive()

    def __init__(self, balance):
        self.balance = balance
        self.owner = None


class Savings(Account):
    rate = Positive()


class Mixed(dict, Account):
    """Its first base has a `__setattr__` of `object`'s."""


class Frozen(Account):
    def __setattr__(self, name, value):
        raise AttributeError("frozen")


def store(instance, value):
    instance.balance = value


def refused(instance, value):
    try:
        store(instance, value)
    except ValueError:
        return True
    return False


for kind in (Account, Savings, Mixed):
    instance = kind(1) if kind is not Mixed else kind()
    for value in range(1, 2000):
        store(instance, value)
        assert instance.balance == value and vars(instance)["balance"] == value
    for _ in range(100):
        assert refused(instance, -1), kind
        instance.owner = "somebody"
    assert instance.balance == 1999
    del instance.owner
    assert not hasattr(instance, "owner") or kind is Mixed
saving = Savings(1)
for value in (1, 2, 3, 4, 5):
    saving.rate = value
    try:
        saving.rate = -value
    except ValueError:
        pass
    else:
        raise AssertionError("rate was not checked")
for _ in range(5):
    try:
        Frozen(1)
    except AttributeError:
        pass
    else:
        raise AssertionError("Frozen has a __setattr__ of its own")

# What has both is asked as before, and classes without one are as they were.
calls = []


class Both:
    def __get__(self, instance, owner=None):
        return self if instance is None else len(calls)

    def __set__(self, instance, value):
        calls.append(value)


class Plain:
    both = Both()


plain = Plain()
for value in range(50):
    plain.both = value
    plain.other = value
assert plain.both == 50 and calls == list(range(50)) and plain.other == 49
object.__setattr__(plain, "other", 1)
assert plain.other == 1


# A metaclass keeps what its classes may do.
class Meta(type):
    checked = Positive()

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)


class Made(metaclass=Meta):
    pass


Made.a = 1
assert Made.a == 1

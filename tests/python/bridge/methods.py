"""Methods of JavaScript objects: looked up at every access, bound, and the same function each time."""

# also in a worker

import _krait_js
import js

array = js.Array.of(1, 2)
assert array.push == array.push and array.push == js.Array.prototype.push
assert js.Array.of().push == array.push, "a function of a prototype is one function"
assert array.push != array.pop

# Each access sees what is there now.
push = array.push
array.push = js.Array.prototype.join
assert array.push("-") == "1-2"
del array.push
assert array.push(3) == 3 and push(4) == 4
prototype = js.Object.new()
prototype.say = js.Array.prototype.join
child = js.Object.create(prototype)
child.length = 2
assert child.say("+") == "+"
prototype.say = js.Array.prototype.push
assert child.say("x") == 3 and child.length == 3

# `this` is the object that it was read from.
other = js.Array.of(9)
join = other.join
assert join("") == "9" and array.join("") == "1234"
assert join.call(array, "") == "1234"

# Many more methods than there are slots for, with all of them kept and with none.
make = js.Function.prototype.bind
handles = _krait_js.live_handles()
kept = []
for n in range(600):
    owner = js.Object.new()
    owner.method = make.call(js.Number, None, n)
    heir = js.Object.create(owner)
    assert heir.method() == n
    kept.append(heir.method)
assert [method() for method in kept] == list(range(600))
assert kept[0] == kept[0] and kept[0] != kept[1]
del kept, owner, heir
for n in range(600):
    owner = js.Object.new()
    owner.method = make.call(js.Number, None, n)
    assert js.Object.create(owner).method() == n
del owner
assert _krait_js.live_handles() == handles, (handles, _krait_js.live_handles())
assert array.join("") == "1234"

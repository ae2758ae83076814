"""Float arithmetic and attributes: five bodies pull at each other for 5000 steps; the answer is the energy left."""

from math import pi, sqrt

SUN = 4 * pi * pi
DAYS = 365.24


class Body:
    def __init__(self, place: list[float], speed: list[float], mass: float) -> None:
        self.x, self.y, self.z = place
        self.vx, self.vy, self.vz = [v * DAYS for v in speed]
        self.mass = mass * SUN


def planets() -> list[Body]:
    return [
        Body([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0),
        Body([4.8414314, -1.1603200, -0.1036220], [0.0016600, 0.0076990, -0.0000690], 0.00095479),
        Body([8.3433667, 4.1247985, -0.4035234], [-0.0027674, 0.0049985, 0.0000230], 0.00028588),
        Body([12.8943695, -15.1111514, -0.2233075], [0.0029646, 0.0023784, -0.0000296], 0.00004366),
        Body([15.3796971, -25.9193146, 0.1792587], [0.0026806, 0.0016282, -0.0000951], 0.00005151),
    ]


def advance(bodies: list[Body], dt: float) -> None:
    count = len(bodies)
    for i in range(count):
        a = bodies[i]
        for j in range(i + 1, count):
            b = bodies[j]
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            square = dx * dx + dy * dy + dz * dz
            pull = dt / (square * sqrt(square))
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            a.vz -= dz * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
            b.vz += dz * a.mass * pull
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def energy(bodies: list[Body]) -> float:
    total = 0.0
    count = len(bodies)
    for i in range(count):
        a = bodies[i]
        total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for j in range(i + 1, count):
            b = bodies[j]
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            total -= a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    return total


def run() -> str:
    bodies = planets()
    for _ in range(5000):
        advance(bodies, 0.01)
    return f"{energy(bodies):.9f}"

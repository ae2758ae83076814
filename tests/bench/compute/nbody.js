const SUN = 4 * Math.PI * Math.PI;
const DAYS = 365.24;

class Body {
  /**
   * @param {[number, number, number]} place
   * @param {[number, number, number]} speed
   * @param {number} mass
   */
  constructor(place, speed, mass) {
    this.x = place[0];
    this.y = place[1];
    this.z = place[2];
    this.vx = speed[0] * DAYS;
    this.vy = speed[1] * DAYS;
    this.vz = speed[2] * DAYS;
    this.mass = mass * SUN;
  }
}

function planets() {
  return [
    new Body([0, 0, 0], [0, 0, 0], 1),
    new Body([4.8414314, -1.16032, -0.103622], [0.00166, 0.007699, -0.000069], 0.00095479),
    new Body([8.3433667, 4.1247985, -0.4035234], [-0.0027674, 0.0049985, 0.000023], 0.00028588),
    new Body([12.8943695, -15.1111514, -0.2233075], [0.0029646, 0.0023784, -0.0000296], 0.00004366),
    new Body([15.3796971, -25.9193146, 0.1792587], [0.0026806, 0.0016282, -0.0000951], 0.00005151),
  ];
}

/**
 * @param {Body[]} bodies
 * @param {number} dt
 */
function advance(bodies, dt) {
  const count = bodies.length;
  for (let i = 0; i < count; i++) {
    const a = /** @type {Body} */ (bodies[i]);
    for (let j = i + 1; j < count; j++) {
      const b = /** @type {Body} */ (bodies[j]);
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const pull = dt / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * pull;
      a.vy -= dy * b.mass * pull;
      a.vz -= dz * b.mass * pull;
      b.vx += dx * a.mass * pull;
      b.vy += dy * a.mass * pull;
      b.vz += dz * a.mass * pull;
    }
  }
  for (const body of bodies) {
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

/** @param {Body[]} bodies */
function energy(bodies) {
  let total = 0;
  const count = bodies.length;
  for (let i = 0; i < count; i++) {
    const a = /** @type {Body} */ (bodies[i]);
    total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (let j = i + 1; j < count; j++) {
      const b = /** @type {Body} */ (bodies[j]);
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      total -= (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return total;
}

/** Float arithmetic and attributes: five bodies pull at each other for 5000 steps; the answer is the energy left. */
export function run() {
  const bodies = planets();
  for (let i = 0; i < 5000; i++) advance(bodies, 0.01);
  return energy(bodies).toFixed(9);
}

/** Floats in nested loops: the turns that 80 x 60 points take to leave the Mandelbrot set, at most 200 each. */
export function run() {
  const [width, height, limit] = [80, 60, 200];
  let total = 0;
  for (let row = 0; row < height; row++) {
    const ci = (row / height) * 2 - 1;
    for (let column = 0; column < width; column++) {
      const cr = (column / width) * 3 - 2;
      let zr = 0;
      let zi = 0;
      let turns = 0;
      while (turns < limit) {
        const rr = zr * zr;
        const ii = zi * zi;
        if (rr + ii > 4) break;
        zi = 2 * zr * zi + ci;
        zr = rr - ii + cr;
        turns++;
      }
      total += turns;
    }
  }
  return String(total);
}

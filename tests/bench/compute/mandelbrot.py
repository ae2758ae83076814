"""Floats in nested loops: the turns that 80 x 60 points take to leave the Mandelbrot set, at most 200 each."""


def run() -> str:
    width, height, limit = 80, 60, 200
    total = 0
    for row in range(height):
        ci = row / height * 2.0 - 1.0
        for column in range(width):
            cr = column / width * 3.0 - 2.0
            zr = zi = 0.0
            turns = 0
            while turns < limit:
                rr = zr * zr
                ii = zi * zi
                if rr + ii > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = rr - ii + cr
                turns += 1
            total += turns
    return str(total)

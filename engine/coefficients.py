"""Print the polynomials of functions.h: interpolation at Chebyshev nodes, with 60 digits.

Run it with `python engine/coefficients.py`; tests/test_functions.py holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 60
REAL = type(mp.mpf(0))


def nodes(low: REAL, high: REAL, count: int) -> list[REAL]:
    """Chebyshev nodes of the interval."""
    middle, half = (low + high) / 2, (high - low) / 2
    return [middle + half * mp.cos(mp.pi * (2 * k + 1) / (2 * count)) for k in range(count)]


def polynomial(f: Callable[[REAL], REAL], low: REAL, high: REAL, degree: int) -> list[REAL]:
    """Coefficients, constant first, of the polynomial that meets f at the nodes."""
    points = nodes(low, high, degree + 1)
    powers = mp.matrix([[x**k for k in range(degree + 1)] for x in points])
    return list(mp.lu_solve(powers, mp.matrix([f(x) for x in points])))


def exp_q() -> list[REAL]:
    """(e^r - 1 - r) / r^2 for |r| <= ln(2)/2."""
    bound = mp.log(2) / 2 * mp.mpf("1.0001")
    return polynomial(lambda r: (mp.expm1(r) - r) / r**2 if r else mp.mpf(1) / 2, -bound, bound, 9)


def log_series() -> list[REAL]:
    """(2 artanh(s) / s - 2) / s^2 in z = s^2, for s up to (sqrt(2) - 1) / (sqrt(2) + 1)."""
    bound = mp.mpf("0.17157288") ** 2 * mp.mpf("1.0005")

    def series(z: REAL) -> REAL:
        s = mp.sqrt(z)
        return (2 * mp.atanh(s) / s - 2) / z

    return polynomial(series, mp.mpf(0), bound, 6)


def tanh_rational() -> tuple[list[REAL], list[REAL]]:
    """T, U with tanh v = v T(v^2) / U(v^2) for |v| <= ln(2)/4; T is monic."""
    points = nodes(mp.mpf(0), (mp.log(2) / 2 * mp.mpf("1.0005")) ** 2, 5)
    # Solved for r = 2 v: q0 + q1 z + z^2 = f (p0 + p1 z + p2 z^2), f = tanh(r/2) / r, z = r^2.
    f = [mp.tanh(mp.sqrt(z) / 2) / mp.sqrt(z) for z in points]
    rows = [[1, z, -y, -y * z, -y * z * z] for z, y in zip(points, f, strict=True)]
    q0, q1, p0, p1, p2 = mp.lu_solve(mp.matrix(rows), mp.matrix([-(z**2) for z in points]))
    # z of r is 4 z of v: scaled by powers of two, which rounds nothing.
    return [q0 / 16, q1 / 4, mp.mpf(1)], [p0 / 32, p1 / 8, p2 / 2]


def main() -> None:
    """Print all of them as hexadecimal doubles."""
    t, u = tanh_rational()
    for name, values in {"exp q": exp_q(), "log": log_series(), "tanh t": t, "tanh u": u}.items():
        print(name, *(float(value).hex() for value in values))  # noqa: T201


if __name__ == "__main__":
    main()

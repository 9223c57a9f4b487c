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


def log_series() -> list[REAL]:
    """(2 artanh(s) / s - 2) / s^2 in z = s^2, for s up to (sqrt(2) - 1) / (sqrt(2) + 1)."""
    bound = mp.mpf("0.17157288") ** 2 * mp.mpf("1.0005")

    def series(z: REAL) -> REAL:
        s = mp.sqrt(z)
        return (2 * mp.atanh(s) / s - 2) / z

    return polynomial(series, mp.mpf(0), bound, 6)


def rational(
    degree_t: int, degree_u: int, scale: REAL, most: REAL
) -> tuple[list[REAL], list[REAL]]:
    """T, U with tanh(scale x) = x T(x^2) / U(x^2) for |x| <= most; T is monic."""
    points = nodes(mp.mpf(0), most**2, degree_t + degree_u + 1)
    f = [mp.tanh(mp.sqrt(z) * scale) / mp.sqrt(z) for z in points]
    rows = [
        [z**k for k in range(degree_t)] + [-y * z**k for k in range(degree_u + 1)]
        for z, y in zip(points, f, strict=True)
    ]
    solution = list(mp.lu_solve(mp.matrix(rows), mp.matrix([-(z**degree_t) for z in points])))
    return [*solution[:degree_t], mp.mpf(1)], solution[degree_t:]


def exp_rational(degree_t: int, degree_u: int) -> tuple[list[REAL], list[REAL]]:
    """tanh(r/2) for |r| <= ln(2)/2, and a little more: n is rounded."""
    return rational(degree_t, degree_u, mp.mpf(1) / 2, mp.log(2) / 2 * mp.mpf("1.0003"))


def tanh_rational(degree_t: int, degree_u: int, stretch: str) -> tuple[list[REAL], list[REAL]]:
    """tanh(f ln(2)/2) for |f| <= 1/2.

    The interval is stretched by so little that nothing is lost, and by so much that T(0) / U(0),
    after rounding, is the reciprocal of the rounded 2 log2(e): then tanh x is x near 0.
    """
    return rational(degree_t, degree_u, mp.log(2) / 2, mp.sqrt(mp.mpf(stretch)) / 2)


def main() -> None:
    """Print all of them as hexadecimal doubles."""
    t, u = tanh_rational(2, 2, "1.036")
    t32, u32 = tanh_rational(1, 1, "1.0465")
    exp_t, exp_u = exp_rational(2, 2)
    exp_t32, exp_u32 = exp_rational(1, 1)
    series = {"exp t": exp_t, "exp u": exp_u, "log": log_series(), "tanh t": t, "tanh u": u}
    series |= {"exp t, 32 bit": exp_t32, "exp u, 32 bit": exp_u32}
    for name, values in (series | {"tanh t, 32 bit": t32, "tanh u, 32 bit": u32}).items():
        print(name, *(float(value).hex() for value in values))  # noqa: T201


if __name__ == "__main__":
    main()

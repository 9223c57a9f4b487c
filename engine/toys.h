// The toy sets: points in a plane, and what they are. Drawn here for Python and for the page alike, so
// that both have the same bits; the angles' sines are the engine's own for that reason.
//
// moons, circles and blobs are scikit-learn's make_moons, make_circles and make_blobs, number by number of
// the same generator: their points differ in a last bit where a C library's sine does.
#pragma once

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include "buffer.h"
#include "elementary.h"
#include "mersenne.h"
#include "names.h"

namespace moonlet {

struct ToyPoints {
  std::vector<double> X;  // row by row
  std::vector<double> y;

  explicit ToyPoints(Index n) : X(std::size_t(checked_product(2, n))), y(std::size_t(n)) {}
  Index size() const { return Index(y.size()); }
  void set(Index i, double x0, double x1, double target) {
    X[std::size_t(2 * i)] = x0;
    X[std::size_t(2 * i + 1)] = x1;
    y[std::size_t(i)] = target;
  }
};

struct ToyWish {
  Index n_samples;
  double noise;
  Index n_classes;  // of blobs and spirals
};

namespace toys {

inline constexpr double pi = 3.141592653589793;

inline void shuffle(ToyPoints& points, Mersenne& random) {
  std::vector<Index> order(points.y.size());
  std::iota(order.begin(), order.end(), Index(0));
  random.shuffle(order);
  const ToyPoints before = points;
  for (Index i = 0; i < points.size(); ++i) {
    const std::size_t from = std::size_t(order[std::size_t(i)]);
    points.set(i, before.X[2 * from], before.X[2 * from + 1], before.y[from]);
  }
}

inline void move(std::vector<double>& values, double noise, Mersenne& random) {
  for (double& value : values) value += noise * random.normal();
}

// Two half circles that reach into each other.
inline ToyPoints moons(const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  const Index outer = wish.n_samples / 2, inner = wish.n_samples - outer;
  const auto angle = [](Index i, Index n) {
    return n > 1 && i == n - 1 ? pi : double(i) * (pi / double(n > 1 ? n - 1 : 1));
  };
  for (Index i = 0; i < outer; ++i) points.set(i, cosine(angle(i, outer)), sine(angle(i, outer)), 0);
  for (Index i = 0; i < inner; ++i)
    points.set(outer + i, 1 - cosine(angle(i, inner)), 1 - sine(angle(i, inner)) - 0.5, 1);
  shuffle(points, random);
  move(points.X, wish.noise, random);
  return points;
}

// One circle within a circle of twice its size.
inline ToyPoints circles(const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  const Index outer = wish.n_samples / 2;
  for (Index i = 0; i < wish.n_samples; ++i) {
    const bool inside = i >= outer;
    const Index n = inside ? wish.n_samples - outer : outer, at = inside ? i - outer : i;
    const double angle = double(at) * (2 * pi / double(n)), radius = inside ? 0.5 : 1;
    points.set(i, cosine(angle) * radius, sine(angle) * radius, inside);
  }
  shuffle(points, random);
  move(points.X, wish.noise, random);
  return points;
}

// Round clouds around centres in ±10.
inline ToyPoints blobs(const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  std::vector<double> centres(std::size_t(checked_product(2, wish.n_classes)));
  for (double& one : centres) one = random.uniform(-10, 10);
  Index i = 0;
  for (Index k = 0; k < wish.n_classes; ++k) {
    const Index n = wish.n_samples / wish.n_classes + (k < wish.n_samples % wish.n_classes);
    for (Index end = i + n; i < end; ++i) {
      const double x0 = centres[std::size_t(2 * k)] + wish.noise * random.normal();
      points.set(i, x0, centres[std::size_t(2 * k + 1)] + wish.noise * random.normal(), double(k));
    }
  }
  shuffle(points, random);
  return points;
}

// Arms of 1.75 turns within the unit circle, one a class.
inline ToyPoints spirals(const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  const Index k = wish.n_classes, longest = (wish.n_samples + k - 1) / k;
  for (Index i = 0; i < wish.n_samples; ++i) {
    const double radius = double(i / k + 1) / double(longest);
    const double angle = 2 * pi * (1.75 * radius + double(i % k) / double(k));
    points.set(i, radius * cosine(angle), radius * sine(angle), double(i % k));
  }
  move(points.X, wish.noise, random);
  shuffle(points, random);
  return points;
}

// Four quarters of a square, opposite ones alike.
inline ToyPoints exclusive_or(const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  std::vector<double> left(points.y.size());
  for (double& side : left) side = random.up_to(1) == 0 ? -1.0 : 1.0;
  for (Index i = 0; i < wish.n_samples; ++i) {
    const double side = left[std::size_t(i)], x0 = random.share() * side;
    points.set(i, x0, random.share() * (i % 2 == 0 ? side : -side), double(i % 2));
  }
  move(points.X, wish.noise, random);
  shuffle(points, random);
  return points;
}

// A square that the curve x1 = border(x0) divides, as many points on either side.
template <class Border>
ToyPoints sides(Border border, const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  for (Index i = 0; i < wish.n_samples; ++i) {
    const double x0 = random.uniform(-1, 1), share = random.share(), height = border(x0);
    const bool above = i % 2 == 1;
    points.set(i, x0, above ? height + share * (1 - height) : height - share * (1 + height), above);
  }
  move(points.X, wish.noise, random);
  shuffle(points, random);
  return points;
}

// A number over a square; it is the number that the noise moves.
template <class Height>
ToyPoints surface(Height height, const ToyWish& wish, Mersenne& random) {
  ToyPoints points(wish.n_samples);
  for (Index i = 0; i < wish.n_samples; ++i) {
    const double x0 = random.uniform(-1, 1), x1 = random.uniform(-1, 1);
    points.set(i, x0, x1, height(x0, x1));
  }
  move(points.y, wish.noise, random);
  return points;
}

// Cones of height 1 over two opposite quarters of the square, and as deep below the others.
inline double hills(double x0, double x1) {
  const double across = std::fabs(x0) - 0.5, up = std::fabs(x1) - 0.5;
  const double height = std::max(0.0, 1 - std::sqrt(across * across + up * up) / 0.5);
  return x0 * x1 < 0 ? -height : height;
}

}  // namespace toys

struct Toy {
  ToyPoints (*draw)(const ToyWish&, Mersenne&);
  bool regression;
};

namespace toys {

template <double (*border)(double)>
ToyPoints divided(const ToyWish& wish, Mersenne& random) {
  return sides(border, wish, random);
}
template <double (*height)(double, double)>
ToyPoints raised(const ToyWish& wish, Mersenne& random) {
  return surface(height, wish, random);
}

inline double line(double x) { return 0.6 * x; }
inline double parabola(double x) { return 1.4 * x * x - 0.7; }
inline double cubic(double x) { return 1.8 * x * x * x - 1.1 * x; }
inline double corner(double x) { return 1.4 * std::fabs(x) - 0.7; }
inline double one_wave(double x) { return 0.6 * sine(pi * x); }
inline double plane(double x0, double x1) { return x0 + x1; }
inline double wave(double x0, double x1) { return sine(pi * (x0 + x1)); }

}  // namespace toys

inline constexpr Names<Toy, 13> kToys{"toy set",
                                      {{{"moons", {toys::moons, false}},
                                        {"circles", {toys::circles, false}},
                                        {"blobs", {toys::blobs, false}},
                                        {"spirals", {toys::spirals, false}},
                                        {"xor", {toys::exclusive_or, false}},
                                        {"line", {toys::divided<toys::line>, false}},
                                        {"parabola", {toys::divided<toys::parabola>, false}},
                                        {"cubic", {toys::divided<toys::cubic>, false}},
                                        {"corner", {toys::divided<toys::corner>, false}},
                                        {"sine", {toys::divided<toys::one_wave>, false}},
                                        {"plane", {toys::raised<toys::plane>, true}},
                                        {"hills", {toys::raised<toys::hills>, true}},
                                        {"wave", {toys::raised<toys::wave>, true}}}}};

}  // namespace moonlet

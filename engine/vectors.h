// Vectors as long as the parameters, padded with zeros to whole lanes.
#pragma once

#include "kernels.h"
#include "lanes.h"

namespace moonlet::MOONLET_LEVEL {

template <class T>
INLINE double most_of(Lanes<T> top) {
  T tops[kLaneCount<T>];
  store_lanes(tops, top);
  T most = 0;
  for (T x : tops) most = x > most ? x : most;
  return double(most);
}

template <class T>
GradientSums finish_gradient(Index n, const T* p, const T* penalised, T scale, T decay, T* g) {
  Lanes<T> norm = broadcast_lanes<T>(0), weights = norm, top = norm;
  for (Index i = 0; i < n; i += kLaneCount<T>) {
    const Lanes<T> kept =
        each([](auto a, auto b) { return a * b; }, load_lanes(p + i), load_lanes(penalised + i));
    const Lanes<T> whole = each([&](auto sum, auto w) { return fma(broadcast(decay), w, sum * scale); },
                                load_lanes(g + i), kept);
    store_lanes(g + i, whole);
    norm = fma(whole, whole, norm);
    weights = fma(kept, kept, weights);
    top = each([](auto most, auto x) { return largest(absolute<T>(x), most); }, top, whole);
  }
  return {double(sum(norm)), double(sum(weights)), most_of(top), 0};
}

// x nearer to 0 by `most`, and not beyond it: what makes |x' - x|^2 / 2 + most |x'| small.
template <class T>
INLINE Register<T> softened(Register<T> x, Register<T> most) {
  return x - smallest(most, largest(-most, x));
}

template <class T>
GradientSums least_gradient(Index n, const T* p, const T* penalised, T cost, const T* g, T* out) {
  Lanes<T> norm = broadcast_lanes<T>(0), size = norm, top = norm;
  for (Index i = 0; i < n; i += kLaneCount<T>) {
    const Lanes<T> w = load_lanes(p + i), mask = load_lanes(penalised + i);
    const Lanes<T> whole = each(
        [&](auto weight, auto kept, auto slope) {
          const Register<T> kink = cost * kept;
          return weight != T(0) ? slope + with_sign<T>(kink, weight) : softened<T>(slope, kink);
        },
        w, mask, load_lanes(g + i));
    if (out) store_lanes(out + i, whole);
    norm = fma(whole, whole, norm);
    size = each([](auto all, auto weight, auto kept) { return fma(absolute<T>(weight), kept, all); }, size, w,
                mask);
    top = each([](auto most, auto x) { return largest(absolute<T>(x), most); }, top, whole);
  }
  return {double(sum(norm)), 0, most_of(top), double(sum(size))};
}

template <class T>
double dot(Index n, const T* x, const T* y) {
  Lanes<T> total = broadcast_lanes<T>(0);
  for (Index i = 0; i < n; i += kLaneCount<T>) total = fma(load_lanes(x + i), load_lanes(y + i), total);
  return double(sum(total));
}

template <class T>
void moved(Index n, const T* from, T step, const T* direction, T* to) {
  for (Index i = 0; i < n; i += kWidth<T>)
    store(to + i, fma(broadcast(step), load(direction + i), load(from + i)));
}

template <class T>
void add_scaled(Index n, T factor, const T* x, T* y) {
  moved(n, static_cast<const T*>(y), factor, x, y);
}

// y = A x for a symmetric A: its rows serve as columns, in two sums that do not wait for each other.
template <class T>
void times(Index n, const T* A, const T* x, T* y) {
  for (Index i = 0; i < n; i += kWidth<T>) {
    Register<T> even = broadcast(T(0)), odd = even;
    for (Index k = 0; k < n; k += 2) {
      even = fma(broadcast(x[k]), load(A + k * n + i), even);
      odd = fma(broadcast(x[k + 1]), load(A + (k + 1) * n + i), odd);
    }
    store(y + i, even + odd);
  }
}

// A = scale A + x y' + y x'; what is symmetric stays so to the last bit.
template <class T>
void scale_and_add(Index n, T scale, const T* x, const T* y, T* A) {
  for (Index k = 0; k < n; ++k) {
    const Register<T> x_k = broadcast(x[k]), y_k = broadcast(y[k]);
    T* row = A + k * n;
    for (Index i = 0; i < n; i += kWidth<T>)
      store(row + i, fma(broadcast(scale), load(row + i), x_k * load(y + i) + y_k * load(x + i)));
  }
}

template <class T>
void momentum_step(Index n, const T* g, T* velocity, T* p, T momentum, T rate, bool nesterov) {
  const Register<T> mu = broadcast(momentum), down = broadcast(-rate);
  for (Index i = 0; i < n; i += kWidth<T>) {
    const Register<T> step = load(g + i) * down;
    const Register<T> v = fma(mu, load(velocity + i), step);
    store(velocity + i, v);
    store(p + i, load(p + i) + (nesterov ? fma(mu, v, step) : v));
  }
}

template <class T>
void adam_step(Index n, const T* g, T* mean, T* square, T* p, T beta_1, T beta_2, T epsilon, T rate) {
  const Register<T> b1 = broadcast(beta_1), b2 = broadcast(beta_2);
  const Register<T> rest_1 = broadcast(T(1) - beta_1), rest_2 = broadcast(T(1) - beta_2);
  for (Index i = 0; i < n; i += kWidth<T>) {
    const Register<T> gradient = load(g + i);
    const Register<T> m = fma(b1, load(mean + i), rest_1 * gradient);
    const Register<T> v = fma(b2, load(square + i), rest_2 * gradient * gradient);
    store(mean + i, m);
    store(square + i, v);
    store(p + i, load(p + i) - rate * m / (square_root(v) + epsilon));
  }
}

template <class T>
void soften(Index n, const T* penalised, T threshold, const T* square, T epsilon, T* p) {
  for (Index i = 0; i < n; i += kWidth<T>) {
    Register<T> most = threshold * load(penalised + i);
    if (square) most /= square_root(load(square + i)) + epsilon;
    store(p + i, softened<T>(load(p + i), most));
  }
}

// x is softened and v is what it moved by. With Nesterov's momentum p is not x but x + mu v, where the
// gradient is taken: both products are rounded alike, so that an x of 0 is found again.
template <class T>
void softened_step(Index n, const T* g, const T* penalised, T* velocity, T* p, T momentum, T rate,
                   T threshold, bool nesterov) {
  for (Index i = 0; i < n; i += kWidth<T>) {
    const Register<T> at = load(p + i), onward = momentum * load(velocity + i);
    const Register<T> x = nesterov ? at - onward : at, ahead = nesterov ? at : at + onward;
    const Register<T> to = softened<T>(ahead - rate * load(g + i), threshold * load(penalised + i));
    const Register<T> v = to - x;
    store(velocity + i, v);
    store(p + i, nesterov ? to + momentum * v : to);
  }
}

}  // namespace moonlet::MOONLET_LEVEL

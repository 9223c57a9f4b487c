// Vectors as long as the parameters, padded with zeros to whole lanes.
#pragma once

#include "kernels.h"
#include "lanes.h"

namespace moonlet::MOONLET_LEVEL {

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
  T tops[kLaneCount<T>];
  store_lanes(tops, top);
  T most = 0;
  for (T x : tops) most = x > most ? x : most;
  return {double(sum(norm)), double(sum(weights)), double(most)};
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

}  // namespace moonlet::MOONLET_LEVEL

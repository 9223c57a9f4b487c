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

}  // namespace moonlet::MOONLET_LEVEL

// Steps that cross no kink: where a weight's size costs, the loss has one where the weight is 0.
//
// Andrew & Gao (2007), sections 3.1 and 3.2: a search stays among weights that keep their signs, those of 0
// having the sign that the least gradient (kernels.h) sends them to, if it does. How it differs from the
// paper:
//   1. A bias has no price, hence no kink: it crosses 0 as it likes, and its part of a direction always
//      counts.
//   2. What a search is promised, gradient . (to - from), is summed in 64 bit whatever the network's
//      precision: near the end it is a small rest of large terms.
#pragma once

#include "../network.h"

namespace moonlet {

// A weight's part of the direction is left out where it points up the gradient.
template <class T>
void keep_downhill(Index n, const T* gradient, const T* penalised, T* direction) {
  for (Index i = 0; i < n; ++i)
    if (penalised[i] != 0 && !(direction[i] * gradient[i] < 0)) direction[i] = 0;
}

// A weight that crossed 0 on its way from `from` stays there. Returns gradient . (to - from).
template <class T>
double stop_at_kinks(Index n, const T* from, const T* gradient, const T* penalised, T* to) {
  double change = 0;
  for (Index i = 0; i < n; ++i) {
    const T side = from[i] != 0 ? from[i] : -gradient[i];
    if (penalised[i] != 0 && !(to[i] * side > 0)) to[i] = 0;
    change += double(gradient[i]) * (double(to[i]) - double(from[i]));
  }
  return change;
}

}  // namespace moonlet

// The one forward pass and the one gradient, over one tile of samples.
//
//   Z_l = W_l^T A_(l-1) + b_l      A_l = f(Z_l)       A_0 = X, a column is a sample
//   D_L = dL/dZ_L (loss.h)         D_(l-1) = (W_l D_l) ∘ f'(Z_(l-1))
//   dL/dW_l = A_(l-1) D_l^T        dL/db_l = D_l 1
//
// (Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".)
#pragma once

#include "functions.h"
#include "loss.h"
#include "multiply.h"

namespace moonlet::MOONLET_LEVEL {

// f(Z) in place. n is a multiple of the lanes.
template <class T>
INLINE void activate(Activation activation, Index n, T* z) {
  const auto over = [&](auto f) {
    for (Index i = 0; i < n; i += kLaneCount<T>) store_lanes(z + i, each(f, load_lanes(z + i)));
  };
  switch (activation) {
    case Activation::identity: return;
    case Activation::logistic: return over([](auto x) { return logistic<T>(x); });
    case Activation::tanh: return over([](auto x) { return tanh<T>(x); });
    case Activation::relu: return over([](auto x) { return largest(broadcast(T(0)), x); });
  }
}

// D ∘ f'(Z) in place, f' from A = f(Z).
template <class T>
INLINE void times_derivative(Activation activation, Index n, const T* a, T* d) {
  const auto over = [&](auto f) {
    for (Index i = 0; i < n; i += kWidth<T>) store(d + i, f(load(a + i), load(d + i)));
  };
  switch (activation) {
    case Activation::identity: return;
    case Activation::logistic: return over([](auto p, auto delta) { return delta * (p * (T(1) - p)); });
    case Activation::tanh:
      return over([](auto p, auto delta) { return delta * fma(-p, p, broadcast(T(1))); });
    case Activation::relu: return over([](auto p, auto delta) { return p > T(0) ? delta : Register<T>{}; });
  }
}

template <class T>
struct Workspace {
  T* activations;
  T* deltas[2];
  T* one_logit;  // weights and bias of the difference of the two logits

  Workspace(const Network& network, Index stride, T* at)
      : activations(at),
        deltas{at + network.rows * stride, at + (network.rows + network.widest) * stride},
        one_logit(at + (network.rows + 2 * network.widest) * stride) {}
};

// All layers' activations; the last layer's are its values Z, before the output function.
template <class T>
void forward(const Network& network, const T* parameters, const Tile<T>& tile, Workspace<T>& work) {
  const T* A = tile.X;
  for (Index l = 0; l < network.n_layers; ++l) {
    const Layer& layer = network.layers[l];
    const bool last = l == network.n_layers - 1;
    T* Z = work.activations + layer.row * tile.stride;
    const T *W = parameters + layer.weights, *b = parameters + layer.biases;
    if (last && network.one_logit()) {
      for (Index k = 0; k <= layer.fan_in; ++k) work.one_logit[k] = W[2 * k + 1] - W[2 * k];
      multiply(Index(1), tile.stride, layer.fan_in, Left<T>{work.one_logit, 1, 1}, A, tile.stride,
               work.one_logit + layer.fan_in, Z, tile.stride, [](Index, Index) {});
    } else {
      multiply(layer.fan_out, tile.stride, layer.fan_in, Left<T>{W, 1, layer.fan_out}, A, tile.stride, b, Z,
               tile.stride, [&](Index begin, Index end) {
                 if (!last) activate(layer.activation, (end - begin) * tile.stride, Z + begin * tile.stride);
               });
    }
    A = Z;
  }
}

template <class T>
double output_loss(const Network& network, const Tile<T>& tile, const T* Z, T* deltas) {
  const Index n_outputs = network.n_outputs();
  if (network.one_logit()) return sigmoid_log_loss(tile, Z, tile.Y + tile.stride, deltas);
  switch (network.output) {
    case Output::identity: return squared_error(tile, n_outputs, Z, deltas);
    case Output::softmax: return softmax_log_loss(tile, n_outputs, Z, deltas);
    case Output::sigmoid: break;
  }
  double total = 0;
  for (Index i = 0; i < n_outputs; ++i)
    total += sigmoid_log_loss(tile, Z + i * tile.stride, tile.Y + i * tile.stride, deltas + i * tile.stride);
  return total;
}

template <class T>
double tile_loss(const Network& network, const T* parameters, const Tile<T>& tile, T* workspace,
                 T* gradient) {
  Workspace<T> work(network, tile.stride, workspace);
  forward(network, parameters, tile, work);
  const Layer& top = network.layers[network.n_layers - 1];
  T *D = work.deltas[0], *next = work.deltas[1];
  const double loss = output_loss(network, tile, work.activations + top.row * tile.stride, D);
  if (!gradient) return loss;
  for (Index l = network.n_layers - 1; l >= 0; --l) {
    const Layer& layer = network.layers[l];
    const bool folded = l == network.n_layers - 1 && network.one_logit();
    const Index fan_out = folded ? 1 : layer.fan_out;
    const T* W = folded ? work.one_logit : parameters + layer.weights;
    if (l > 0) {
      const Layer& below = network.layers[l - 1];
      const T* A = work.activations + below.row * tile.stride;
      multiply(layer.fan_in, tile.stride, fan_out, Left<T>{W, fan_out, 1}, D, tile.stride,
               static_cast<const T*>(nullptr), next, tile.stride, [&](Index begin, Index end) {
                 times_derivative(below.activation, (end - begin) * tile.stride, A + begin * tile.stride,
                                  next + begin * tile.stride);
               });
    }
    const T* A = l > 0 ? work.activations + network.layers[l - 1].row * tile.stride : tile.X;
    if (folded) {
      for (Index k = 0; k <= layer.fan_in; ++k) work.one_logit[k] = 0;
      products(layer.fan_in, Index(1), tile.stride, A, tile.stride, D, tile.stride, work.one_logit, Index(1));
      T* g = gradient + layer.weights;
      for (Index k = 0; k <= layer.fan_in; ++k) {
        g[2 * k] -= work.one_logit[k];
        g[2 * k + 1] += work.one_logit[k];
      }
    } else {
      products(layer.fan_in, fan_out, tile.stride, A, tile.stride, D, tile.stride, gradient + layer.weights,
               fan_out);
    }
    T* spare = D;
    D = next;
    next = spare;
  }
  return loss;
}

template <class T>
void tile_outputs(const Network& network, const T* parameters, const Tile<T>& tile, T* workspace,
                  T* outputs) {
  Workspace<T> work(network, tile.stride, workspace);
  forward(network, parameters, tile, work);
  const Index n_outputs = network.n_outputs();
  const T* Z = work.activations + network.layers[network.n_layers - 1].row * tile.stride;
  if (network.one_logit()) return one_logit_outputs(tile.stride, Z, outputs);
  switch (network.output) {
    case Output::identity: std::memcpy(outputs, Z, sizeof(T) * std::size_t(n_outputs * tile.stride)); return;
    case Output::softmax: return softmax_outputs(tile.stride, n_outputs, Z, outputs);
    case Output::sigmoid:
      for (Index i = 0; i < n_outputs; ++i)
        sigmoid_outputs(tile.stride, Z + i * tile.stride, outputs + i * tile.stride);
  }
}

}  // namespace moonlet::MOONLET_LEVEL

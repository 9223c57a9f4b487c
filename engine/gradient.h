// The one forward pass and the one gradient, over one tile of samples.
//
//   Z_l = W_l^T A_(l-1) + b_l      A_l = f(Z_l)       A_0 = X, a column is a sample
//   D_L = dL/dZ_L (loss.h)         D_(l-1) = (W_l D_l) ∘ f'(Z_(l-1))
//   dL/dW_l = A_(l-1) D_l^T        dL/db_l = D_l 1
//
// (Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".)
#pragma once

#include "activations.h"
#include "by_nonzeros.h"
#include "dropout.h"
#include "few_inputs.h"
#include "loss.h"
#include "multiply.h"
#include "weight_gradient.h"

namespace moonlet::MOONLET_LEVEL {

template <class T>
struct Workspace {
  T* activations;
  T* deltas[2];
  T* transposed;  // deltas, a row for each sample
  T* one_logit;   // weights and bias of the difference of the two logits
  T* one_logit_gradient;

  Workspace(const Network& network, Index stride, T* at)
      : activations(at),
        deltas{at + network.rows * stride, at + (network.rows + network.widest) * stride},
        transposed(at + (network.rows + 2 * network.widest) * stride),
        one_logit(transposed + padded<T>(network.widest) * stride),
        one_logit_gradient(one_logit + padded<T>(network.layers[network.n_layers - 1].fan_in + 1)) {}
};

// The output's weights and biases, or of a two-class softmax those of the difference of its logits.
template <class T>
INLINE const T* output_weights(const Network& network, const T* parameters, const Workspace<T>& work) {
  return network.one_logit() ? work.one_logit : parameters + network.layers[network.n_layers - 1].weights;
}

template <class T>
INLINE HiddenLayer<T> only_hidden_layer(const Network& network, const T* parameters, const Tile<T>& tile,
                                        const Workspace<T>& work) {
  const Layer& layer = network.layers[0];
  return {layer.fan_in,
          layer.fan_out,
          tile.stride,
          tile.X,
          parameters + layer.weights,
          parameters + layer.biases,
          output_weights(network, parameters, work),
          tile.largest_input,
          work.activations + layer.row * tile.stride};
}

// All layers' activations; the last layer's are its values Z, before the output function.
template <class T>
void forward(const Network& network, const T* parameters, const Tile<T>& tile, Workspace<T>& work) {
  const Layer& top = network.layers[network.n_layers - 1];
  const bool sparse = kSparseInputs && !tile.X;
  if (network.one_logit()) {
    const T* W = parameters + top.weights;
    const Index first = sparse && network.n_layers == 1 ? top.fan_in : 0;  // the bias alone
    for (Index k = first; k <= top.fan_in; ++k) work.one_logit[k] = W[2 * k + 1] - W[2 * k];
  }
  if (has_few_inputs(network) && !tile.dropping.threshold) {
    T* packed = work.deltas[1];  // free, and longer than kFewInputs + 2 a unit
    return hidden_forward(network.layers[0].activation, only_hidden_layer(network, parameters, tile, work),
                          packed, work.activations + top.row * tile.stride);
  }
  const T* A = tile.X;
  for (Index l = 0; l < network.n_layers; ++l) {
    const Layer& layer = network.layers[l];
    const bool last = l == network.n_layers - 1;
    T* Z = work.activations + layer.row * tile.stride;
    T* slopes = work.activations + layer.slope_row * tile.stride;
    const T* W = parameters + layer.weights;
    const Right<T> right{A, tile.stride};
    const Out<T> out{Z, tile.stride, false};
    if (l == 0 && sparse) {
      if constexpr (kSparseInputs)
        sparse_first_layer(network, parameters, tile, work.one_logit + top.fan_in, work.transposed, Z);
      if (!last) activate(layer.activation, layer.fan_out * tile.stride, Z, slopes);
    } else if (last && network.one_logit()) {
      const T* b = work.one_logit + layer.fan_in;
      multiply(Index(1), Product<T>{tile.stride, layer.fan_in, {work.one_logit, 1, 1}, right, b, out},
               [](Index, Index) {});
    } else if (l == 0 && tile.inputs_apart) {
      const T* other = work.deltas[0];
      for (Index i = 0; i < layer.fan_out * tile.stride; i += kWidth<T>)
        store(Z + i, load(Z + i) + load(other + i));
      activate(layer.activation, layer.fan_out * tile.stride, Z, slopes);
    } else {
      const T* b = parameters + layer.biases;
      multiply(layer.fan_out, Product<T>{tile.stride, layer.fan_in, {W, 1, layer.fan_out}, right, b, out},
               [&](Index begin, Index end) {
                 if (last) return;
                 activate(layer.activation, (end - begin) * tile.stride, Z + begin * tile.stride,
                          slopes + begin * tile.stride);
               });
    }
    if (tile.dropping.threshold && !last) drop(layer, tile, Z, slopes);
    A = Z;
  }
}

// What f'(Z) of a hidden layer is computed from, and in which way. Of a network that may drop units, but
// does not, only gelu and silu have kept it.
template <class T>
INLINE const T* kept_for_slopes(const Layer& layer, bool dropping, Index stride, const Workspace<T>& work) {
  const bool kept = dropping || keeps_slope(layer.activation);
  return work.activations + (kept ? layer.slope_row : layer.row) * stride;
}

// The deltas of the layer below, block by block of its units: `done(begin, end)` is called for
// each while it and the activations are near. Below a single unit they are an outer product.
// `slopes` holds what f'(Z) is computed from, in the way of `activation`.
template <class T, class Done>
INLINE void deltas_below(const Layer& lower, Activation activation, Index fan_out, Index stride, const T* W,
                         const T* D, const T* slopes, T* below, Done done) {
  if (fan_out > 1) {
    multiply(lower.fan_out,
             Product<T>{stride, fan_out, {W, fan_out, 1}, {D, stride}, nullptr, {below, stride, false}},
             [&](Index begin, Index end) {
               times_derivative(activation, (end - begin) * stride, slopes + begin * stride,
                                below + begin * stride);
               done(begin, end);
             });
    return;
  }
  with_derivative<T>(activation, [&](auto times) {
    for (Index k = 0; k < lower.fan_out; ++k) {
      const Register<T> w = broadcast(W[k]);
      const Index row = k * stride;
      for (Index s = 0; s < stride; s += kWidth<T>)
        store(below + row + s, times(load(slopes + row + s), w * load(D + s)));
    }
  });
  done(Index(0), lower.fan_out);
}

template <class T>
double tile_loss(const Network& network, const T* parameters, const Tile<T>& tile, T* workspace,
                 T* gradient) {
  Workspace<T> work(network, tile.stride, workspace);
  forward(network, parameters, tile, work);
  const Index stride = tile.stride;
  const bool dropping = tile.dropping.threshold != 0;
  const Layer& top = network.layers[network.n_layers - 1];
  T *D = work.deltas[0], *below = work.deltas[1];
  const double loss = output_loss(network, tile, work.activations + top.row * stride, D);
  if (!gradient) return loss;
  const auto derivative_by = [&](Index parameter) { return gradient + (parameter - tile.first_parameter); };
  for (Index l = network.n_layers - 1; l >= 0; --l) {
    const Layer& layer = network.layers[l];
    const bool folded = l == network.n_layers - 1 && network.one_logit();
    const Index fan_out = folded ? 1 : layer.fan_out;
    const T* W = folded ? work.one_logit : parameters + layer.weights;
    // Of sparse inputs the weights are no part of `gradient` (sparse_gradient).
    const Index first = kSparseInputs && l == 0 && !tile.X ? layer.fan_in : 0;
    T* dW = folded ? work.one_logit_gradient : first > 0 ? nullptr : derivative_by(layer.weights);
    T* db = folded ? dW + layer.fan_in : derivative_by(layer.biases);
    if (folded) std::memset(dW + first, 0, sizeof(T) * std::size_t(layer.fan_in + 1 - first));

    sums_over_samples(fan_out, stride, D, db);
    const auto deltas = [&] { return deltas_for_gradient(fan_out, stride, tile.count, D, work.transposed); };
    if (first > 0) {
      if constexpr (kSparseInputs) keep_first_deltas(network, tile, D);
    } else if (l == 0) {
      const Deltas<T> ready = deltas();
      if (!tile.inputs_apart) weight_gradient(layer.fan_in, tile.X, ready, dW);
    } else {
      const Layer& lower = network.layers[l - 1];
      const T* A = work.activations + lower.row * stride;
      if (has_few_inputs(network) && !dropping) {
        hidden_gradient(lower.activation, only_hidden_layer(network, parameters, tile, work),
                        HiddenGradient<T>{D, dW, derivative_by(lower.weights), derivative_by(lower.biases)});
        l = 0;  // both layers are done
      } else {
        const T* slopes = kept_for_slopes(lower, dropping, stride, work);
        const Deltas<T> ready = deltas();
        deltas_below(lower, dropping ? kSlopeKept : lower.activation, fan_out, stride, W, D, slopes, below,
                     [&](Index begin, Index end) {
                       weight_gradient(end - begin, A + begin * stride, ready, dW + begin * fan_out);
                     });
      }
    }
    if (folded) {
      T* g = derivative_by(layer.weights + 2 * first);
      for (Index k = first; k <= layer.fan_in; ++k, g += 2) {
        g[0] -= dW[k];
        g[1] += dW[k];
      }
    }
    T* spare = D;
    D = below;
    below = spare;
  }
  return loss;
}

// Of the first layer's sums the part over the inputs from `begin` to `end`: the first part, which has
// the biases too, goes where the values belong, the second where deltas will be.
template <class T>
void first_layer(const Network& network, const T* parameters, const Tile<T>& tile, Index part, Index begin,
                 Index end, T* workspace) {
  const Workspace<T> work(network, tile.stride, workspace);
  const Layer& layer = network.layers[0];
  T* Z = part == 0 ? work.activations + layer.row * tile.stride : work.deltas[0];
  multiply(layer.fan_out,
           Product<T>{tile.stride,
                      end - begin,
                      {parameters + layer.weights + begin * layer.fan_out, 1, layer.fan_out},
                      {tile.X + begin * tile.stride, tile.stride},
                      part == 0 ? parameters + layer.biases : nullptr,
                      {Z, tile.stride, false}},
           [](Index, Index) {});
}

// Adds what the tile gives to the gradient of those inputs' weights, from the deltas that tile_loss left.
template <class T>
void first_layer_gradient(const Network& network, const Tile<T>& tile, Index begin, Index end, T* workspace,
                          T* gradient) {
  const Workspace<T> work(network, tile.stride, workspace);
  const Layer& layer = network.layers[0];
  const T* D = work.deltas[(network.n_layers - 1) % 2];
  const Deltas<T> ready{layer.fan_out, tile.stride, D, tile.count, work.transposed};
  weight_gradient(end - begin, tile.X + begin * tile.stride, ready,
                  gradient + layer.weights + begin * layer.fan_out);
}

template <class T>
void slopes(const Network& network, Index layer, Index stride, const T* workspace, T* out) {
  const Workspace<T> work(network, stride, const_cast<T*>(workspace));
  const Layer& at = network.layers[layer];
  for (Index i = 0; i < at.fan_out * stride; i += kWidth<T>) store(out + i, broadcast(T(1)));
  times_derivative(at.activation, at.fan_out * stride, kept_for_slopes(at, false, stride, work), out);
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
    case Output::sigmoid: return sigmoid_outputs(n_outputs * tile.stride, Z, outputs);
    case Output::exp: return exp_outputs(n_outputs * tile.stride, Z, outputs);
  }
}

}  // namespace moonlet::MOONLET_LEVEL

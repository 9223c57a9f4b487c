// The first layer where inputs are few among zeros: sums over what is there alone, units in the lanes.
//
//   Z[m][s] = b[m] + sum_k W[k][m] x_ks       a sample at a time, over its inputs
//   dW[k][m] = sum_s x_ks D[m][s]             an input at a time, over all samples that have it
//
// A fused multiply-add of zero changes nothing, so these sums have the bits of the dense kernels where
// they are cut as those are: over inputs in the matrix kernel's pieces (multiply.h); over samples in tiles,
// and within a tile in its pieces for the units in the lanes, in the virtual lanes of the samples for those
// that are left (weight_gradient.h); the tiles of a shard one after the other, then the shards
// (objective.h). Only the sign of a zero may be another one.
#pragma once

#include "lanes.h"
#include "network.h"
#include "transpose.h"
#include "weight_gradient.h"

namespace moonlet::MOONLET_LEVEL {

// Registers of units that go through their nonzeros together.
inline constexpr int kMostUnitRegisters = 4;

// f(constant of how many registers, first unit, units) for blocks of units from `begin` to `end`.
template <class T, class F>
INLINE void by_unit_registers(Index begin, Index end, F f) {
  for (Index unit = begin; unit < end;) {
    const Index left = (end - unit + kWidth<T> - 1) / kWidth<T>;
    const Index blocks = (left + kMostUnitRegisters - 1) / kMostUnitRegisters;
    const Index registers = (left + blocks - 1) / blocks, units = registers * kWidth<T>;
    const Index wanted = units < end - unit ? units : end - unit;
    switch (registers) {
      case 1: f.template operator()<1>(unit, wanted); break;
      case 2: f.template operator()<2>(unit, wanted); break;
      case 3: f.template operator()<3>(unit, wanted); break;
      default: f.template operator()<4>(unit, wanted); break;
    }
    unit += wanted;
  }
}

// `units` numbers in registers, the last of which they may fill in part.
template <class T, int registers, bool whole>
INLINE void load_units(const T* at, Index units, Register<T> (&to)[registers]) {
#pragma GCC unroll 4
  for (int n = 0; n < registers; ++n)
    to[n] = whole || n + 1 < registers ? load(at + n * kWidth<T>)
                                       : load_some(at + n * kWidth<T>, units - n * kWidth<T>);
}
template <class T, int registers>
INLINE void store_units(T* at, Index units, const Register<T> (&from)[registers]) {
#pragma GCC unroll 4
  for (int n = 0; n < registers; ++n)
    if (n + 1 < registers || units == registers * kWidth<T>)
      store(at + n * kWidth<T>, from[n]);
    else
      store_some(at + n * kWidth<T>, from[n], units - n * kWidth<T>);
}

template <class T, int registers>
INLINE void add(Register<T> (&to)[registers], const Register<T> (&what)[registers]) {
#pragma GCC unroll 4
  for (int n = 0; n < registers; ++n) to[n] = to[n] + what[n];
}
template <class T, int registers>
INLINE void add_product(Register<T> (&to)[registers], T x, const Register<T> (&what)[registers]) {
#pragma GCC unroll 4
  for (int n = 0; n < registers; ++n) to[n] = fma(broadcast(x), what[n], to[n]);
}

// ---- over the inputs of a sample ----

// Adds the inputs to what `sums` begin with; `weights(column, to)` loads those of one.
//
// No branch asks whether an input begins another piece, which is as hard to foretell as which words a
// text has, and a wrong guess costs more than the sums of an input: a chain that goes on is kept by a mask
// and added as zeros, one that ends is added and begins again at zeros.
template <class T, int registers, class Weights>
INLINE void sum_over_inputs(const SparseInputs<T>& inputs, Index sample, Weights weights,
                            Register<T> (&sums)[registers]) {
  const Index row = inputs.row(sample), end = inputs.starts[row + 1];
  const std::int32_t* const columns = inputs.columns;
  const Register<T> zeros = broadcast(T(0));
  // The first piece goes on from the biases. The others begin at zero.
  Register<T> chain[registers], w[registers];
#pragma GCC unroll 4
  for (int n = 0; n < registers; ++n) {
    chain[n] = sums[n];
    sums[n] = zeros;
  }
  Index piece = 0;
  const auto add_pieces = [&](Index i, Index stop, Register<T>(&to)[registers])
                              __attribute__((always_inline)) {
                                for (; i < stop; ++i) {
                                  const Index now = inputs.cuts.piece_of(columns[i]);
                                  const auto goes_on = broadcast(T(now - piece)) == zeros;
                                  piece = now;
                                  weights(columns[i], w);
                                  const Register<T> x = broadcast(inputs.values[i]);
#pragma GCC unroll 4
                                  for (int n = 0; n < registers; ++n) {
                                    to[n] = to[n] + where<T>(goes_on, zeros, chain[n]);
                                    chain[n] = fma(x, w[n], where<T>(goes_on, chain[n], zeros));
                                  }
                                }
                                add<T>(to, chain);
                              };
  if (!inputs.halved) return add_pieces(inputs.starts[row], end, sums);
  Index middle = inputs.starts[row];
  while (middle < end && columns[middle] < inputs.cuts.ends[inputs.first_half - 1]) ++middle;
  add_pieces(inputs.starts[row], middle, sums);
  Register<T> half[registers] = {};
#pragma GCC unroll 4
  for (int n = 0; n < registers; ++n) chain[n] = zeros;
  piece = inputs.first_half;
  add_pieces(middle, end, half);
  add<T>(sums, half);
}

// Of all the tile's samples, which become rows of `stride` units each. Padding has the biases alone.
template <class T, int registers, class Weights>
INLINE void sums_over_inputs(const Tile<T>& tile, Weights weights, const T* biases, Index units, Index stride,
                             T* out) {
  Register<T> b[registers];
  load_units<T, registers, false>(biases, units, b);
  for (Index s = 0; s < tile.stride; ++s) {
    Register<T> sums[registers];
#pragma GCC unroll 4
    for (int n = 0; n < registers; ++n) sums[n] = b[n];
    if (s < tile.count) sum_over_inputs<T, registers>(tile.sparse, s, weights, sums);
    store_units<T, registers>(out + s * stride, units, sums);
  }
}

// The first layer's values; `rows` has room for whole lanes of units for each sample. Of the one logit of
// two classes, without hidden layers, with its bias.
template <class T>
void sparse_first_layer(const Network& network, const T* parameters, const Tile<T>& tile,
                        const T* one_logit_bias, T* rows, T* Z) {
  const Layer& layer = network.layers[0];
  const T* const W = parameters + layer.weights;
  const Index units = units_of_first_layer(network), fan_out = layer.fan_out, stride = padded<T>(units);
  if (units < fan_out) {
    const auto weights = [&](Index k, Register<T>(&to)[1]) { to[0] = broadcast(W[2 * k + 1] - W[2 * k]); };
    sums_over_inputs<T, 1>(tile, weights, one_logit_bias, units, stride, rows);
  } else {
    by_unit_registers<T>(0, units, [&]<int registers>(Index unit, Index wanted) {
      const T *const at = W + unit, *const b = parameters + layer.biases + unit;
      if (wanted == registers * kWidth<T>)
        sums_over_inputs<T, registers>(
            tile,
            [=](Index k, Register<T>(&to)[registers]) {
              load_units<T, registers, true>(at + k * fan_out, wanted, to);
            },
            b, wanted, stride, rows + unit);
      else
        sums_over_inputs<T, registers>(
            tile,
            [=](Index k, Register<T>(&to)[registers]) {
              load_units<T, registers, false>(at + k * fan_out, wanted, to);
            },
            b, wanted, stride, rows + unit);
    });
  }
  transpose([&](Index s) { return rows + s * stride; }, tile.stride, tile.stride, units, tile.stride, Z);
}

// ---- over the samples of an input ----

// Leaves the first layer's deltas where the sums over all samples find them: a row for each sample.
template <class T>
void keep_first_deltas(const Network& network, const Tile<T>& tile, const T* D) {
  const Index units = units_of_first_layer(network), row = delta_stride<T>(units);
  transpose([&](Index m) { return D + m * tile.stride; }, units, row, tile.count, row, tile.first_deltas);
}

template <class T>
struct OverSamples {
  const SparseColumns<T>& inputs;
  const SampleCuts& cuts;
  const T* D;
  Index row;

  template <int registers>
  INLINE void load_deltas(Index i, Register<T> (&to)[registers]) const {
    load_units<T, registers, true>(D + Index(inputs.samples[i]) * row, 0, to);
  }
};

// What the nonzeros i to end, all of one tile, are for units in the lanes: a chain in each piece.
template <class T, int registers>
INLINE void chains_of_tile(const OverSamples<T>& all, Index i, Index end, Index tile_begin, Index tile_end,
                           Register<T> (&sums)[registers]) {
  const Index count = (tile_end < all.cuts.n_samples ? tile_end : all.cuts.n_samples) - tile_begin;
  const Index parts = (count + kMostSteps - 1) / kMostSteps;
  for (Index part = 1; i < end; ++part) {
    const Index last = part < parts ? tile_begin + count * part / parts : tile_end;
    Register<T> chain[registers] = {}, d[registers];
    for (; i < end && all.inputs.samples[i] < last; ++i) {
      all.load_deltas(i, d);
      add_product<T>(chain, all.inputs.values[i], d);
    }
    add<T>(sums, chain);
  }
}

// The same for units that are left: a chain in each of the samples' virtual lanes, and these added up.
template <class T, int registers>
INLINE void lanes_of_tile(const OverSamples<T>& all, Index i, Index end, Register<T> (&sums)[registers]) {
  constexpr int lanes = kLaneCount<T>;
  Register<T> lane[lanes][registers] = {}, d[registers];
  for (; i < end; ++i) {
    all.load_deltas(i, d);
    add_product<T>(lane[all.inputs.samples[i] % lanes], all.inputs.values[i], d);
  }
  for (int half = lanes / 2; half > 0; half /= 2)
    for (int k = 0; k < half; ++k) add<T>(lane[k], lane[k + half]);
  add<T>(sums, lane[0]);
}

// Of one input, whose nonzeros are i to end.
template <class T, int registers, bool in_lanes>
INLINE void sum_over_samples(const OverSamples<T>& all, Index i, Index end, Register<T> (&total)[registers]) {
  const std::uint32_t* const samples = all.inputs.samples;
  for (Index shard = 0; i < end; ++shard) {
    const Index shard_end = all.cuts.shard_ends[shard];
    if (samples[i] >= shard_end) continue;
    Register<T> sums[registers] = {};
    do {
      const Index tile = all.cuts.tiles.piece_of(samples[i]), tile_end = all.cuts.tiles.ends[tile];
      Index next = i + 1;
      while (next < end && samples[next] < tile_end) ++next;
      if (next == i + 1) {
        Register<T> d[registers];
        all.load_deltas(i, d);
#pragma GCC unroll 4
        for (int n = 0; n < registers; ++n) sums[n] = sums[n] + broadcast(all.inputs.values[i]) * d[n];
      } else if constexpr (in_lanes) {
        chains_of_tile<T>(all, i, next, tile > 0 ? all.cuts.tiles.ends[tile - 1] : 0, tile_end, sums);
      } else {
        lanes_of_tile<T>(all, i, next, sums);
      }
      i = next;
    } while (i < end && samples[i] < shard_end);
    add<T>(total, sums);
  }
}

// The gradient of the weights of the inputs that have numbers, from the one numbered `first` to `last`, and
// of their units begin to end; where it begins is that of weight `origin`.
template <class T, bool in_lanes>
void gradient_of_some(const OverSamples<T>& all, Index first, Index last, Index begin, Index end,
                      Index fan_out, Index origin, T* gradient) {
  by_unit_registers<T>(begin, end, [&]<int registers>(Index unit, Index wanted) {
    const OverSamples<T> these{all.inputs, all.cuts, all.D + unit, all.row};
    for (Index c = first; c < last; ++c) {
      Register<T> total[registers] = {};
      sum_over_samples<T, registers, in_lanes>(these, all.inputs.starts[c], all.inputs.starts[c + 1], total);
      store_units<T, registers>(gradient + (all.inputs.columns[c] * fan_out + unit - origin), wanted, total);
    }
  });
}

// Of the first layer's weights from `begin` to `end`, which need not be whole inputs.
template <class T>
void sparse_gradient(const Network& network, const SparseColumns<T>& inputs, const SampleCuts& cuts,
                     const T* D, Index begin, Index end, T* gradient) {
  const Index fan_out = network.layers[0].fan_out, units = units_of_first_layer(network);
  const OverSamples<T> all{inputs, cuts, D, delta_stride<T>(units)};
  std::memset(gradient, 0, sizeof(T) * std::size_t(end - begin));
  if (units < fan_out) {  // of both logits: a lane has two numbers
    for (Index c = inputs.first_from(begin / 2); c < inputs.first_from(end / 2); ++c) {
      Register<T> total[1] = {};
      sum_over_samples<T, 1, false>(all, inputs.starts[c], inputs.starts[c + 1], total);
      T* const at = gradient + (2 * inputs.columns[c] - begin);
      at[0] = -total[0][0];
      at[1] = total[0][0];
    }
    return;
  }
  const Index wide = units_in_lanes<T>(units);
  const auto some = [&](Index first_input, Index last_input, Index unit, Index unit_end) {
    const Index first = inputs.first_from(first_input), last = inputs.first_from(last_input);
    const Index edge = unit > wide ? unit : (unit_end < wide ? unit_end : wide);
    gradient_of_some<T, true>(all, first, last, unit, edge, fan_out, begin, gradient);
    gradient_of_some<T, false>(all, first, last, edge, unit_end, fan_out, begin, gradient);
  };
  const Index first = begin / fan_out, last = end / fan_out;
  if (first == last) return some(first, first + 1, begin % fan_out, end % fan_out);
  const Index whole = first + (begin % fan_out > 0);
  if (first < whole) some(first, whole, begin % fan_out, fan_out);
  if (whole < last) some(whole, last, 0, fan_out);
  if (end % fan_out > 0) some(last, last + 1, 0, end % fan_out);
}

}  // namespace moonlet::MOONLET_LEVEL

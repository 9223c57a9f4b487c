// Where training starts: weights drawn at random, layer by layer. moonlet.estimators.initial has the
// table of the schemes and their sources.
#pragma once

#include <cmath>
#include <string_view>
#include <vector>

#include "mersenne.h"
#include "names.h"

namespace moonlet {

struct StartScheme {
  enum class Width { both, in, half_in } width;  // what the variance is one over
  bool normal;
};

inline constexpr Names<StartScheme, 6> kStartSchemes{"init",
                                                     {{{"glorot_uniform", {StartScheme::Width::both, false}},
                                                       {"glorot_normal", {StartScheme::Width::both, true}},
                                                       {"lecun_uniform", {StartScheme::Width::in, false}},
                                                       {"lecun_normal", {StartScheme::Width::in, true}},
                                                       {"he_uniform", {StartScheme::Width::half_in, false}},
                                                       {"he_normal", {StartScheme::Width::half_in, true}}}}};

// What each layer's numbers are divided by if they are normal, or lie within.
struct StartScales {
  std::vector<double> of_layer;
  bool normal;
};

inline StartScales start_scales(const Network& network, std::string_view init) {
  using Width = StartScheme::Width;
  const StartScheme scheme = kStartSchemes(init);
  // scikit-learn narrows Glorot's uniform numbers for logistic networks, in the output layer as well: it
  // asks for the one activation of the hidden layers. Without hidden layers there is none to ask for.
  const auto is_narrow = [&](Index l) {
    const Index last = network.n_layers - 2;
    return scheme.width == Width::both && last >= 0 &&
           network.layers[l < last ? l : last].activation == Activation::logistic;
  };
  StartScales scales{{}, scheme.normal};
  for (Index l = 0; l < network.n_layers; ++l) {
    const double in = double(network.layers[l].fan_in), out = double(network.layers[l].fan_out);
    const double width = scheme.width == Width::both ? (in + out) / 2
                         : scheme.width == Width::in ? in
                                                     : in / 2;
    // A uniform distribution in ±sqrt(3) has variance 1.
    scales.of_layer.push_back(std::sqrt(scheme.normal ? width : (is_narrow(l) ? 1.0 : 3.0) / width));
  }
  return scales;
}

// Weights before biases; biases are 0 beside normal weights.
inline std::vector<double> draw_start(const Network& network, const StartScales& scales, Mersenne& random) {
  std::vector<double> parameters(std::size_t(network.n_parameters));
  for (Index l = 0; l < network.n_layers; ++l) {
    const Layer& layer = network.layers[l];
    const double scale = scales.of_layer[std::size_t(l)];
    const Index end = scales.normal ? layer.biases : layer.biases + layer.fan_out;
    for (Index i = layer.weights; i < end; ++i)
      parameters[std::size_t(i)] = scales.normal ? random.normal() / scale : random.uniform(-scale, scale);
  }
  return parameters;
}

// Of the shuffles and of dropout, drawn after: as randint(2^31 - 1) draws it.
inline std::uint32_t draw_shuffle_seed(Mersenne& random) { return random.up_to(0x7ffffffe); }

}  // namespace moonlet

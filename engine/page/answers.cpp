// What the page asks of networks without training them, and draws at random.
#include "../base_loss.h"
#include "../elementary.h"
#include "../judgement.h"
#include "../outputs.h"
#include "../start.h"
#include "../toys.h"
#include "interface.h"

namespace moonlet::page {
namespace {

// The next block as the parameters of a network, as kernels read them: padded.
Buffer<double> next_parameters(Blocks& blocks, const Network& network) {
  const Index n = network->network().n_parameters;
  const Numbers given = next_numbers(blocks);
  if (given.size != n) refuse("the weights are not as many as this network has");
  Buffer<double> parameters(padded<double>(n));
  std::copy_n(given.data(), n, parameters.data());
  return parameters;
}

// Calls f(tile, begin, outputs, workspace) for each tile of rows that was answered.
template <class F>
void each_answered_tile(const Network& network, const Data& data, const Buffer<double>& parameters, F f) {
  const moonlet::Network& shape = network->network();
  const Index widest = Tiling<double>(data->n_rows(), 0).widest();
  Buffer<double> workspace(workspace_size<double>(shape, widest));
  Buffer<double> outputs(checked_product(shape.n_outputs(), widest));
  Index begin = 0;
  for (const Tile<double>& tile : *data->tiles()) {
    kernels<double>().tile_outputs(shape, parameters.data(), tile, workspace.data(), outputs.data());
    f(tile, begin, outputs.data(), workspace.data());
    begin += tile.count;
  }
}

}  // namespace

// Block: weights. The network's outputs, row by row.
EXPORT int page_predict(double network, double rows) {
  return answered([&](Blocks& blocks) {
    const Network& shape = network_at(network);
    const Data& data = data_for(shape, rows, false);
    const Buffer<double> parameters = next_parameters(blocks, shape);
    double* const out = answer().room<double>(checked_product(data->n_rows(), shape->network().n_outputs()));
    write_outputs(shape->network(), parameters.data(), data->inputs(), false, out, [] {});
  });
}

// Block: weights. In 32 bit a plane of all rows for every hidden unit, and then for every output; of
// these, from plane `first` on.
EXPORT int page_pictures(double network, double rows, double first) {
  return answered([&](Blocks& blocks) {
    const Network& architecture = network_at(network);
    const moonlet::Network& shape = architecture->network();
    const Data& data = data_for(architecture, rows, false);
    const Buffer<double> parameters = next_parameters(blocks, architecture);
    const Layer& top = shape.layers[shape.n_layers - 1];
    const Index n = data->n_rows(), n_planes = checked_sum(top.first_unit, shape.n_outputs());
    const Index from = Index(whole("the first plane", first, 0, double(n_planes - 1)));
    float* const planes = answer().room<float>(checked_product(n_planes - from, n));
    each_answered_tile(architecture, data, parameters,
                       [&](const Tile<double>& tile, Index begin, const double* outputs, const double* work) {
                         const auto copy = [&](Index plane, const double* row) {
                           if (plane < from) return;
                           float* const out = planes + (plane - from) * n + begin;
                           for (Index s = 0; s < tile.count; ++s) out[s] = float(row[s]);
                         };
                         for (Index l = 0; l + 1 < shape.n_layers; ++l) {
                           const Layer& layer = shape.layers[l];
                           for (Index unit = 0; unit < layer.fan_out; ++unit)
                             copy(layer.first_unit + unit, work + (layer.row + unit) * tile.stride);
                         }
                         for (Index i = 0; i < shape.n_outputs(); ++i)
                           copy(top.first_unit + i, outputs + i * tile.stride);
                       });
  });
}

// Block: weights. Mean loss without penalty (of classes: docs/decisions/0013), and accuracy or R^2.
EXPORT int page_measure(double network, double rows) {
  return answered([&](Blocks& blocks) {
    const Network& shape = network_at(network);
    const Data& data = data_for(shape, rows, true);
    const Buffer<double> parameters = next_parameters(blocks, shape);
    const RowLoss by = shape->network().loss == Loss::log_loss ? RowLoss(clipped_log_loss) : nullptr;
    const Control control;
    const ValidationPoint found =
        *Validation<double>(shape, data, by).measure(parameters.data(), control.stop);
    const double both[] = {found.loss, found.score};
    answer().numbers(both, 2);
  });
}

// Block: weights. The loss with its penalty, and its gradient.
EXPORT int page_gradient(double network, double rows, double alpha) {
  return answered([&](Blocks& blocks) {
    const Network& shape = network_at(network);
    if (!(alpha >= 0) || !std::isfinite(alpha)) refuse("alpha must be a number in [0, inf)");
    const Buffer<double> parameters = next_parameters(blocks, shape);
    Objective<double> objective(shape, data_for(shape, rows, true), {alpha});
    Buffer<double> gradient(objective.length());
    const double loss = OneThread<double>().evaluate(objective, parameters, gradient).loss;
    double* const out = answer().room<double>(1 + shape->network().n_parameters);
    out[0] = loss;
    std::copy_n(gradient.data(), shape->network().n_parameters, out + 1);
  });
}

// Blocks: "sin" or "cos"; its arguments.
EXPORT int page_apply() {
  return answered([&](Blocks& blocks) {
    const std::string_view name = blocks.next_text();
    if (name != "sin" && name != "cos") refuse("unknown function: " + std::string(name));
    const Numbers x = next_numbers(blocks);
    double* const out = answer().room<double>(x.size);
    for (Index i = 0; i < x.size; ++i) out[i] = name == "sin" ? sine(x.data()[i]) : cosine(x.data()[i]);
  });
}

// Block: name of a scheme. The seed of the shuffles, and the weights.
EXPORT int page_start(double network, double random_state) {
  return answered([&](Blocks& blocks) {
    const moonlet::Network& shape = network_at(network)->network();
    Mersenne random(std::uint32_t(whole("random_state", random_state, 0, 0x1p32 - 1)));
    const std::vector<double> drawn = draw_start(shape, start_scales(shape, blocks.next_text()), random);
    double* const out = answer().room<double>(1 + shape.n_parameters);
    out[0] = double(draw_shuffle_seed(random));
    std::copy_n(drawn.data(), drawn.size(), out + 1);
  });
}

// Block: name of a set. Whether it is a regression, the points row by row, and what they are.
EXPORT int page_toy(double n_samples, double noise, double n_classes, double random_state) {
  return answered([&](Blocks& blocks) {
    const Toy toy = kToys(blocks.next_text());
    const ToyWish wish{Index(whole("n_samples", n_samples, 2, 1e6)), noise,
                       Index(whole("n_classes", n_classes, 2, n_samples))};
    if (!(noise >= 0) || !std::isfinite(noise)) refuse("noise must be a number of 0 or more");
    Mersenne random(std::uint32_t(whole("random_state", random_state, 0, 0x1p32 - 1)));
    const ToyPoints points = toy.draw(wish, random);
    double* const out = answer().room<double>(1 + 3 * points.size());
    out[0] = toy.regression;
    std::copy_n(points.X.data(), points.X.size(), out + 1);
    std::copy_n(points.y.data(), points.y.size(), out + 1 + points.X.size());
  });
}

EXPORT int page_random(double seed) {
  return answered([&](Blocks&) {
    answer().number(
        keep(std::make_unique<Mersenne>(std::uint32_t(whole("random_state", seed, 0, 0x1p32 - 1)))));
  });
}

// As RandomState.permutation.
EXPORT int page_permutation(double random, double n) {
  return answered([&](Blocks&) {
    Mersenne& generator = *held<std::unique_ptr<Mersenne>>("random state", random);
    std::vector<double> order(std::size_t(whole("the length of a permutation", n, 0, 0x1p26)));
    std::iota(order.begin(), order.end(), 0.0);
    generator.shuffle(order);
    answer().numbers(order.data(), Index(order.size()));
  });
}

}  // namespace moonlet::page

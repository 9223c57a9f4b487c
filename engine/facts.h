// What rows and network say of a training beyond its curves. moonlet.diagnosis.facts says what each
// number is asked for; what it takes the rows themselves for looks at a thousand of them at most, spread
// evenly over the table, and at fewer of so many columns or of so large a network that it would take long.
#pragma once

#include <numeric>
#include <type_traits>

#include "base_loss.h"
#include "outputs.h"

namespace moonlet {

// A class with a smaller part than this of an even share is rare: its rows are looked at one by one.
inline constexpr double kRare = 0.4;

struct LayerCounts {
  Activation activation;
  Index n_units;
  Index n_flat;  // of which the slope is below a twentieth of its largest on 95 % of the rows
  Index n_dead;  // below a thousandth on all
};

struct Facts {
  Index n_rows = 0;
  std::vector<double> columns_mean, columns_spread;
  double base_loss = 0;  // of the best answer that is the same for every row
  double penalty = 0;    // what it adds to the loss
  std::vector<LayerCounts> layers;
  double target_size = 0;
  std::vector<double> class_shares, class_recalls;  // none where there are no classes, or none is rare
  double curvature = std::numeric_limits<double>::quiet_NaN();
};

template <class T>
class Examination {
 public:
  using Data = std::shared_ptr<const TrainingData<T>>;
  using Sample = std::shared_ptr<const TrainingData<double>>;

  Examination(std::shared_ptr<const Architecture> architecture, Data data, const double* parameters,
              Penalty penalty)
      : architecture_(std::move(architecture)),
        network_(architecture_->network()),
        data_(std::move(data)),
        parameters_(padded<double>(network_.n_parameters)),
        penalty_(penalty),
        sample_(some_rows()) {
    std::copy_n(parameters, network_.n_parameters, parameters_.data());
  }

  // `look` is called now and then, and may throw.
  template <class Look>
  Facts facts(bool with_curvature, Look look) const {
    Facts found;
    found.n_rows = data_->n_rows();
    look_at_columns(found);
    look_at_units(found);
    look_at_targets(found);
    const double smallest = found.class_shares.empty()
                                ? 1.0
                                : *std::min_element(found.class_shares.begin(), found.class_shares.end());
    if (smallest <= kRare / double(std::max<std::size_t>(found.class_shares.size(), 1)))
      found.class_recalls = class_recalls(look);
    double squares = 0, sizes = 0;
    for (Index l = 0; l < network_.n_layers; ++l) {
      const Layer& layer = network_.layers[l];
      for (Index i = layer.weights; i < layer.biases; ++i) {
        squares += parameters_[i] * parameters_[i];
        sizes += std::fabs(parameters_[i]);
      }
    }
    const double weight = data_->total_weight();
    found.penalty = squares * (0.5 * penalty_.l2 / weight) + sizes * (penalty_.l1 / weight);
    if (with_curvature) found.curvature = largest_curvature(look);
    return found;
  }

 private:
  static constexpr Index kMostRows = 1000, kFewestRows = 100;
  static constexpr Index kMostNumbers = 40000000;  // of all rows together
  static constexpr Index kMostWork = 200000000;    // rows times parameters
  static constexpr int kProducts = 12;             // the curvature is asked for within a factor of two

  // Every so-manieth row, in 64 bit. Of few rows they are the data themselves.
  Sample some_rows() const {
    const Rows<T>&X = data_->inputs(), &Y = data_->targets();
    const Layer& first = network_.layers[0];
    const Index inputs = Index(data_->inputs_a_row()) + 1,
                work = network_.n_parameters - (first.fan_in - inputs) * first.fan_out;
    const Index by_work = std::clamp(kMostWork / work, kFewestRows, kMostRows);
    const Index by_memory = kMostNumbers / (inputs + Y.width + network_.rows);
    const Index most = std::max(std::min(by_work, by_memory), Index(8));
    const Index step = (X.n_rows + most - 1) / most, count = (X.n_rows + step - 1) / step;
    if constexpr (std::is_same_v<T, double>)
      if (step == 1) return data_;
    struct Table {
      std::vector<double> X, Y, weight;
      std::vector<Index> row_starts;
      std::vector<std::int32_t> columns;
    };
    auto table = std::make_shared<Table>();
    if (X.row_starts) table->row_starts.push_back(0);
    for (Index row = 0; row < X.n_rows; row += step) {
      const Index begin = X.row_starts ? X.row_starts[row] : row * X.width;
      const Index end = X.row_starts ? X.row_starts[row + 1] : begin + X.width;
      table->X.insert(table->X.end(), X.values + begin, X.values + end);
      if (X.row_starts) {
        table->columns.insert(table->columns.end(), X.columns + begin, X.columns + end);
        table->row_starts.push_back(Index(table->X.size()));
      }
      table->Y.insert(table->Y.end(), Y.values + row * Y.width, Y.values + (row + 1) * Y.width);
      if (data_->weighted()) table->weight.push_back(data_->weight(row));
    }
    const Rows<double> rows{table->X.data(), X.row_starts ? table->row_starts.data() : nullptr,
                            table->columns.data(), count, X.width};
    const Rows<double> targets{table->Y.data(), nullptr, nullptr, count, Y.width};
    const double* weight = data_->weighted() ? table->weight.data() : nullptr;
    return std::make_shared<const TrainingData<double>>(rows, targets, weight, std::move(table));
  }

  void look_at_columns(Facts& found) const {
    const double n = double(sample_->n_rows());
    if (sample_->sparse()) return look_at_sparse_columns(found, n);
    for (Index column = 0; column < sample_->n_inputs(); ++column) {
      const auto mean_of = [&](auto f) {
        double sum = 0;
        for (const Tile<double>& tile : *sample_->tiles())
          for (Index s = 0; s < tile.count; ++s) sum += f(tile.X[column * tile.stride + s]);
        return sum / n;
      };
      const double mean = mean_of([](double x) { return x; });
      found.columns_mean.push_back(mean);
      found.columns_spread.push_back(
          std::sqrt(mean_of([mean](double x) { return (x - mean) * (x - mean); })));
    }
  }

  void look_at_sparse_columns(Facts& found, double n) const {
    const SparseColumns<double>& columns = sample_->columns();
    found.columns_mean.resize(std::size_t(sample_->n_inputs()));
    found.columns_spread.resize(std::size_t(sample_->n_inputs()));
    for (Index c = 0; c < columns.n_columns; ++c) {
      const std::size_t column = std::size_t(columns.columns[c]);
      const double *const begin = columns.values + columns.starts[c], *const end = columns.values +
                                                                                   columns.starts[c + 1];
      const double mean = std::accumulate(begin, end, 0.0) / n;
      const double zeros = (n - double(end - begin)) * mean * mean;
      const auto add_square = [mean](double sum, double x) { return sum + (x - mean) * (x - mean); };
      found.columns_mean[column] = mean;
      found.columns_spread[column] = std::sqrt(std::accumulate(begin, end, zeros, add_square) / n);
    }
  }

  void look_at_units(Facts& found) const {
    const Index widest = Tiling<double>(sample_->n_rows(), 0).widest();
    Buffer<double> workspace(workspace_size<double>(network_, widest));
    Buffer<double> slopes(checked_product(network_.widest, widest));
    std::vector<Index> n_flat(std::size_t(network_.rows)), n_alive(std::size_t(network_.rows));
    const auto at = [](const Layer& layer, Index unit) { return std::size_t(layer.first_unit + unit); };
    for (const Tile<double>& tile : *sample_->tiles()) {
      kernels<double>().tile_loss(network_, parameters_.data(), tile, workspace.data(), nullptr);
      for (Index l = 0; l + 1 < network_.n_layers; ++l) {
        const Layer& layer = network_.layers[l];
        kernels<double>().slopes(network_, l, tile.stride, workspace.data(), slopes.data());
        // The steepest slope of the logistic function is 1/4, that of all others about 1.
        const double steepest = layer.activation == Activation::logistic ? 0.25 : 1.0;
        for (Index unit = 0; unit < layer.fan_out; ++unit) {
          for (Index s = 0; s < tile.count; ++s) {
            const double slope = std::fabs(slopes[unit * tile.stride + s]) / steepest;
            n_flat[at(layer, unit)] += slope < 0.05;
            n_alive[at(layer, unit)] += !(slope < 1e-3);
          }
        }
      }
    }
    for (Index l = 0; l + 1 < network_.n_layers; ++l) {
      const Layer& layer = network_.layers[l];
      LayerCounts counts{layer.activation, layer.fan_out, 0, 0};
      for (Index unit = 0; unit < layer.fan_out; ++unit) {
        counts.n_flat += double(n_flat[at(layer, unit)]) >= 0.95 * double(sample_->n_rows());
        counts.n_dead += n_alive[at(layer, unit)] == 0;
      }
      found.layers.push_back(counts);
    }
  }

  void look_at_targets(Facts& found) const {
    const Rows<T>& Y = data_->targets();
    const BaseLoss<T> base(network_, *data_);
    const std::vector<double>& mean = base.mean();
    found.base_loss = base.value();
    if (network_.output == Output::identity) {
      std::vector<double> squares(std::size_t(Y.width));
      for (Index i = 0; i < Y.n_rows * Y.width; ++i)
        squares[std::size_t(i % Y.width)] += double(Y.values[i]) * double(Y.values[i]);
      const double largest = *std::max_element(squares.begin(), squares.end());
      found.target_size = std::sqrt(largest / double(Y.n_rows));
    }
    if (network_.output == Output::softmax)
      found.class_shares = mean;
    else if (network_.output == Output::sigmoid && Y.width == 1)
      found.class_shares = {1 - mean[0], mean[0]};
    const auto is_there = [](double share) { return share != 0; };
    if (std::count_if(found.class_shares.begin(), found.class_shares.end(), is_there) < 2)
      found.class_shares.clear();
  }

  // The share of each class's rows that the network answers rightly.
  template <class Look>
  std::vector<double> class_recalls(Look look) const {
    constexpr Index at_once = 4096;
    const Rows<T>&X = data_->inputs(), &Y = data_->targets();
    const auto class_of = [&](const T* row) {
      if (Y.width == 1) return Index(row[0] > T(0.5));
      return Index(std::max_element(row, row + Y.width) - row);
    };
    const std::size_t n_classes = std::size_t(std::max(Y.width, Index(2)));
    std::vector<double> right(n_classes), all(n_classes);
    Buffer<T> parameters(network_.n_parameters), outputs(checked_product(at_once, Y.width));
    std::copy_n(parameters_.data(), network_.n_parameters, parameters.data());
    for (Index begin = 0; begin < X.n_rows; begin += at_once) {
      const Rows<T> some = X.some(begin, std::min(begin + at_once, X.n_rows));
      write_outputs(network_, parameters.data(), some, false, outputs.data(), look);
      for (Index i = 0; i < some.n_rows; ++i) {
        const Index wanted = class_of(Y.values + (begin + i) * Y.width);
        ++all[std::size_t(wanted)];
        right[std::size_t(wanted)] += class_of(outputs.data() + i * Y.width) == wanted;
      }
      look();
    }
    for (std::size_t k = 0; k < n_classes; ++k) right[k] /= std::max(all[k], 1.0);
    return right;
  }

  // The largest eigenvalue of the loss's second derivative, by the power method: a product with it is the
  // change of the gradient along a short step.
  template <class Look>
  double largest_curvature(Look look) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const double weight = sample_->total_weight();
    if (!(weight > 0)) return none;
    // Of all rows; these few bear their share of the penalty, of which |w| does not bend.
    Objective<double> objective(architecture_, sample_, {penalty_.l2 * weight / data_->total_weight()});
    const Kernels<double>& level = kernels<double>();
    const Index n = objective.length();
    Buffer<double> slope(n), there(n), direction(n), at(n);
    OneThread<double> thread;
    thread.evaluate(objective, parameters_, slope);
    std::copy_n(slope.data(), n, direction.data());
    // Between the rounding of the gradient and the next bend of the loss.
    const double* p = parameters_.data();
    const double length = 1e-5 * std::max(1.0, std::sqrt(level.dot(n, p, p)));
    double curvature = 0;
    for (int product = 0; product < kProducts; ++product) {
      const double size = std::sqrt(level.dot(n, direction.data(), direction.data()));
      if (!(size > 0 && std::isfinite(size))) break;
      level.moved(n, p, length / size, direction.data(), at.data());
      thread.evaluate(objective, at, there);
      level.moved(n, there.data(), -1, slope.data(), direction.data());
      curvature = std::sqrt(level.dot(n, direction.data(), direction.data())) / length;
      look();
    }
    return curvature > 0 && std::isfinite(curvature) ? curvature : none;
  }

  std::shared_ptr<const Architecture> architecture_;
  const Network& network_;
  Data data_;
  Buffer<double> parameters_;
  Penalty penalty_;
  Sample sample_;
};

}  // namespace moonlet

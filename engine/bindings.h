// What the files that know Python share: arrays, rows, signals.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/variant.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "architecture.h"
#include "csr_rows.h"
#include "gil.h"
#include "training_data.h"

namespace nb = nanobind;

namespace moonlet {

template <class T>
using Matrix = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Vector = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <int dimensions, class T = double>
using NewArray = nb::ndarray<nb::numpy, T, nb::ndim<dimensions>>;

// Hands memory to NumPy.
template <class T>
nb::capsule owner_of(T* values) {
  return nb::capsule(values, [](void* p) noexcept { delete[] static_cast<T*>(p); });
}

inline NewArray<1> array_of(const double* values, std::size_t n) {
  double* copy = new double[n];
  use_large_pages(copy, Index(n * sizeof(double)));
  std::copy_n(values, n, copy);
  return {copy, {n}, owner_of(copy)};
}
inline NewArray<1> array_of(const std::vector<double>& values) {
  return array_of(values.data(), values.size());
}

// Shapes that nanobind cannot check by itself.
inline void expect(bool fits, const char* message) {
  if (!fits) throw std::invalid_argument(message);
}

struct PyArchitecture {
  std::shared_ptr<const Architecture> shared;
};
template <class T>
struct PyData {
  std::shared_ptr<const TrainingData<T>> shared;
};

// Rows on other machines. Only a trainer takes them: there is nothing to see here.
template <class T>
struct PyElsewhere {
  std::shared_ptr<const TrainingData<T>> shared;
};

template <class T>
Rows<T> rows_of(const Matrix<T>& X) {
  return {X.data(), nullptr, nullptr, Index(X.shape(0)), Index(X.shape(1))};
}

// Of the parts of a CSR matrix, whose column indices may have 32 or 64 bits.
using Columns = std::variant<Vector<std::int32_t>, Vector<std::int64_t>>;

template <class T>
GivenCsr<T> csr_of(const Vector<T>& values, const Columns& columns, const Vector<std::int64_t>& starts,
                   Index width) {
  expect(starts.shape(0) >= 1, "a CSR matrix has one row start more than rows");
  return std::visit(
      [&](const auto& indices) {
        const Index n_values = Index(std::min(values.shape(0), indices.shape(0)));
        return GivenCsr<T>{values.data(),
                           {indices.data(), sizeof(*indices.data()) == 8},
                           n_values,
                           {starts.data(), true},
                           Index(starts.shape(0)) - 1,
                           width};
      },
      columns);
}

// Throws KeyboardInterrupt after Ctrl-C, on the main thread. The GIL must be held.
inline void look_at_signals() {
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

// predict and all that answers rows (prediction.cpp); what may be asked of a network without training it
// (measures.cpp).
void bind_prediction(nb::module_& module);
void bind_measures(nb::module_& module);
// Rows on other machines, and what those say of them (elsewhere.cpp).
void bind_elsewhere(nb::module_& module);
// What the tutor looks at and what it finds (tutor.cpp).
void bind_tutor(nb::module_& module);
// Numbers from the text of a table (reading.cpp).
void bind_reading(nb::module_& module);

}  // namespace moonlet

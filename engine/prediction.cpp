// Answers to rows, for Python.
#include <nanobind/stl/pair.h>

#include <cstring>
#include <optional>

#include "bindings.h"
#include "outputs.h"

namespace moonlet {
namespace {

// Multiply-adds, some 10 µs of them: giving the GIL away and taking it back is 45 ns, and nobody waits long.
constexpr double kWorthTheGil = 1e5;

template <class T, class Given>
void write_outputs_for_python(const Network& network, const T* parameters, Given&& X, bool both_classes,
                              T* out) {
  if (work_of_outputs(network, X.n_rows) < kWorthTheGil) {
    write_outputs<T>(network, parameters, X, both_classes, out, [] {});
    return;
  }
  WithoutGil without_gil;
  write_outputs<T>(network, parameters, X, both_classes, out, [&] { without_gil.with_gil(look_at_signals); });
}

template <class T, class Given>
NewArray<2, T> predict(const PyArchitecture& architecture, const Vector<T>& parameters, Given&& X) {
  const Network& network = architecture.shared->network();
  expect(Index(parameters.size()) == network.n_parameters, "parameters have the wrong length");
  expect(X.width == network.n_inputs(), "X has the wrong number of features");
  const Index n_outputs = network.n_outputs();
  auto out = std::make_unique<T[]>(std::size_t(checked_product(X.n_rows, n_outputs)));
  write_outputs_for_python<T>(network, parameters.data(), X, false, out.get());
  T* values = out.release();
  return {values, {std::size_t(X.n_rows), std::size_t(n_outputs)}, owner_of(values)};
}

// The rows of a CSR matrix whose numbers have not been looked at.
template <class T>
struct UncheckedCsr {
  struct NotFinite {};

  CsrRows<T> rows;
  Index n_rows = rows.n_rows, width = rows.width;

  bool stay_sparse() const { return rows.stay_sparse(); }
  Rows<T> some(Index first, Index last) {
    const Rows<T> these = rows.some(first, last);
    if (!all_finite(these.values, these.n_values())) throw NotFinite{};
    return these;
  }
};

// An array's memory.
class View {
 public:
  View(nb::handle array, int flags) : there_(PyObject_GetBuffer(array.ptr(), &buffer_, flags) == 0) {
    if (!there_) PyErr_Clear();
  }
  ~View() {
    if (there_) PyBuffer_Release(&buffer_);
  }
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  explicit operator bool() const { return there_; }
  const Py_buffer* operator->() const { return &buffer_; }

 private:
  Py_buffer buffer_;
  bool there_;
};

// An array in one dimension, its numbers one behind the other; nothing where it is anything else.
class Array {
 public:
  Array(nb::handle array, nb::handle array_type)
      : view_(array, PyBUF_ND | PyBUF_FORMAT),
        plain_(reinterpret_cast<PyObject*>(Py_TYPE(array.ptr())) == array_type.ptr() && view_ &&
               view_->ndim == 1 && view_->format) {}

  bool has(const char* format) const { return plain_ && std::strcmp(view_->format, format) == 0; }
  bool has_integers() const { return has("i") || has("l") || has("q"); }
  const void* data() const { return view_->buf; }
  Index size() const { return view_->shape[0]; }
  Integers integers() const { return {view_->buf, view_->itemsize == 8}; }

 private:
  View view_;
  bool plain_;
};

// A network that is asked many times, a row or so at a time: nanobind's own way to an array and
// from one takes longer than a small network.
template <class T>
class Predictor {
 public:
  Predictor(const PyArchitecture& architecture, Vector<T> parameters, bool both_classes)
      : architecture_(architecture.shared),
        parameters_(std::move(parameters)),
        both_classes_(both_classes),
        array_type_(nb::module_::import_("numpy").attr("ndarray")),
        empty_(nb::module_::import_("numpy").attr("empty")),
        dtype_(nb::module_::import_("numpy").attr("dtype")(sizeof(T) == 4 ? "float32" : "float64")) {
    const Network& network = architecture_->network();
    expect(Index(parameters_.size()) == network.n_parameters, "parameters have the wrong length");
    expect(!both_classes || (network.output == Output::sigmoid && network.n_outputs() == 1),
           "both classes are those of one sigmoid");
  }

  // None for all but a plain matrix of numbers, or a large one that is not C-contiguous.
  nb::object operator()(nb::handle X) const {
    const Network& network = architecture_->network();
    if (reinterpret_cast<PyObject*>(Py_TYPE(X.ptr())) != array_type_.ptr()) return nb::none();
    const View rows(X, PyBUF_STRIDES | PyBUF_FORMAT);
    if (!rows || rows->ndim != 2 || !rows->format || std::strcmp(rows->format, kFormat) != 0)
      return nb::none();
    const Index n_rows = rows->shape[0], width = rows->shape[1];
    if (n_rows == 0 || width != network.n_inputs()) return nb::none();
    const T* values = static_cast<const T*>(rows->buf);
    std::unique_ptr<T[]> copy;  // a row of a data frame is a column's neighbour, not its own
    if (!PyBuffer_IsContiguous(rows.operator->(), 'C')) {
      if (n_rows * width > kMostCopied) return nb::none();
      copy = std::make_unique<T[]>(std::size_t(n_rows * width));
      for (Index r = 0; r < n_rows; ++r)
        for (Index c = 0; c < width; ++c)
          std::memcpy(&copy[std::size_t(r * width + c)],
                      static_cast<const char*>(rows->buf) + r * rows->strides[0] + c * rows->strides[1],
                      sizeof(T));
      values = copy.get();
    }
    if (!all_finite(values, n_rows * width)) return nb::none();
    return answer(Rows<T>{values, nullptr, nullptr, n_rows, width});
  }

  // The same of the parts of a CSR matrix. None for all but plain arrays that fit together.
  nb::object csr(nb::handle data, nb::handle indices, nb::handle indptr, Index n_rows, Index width) const {
    const Array values(data, array_type_), columns(indices, array_type_), starts(indptr, array_type_);
    if (!values.has(kFormat) || !columns.has_integers() || !starts.has_integers()) return nb::none();
    const Index n_values = values.size();
    const Integers where = starts.integers();
    if (n_rows < 1 || starts.size() != n_rows + 1 || where[n_rows] != n_values || columns.size() != n_values)
      return nb::none();
    if (width != architecture_->network().n_inputs()) return nb::none();
    try {
      const T* const first = static_cast<const T*>(values.data());
      return answer(UncheckedCsr<T>{
          CsrRows<T>(GivenCsr<T>{first, columns.integers(), n_values, where, n_rows, width})});
    } catch (const std::invalid_argument&) {
      return nb::none();
    } catch (const typename UncheckedCsr<T>::NotFinite&) { return nb::none(); }
  }

 private:
  template <class Given>
  nb::object answer(Given&& X) const {
    const Network& network = architecture_->network();
    nb::object answer = empty_(nb::make_tuple(X.n_rows, both_classes_ ? 2 : network.n_outputs()), dtype_);
    const View out(answer, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE);
    if (!out) return nb::none();
    write_outputs_for_python<T>(network, parameters_.data(), X, both_classes_, static_cast<T*>(out->buf));
    return answer;
  }

  static constexpr const char* kFormat = sizeof(T) == 4 ? "f" : "d";
  static constexpr Index kMostCopied = 10000;

  std::shared_ptr<const Architecture> architecture_;
  Vector<T> parameters_;
  bool both_classes_;
  nb::object array_type_, empty_, dtype_;
};

template <class T>
void bind(nb::module_& module, const char* predictor) {
  module.def(
      "predict",
      [](const PyArchitecture& network, Vector<T> parameters, Matrix<T> X) {
        return predict<T>(network, parameters, rows_of<T>(X));
      },
      nb::arg("network"), nb::arg("parameters").noconvert(), nb::arg("X").noconvert());
  module.def(
      "predict",
      [](const PyArchitecture& network, Vector<T> parameters, Vector<T> values, Columns columns,
         Vector<std::int64_t> row_starts, Index width) {
        return predict<T>(network, parameters, CsrRows<T>(csr_of(values, columns, row_starts, width)));
      },
      nb::arg("network"), nb::arg("parameters").noconvert(), nb::arg("values").noconvert(),
      nb::arg("columns").noconvert(), nb::arg("row_starts"), nb::arg("width"));
  module.def(
      "all_finite",
      [](nb::ndarray<const T, nb::c_contig, nb::device::cpu> values) {
        std::optional<WithoutGil> without_gil;
        if (double(values.size()) > kWorthTheGil) without_gil.emplace();
        return all_finite(values.data(), Index(values.size()));
      },
      nb::arg("values").noconvert());
  nb::class_<Predictor<T>>(module, predictor)
      .def(nb::init<const PyArchitecture&, Vector<T>, bool>(), nb::arg("network"),
           nb::arg("parameters").noconvert(), nb::arg("both_classes"))
      .def("__call__", &Predictor<T>::operator(), nb::arg("X").none())
      .def("csr", &Predictor<T>::csr, nb::arg("data"), nb::arg("indices"), nb::arg("indptr"),
           nb::arg("n_rows"), nb::arg("width"));
}

}  // namespace

void bind_prediction(nb::module_& module) {
  // The least and the largest of whole numbers, of which there must be some.
  module.def(
      "ends",
      [](Vector<std::int64_t> values) {
        expect(values.size() > 0, "there are no numbers");
        const auto [least, most] = std::minmax_element(values.data(), values.data() + values.size());
        return std::pair(*least, *most);
      },
      nb::arg("values").noconvert());
  bind<double>(module, "Predictor64");
  bind<float>(module, "Predictor32");
}

}  // namespace moonlet

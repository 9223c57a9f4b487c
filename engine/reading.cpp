// What Python sees of the reading of tables.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>

#include <cstring>

#include "bindings.h"
#include "number_text.h"
#include "plain_text.h"

namespace moonlet {

void bind_reading(nb::module_& module) {
  nb::class_<NumberText>(module, "NumberText")
      .def_ro("n_read", &NumberText::n_read)
      .def_ro("n_empty", &NumberText::n_empty)
      .def_ro("complete", &NumberText::complete)
      .def_ro("padded", &NumberText::padded)
      .def_ro("beyond_exact", &NumberText::beyond_exact)
      .def_ro("dotted", &NumberText::dotted)
      .def_ro("point_shown", &NumberText::point_shown)
      .def_ro("undotted", &NumberText::undotted);
  module.def(
      "read_number_text",
      [](const nb::str& joined) {
        Py_ssize_t n = 0;
        const char* const text = PyUnicode_AsUTF8AndSize(joined.ptr(), &n);
        if (!text) throw nb::python_error();
        std::size_t n_cells = 1;
        for (const char* at = text;
             (at = static_cast<const char*>(std::memchr(at, 0, std::size_t(text + n - at)))); ++at)
          ++n_cells;
        double* const values = new double[n_cells];
        NewArray<1> array(values, {n_cells}, owner_of(values));
        const NumberText found = read_number_text(text, text + n, values);
        for (std::size_t i = std::size_t(found.n_read); i < n_cells; ++i) values[i] = 0.0;
        return std::pair(array, found);
      },
      nb::arg("joined"));
  module.def(
      "turn_plain_text",
      [](const nb::str& block, char delimiter, std::size_t width,
         std::size_t longest) -> std::optional<std::pair<nb::typed<nb::list, nb::str>, std::size_t>> {
        expect(width > 0, "a table has one column or more");
        Py_ssize_t n = 0;
        const char* const text = PyUnicode_AsUTF8AndSize(block.ptr(), &n);
        if (!text) throw nb::python_error();
        std::vector<std::string> columns(width);
        for (auto& column : columns) column.reserve(std::size_t(n) / width + 64);
        const std::size_t n_lines = turn_plain_text(text, text + n, delimiter, longest, columns);
        if (n_lines == 0) return std::nullopt;
        nb::list turned;
        for (const auto& column : columns) turned.append(nb::str(column.data(), column.size()));
        return std::pair(nb::typed<nb::list, nb::str>(turned), n_lines);
      },
      nb::arg("block"), nb::arg("delimiter"), nb::arg("width"), nb::arg("longest"));
}

}  // namespace moonlet

// Rare classes that the network gave up.
#pragma once

#include <optional>

#include "../facts.h"
#include "finding.h"

namespace moonlet::tutor {

inline constexpr double kFewestRows = 5;  // of a handful of rows no share can be told

// A rare class most of whose own training rows are answered as another one.
inline std::optional<Finding> find_ignored_imbalance(const Facts& facts) {
  const std::vector<double>&shares = facts.class_shares, &recalls = facts.class_recalls;
  std::size_t worst = recalls.size();
  for (std::size_t k = 0; k < recalls.size(); ++k) {
    // Rare is below a fifth of two classes, and as far below an even share of more.
    const bool given_up = shares[k] <= kRare / double(shares.size()) && recalls[k] < 0.5 &&
                          shares[k] * double(facts.n_rows) >= kFewestRows;
    if (given_up && (worst == recalls.size() || recalls[k] < recalls[worst])) worst = k;
  }
  if (worst == recalls.size()) return std::nullopt;
  return Finding{Kind::imbalance_ignored,
                 {"finding.imbalance_ignored.given_up",
                  {{"class", worst}, {"share", shares[worst]}, {"recall", recalls[worst]}}},
                 {},
                 {"finding.imbalance_ignored.weigh", {}},
                 {{{"class_weight", "balanced"}}}};
}

}  // namespace moonlet::tutor

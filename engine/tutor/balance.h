// Rare classes that the network gave up.
//
// The textbook looks at the confusion matrix of held-out rows (He & Garcia 2009, "Learning from imbalanced
// data", section 4). How this differs from it:
//   1. It looks at the rows that were trained on, which are always there: a class given up on them is given
//      up on all others.
//   2. One number, the share of the class that is answered rightly, for the worst class alone.
//   3. Rare is told by the even share of so many classes, not by a ratio: ten classes of a tenth are not
//      rare.
//   4. The cure is a weight and not other rows: `class_weight` changes the loss, and no row is made up.
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

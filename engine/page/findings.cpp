// What the tutor says to the page.
#include "../tutor/findings_json.h"
#include "interface.h"

namespace moonlet::page {

// Blocks: passes at which rows that are not trained on were looked at, and their losses there.
EXPORT int page_findings(double trainer) {
  return answered([&](Blocks& blocks) {
    const Training& training = training_at(trainer);
    const Numbers passes = next_numbers(blocks), losses = next_numbers(blocks);
    if (passes.size != losses.size) throw std::invalid_argument("passes and losses differ in their number");
    answer().text(tutor::findings_json(*training, {passes.data(), std::size_t(passes.size)},
                                       {losses.data(), std::size_t(losses.size)}));
  });
}

}  // namespace moonlet::page

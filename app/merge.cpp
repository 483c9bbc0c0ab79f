// portproof merge: several evidence files become one.
#include "app/command/command.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/overwriting.hpp"
#include "app/sandbox/file_work.hpp"

namespace portproof {

Expected<int> merge_command(const Arguments& arguments) {
  const std::size_t attempts = arguments.size("max-attempts");
  if (auto confined = confine({arguments.words(), {arguments.text("output")}}); !confined) {
    return tl::unexpected(confined.error());
  }
  if (auto checked = check_outputs({{"-o", arguments.text("output")}}, arguments.words()); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto evidence = read_all_evidence(arguments.words(), attempts);
  if (!evidence) return tl::unexpected(evidence.error());
  return save_evidence(*evidence, arguments.text("output")).map([] { return 0; });
}

}  // namespace portproof

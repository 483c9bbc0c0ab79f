// portproof merge: several pieces of evidence become one.
#include "app/command/command.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/overwriting.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

po::options_description options() {
  po::options_description all("options");
  all.add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                    "write the evidence here, not to standard output");
  add_attempts_option(all);
  return all;
}

Expected<int> run(const Arguments& arguments) {
  const auto attempts = most_attempts_of(arguments);
  if (!attempts) return tl::unexpected(attempts.error());
  if (auto checked = check_outputs({{"-o", arguments.text("output")}}, arguments.words()); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto evidence = read_all_evidence(arguments.words(), *attempts);
  if (!evidence) return tl::unexpected(evidence.error());
  return save_evidence(*evidence, arguments.text("output")).map([] { return 0; });
}

}  // namespace

Command merge_command() {
  return {"merge",
          "merge EVIDENCE... -o OUT",
          "put pieces of evidence together",
          "Merges evidence of several captures, days or sensors. The order makes no difference,\n"
          "but where attempts fold (--max-attempts).\n\n"
          "  portproof merge monday.evidence tuesday.evidence -o week.evidence",
          options,
          run};
}

}  // namespace portproof

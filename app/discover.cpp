// portproof discover: captures or saved evidence in, a proposed inventory out.
#include "classify/discover/discover.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/gather.hpp"
#include "app/command/inputs.hpp"
#include "app/command/output.hpp"
#include "app/command/overwriting.hpp"
#include "app/sandbox/file_work.hpp"
#include "report/proposal.hpp"

namespace portproof {
namespace {

// Evidence is recognised by its first bytes; everything else is left to the readers of captures.
bool is_evidence(const std::string& path) {
  constexpr std::string_view kBegins = R"({"type":"evidence")";
  std::error_code ignored;
  if (path == "-" || !std::filesystem::is_regular_file(path, ignored)) return false;
  std::ifstream file(path, std::ios::binary);
  std::array<char, kBegins.size()> first{};
  file.read(first.data(), first.size());
  return file && std::string_view(first.data(), first.size()) == kBegins;
}

// Captures and saved evidence, merged.
Expected<Evidence> evidence_of(const std::vector<std::string>& words, const std::string& output,
                               const GatherOptions& gathering) {
  const std::size_t most_attempts = gathering.observe.collect.most_attempts;
  std::vector<std::string> saved;
  std::vector<std::string> captures;
  for (const std::string& word : words) (is_evidence(word) ? saved : captures).push_back(word);
  if (captures.empty() && !saved.empty()) return read_all_evidence(saved, most_attempts);
  auto inputs = list_inputs(captures);
  if (!inputs) return tl::unexpected(inputs.error());
  if (auto checked = check_outputs({{"-o", output}}, inputs->paths); !checked) {
    return tl::unexpected(checked.error());
  }
  auto seen = gather(*inputs, gathering);
  if (!seen) return seen;
  say_input_faults(*inputs, *seen);
  if (saved.empty()) return seen;
  auto known = read_all_evidence(saved, most_attempts);
  if (!known) return known;
  return merge_distinct(std::move(*known), saved, std::move(*seen), "the captures", most_attempts);
}

ProposalSource source_of(const Evidence& evidence, const Estate& estate) {
  ProposalSource source;
  for (const Input& input : evidence.inputs) source.inputs.push_back(input.path);
  source.catalog = estate.catalog.title;
  if (estate.inventory) source.inventory = estate.inventory->path;
  return source;
}

}  // namespace

Expected<int> discover_command(const Arguments& arguments) {
  const auto gathering = gather_options_of(arguments);
  if (!gathering) return tl::unexpected(gathering.error());
  if (auto confined = confine({paths_read(arguments), {arguments.text("output")}}); !confined) {
    return tl::unexpected(confined.error());
  }
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  if (auto checked =
          check_outputs({{"-o", arguments.text("output")}}, arguments.words(), files_of_estate(arguments));
      !checked) {
    return tl::unexpected(checked.error());
  }
  const auto evidence = evidence_of(arguments.words(), arguments.text("output"), *gathering);
  if (!evidence) return tl::unexpected(evidence.error());
  const Proposal proposal = discover(*evidence, (*estate)->catalog, (*estate)->inventory_or_null());
  const ProposalSource source = source_of(*evidence, **estate);
  return write_output(arguments.text("output"),
                      [&](std::ostream& out) { write_proposal(proposal, source, out); })
      .map([] { return kExitSuccess; });
}

}  // namespace portproof

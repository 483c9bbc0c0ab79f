#include "app/command/manual.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "app/command/exit_status.hpp"
#include "report/format.hpp"

namespace portproof {
namespace {

// A line of text for roff: hyphens can be copied, and nothing at its beginning looks like a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\') {
      out += "\\e";
    } else if (letter == '-') {
      out += "\\-";
    } else if ((letter == '.' || letter == '\'') && out.empty()) {
      out += fmt::format("\\&{}", letter);
    } else {
      out += letter;
    }
  }
  return out;
}

std::string bold(std::string_view text) {
  return fmt::format("\\fB{}\\fR", roff(text));
}

std::string italic(std::string_view text) {
  return fmt::format("\\fI{}\\fR", roff(text));
}

std::string paragraphs(const std::vector<std::string_view>& texts) {
  std::string out;
  for (const std::string_view text : texts) out += fmt::format(".PP\n{}\n", roff(text));
  return out;
}

std::string examples(const std::vector<std::string_view>& lines) {
  std::string out = ".PP\n.RS\n.nf\n";
  for (const std::string_view line : lines) out += roff(line) + '\n';
  return out + ".fi\n.RE\n";
}

// "-T, -o, --seed": what the section of a command lists.
std::string option_names(CommandId command) {
  std::vector<std::string> names;
  for (const Option* option : options_of(command)) {
    names.push_back(
        bold(option->letter == 0 ? fmt::format("--{}", option->name) : fmt::format("-{}", option->letter)));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string command_section(const Command& command) {
  return fmt::format(".SS {}\n{} {}\n{}{}.PP\nOptions: {}.\n", roff(command.name),
                     bold(fmt::format("portproof {}", command.name)), italic(command.usage),
                     paragraphs(command.description), examples(command.examples), option_names(command.id));
}

std::string takers(const Option& option, std::span<const Command> commands) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) {
    if (option.commands.contains(command.id)) names.push_back(command.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string option_entry(const Option& option, std::span<const Command> commands) {
  std::string usage;
  if (option.letter != 0) usage = bold(fmt::format("-{}", option.letter)) + ", ";
  usage += bold(fmt::format("--{}", option.name));
  if (!option.argument.name.empty()) usage += ' ' + italic(option.argument.name);
  const std::string range = range_of(option);
  return fmt::format(".TP\n{}\n{}.{}\nTaken by {}.\n", usage, roff(summary_of(option)),
                     range.empty() ? "" : roff(fmt::format(" Range: {}.", range)), takers(option, commands));
}

std::string option_sections(std::span<const Command> commands) {
  std::string out;
  std::optional<OptionGroup> group;
  for (const Option& option : all_options()) {
    if (option.group != group) out += fmt::format(".SS {}\n", heading(option.group));
    group = option.group;
    out += option_entry(option, commands);
  }
  return out;
}

template <typename Row>
std::string format_entries(std::string_view document, std::span<const Row> formats) {
  std::string out = fmt::format(".SS {}\n", document);
  for (const Format& format : formats) {
    out += fmt::format(".TP\n{}\n{}.\n", bold(format.name), roff(format.summary));
  }
  return out;
}

}  // namespace

std::string manual_page(std::span<const Command> commands, std::string_view version) {
  std::string page = fmt::format(".TH PORTPROOF 1 \"\" \"portproof {}\" \"User Commands\"\n", roff(version));
  page += ".SH NAME\nportproof \\- check network traffic against the ports that Citrix documents\n";
  page += ".SH SYNOPSIS\n";
  for (const Command& command : commands) {
    page +=
        fmt::format("{} {}\n.br\n", bold(fmt::format("portproof {}", command.name)), italic(command.usage));
  }
  page += bold("portproof --version") + "\n.SH COMMANDS\n";
  for (const Command& command : commands) page += command_section(command);
  page += ".SH OPTIONS\nLong options are never abbreviated.\n" + option_sections(commands);
  page += ".SH FORMATS\nThe first format of each document is the default.\n";
  page += format_entries("Reports", report_formats()) + format_entries("Lists of flows", flow_formats()) +
          format_entries("The catalog", catalog_formats()) + format_entries("An export", export_formats());
  page += ".SH EXIT STATUS\n";
  for (const ExitStatus& status : kExitStatuses) {
    page += fmt::format(".TP\n{}\n{}\n", bold(std::to_string(status.number)), roff(status.meaning));
  }
  return page + ".SH SEE ALSO\n.BR tcpdump (8),\n.BR pcap\\-filter (7)\n";
}

}  // namespace portproof

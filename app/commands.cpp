// The table of commands. To add one, write app/NAME.cpp with its function, and add a row here, its id to
// app/command/option.hpp and its options to app/command/option_table.cpp.
#include <fmt/format.h>

#include "app/command/command.hpp"
#include "catalog/nearest.hpp"

namespace portproof {

std::span<const Command> commands() {
  static const std::vector<Command> all{
      {CommandId::audit,
       "audit",
       "FILE... [-I INVENTORY] [-T FORMAT] [-o FILE] [-f BPF]",
       "check captures against the documented ports",
       {"Reads captures, judges every conversation, and reports. A folder stands for the captures in it, "
        "oldest "
        "first; '-' is standard input. Captures may be compressed, or in tar and ZIP archives. An input that "
        "cannot be read to its end counts as a gap: the audit continues, and cannot pass. A long run with "
        "--resume may be stopped (SIGINT, SIGTERM) and started again: it skips the captures that FILE "
        "holds."},
       {"portproof audit samples/estate.pcap -I samples/estate.toml",
        "portproof audit captures/ -I estate.toml -T json -o report.json --save-evidence estate.evidence"},
       audit_command},
      {CommandId::watch,
       "watch",
       "-i IFACE -o DIR [-I INVENTORY] [options]",
       "audit live traffic until stopped",
       {"Captures on one or more interfaces and audits the traffic. It writes a report to DIR every "
        "interval, on "
        "SIGUSR1 and at the end, and saves the evidence with it; a watch that starts again resumes from that "
        "evidence. SIGHUP reloads catalog and inventory; SIGTERM and SIGINT stop the watch with a last "
        "report "
        "and the audit's exit status. The watch gives up root before it reads the first packet."},
       {"portproof watch --list-interfaces",
        "portproof watch -i eth1 -I estate.toml -o /var/lib/portproof --events -"},
       watch_command},
      {CommandId::judge,
       "judge",
       "EVIDENCE... [-I INVENTORY] [-T FORMAT] [-o FILE]",
       "make the report from saved evidence",
       {"Judges evidence that 'audit --save-evidence', 'watch' or 'merge' has written. It does not need the "
        "captures: "
        "a better inventory costs seconds."},
       {"portproof judge estate.evidence -I estate.toml"},
       judge_command},
      {CommandId::flows,
       "flows",
       "FILE... [-T FORMAT] [-o FILE] [-f BPF]",
       "list the flows of captures",
       {"Lists the 5-tuple flows of captures, one per line: what was decoded, before any judgement. A flow "
        "that "
        "closed and came back is one line. The exit status is 2 if a capture could not be read to its end."},
       {"portproof flows samples/estate.pcap",
        "portproof flows samples/estate.pcap -T ndjson | jq .initiator"},
       flows_command},
      {CommandId::merge,
       "merge",
       "EVIDENCE... -o FILE",
       "combine evidence",
       {"Merges evidence of several captures, days or sensors. The order makes no difference, except where "
        "attempts fold (--max-attempts)."},
       {"portproof merge monday.evidence tuesday.evidence -o week.evidence"},
       merge_command},
      {CommandId::discover,
       "discover",
       "FILE... [-I INVENTORY] [-o FILE] [-f BPF]",
       "propose an inventory from captures or evidence",
       {"Reads captures (as 'audit' does) and saved evidence, and writes an inventory (TOML): hosts with the "
        "roles that their traffic supports, with the reasons as comments. What is not clear is commented "
        "out, "
        "for a person to decide. The inventory allows and accepts nothing. With -I, the hosts of that "
        "inventory "
        "are known, and help to identify the others."},
       {"portproof discover samples/estate.pcap -o proposed.toml",
        "portproof discover monday.evidence -I estate.toml"},
       discover_command},
      {CommandId::explain,
       "explain",
       "FROM TO TRANSPORT PORT [-I INVENTORY]",
       "explain how a conversation would be judged",
       {"FROM and TO are each an address, a role, or the name of a host in the inventory; for a name that a "
        "role and a host share, write role:NAME or host:NAME, or get both answers. Names the rules that "
        "document the conversation and their sources; if it would be flagged, the test of the verdict table "
        "that "
        "decided and the nearest rule. The exit status is 0 whatever the answer."},
       {"portproof explain gateway-snip vda tcp 1494",
        "portproof explain 10.20.5.9 vda1 tcp 5985 -I samples/estate.toml"},
       explain_command},
      {CommandId::catalog,
       "catalog",
       "list | show RULE | search WORD... | roles | export | diff A B | lint [DIR]",
       "show, search, compare and export the documented ports",
       {"list: every rule, one per line", "show: everything about one rule",
        "search: the rules that contain every word, in their ids, roles, ports, purposes or sources",
        "roles: every role, with the other words for it and what it covers",
        "With -I, the roles and the [[allow]] entries of that inventory are among them.",
        "export: the rules with the addresses of an inventory, as CSV or for nftables or Suricata",
        "diff: what two editions, or catalogs in folders, document differently",
        "lint: faults in all editions and overlays, or in one catalog; exit status 65 if there are any"},
       {"portproof catalog search session reliability", "portproof catalog roles",
        "portproof catalog show site-dns -I samples/estate.toml",
        "portproof catalog export -I samples/estate.toml -T nftables",
        "portproof catalog diff base tech-paper"},
       catalog_command},
      {CommandId::help,
       "help",
       "[COMMAND]",
       "explain a command and its options",
       {"Lists the commands, or explains one: its usage, examples and options. It also prints the manual "
        "page and "
        "completion scripts for shells."},
       {"portproof help audit", "portproof help --man > portproof.1",
        "source <(portproof help --completion bash)", "portproof help --completion fish | source"},
       help_command},
  };
  return all;
}

Expected<const Command*> command_named(std::string_view name) {
  std::vector<std::string_view> known{"--version"};
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
    known.push_back(command.name);
  }
  const std::string_view near = nearest_word(name, known);
  return fail(ErrorKind::usage,
              fmt::format("unknown command '{}'{} ('portproof help' lists the commands)", name,
                          near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace portproof

// The sentences of the text report: what a reason means, for a reader new to it, and numbers, times and roles
// as people write them. The text is not yet escaped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"

namespace portproof {

// How many items a text shows of a list that could be long. Its JSON has all of them.
inline constexpr std::size_t kListed = 12;

// "60,002".
std::string with_commas(std::uint64_t number);

// "1 session", "60,002 sessions".
std::string count_words(std::uint64_t number, std::string_view one, std::string_view many);

// "2026-11-20 08:00:00 UTC"; "2026-11-20 08:00:00 to 08:12:44 UTC".
std::string moment(Timestamp time);
std::string span_of(Timestamp first, Timestamp last);

// "ddc, sta"; "(no role)".
std::string role_words(const std::vector<std::string>& roles);

// "tcp 1494", "tcp 1024-60000 (58,977 ports)", "icmp echo".
std::string service_words(const Group& group);

// Why the conversations of the group are flagged or unverified, in a sentence or two.
std::string why(const Group& group);

// The states of its conversations: "established", "attempted, never answered".
std::string state_words(const Group& group);

// The applications, as far as identified: "ica", "tls; some not identified".
std::string application_words(const Group& group);

// How the nearest rule relates to the group: "nearest", "denied by".
std::string_view nearest_label(Reason reason);

// "gateway-vda-ica: gateway -> vda, tcp 1494 (Citrix Gateway, row 3, in communication-ports)".
std::string rule_words(const Rule& rule);

// "tcp, udp 80, 8080-8090"; "icmp".
std::string rule_service(const Rule& rule);
std::string rule_ports(const Rule& rule);
std::string rule_transports(const Rule& rule);

// The command that explains the group's example. If a single role describes each end it uses roles, so that
// the question is still valid next week; otherwise it uses addresses.
std::string explain_command(const Report& report, const Group& group);

std::string join(const std::vector<std::string>& parts, std::string_view between);

}  // namespace portproof

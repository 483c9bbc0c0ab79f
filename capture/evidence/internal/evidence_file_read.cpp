#include <fmt/format.h>

#include <array>
#include <istream>
#include <type_traits>
#include <utility>

#include "capture/evidence/evidence_file.hpp"
#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/evidence/internal/evidence_sums.hpp"

namespace portproof {
namespace {

using namespace evidence_file;

// An input line with a long path or error and many link types stays far below it.
constexpr std::size_t kLongestLine = std::size_t{1} << 20;

class Reader {
 public:
  Reader(std::istream& in, const std::string& path) : in_(in), path_(path) {}

  Expected<Evidence> read();

 private:
  // The next line; nothing at the end of the file, or with `fault_` set.
  std::optional<std::string_view> next_line();
  void take(std::string_view text);
  void take_end(std::string_view text);

  void add(const HeadLine& head);
  void add(Input&& input);
  void add(const ConversationLine& conversation);
  void add(const LooseFlow& flow);
  void add(const EdgeFragment& fragment);
  void add(const EdgePacket& packet);
  void add(AttemptsLine&& line);
  void add(NameLine&& name);
  void add(const StationLine& station);
  void add(ProtocolLine&& protocol);
  void add(const StrayErrorLine& error);
  void add(const LimitLine& limit);

  // Lines of one kind are sorted, and no two of them have the same key.
  template <typename Key, typename Value>
  void append(std::map<Key, Value>& map, std::type_identity_t<Key> key, std::type_identity_t<Value> value);
  void check_input(std::uint32_t input);
  void check_limits();
  void reject(ErrorKind kind, std::string what);

  std::istream& in_;
  const std::string& path_;
  std::string text_;  // the line at hand
  std::uint64_t line_{0};
  std::size_t section_{0};
  LineHash hash_;
  EvidenceSums sums_;
  Evidence evidence_;
  std::optional<Error> fault_;
};

void Reader::reject(ErrorKind kind, std::string what) {
  if (!fault_) fault_ = Error{kind, std::move(what), fmt::format("{}:{}", path_, line_)};
}

std::optional<std::string_view> Reader::next_line() {
  ++line_;
  text_.clear();
  std::array<char, 4096> piece;
  while (!fault_) {
    in_.getline(piece.data(), piece.size());
    const auto got = static_cast<std::size_t>(in_.gcount());
    if (in_.bad()) {
      reject(ErrorKind::io, "the rest of the file cannot be read");
    } else if (in_.eof()) {
      reject(ErrorKind::bad_data, got + text_.size() == 0
                                      ? "the file ends without its last line; it was cut short"
                                      : "the file ends within a line; it was cut short");
    } else if (!in_.fail()) {
      text_.append(piece.data(), got - 1);  // the line's end was counted
      return text_;
    } else {
      text_.append(piece.data(), got);  // the piece is full; the line goes on
      in_.clear();
      if (text_.size() > kLongestLine) {
        reject(ErrorKind::bad_data, fmt::format("a line is longer than {} bytes", kLongestLine));
      }
    }
  }
  return std::nullopt;
}

Expected<Evidence> Reader::read() {
  static const std::string kEndBegins = R"({"type":"end")";
  bool ended = false;
  while (!fault_ && !ended) {
    const auto text = next_line();
    if (!text) break;
    ended = text->starts_with(kEndBegins);
    if (ended) {
      take_end(*text);
    } else {
      take(*text);
    }
  }
  if (fault_) return tl::unexpected<Error>(std::move(*fault_));
  return std::move(evidence_);
}

void Reader::take(std::string_view text) {
  auto line = parse_line(text);
  if (line_ == 1 && (!line || line->index() != 0)) {
    reject(ErrorKind::bad_data,
           fmt::format("this is not an evidence file: its first line must say {}", kEvidenceSchema));
  } else if (!line) {
    reject(ErrorKind::bad_data, line.error());
  } else if (line->index() < section_ || (line_ > 1 && line->index() == 0)) {
    reject(ErrorKind::bad_data, "the line is in the wrong place");
  } else if (std::visit([](const auto& said) { return make_line(said); }, *line) != text) {
    reject(ErrorKind::bad_data, "the line has keys that do not belong there, or is written in another form");
  }
  if (fault_) return;
  section_ = line->index();
  hash_.add_line(text);
  std::visit([this](auto&& said) { add(std::forward<decltype(said)>(said)); }, std::move(*line));
  if (const auto excess = sums_.excess()) reject(ErrorKind::bad_data, *excess);
}

void Reader::take_end(std::string_view text) {
  if (line_ == 1) {
    reject(ErrorKind::bad_data, "this is not an evidence file: it has only a last line");
  } else if (text != make_end_line(line_, hash_.hex())) {
    reject(ErrorKind::bad_data,
           "the lines before this one are not those that were written: count or SHA-256 differ");
  } else if (in_.peek() != std::istream::traits_type::eof()) {
    reject(ErrorKind::bad_data, "the file goes on after its last line");
  } else if (const auto disagreement = sums_.disagreement()) {
    reject(ErrorKind::bad_data, *disagreement);
  } else {
    check_limits();
  }
}

// Some of the limits that were hit show in the other lines too.
void Reader::check_limits() {
  const LimitsHit said = evidence_.limits_hit;
  note_derived_limits(evidence_);
  if (evidence_.limits_hit != said) {
    reject(ErrorKind::bad_data, "the limits that were hit do not agree with the lines before them");
  }
}

void Reader::add(const HeadLine& head) {
  evidence_.settings = head.settings;
}

void Reader::add(Input&& input) {
  sums_.add(input);
  evidence_.inputs.push_back(std::move(input));
}

void Reader::add(const ConversationLine& conversation) {
  check_input(conversation.facts.first_frame.input);
  sums_.add(conversation.facts);
  Conversations& conversations = evidence_.conversations;
  if (!conversations.empty() && !(conversations.at(conversations.size() - 1).first < conversation.key)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  conversations.append(conversation.key, conversation.facts);
}

void Reader::add(const LooseFlow& flow) {
  check_input(flow.facts.first_input);
  sums_.add(flow.facts);
  if (!evidence_.loose.empty() && !loose_before(evidence_.loose.back(), flow)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  evidence_.loose.push_back(flow);
}

void Reader::add(const EdgeFragment& fragment) {
  check_input(fragment.input);
  EdgeFragments& fragments = evidence_.fragments;
  if (!fragments.empty() && !(*fragments.rbegin() < fragment)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  fragments.insert(fragments.end(), fragment);
}

void Reader::add(const EdgePacket& packet) {
  check_input(packet.input);
  EdgePackets& packets = evidence_.edge_packets;
  if (!packets.empty() && !(packets.back() < packet)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  packets.push_back(packet);
}

void Reader::add(AttemptsLine&& line) {
  check_input(line.attempts.facts.first_frame.input);
  sums_.add(line.attempts.facts);
  append(evidence_.attempts, line.key, std::move(line.attempts));
}

void Reader::add(NameLine&& name) {
  Names& names = evidence_.names;
  const bool is_new = names.empty() || NameOrder{}(names.rbegin()->first, name.key);
  if (is_new) {
    names.emplace_hint(names.end(), std::move(name.key), NameIntervals{name.interval});
  } else if (names.rbegin()->first == name.key && names.rbegin()->second.back().until < name.interval.first) {
    names.rbegin()->second.push_back(name.interval);
  } else {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
  }
}

void Reader::add(const StationLine& station) {
  Stations& stations = evidence_.stations;
  const bool is_new = stations.empty() || stations.rbegin()->first < station.address;
  if (is_new ? stations.size() > kStationAddresses : stations.rbegin()->second.size() > kStationsPerAddress) {
    reject(ErrorKind::bad_data, "there are more stations than are ever kept");
    return;
  }
  if (!is_new && !(stations.rbegin()->first == station.address)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  append(stations[station.address], station.station, station.span);
}

void Reader::add(ProtocolLine&& protocol) {
  sums_.add(protocol.count);
  append(evidence_.protocols, std::move(protocol.protocol), std::move(protocol.count));
}

void Reader::add(const StrayErrorLine& error) {
  check_input(error.facts.first_frame.input);
  StrayErrors& errors = evidence_.stray_errors;
  if (errors.size() == StrayErrors::kMost) {
    reject(ErrorKind::bad_data, "there are more stray errors than are ever kept");
  } else if (!errors.empty() && !(errors.errors().rbegin()->first < error.key)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
  } else {
    errors.add(error.key, error.facts);
  }
}

void Reader::add(const LimitLine& limit) {
  const std::vector<LimitsHit::Hit> before = evidence_.limits_hit.all();
  if (!before.empty() && before.back().limit >= limit.limit) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  evidence_.limits_hit.set(limit.limit, limit.hits);
}

template <typename Key, typename Value>
void Reader::append(std::map<Key, Value>& map, std::type_identity_t<Key> key,
                    std::type_identity_t<Value> value) {
  if (!map.empty() && !(map.rbegin()->first < key)) {
    reject(ErrorKind::bad_data, "the line is out of order, or is there twice");
    return;
  }
  map.emplace_hint(map.end(), std::move(key), std::move(value));
}

void Reader::check_input(std::uint32_t input) {
  if (input < evidence_.inputs.size()) return;
  reject(ErrorKind::bad_data, fmt::format("there is no input {}", input));
}

}  // namespace

Expected<Evidence> read_evidence(std::istream& in, const std::string& path) {
  return Reader(in, path).read();
}

}  // namespace portproof

#include "tests/support/nstrace_writer.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace portproof::test {
namespace {

void put_le(Bytes& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index) {
    bytes.push_back(static_cast<std::uint8_t>(value >> (8 * index)));
  }
}

void put_text(Bytes& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

// The type of a layout's first record: whole packets or truncated ones.
std::size_t first_type(int layout, bool cut) {
  switch (layout) {
    case 10:
      return cut ? 0x0314 : 0x0310;
    case 20:
      return cut ? 0xc4 : 0xc0;
    case 21:
      return cut ? 0xd4 : 0xd0;
    case 22:
      return cut ? 0xe4 : 0xe0;
    case 23:
      return cut ? 0xf4 : 0xf0;
    case 24:
      return cut ? 0xfc : 0xf8;
    case 25:
      return cut ? 0xb4 : 0xb0;
    case 26:
      return cut ? 0xa4 : 0xa0;
    case 30:
      return 0xa8;
    case 35:
      return 0xac;
    default:
      throw std::logic_error("not a packet layout");
  }
}

int newest_layout(NstraceVersion version) {
  constexpr std::array kNewest{10, 26, 30, 35};
  return kNewest.at(static_cast<std::size_t>(version));
}

// Up to version 2, a record gives the packet's length only if the packet was truncated.
void put_lengths(Bytes& header, int layout, bool cut, const CapturedFrame& frame) {
  if (layout >= 30) {
    put_le(header, frame.length_on_wire(), 2);
  } else if (cut) {
    put_le(header, frame.length_on_wire(), 2);
    put_le(header, 0, 2);  // where in the packet the bytes begin
  }
}

void put_names(Bytes& header, const NstracePacketOptions& options) {
  put_le(header, options.source_name.size(), 1);
  put_le(header, options.destination_name.size(), 1);
}

void put_pieces(Bytes& header, const NstracePacketOptions& options) {
  std::size_t size = header.size() + 2 + 1 + 1 + 4 + 1;
  for (const NstracePiece& piece : options.pieces) size += 3 + piece.body.size();
  put_le(header, size, 2);
  put_le(header, 0, 1);  // error
  put_le(header, options.application, 1);
  put_le(header, 0, 4);  // activity
  put_le(header, options.pieces.empty() ? options.last_piece : options.pieces.front().kind, 1);
  for (std::size_t index = 0; index < options.pieces.size(); ++index) {
    const bool last = index + 1 == options.pieces.size();
    put_le(header, 3 + options.pieces[index].body.size(), 2);
    put_le(header, last ? options.last_piece : options.pieces[index + 1].kind, 1);
    append(header, options.pieces[index].body);
  }
}

}  // namespace

NstraceWriter::NstraceWriter(NstraceVersion version) : version_(version) {
  constexpr std::array<std::string_view, 4> kSignatures{
      "NetScaler Performance Data", "NetScaler V20 Performance Data", "Netscaler V30 Performance Data",
      "Netscaler V35 Performance Data"};
  const bool old = version == NstraceVersion::v1_0;
  Bytes body(old ? 4 : 1, 0);  // byte order, and fields that nobody fills in
  put_text(body, kSignatures.at(static_cast<std::size_t>(version)));
  body.resize(old ? 60 : 32, 0);
  Bytes record = head(1, body.size(), false);
  append(record, body);
  write(record, record.size());
}

std::size_t NstraceWriter::page() const {
  return version_ == NstraceVersion::v3_0 || version_ == NstraceVersion::v3_5 ? 16384 : 8192;
}

// Type and length. In packet records this takes three bytes, however short the record is.
Bytes NstraceWriter::head(std::size_t type, std::size_t body, bool three_bytes) const {
  Bytes bytes;
  if (version_ == NstraceVersion::v1_0) {
    put_le(bytes, type < 0x100 ? type + 0x100 : type, 2);
    put_le(bytes, body + 4, 2);
    return bytes;
  }
  put_le(bytes, type, 1);
  const std::size_t size = body + 2;
  if (size < 128 && !three_bytes) {
    put_le(bytes, size, 1);
    return bytes;
  }
  put_le(bytes, ((size + 1) & 0x7fU) | 0x80U, 1);
  put_le(bytes, (size + 1) >> 7U, 1);
  return bytes;
}

// `unbroken`: how many bytes at the start of the record must lie within one page.
void NstraceWriter::write(const Bytes& record, std::size_t unbroken) {
  const std::size_t left = page() - bytes_.size() % page();
  if (unbroken > left) pad_to(page());
  append(bytes_, record);
  edges_.push_back(bytes_.size());
}

void NstraceWriter::absolute_time(Timestamp time) {
  base_ = time.nanoseconds / 1'000'000'000;
  moved_ = 0;
  const bool old = version_ == NstraceVersion::v1_0;
  Bytes record = head(7, old ? 8 : 6, false);
  put_le(record, 0, old ? 4 : 2);
  put_le(record, static_cast<std::uint64_t>(base_), 4);
  write(record, record.size());
}

void NstraceWriter::relative_time(std::uint16_t milliseconds) {
  moved_ += milliseconds;
  base_ += moved_ / 1000;
  moved_ %= 1000;
  const bool old = version_ == NstraceVersion::v1_0;
  // As long as a record for an absolute time, because other readers require that.
  Bytes record = head(8, old ? 8 : 6, false);
  put_le(record, milliseconds, old ? 4 : 2);
  put_le(record, 0, 4);
  write(record, record.size());
}

// The finest unit in which it fits.
std::uint32_t NstraceWriter::since_last(Timestamp time) {
  std::int64_t value = time.nanoseconds - base_ * 1'000'000'000 - elapsed_;
  if (value < 0) throw std::logic_error("times between packets cannot run backwards");
  elapsed_ += value;
  for (std::uint32_t unit = 3;; --unit) {
    if (value < (std::int64_t{1} << 30)) return static_cast<std::uint32_t>(value) | (unit << 30U);
    if (unit == 0 || value % 1000 != 0) throw std::logic_error("no unit can hold this time");
    value /= 1000;
  }
}

Bytes NstraceWriter::packet_header(const NstracePacketOptions& options, const CapturedFrame& frame,
                                   std::size_t kept) {
  const int layout = options.layout != 0 ? options.layout : newest_layout(version_);
  const bool cut = kept < frame.length_on_wire();
  // Only a placeholder for its length; the real head goes in front once the record's length is known.
  Bytes header(3);
  if (layout == 10) {
    header.resize(4);
    put_le(header, 1, 4);  // network interface
  } else {
    put_le(header, 1, 1);
  }
  if (layout < 23) {
    put_le(header, since_last(frame.time), 4);
  } else {
    put_le(header, static_cast<std::uint64_t>(frame.time.nanoseconds), 8);
  }
  if (layout < 30) put_lengths(header, layout, cut, frame);
  if (layout >= 21) put_le(header, 0x1234, 4);  // connection
  if (layout >= 21) put_le(header, 0x5678, 4);  // connection it is linked to
  if (layout >= 30) put_lengths(header, layout, cut, frame);
  if (layout >= 22) put_le(header, options.vlan, 2);
  if (layout >= 23) put_le(header, options.core, 2);
  if (layout == 35) {
    put_pieces(header, options);
    return header;
  }
  if (layout >= 24) put_le(header, options.node, 2);
  if (layout >= 24) put_le(header, options.node + 1U, 2);
  if (layout >= 24) put_le(header, 0x03, 1);  // cluster flags
  if (layout >= 25) put_names(header, options);
  if (layout >= 26) header.resize(header.size() + (layout == 30 ? 3 : 1) + 16);  // reserved, activity
  if (layout >= 25) put_text(header, options.source_name + options.destination_name);
  return header;
}

void NstraceWriter::add(const CapturedFrame& frame, const NstracePacketOptions& options) {
  std::size_t kept = frame.bytes.size();
  if (options.snap != 0) kept = std::min<std::size_t>(kept, options.snap);
  const int layout = options.layout != 0 ? options.layout : newest_layout(version_);
  Bytes record = packet_header(options, frame, kept);
  const std::size_t header = record.size();
  append(record, {frame.bytes.begin(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(kept)});
  const std::size_t type = first_type(layout, kept < frame.length_on_wire());
  const Bytes start = head(type + static_cast<std::size_t>(options.stage),
                           record.size() - (version_ == NstraceVersion::v1_0 ? 4 : 3), true);
  std::copy(start.begin(), start.end(), record.begin());
  write(record, layout >= 30 ? header : record.size());

  NstraceWritten written{.offset = bytes_.size() - record.size(), .header = header, .stage = options.stage};
  written.frame = frame;
  written.frame.bytes.resize(kept);
  written.frame.wire_length = frame.length_on_wire();
  packets_.push_back(std::move(written));
}

void NstraceWriter::add(const Bytes& bytes, Timestamp time, const NstracePacketOptions& options) {
  CapturedFrame frame;
  frame.bytes = bytes;
  frame.time = time;
  add(frame, options);
}

void NstraceWriter::other(std::uint8_t type, std::size_t size) {
  Bytes record = head(type, size, false);
  record.resize(record.size() + size, 0xee);
  write(record, page() == 8192 ? record.size() : 3);
}

void NstraceWriter::pad_to(std::size_t unit) {
  while (bytes_.size() % unit != 0) {
    bytes_.push_back(0);
    edges_.push_back(bytes_.size());
  }
}

void NstraceWriter::raw(const Bytes& bytes) {
  append(bytes_, bytes);
}

bool NstraceWriter::may_end_at(std::size_t size) const {
  return std::binary_search(edges_.begin(), edges_.end(), size);
}

bool NstraceWriter::save(const std::string& path) const {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  for (const std::uint8_t byte : bytes_) file.put(static_cast<char>(byte));
  file.close();
  return file.good();
}

}  // namespace portproof::test

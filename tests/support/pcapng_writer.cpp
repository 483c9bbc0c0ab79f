#include "tests/support/pcapng_writer.hpp"

namespace portproof::test {
namespace {

void pad(Bytes& bytes) {
  while (bytes.size() % 4 != 0) bytes.push_back(0);
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes whole;
  for (const Bytes& part : parts) append(whole, part);
  return whole;
}

}  // namespace

void PcapngWriter::begin_section(PcapngSection section) {
  big_endian_ = section.big_endian;
  const Bytes unknown_length = u64(~std::uint64_t{0});
  add_block(0x0a0d0d0a, joined({u32(0x1a2b3c4d), u16(section.major), u16(section.minor), unknown_length}));
}

void PcapngWriter::add_interface(PcapngInterfaceOptions options) {
  Bytes body = joined({u16(options.link_type), u16(0), u32(options.snap_length)});
  if (!options.name.empty()) append(body, option(2, {options.name.begin(), options.name.end()}));
  if (!options.filter.empty()) {
    Bytes filter{0};
    filter.insert(filter.end(), options.filter.begin(), options.filter.end());
    append(body, option(11, filter));
  }
  if (options.time_unit) append(body, option(9, {*options.time_unit}));
  if (options.time_offset) append(body, option(14, u64(static_cast<std::uint64_t>(*options.time_offset))));
  add_block(1, body);
}

void PcapngWriter::add(const CapturedFrame& frame) {
  add_enhanced(frame.interface_index, static_cast<std::uint64_t>(frame.time.nanoseconds), frame.bytes,
               frame.length_on_wire());
}

void PcapngWriter::add_enhanced(std::uint32_t interface, std::uint64_t time, const Bytes& packet,
                                std::optional<std::uint32_t> wire, const Bytes& options) {
  const auto captured = static_cast<std::uint32_t>(packet.size());
  Bytes body =
      joined({u32(interface), u32(static_cast<std::uint32_t>(time >> 32U)),
              u32(static_cast<std::uint32_t>(time)), u32(captured), u32(wire.value_or(captured)), packet});
  pad(body);
  append(body, options);
  add_block(6, body);
}

void PcapngWriter::add_obsolete(std::uint16_t interface, std::uint16_t drops, std::uint64_t time,
                                const Bytes& packet) {
  const auto captured = static_cast<std::uint32_t>(packet.size());
  add_block(2, joined({u16(interface), u16(drops), u32(static_cast<std::uint32_t>(time >> 32U)),
                       u32(static_cast<std::uint32_t>(time)), u32(captured), u32(captured), packet}));
}

void PcapngWriter::add_simple(const Bytes& packet, std::optional<std::uint32_t> wire) {
  add_block(3, joined({u32(wire.value_or(static_cast<std::uint32_t>(packet.size()))), packet}));
}

void PcapngWriter::add_statistics(std::uint32_t interface, const Bytes& options) {
  add_block(5, joined({u32(interface), u32(0), u32(0), options}));
}

void PcapngWriter::add_names(const Bytes& records) {
  add_block(4, joined({records, u16(0), u16(0)}));
}

void PcapngWriter::add_block(std::uint32_t type, const Bytes& body, std::optional<std::uint32_t> length,
                             std::optional<std::uint32_t> trailer) {
  Bytes padded = body;
  pad(padded);
  const std::uint32_t says = length.value_or(static_cast<std::uint32_t>(padded.size() + 12));
  append(bytes_, joined({u32(type), u32(says), padded, u32(trailer.value_or(says))}));
  edges_.push_back(bytes_.size());
}

Bytes PcapngWriter::option(std::uint16_t code, const Bytes& value) const {
  Bytes whole = joined({u16(code), u16(static_cast<std::uint16_t>(value.size())), value});
  pad(whole);
  return whole;
}

Bytes PcapngWriter::name_record(std::uint16_t type, const Bytes& address, std::string_view names) const {
  return option(type, joined({address, {names.begin(), names.end()}}));
}

Bytes PcapngWriter::number(std::uint64_t value, std::size_t size) const {
  Bytes bytes;
  for (std::size_t index = 0; index < size; ++index) {
    const std::size_t shift = 8 * (big_endian_ ? size - 1 - index : index);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return bytes;
}

}  // namespace portproof::test

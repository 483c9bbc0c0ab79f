// Capture files: pcap, pcapng, nstrace, and whole inputs of any kind.
#include <fmt/format.h>

#include "capture/decode/packet.hpp"
#include "tests/capture/source/compress.hpp"
#include "tests/fuzz/seeds/frames.hpp"
#include "tests/fuzz/seeds/seeds.hpp"
#include "tests/support/nstrace_writer.hpp"
#include "tests/support/pcapng_writer.hpp"

namespace portproof::test {
namespace {

NstraceWriter nstrace_of(NstraceVersion version, int layout, const std::vector<Bytes>& frames) {
  NstraceWriter trace(version);
  trace.absolute_time(kStart);
  Timestamp time = kStart;
  for (const Bytes& frame : frames) {
    time = time + milliseconds(1);
    trace.add(frame, time, {.layout = layout});
  }
  return trace;
}

PcapngWriter pcapng_of(const std::vector<Bytes>& frames, bool big_endian) {
  PcapngWriter capture({.big_endian = big_endian});
  capture.add_interface({.name = "eth0"});
  CapturedFrame frame;
  for (const Bytes& bytes : frames) {
    frame.bytes = bytes;
    frame.time = frame.time + milliseconds(1);
    capture.add(frame);
  }
  return capture;
}

}  // namespace

void make_pcap(const Corpus& corpus) {
  corpus.add("little-endian", pcap_of(session()).bytes());
  corpus.add("big-endian", pcap_of(session(), {.big_endian = true}).bytes());
  corpus.add("nanoseconds", pcap_of(mixture(), {.nanoseconds = true}).bytes());
  corpus.add("big-endian-nanoseconds", pcap_of(mixture(), {.big_endian = true, .nanoseconds = true}).bytes());
  corpus.add("snapped", pcap_of(session(), {.snap_length = 60}).bytes());
  corpus.add("frame-check-sequence", pcap_of(mixture(), {.network = 0x24000001}).bytes());
  corpus.add("empty", pcap_of({}).bytes());
  corpus.add("cut", cut(pcap_of(session()).bytes(), 17));
  PcapWriter lying;
  lying.add_record(1, 2'000'000'000, 0x7fffffff, 4, Bytes(8));
  corpus.add("lying", lying.bytes());
  // Variants with longer record headers, recognised by their magic numbers.
  for (const auto& [name, magic] : {std::pair{"modified", 0xa1b2cd34U}, std::pair{"ixia", 0x1c0001acU},
                                    std::pair{"ixia-nanoseconds", 0x1c0001abU}}) {
    Bytes variant = pcap_of(mixture(), {.big_endian = true}).bytes();
    put32(variant, 0, magic);
    corpus.add(name, variant);
  }
}

void make_pcapng(const Corpus& corpus) {
  using namespace std::string_view_literals;
  for (const bool big_endian : {false, true}) {
    const std::string suffix = big_endian ? "-big-endian" : "";
    corpus.add("enhanced" + suffix, pcapng_of(session(), big_endian).bytes());
    PcapngWriter capture = pcapng_of({}, big_endian);
    capture.add_interface({.link_type = 113, .snap_length = 40, .time_unit = 0x8a, .time_offset = -3});
    capture.add_simple(mixture()[3]);
    capture.add_obsolete(1, 4, 99, mixture()[4]);
    capture.add_statistics(0, capture.option(5, capture.u64(7)));
    Bytes names = capture.name_record(1, {10, 0, 0, 1}, "ddc1.example\0ddc1\0"sv);
    append(names, capture.name_record(2, Bytes(16), "vda\0"sv));
    capture.add_names(names);
    capture.add_block(0x0bad, capture.u32(1));
    capture.add_block(4711, Bytes(9));
    capture.add_enhanced(1, 1, mixture()[0], 900, capture.option(4, capture.u64(2)));
    corpus.add("every-block" + suffix, capture.bytes());
    capture.begin_section({.big_endian = !big_endian});
    capture.add_interface({});
    capture.add_enhanced(0, 2, mixture()[1]);
    corpus.add("two-sections" + suffix, capture.bytes());
  }
  PcapngWriter lying;
  lying.add_block(6, Bytes(20), 0x7ffffffc);
  corpus.add("lying-length", lying.bytes());
  PcapngWriter unlike;
  unlike.add_block(1, Bytes(8), {}, 12);
  corpus.add("lying-trailer", unlike.bytes());
  corpus.add("cut", cut(pcapng_of(session(), false).bytes(), 17));
}

void make_nstrace(const Corpus& corpus) {
  using enum NstraceVersion;
  std::vector<Bytes> frames = session();
  frames.resize(3);
  corpus.add("1.0", nstrace_of(v1_0, 0, frames).bytes());
  for (int layout = 20; layout <= 26; ++layout) {
    corpus.add(fmt::format("2.0-layout-{}", layout), nstrace_of(v2_0, layout, frames).bytes());
  }
  corpus.add("3.0", nstrace_of(v3_0, 0, frames).bytes());
  corpus.add("3.5", nstrace_of(v3_5, 0, frames).bytes());
  corpus.add("3.5-cut", cut(nstrace_of(v3_5, 0, frames).bytes(), 17));
  NstraceWriter pieces(v3_5);
  pieces.absolute_time(kStart);
  pieces.add(session()[2], kStart,
             {.stage = NstraceStage::sent,
              .snap = 60,
              .vlan = 7,
              .pieces = {{kPieceInfo, Bytes(12)}, {kPieceTcpDebug, Bytes(40)}, {kPieceSsl, Bytes(8)}}});
  pieces.add(session()[2], kStart, {.stage = NstraceStage::queued, .application = 3});
  pieces.other(0x33, 40);
  pieces.relative_time(20);
  pieces.add(bytes_of("GET /"), kStart, {.last_piece = kPieceHttp});
  corpus.add("3.5-pieces", pieces.bytes());
  NstraceWriter copies(v3_5);
  copies.absolute_time(kStart);
  for (const NstraceStage stage : {NstraceStage::queued, NstraceStage::sent}) {
    copies.add(session()[0], kStart, {.stage = stage});
    copies.add(session()[2], kStart, {.stage = stage});
  }
  corpus.add("3.5-copies", copies.bytes());
}

void make_capture(const Corpus& corpus) {
  corpus.add("pcap-session", pcap_of(session()).bytes());
  corpus.add("pcap-mixture", pcap_of(mixture()).bytes());
  corpus.add("pcap-cut", cut(pcap_of(session()).bytes(), 17));
  corpus.add("pcapng-session", pcapng_of(session(), false).bytes());
  corpus.add("pcapng-mixture", pcapng_of(mixture(), true).bytes());
  corpus.add("nstrace", nstrace_of(NstraceVersion::v3_5, 0, session()).bytes());
  corpus.add("gzip", compressed_with(Compression::gzip, pcap_of(mixture()).bytes()));
  PcapWriter many;
  for (std::uint16_t port = 1; port < 30; ++port) {
    many.add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 80, kTcpSyn), kStart + seconds(port));
  }
  corpus.add("pcap-many-flows", many.bytes());
  PcapWriter jumps;
  for (const std::int64_t when : {0, 5000, 100'000'000, -90'000, 1}) {
    jumps.add(udp_over(Eth()), kStart + seconds(when));
    jumps.add(session()[2], kStart + seconds(when));
  }
  corpus.add("pcap-time-jumps", jumps.bytes());
}

}  // namespace portproof::test

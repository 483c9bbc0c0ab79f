// make_seeds FOLDER: writes the inputs that fuzzing begins with, a folder a target, by the tests' own
// writers. The same bytes every time. What fuzzing adds to a corpus has names of its own and stays.
#define DOCTEST_CONFIG_IMPLEMENT  // compress.hpp checks by doctest what it does
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "capture/evidence/evidence_file.hpp"
#include "capture/observe.hpp"
#include "catalog/embedded.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/evidence/random_evidence.hpp"
#include "tests/capture/source/compress.hpp"
#include "tests/catalog/catalog_text.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/nstrace_writer.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"
#include "tests/support/pcapng_writer.hpp"

namespace portproof::test {
namespace {

namespace say = portproof::samples;

constexpr std::size_t kLargest = 4096;  // small inputs are tried more often

class Corpus {
 public:
  Corpus(const std::filesystem::path& folder, const char* target) : folder_(folder / target) {
    std::filesystem::create_directories(folder_);
  }
  void add(const std::string& name, const Bytes& bytes) const {
    if (bytes.size() > kLargest) throw std::logic_error(name + " is too large for a seed");
    std::ofstream file(folder_ / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw std::runtime_error((folder_ / name).string() + " cannot be written");
  }
  void add(const std::string& name, std::string_view text) const {
    add(name, Bytes(text.begin(), text.end()));
  }

 private:
  std::filesystem::path folder_;
};

Bytes cut(const Bytes& bytes, std::size_t missing) {
  return {bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(missing)};
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

PacketBuilder udp_over(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}

// --- Frames ---

std::vector<Bytes> session() {
  const auto client = [] { return Eth().ipv4("10.0.0.1", "10.0.0.2"); };
  const auto server = [] { return Eth().ipv4("10.0.0.2", "10.0.0.1"); };
  return {client().tcp(50000, 443, kTcpSyn).seq(1),
          server().tcp(443, 50000, kTcpSyn | kTcpAck).seq(9).ack(2),
          client().tcp(50000, 443, kTcpAck).seq(2).ack(10).payload(say::tls_client_hello("a.example")),
          server().tcp(443, 50000, kTcpAck).seq(10).ack(90).payload("HTTP/1.1 200 OK\r\n\r\n"),
          client().tcp(50000, 443, kTcpFin | kTcpAck).seq(90).ack(29),
          server().tcp(443, 50000, kTcpFin | kTcpAck).seq(29).ack(91),
          client().tcp(50000, 443, kTcpAck).seq(91).ack(30)};
}

std::vector<Bytes> mixture() {
  const Bytes query =
      Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(say::dns_query(1, "a.example", false));
  return {
      query,
      Eth().ipv4("10.0.0.2", "10.0.0.1").udp(53, 5000).payload(say::dns_answer(1, "a.example", "10.0.0.7")),
      Eth().ipv4("10.0.0.9", "10.0.0.1").unreachable(3, Ip().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53)),
      Eth().broadcast().arp("10.0.0.1", "10.0.0.2").pad_to(60),
      Eth().vlan(10).ipv6("fd20::1", "fd20::2").echo_request(),
      Eth().ipv4("10.0.0.1", "10.0.0.2").fragment(8, true).protocol(17).payload("later"),
      Eth().ipv4("10.0.0.1", "10.0.0.2").sctp(1, 2),
      Eth().ipv4("10.0.0.3", "224.0.0.1").protocol(2).payload("igmp"),
      udp_over(Eth().ipv4("10.1.0.1", "10.1.0.2").protocol(47).raw({0, 0, 8, 0})),
      Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, kTcpRst).cut(40)};
}

PcapWriter pcap_of(const std::vector<Bytes>& frames, PcapOptions options = {}) {
  PcapWriter capture(options);
  Timestamp time = kStart;
  for (const Bytes& frame : frames) capture.add(frame, time = time + milliseconds(1));
  return capture;
}

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

// --- Targets ---

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
  // Variants with longer record headers, known by their magic numbers.
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
}

void make_compressed(const Corpus& corpus) {
  std::vector<Bytes> frames = session();
  const Bytes capture = pcap_of(frames).bytes();
  const std::vector<PackedFile> files{{"a.cap", capture}, {"README", bytes_of("text")}};
  for (const Compression compression :
       {Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2, Compression::lz4}) {
    const Bytes one = compressed_with(compression, capture);
    Bytes twice = compressed_with(compression, cut(capture, 20));
    append(twice, compressed_with(compression, {capture.end() - 20, capture.end()}));
    corpus.add(std::string(name(compression)), one);
    corpus.add(std::string(name(compression)) + "-cut", cut(one, one.size() / 3));
    corpus.add(std::string(name(compression)) + "-twice", twice);
    corpus.add("tar-" + std::string(name(compression)),
               compressed_with(compression, packed_with(ArchiveFormat::tar, files)));
  }
  const Bytes zipped = compressed_with(Compression::gzip, capture);
  const Bytes tar = packed_with(ArchiveFormat::tar, {{"a.gz", zipped}});
  corpus.add("tar", tar);
  corpus.add("tar-of-archive",
             packed_with(ArchiveFormat::tar, {{"a.zip", packed_with(ArchiveFormat::zip, {})}}));
  corpus.add("tar-cut", cut(tar, 600));
  corpus.add("zip", packed_with(ArchiveFormat::zip, files));
  corpus.add("zip-of-gzip", packed_with(ArchiveFormat::zip, {{"a.gz", zipped}, {"b.cap", capture}}));
  corpus.add("plain", capture);
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

void make_decode(const Corpus& corpus) {
  const auto add = [&corpus](const std::string& name, unsigned choice, const Bytes& frame) {
    Bytes bytes(2);
    put16(bytes, 0, choice);
    append(bytes, frame);
    corpus.add(name, bytes);
  };
  const auto ipv4 = [](std::uint8_t number) { return Eth().ipv4("10.1.0.1", "10.1.0.2").protocol(number); };
  const auto udp = [](std::uint16_t port) { return Eth().ipv4("10.1.0.1", "10.1.0.2").udp(4000, port); };
  add("ethernet-tcp", 1, session()[2]);
  add("ethernet-vlans", 0x0401, udp_over(Eth().vlan(5, 0x88a8).vlan(10)));
  add("ethernet-arp", 1, mixture()[3]);
  add("ethernet-icmp-error", 1, mixture()[2]);
  add("ethernet-ipv6-chain", 1,
      Eth()
          .ipv6("fd20::1", "fd20::2")
          .hop_by_hop()
          .routing()
          .fragment(0, true)
          .destination_options()
          .udp(1, 2));
  add("ethernet-ipv6-authentication", 1,
      Eth().ipv6("fd20::1", "fd20::2").authentication().tcp(1, 2, kTcpSyn));
  add("ethernet-options", 1, Eth().ipv4("10.0.0.1", "10.0.0.2").ip_options(Bytes(8, 1)).tcp(1, 2, kTcpAck));
  add("ethernet-snapped", 0x0801, Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, kTcpAck).cut(40));
  add("ethernet-llc-snap", 1, udp_over(Eth().snap()));
  add("mpls", 1, udp_over(Eth().ethertype(0x8847).raw({0, 1, 0, 64, 0, 2, 1, 64})));
  add("pppoe", 1, udp_over(Eth().ethertype(0x8864).raw({0x11, 0, 0, 7, 0, 31, 0, 0x21})));
  add("gre-key", 1, udp_over(ipv4(47).raw({0x20, 0, 8, 0, 0, 0, 0, 7})));
  add("gre-erspan", 1,
      udp_over(ipv4(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 1, 0, 0, 0, 0}).eth()));
  add("ip-in-ip", 1, udp_over(ipv4(4)));
  add("ip-in-ip-kept", 0x0201, udp_over(ipv4(4)));
  add("ip-in-ip-in-ip", 0x1001, udp_over(ipv4(4).ipv4("10.2.0.1", "10.2.0.2").protocol(4)));
  add("ether-ip", 1, udp_over(ipv4(97).raw({0x30, 0}).eth()));
  add("l2tp-v3", 1, udp_over(ipv4(115).raw({0, 0, 0, 7}).eth()));
  add("vxlan", 1, udp_over(udp(4789).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth()));
  add("geneve", 1, udp_over(udp(6081).raw({1, 0, 0x65, 0x58, 0, 0, 7, 0, 0, 0, 0, 0}).eth()));
  add("gtp-u", 1, udp_over(udp(2152).raw({0x30, 0xff, 0, 29, 0, 0, 0, 9})));
  add("teredo", 1, udp(3544).ipv6("2001::1", "2001::2").udp(5000, 53).payload("?"));
  add("l2tp", 1, udp_over(udp(1701).raw({0, 2, 0, 1, 0, 2, 0xff, 3, 0, 0x21})));
  add("null", 0, udp_over(Ip().raw({2, 0, 0, 0})));
  add("token-ring", 6, udp_over(Ip().raw({0x10, 0x40}).raw(Bytes(12)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("ppp", 9, udp_over(Ip().raw({0xff, 3, 0, 0x21})));
  add("fddi", 10, udp_over(Ip().raw({0x50}).raw(Bytes(12)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("raw", 101, mixture()[2]);
  add("hdlc", 104, udp_over(Ip().raw({0x0f, 0, 8, 0})));
  add("wireless", 105, udp_over(Ip().raw({8, 1}).raw(Bytes(22)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("radiotap", 127,
      udp_over(
          Ip().raw({0, 0, 8, 0, 0, 0, 0, 0}).raw({8, 1}).raw(Bytes(22)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("frame-relay", 107, udp_over(Ip().raw({0x18, 0x41, 3, 0xcc})));
  add("cooked", 113, udp_over(Ip().raw(Bytes(14)).raw({8, 0})));
  add("cooked-2", 276, udp_over(Ip().raw({8, 0}).raw(Bytes(18))));
  add("pflog", 117, udp_over(Ip().raw({61, 2}).raw(Bytes(62))));
  add("ppi", 192, udp_over(Ip().raw({0, 0, 8, 0, 1, 0, 0, 0}).eth()));
  add("nflog", 239, udp_over(Ip().raw({2, 0, 0, 0, 33, 0, 9, 0})));
  add("pktap", 258, udp_over(Ip().raw({108, 0, 0, 0, 1, 0, 0, 0}).raw(Bytes(100)).eth()));
}

void make_identify(const Corpus& corpus) {
  const auto add = [&corpus](const std::string& name, std::uint8_t protocol, const Bytes& data) {
    Bytes bytes{protocol, 0};
    append(bytes, data);
    corpus.add(name, bytes);
  };
  add("ica-hello", kProtocolTcp, say::ica_hello());
  add("ica-server-init", kProtocolTcp, say::ica_server_init());
  add("ica-client-modules", kProtocolTcp, say::ica_client_modules());
  add("ica-data", kProtocolTcp, say::ica_data(64));
  add("cgp-hello", kProtocolTcp, say::cgp_hello());
  add("cgp-udp", kProtocolUdp, say::cgp_hello());
  add("tls-client", kProtocolTcp, say::tls_client_hello("a.example"));
  add("tls-client-no-name", kProtocolTcp, say::tls_client_hello(""));
  add("tls-server", kProtocolTcp, say::tls_server_hello());
  add("tls-data", kProtocolTcp, say::tls_data(64));
  add("dtls", kProtocolUdp, say::dtls_client_hello());
  add("http-get", kProtocolTcp, bytes_of(say::http_get("a.example:8080", "/x")));
  add("http-soap", kProtocolTcp, bytes_of(say::soap("A.Example.", "/x")));
  add("http-ok", kProtocolTcp, bytes_of(say::http_ok()));
  add("http-connect", kProtocolTcp,
      bytes_of("CONNECT a.example:443 HTTP/1.1\r\nHost: [fd20::1]:443\r\n\r\n"));
  add("ssh", kProtocolTcp, bytes_of("SSH-2.0-OpenSSH_9.2\r\n"));
  add("dns", kProtocolUdp, say::dns_answer(1, "a.example", "10.0.0.7"));
  add("rdp", kProtocolTcp, say::rdp_request());
  add("netscaler", kProtocolUdp, say::netscaler_heartbeat());
  add("opaque", 132, say::opaque(40));
}

std::string text_of(const Evidence& evidence) {
  std::ostringstream out;
  write_evidence(evidence, out);
  return out.str();
}

void make_evidence(const Corpus& corpus) {
  for (const auto& [name, frames] : {std::pair{"session", session()}, std::pair{"mixture", mixture()}}) {
    MemorySource source;
    for (const Bytes& frame : frames) source.add(frame);
    source.set_path("x.pcap");
    corpus.add(name, text_of(observe(source, {})));
  }
  corpus.add("none", text_of({}));
  RandomEvidence random(7);
  for (int count = 0; count < 12;) {
    const std::string text = text_of(random.make(8));
    if (text.size() <= kLargest) corpus.add(fmt::format("random-{:02}", ++count), text);
  }
}

// Everything that several files of a catalog have, in one.
constexpr std::string_view kSystem = "[system]\nid = \"sys\"\nname = \"A system\"\ndocument = \"page\"\n";

void make_catalog(const Corpus& corpus) {
  const std::string edition = edition_file().text;
  const auto rules = [&edition](const std::string& added) {
    return edition + std::string(kSystem) + rule_text("one", added);
  };
  corpus.add("edition", edition);
  corpus.add("rule", rules("ports = [\"80\"]\n"));
  corpus.add(
      "rule-every-key",
      rules("ports = [\"443\", \"80-90\", \"any\"]\napplication = [\"http\", \"https\"]\nboth_ways = true\n"
            "distinctive = true\nin_force = false\nsince = { product = \"sys\", version = \"1912\" }\n"
            "until = { product = \"sys\", version = \"2209.1\" }\ncondition = \"c\"\n"
            "encrypted_alternative = \"one\"\nrepeats = \"one\"\nreading = \"r\"\nnote = \"n\"\n"));
  corpus.add("rule-deny", rules("deny = true\nports = [\"any\"]\n"));
  corpus.add("rules-covered", rules("ports = [\"1-100\"]\n") + rule_text("two", "ports = [\"80\"]\n"));
  corpus.add("wrong-type", rules("ports = 80\n"));
  corpus.add("unknown-key", rules("prots = [\"80\"]\n"));
  corpus.add("no-toml", "[[rule]\n=");
  corpus.add("odd-toml",
             edition + "[x]\na.b.\"c\" = [1, 0x1F, 1e9, inf, 2027-01-31T00:00:00Z, '''\n''', {a = 1}]\n");
  for (const EmbeddedFile& file : embedded_files()) {
    const std::string text = edition + std::string(file.text);
    if (text.size() <= kLargest) corpus.add("built-in-" + std::string(file.name), text);
  }
}

constexpr std::string_view kSite =
    "[site]\nname = \"Example\"\ninternal = [\"10.20.0.0/16\", \"fd20::/48\"]\n"
    "internal_roles = [\"user-device\", \"workspace-app\"]\nexternal_roles = [\"internet\"]\n";
constexpr std::string_view kHost =
    "[[host]]\nname = \"ddc1\"\naddresses = [\"10.20.1.10\", \"10.20.1.11-10.20.1.14\", \"10.20.9.0/28\"]\n"
    "roles = [\"ddc\"]\n[[host]]\nname = \"cloud\"\nnames = [\"*.nssvc.net\"]\nroles = "
    "[\"gateway-service\"]\n";
constexpr std::string_view kAllow =
    "[[allow]]\nid = \"site-8080\"\nfrom = [\"storefront\"]\nto = [\"ddc\"]\ntransport = [\"tcp\", \"udp\"]\n"
    "ports = [\"8080\", \"9000-9010\"]\nowner = \"o\"\nreason = \"r\"\n";
constexpr std::string_view kWaiver =
    "[[waiver]]\nid = \"W-7\"\nfrom = \"10.20.5.9\"\nto = \"role:vda\"\ntransport = \"tcp\"\nports = "
    "[\"any\"]\n"
    "owner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\napprover = \"a\"\nticket = \"t\"\n";

void make_inventory(const Corpus& corpus) {
  const std::string site(kSite);
  corpus.add("site", site);
  corpus.add("hosts", site + std::string(kHost));
  corpus.add("allow", site + std::string(kAllow));
  corpus.add("waiver", std::string(kHost) + std::string(kWaiver));
  corpus.add("versions", site + "[versions]\nprovisioning-services = \"2203\"\n");
  corpus.add("limits",
             site + "[limits]\nlost_packets = 0.0001\nmissed_bytes = 0.001\nundecoded = 0.0\none_way = 1\n");
  corpus.add("role", site + "[[role]]\nid = \"print-server\"\nname = \"Print\"\nkind = \"citrix\"\n");
  corpus.add("everything", site + std::string(kHost) + std::string(kAllow) + std::string(kWaiver));
  corpus.add("twice", std::string(kHost) + std::string(kHost));
  corpus.add("wrong-address",
             "[[host]]\nname = \"x\"\naddresses = [\"10.20.1.256\", \"10.0.0.1/33\"]\nroles = [\"ddc\"]\n");
  corpus.add("wrong-date", std::string(kWaiver) + "expires = 2027-02-30\n");
  corpus.add("no-toml", "[site\n");
  corpus.add("empty", "");
}

void make(const std::filesystem::path& folder) {
  make_pcap({folder, "pcap"});
  make_pcapng({folder, "pcapng"});
  make_nstrace({folder, "nstrace"});
  make_compressed({folder, "compressed"});
  make_capture({folder, "capture"});
  make_decode({folder, "decode"});
  make_identify({folder, "identify"});
  make_evidence({folder, "evidence"});
  make_catalog({folder, "catalog"});
  make_inventory({folder, "inventory"});
}

}  // namespace
}  // namespace portproof::test

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: make_seeds FOLDER\n");
    return 64;
  }
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  try {
    portproof::test::make(argv[1]);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "make_seeds: {}\n", fault.what());
    return 70;
  }
}

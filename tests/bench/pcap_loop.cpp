// The time that libpcap alone takes to read a capture: pcap_loop FILE. It adds up lengths, so that the
// packets are used, and prints packets and bytes.
#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

struct Sum {
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
};

void add(u_char* user, const pcap_pkthdr* header, const u_char* /*frame*/) {
  auto* const sum = reinterpret_cast<Sum*>(user);
  ++sum->packets;
  sum->bytes += header->len;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: pcap_loop FILE\n", stderr);
    return EXIT_FAILURE;
  }
  std::array<char, PCAP_ERRBUF_SIZE> fault{};
  pcap_t* const capture = pcap_open_offline(words[1], fault.data());
  if (capture == nullptr) {
    std::fprintf(stderr, "%s\n", fault.data());
    return EXIT_FAILURE;
  }
  Sum sum;
  const int outcome = pcap_loop(capture, -1, add, reinterpret_cast<u_char*>(&sum));
  std::printf("%llu packets, %llu bytes\n", static_cast<unsigned long long>(sum.packets),
              static_cast<unsigned long long>(sum.bytes));
  pcap_close(capture);
  return outcome == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#include "capture/live/interfaces.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <pcap/pcap.h>

#include <array>
#include <memory>

namespace portproof {
namespace {

std::string address_text(const sockaddr* address) {
  if (address == nullptr || (address->sa_family != AF_INET && address->sa_family != AF_INET6)) return {};
  const socklen_t size = address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  std::array<char, NI_MAXHOST> text{};
  const int fault =
      ::getnameinfo(address, size, text.data(), NI_MAXHOST, nullptr, 0, static_cast<int>(NI_NUMERICHOST));
  return fault == 0 ? text.data() : "";
}

Interface interface_of(const pcap_if_t& device) {
  Interface interface;
  interface.name = device.name;
  interface.up = (device.flags & PCAP_IF_UP) != 0;
  interface.running = (device.flags & PCAP_IF_RUNNING) != 0;
  for (const pcap_addr_t* entry = device.addresses; entry != nullptr; entry = entry->next) {
    if (std::string text = address_text(entry->addr); !text.empty()) {
      interface.addresses.push_back(std::move(text));
    }
  }
  return interface;
}

}  // namespace

Expected<std::vector<Interface>> list_interfaces() {
  std::array<char, PCAP_ERRBUF_SIZE> fault{};
  pcap_if_t* devices = nullptr;
  if (pcap_findalldevs(&devices, fault.data()) != 0) {
    return fail(ErrorKind::unavailable, fmt::format("the interfaces cannot be listed: {}", fault.data()));
  }
  const std::unique_ptr<pcap_if_t, decltype(&pcap_freealldevs)> owner(devices, &pcap_freealldevs);
  std::vector<Interface> interfaces;
  for (const pcap_if_t* device = devices; device != nullptr; device = device->next) {
    // libpcap also lists USB buses, Bluetooth and netfilter's queues, which are not network interfaces.
    const bool is_network =
        (device->flags & PCAP_IF_CONNECTION_STATUS) != PCAP_IF_CONNECTION_STATUS_NOT_APPLICABLE ||
        (device->flags & PCAP_IF_LOOPBACK) != 0 || device->addresses != nullptr;
    if (is_network) interfaces.push_back(interface_of(*device));
  }
  return interfaces;
}

std::string interface_names() {
  const auto interfaces = list_interfaces();
  if (!interfaces || interfaces->empty()) return "none";
  std::string names;
  for (std::size_t at = 0; at < interfaces->size(); ++at) {
    if (at > 0) names += at + 1 == interfaces->size() ? " and " : ", ";
    names += (*interfaces)[at].name;
  }
  return names;
}

}  // namespace portproof

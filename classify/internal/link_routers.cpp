#include "classify/internal/link_routers.hpp"

#include <utility>

#include "capture/base/link_control.hpp"

namespace portproof {
namespace {

constexpr std::array<std::pair<std::uint8_t, LinkControl>, 5> kRoutingProtocols{
    {{kProtocolIgrp, LinkControl::igrp},
     {kProtocolEigrp, LinkControl::eigrp},
     {kProtocolOspf, LinkControl::ospf},
     {kProtocolPim, LinkControl::pim},
     {kProtocolVrrp, LinkControl::vrrp}}};

}  // namespace

LinkRouters::LinkRouters(const std::map<std::string, ProtocolCount>& protocols) {
  for (const auto& [protocol, control] : kRoutingProtocols) {
    const auto found = protocols.find(std::string{name(control)});
    if (found != protocols.end()) by_protocol_[protocol] = &found->second;
  }
}

}  // namespace portproof

// The sample estate's morning, part by part. README.md says what every part shows, and estate.toml what the
// hosts are. The parts follow in this order on one clock, and overlap as real ones would.
#pragma once

#include "samples/scenario.hpp"

namespace portproof::samples {

void name_hosts(Scenario& play);

// Ordinary connections, from SYN to FIN: TLS, and one HTTP request with its answer.
void tls(Scenario& play, const std::string& client, const std::string& server, std::uint16_t port,
         std::string_view name, std::uint16_t vlan = 0);
void web(Scenario& play, const std::string& client, const std::string& server, std::uint16_t port,
         std::string_view request);

void long_sessions(Scenario& play);      // begin first, and outlast everything else
void network_noise(Scenario& play);      // ARP, neighbour discovery, VRRP, and traffic that is not Citrix's
void users_and_stores(Scenario& play);   // StoreFront, Workspace app, sessions to desktops
void gateway_and_cloud(Scenario& play);  // Gateway, Gateway service, Citrix Cloud and its services
void brokering(Scenario& play);          // controllers, desktops, licences, federated authentication
void services(Scenario& play);           // recording, environment, layering, provisioning, devices
void appliances(Scenario& play);         // ADC, ADM, SD-WAN, hypervisors
void provisioning(Scenario& play);       // a target device boots
void troubles(Scenario& play);           // everything that an auditor should object to
void last_words(Scenario& play);         // the end of the long sessions

// A separate capture, between hosts of the estate: what a port hides or a name decides.
void disguises(Scenario& play);

// Another one: what stays in doubt, because packets contradict each other, are too many, or were not
// mirrored.
void doubts(Scenario& play);

// And one of frames that cannot be read, a frame of each kind.
void unread_frames(Scenario& play);

}  // namespace portproof::samples

// Files with the same content. A capture that is read twice would count twice, and clean traffic that counts
// twice would dilute the losses of other captures.
#pragma once

#include <string>
#include <vector>

namespace portproof {

// A file, and the one before it that has the same content.
struct Copy {
  std::string path;
  std::string original;
};

// Takes out of the list every regular file that has the content of one before it. Only files of equal size
// and with equal first bytes are read to compare them, by their SHA-256. What cannot be read stays: its
// reader says why.
std::vector<Copy> take_out_copies(std::vector<std::string>& paths);

// "b.pcap has the same content as a.pcap and counts once"
std::string sentence(const Copy& copy);

}  // namespace portproof

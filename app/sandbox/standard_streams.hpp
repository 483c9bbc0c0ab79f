// The standard streams, to which the program writes whatever they are connected to.
#pragma once

namespace portproof {

// A program may be started with standard streams closed. The first files that it opens would then get their
// numbers, and messages on standard error would end up in a report or, if it is the socket of a ring, on the
// wire. So closed streams are occupied before anything else is opened, by a device on which reading standard
// input and writing the other two fail, as they do on a closed stream. False if it cannot be opened: then
// nothing may be opened at all.
[[nodiscard]] bool hold_standard_streams();

}  // namespace portproof

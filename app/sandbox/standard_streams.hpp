// Descriptors 0 to 2, which the program writes words to whatever they are.
#pragma once

namespace portproof {

// A program may be started with them closed. Then what it opens first gets their numbers, and what is said on
// standard error goes there: into a report, or, where that is the socket of a ring, on the wire. So those
// that are closed are taken before anything else is opened, by a device on which reading standard input and
// writing the other two fail as they do on what is closed. False where it cannot be opened: then nothing may
// be opened at all.
[[nodiscard]] bool hold_standard_streams();

}  // namespace portproof
